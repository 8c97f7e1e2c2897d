"""Two acts on one clock at once: both count, none is lost. First shown to go wrong without the lock."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError
from tests.cast import AT
from tests.factories.cases import World, item_of, make_case, make_world
from tests.races.test_submit_race import at_once

from onething.cases.derived import check_derived_states
from onething.cases.models import ClockStop, ItemCase, OneThingCase
from onething.cases.services import LockedCase
from onething.dispatch.services import Stopping, accept_item, clock, stop_clock

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
STOPS = (Stopping("hearing", "某条", 3), Stopping("testing", "某条", 8))


def accepted(world: World) -> ItemCase:
    item = item_of(make_case(world), "licence")
    return accept_item(item_id=item.pk, officer=world.officers["market"], at=AT)


def stop(world: World, item: ItemCase, number: int) -> ItemCase:
    return stop_clock(item_id=item.pk, officer=world.officers["market"], stopping=STOPS[number], at=AT)


def test_without_the_lock_one_of_two_stops_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the next test tests something: both find a running clock, and both want to be its first stop."""
    world = make_world()
    item, everybody = accepted(world), threading.Barrier(2)

    def unlocked(case_id: int) -> LockedCase:
        found = LockedCase(OneThingCase.objects.get(pk=case_id), list(ItemCase.objects.filter(case_id=case_id)))
        everybody.wait(timeout=30)
        return found

    monkeypatch.setattr(clock, "lock_case", unlocked)
    answers: list[Any] = at_once(lambda number: stop(world, item, number), 2)
    assert any(isinstance(answer, IntegrityError) for answer in answers), answers
    assert ClockStop.objects.count() == 1


def test_two_stops_at_once_are_two_stops_and_their_days_count_once() -> None:
    world = make_world()
    item = accepted(world)
    answers = at_once(lambda number: stop(world, item, number), 2)
    assert all(isinstance(answer, ItemCase) for answer in answers), answers
    assert sorted(ClockStop.objects.values_list("kind", flat=True)) == ["hearing", "testing"]
    paused = ItemCase.objects.get(pk=item.pk)
    assert (paused.state, paused.promised_due) == ("suspended", date(2026, 12, 7))
    assert list(check_derived_states()) == []
