"""The clocks of stored items: what stops them, what lets them go on, what the log says of it (R5.4, R2.7.a/4, I9)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.cast import AT
from tests.factories.cases import grant, item_of, make_case, make_world

from onething.audit.models import Event
from onething.cases.derived import check_derived_states
from onething.cases.models import ClockStop, ItemCase
from onething.cases.services import (
    SYSTEM,
    ClockRefused,
    IllegalMove,
    NewStop,
    StopKind,
    lock_case,
    move_item,
    settle_bundle,
)
from onething.cases.states import ItemState
from onething.dispatch.services import undo_decision
from onething.kit import db
from onething.kit.workdays import legal_date

pytestmark = pytest.mark.django_db

# AT is Wednesday, 2026-11-25; the licence has a limit of one working day, the food permit one of ten.
REVIEW = NewStop(StopKind.EXPERT_REVIEW, "行政许可法第四十五条", expected_days=5)


def moved(item: ItemCase, new: ItemState, *, days: int = 0, hours: int = 0, **more: Any) -> ItemCase:
    """The item after a move of the kernel, some days later."""
    at = AT + timedelta(days=days, hours=hours)
    with db.open_transaction():
        locked = lock_case(item.case_id)
        move_item(locked, locked.by_id[item.pk], new, by=SYSTEM, at=at, **more)
        settle_bundle(locked, at=at)
    return ItemCase.objects.select_related("case", "organisation").get(pk=item.pk)


def received() -> ItemCase:
    return item_of(make_case(make_world()), "licence")


def test_a_correction_stops_the_clock_from_the_notice_to_the_day_all_is_in() -> None:
    item = received()
    assert (item.promised_due, item.started_on) == (date(2026, 11, 26), date(2026, 11, 25))
    asked = moved(item, ItemState.IN_CORRECTION, days=1)
    assert asked.case.state == "waiting_for_applicant"
    back = moved(item, ItemState.RECEIVED, days=6)
    stop = ClockStop.objects.get(item=item)
    assert (stop.kind, stop.started_on, stop.ended_on) == ("correction", date(2026, 11, 26), date(2026, 12, 1))
    assert stop.basis == "行政许可法第三十二条"
    assert back.promised_due == date(2026, 12, 2)
    assert list(check_derived_states()) == []


def test_what_comes_back_in_the_evening_is_received_on_the_next_working_day() -> None:
    item = received()
    moved(item, ItemState.IN_CORRECTION)
    back = moved(item, ItemState.RECEIVED, days=2, hours=8)  # Friday, 18:00 in China
    assert ClockStop.objects.get(item=item).ended_on == date(2026, 11, 30)
    assert back.promised_due == date(2026, 12, 1)
    assert list(check_derived_states()) == []


def test_a_second_round_counts_beside_the_first() -> None:
    item = received()
    for first, last in ((0, 1), (2, 5)):
        moved(item, ItemState.IN_CORRECTION, days=first)
        moved(item, ItemState.RECEIVED, days=last)
    assert [stop.number for stop in ClockStop.objects.filter(item=item).order_by("number")] == [1, 2]
    assert item_of(item.case, "licence").promised_due == date(2026, 12, 1)
    assert list(check_derived_states()) == []


def test_a_stop_without_its_reason_is_refused() -> None:
    item = received()
    moved(item, ItemState.ACCEPTED)
    with pytest.raises(ClockRefused, match="哪一种程序"):
        moved(item, ItemState.SUSPENDED, days=1)
    assert item_of(item.case, "licence").state == "accepted"


def test_whatever_ends_an_item_ends_its_stop() -> None:
    item = received()
    moved(item, ItemState.IN_CORRECTION, days=1)
    moved(item, ItemState.WITHDRAWN, days=3)
    assert ClockStop.objects.get(item=item).ended_on == date(2026, 11, 28)
    assert list(check_derived_states()) == []


def test_silence_makes_the_day_of_receipt_the_day_of_acceptance() -> None:
    """R2.7.a/2: nobody said anything within five days, so the statutory clock runs from receipt, not from the end of silence."""
    item = received()
    late = moved(item, ItemState.ACCEPTED, days=7, accepted_on=item.started_on)
    assert late.accepted_on == item.started_on
    assert legal_date(late.accepted_at) == date(2026, 12, 2)  # type: ignore[arg-type]
    assert late.statutory_due == date(2026, 11, 30)
    assert list(check_derived_states()) == []


@pytest.mark.parametrize("said", [date(2026, 11, 24), date(2026, 12, 3)])
def test_a_day_of_acceptance_outside_is_refused_with_what_holds(said: date) -> None:
    item = received()
    with pytest.raises(ClockRefused, match="2026年11月25日和今天2026年12月2日"):
        moved(item, ItemState.ACCEPTED, days=7, accepted_on=said)


def test_taking_back_puts_the_days_back() -> None:
    world = make_world()
    item = item_of(make_case(world), "licence")
    granted = grant(world, item)
    assert (granted.accepted_on, granted.deliver_by) == (date(2026, 11, 25), date(2026, 12, 9))
    undone = undo_decision(item_id=item.pk, officer=world.officers["market"], at=AT)
    assert (undone.deliver_by, undone.accepted_on) == (None, date(2026, 11, 25))
    undone = undo_decision(item_id=item.pk, officer=world.officers["market"], at=AT)
    assert (undone.accepted_on, undone.statutory_due) == (None, None)
    assert list(check_derived_states()) == []


def test_events_of_a_stop_say_all_the_days_follow_from_and_nothing_about_people() -> None:
    item = received()
    moved(item, ItemState.ACCEPTED)
    told = NewStop(StopKind.HEARING, "行政许可法第四十五条", 3, reason="李梅申请听证")
    moved(item, ItemState.SUSPENDED, days=1, stop=told)
    payload = Event.objects.get(kind="item.suspended").payload
    assert payload["stop"] == {
        "number": 1, "kind": "hearing", "started_on": "2026-11-26", "expected_days": 3, "basis": "行政许可法第四十五条",
    }  # fmt: skip
    assert "李梅" not in str(payload)
    assert ClockStop.objects.get().reason == "李梅申请听证"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("accepted_on", date(2026, 11, 24)),
        ("started_on", date(2026, 11, 24)),
        ("promised_due", date(2027, 1, 4)),
        ("near_from", date(2026, 11, 24)),
        ("statutory_due", date(2027, 1, 4)),
        ("deliver_by", date(2027, 1, 4)),
    ],
)
def test_any_day_changed_behind_the_back_of_the_log_shows(column: str, value: date) -> None:
    world = make_world()
    item = grant(world, item_of(make_case(world), "licence"))
    assert list(check_derived_states()) == []
    ItemCase.objects.filter(pk=item.pk).update(**{column: value})
    found = [(one.item, one.what, one.stored) for one in check_derived_states()]
    assert found == [(item.number, column, value.isoformat())]


def test_a_stop_changed_removed_or_added_behind_the_back_of_the_log_shows() -> None:
    item = received()
    moved(item, ItemState.IN_CORRECTION)
    moved(item, ItemState.RECEIVED, days=2)
    ClockStop.objects.update(ended_on=date(2026, 12, 24))
    assert [one.what for one in check_derived_states()] == ["stop 1"]
    ClockStop.objects.all().delete()
    assert [(one.what, one.stored) for one in check_derived_states()] == [("stop 1", "none")]


@pytest.mark.parametrize(
    "change",
    [
        {"accepted_on": date(2026, 11, 25)},  # a day of what never happened
        {"deliver_by": date(2026, 12, 9)},  # a delivery clock before the grant
    ],
)
def test_the_database_refuses_days_that_contradict_the_state(change: dict[str, date]) -> None:
    case = make_case(make_world())
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemCase.objects.filter(case=case, key="licence").update(**change)


def test_the_same_procedure_is_not_opened_twice() -> None:
    item = received()
    moved(item, ItemState.ACCEPTED)
    moved(item, ItemState.SUSPENDED, days=1, stop=REVIEW)
    with pytest.raises(IllegalMove):
        moved(item, ItemState.SUSPENDED, days=1, stop=REVIEW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockStop.objects.create(
            item=item, number=2, kind="expert_review", basis="x", started_on=date(2026, 11, 26), started_at=AT
        )
