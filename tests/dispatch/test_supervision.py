"""Cards by rule, reminders and escalations: what is earned, counted, seen, and never given twice (R4.2.c, ux e1, f5)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import AT, Name
from tests.factories.cases import World, grant, item_of, make_case, make_world
from tests.factories.parties import make_officer

from onething.audit.models import Event
from onething.audit.services import append_events
from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase, OneThingCase
from onething.dispatch.models import Card, Escalation, Reminder
from onething.dispatch.services import (
    Forbidden,
    accept_item,
    escalate_item,
    finish_check,
    give_cards,
    not_accept_item,
    remind_item,
    superiors_of,
    undo_decision,
)
from onething.dispatch.services import cards as cards_module
from onething.dispatch.supervision import Punctuality, escalated_to, punctuality_of_bodies
from onething.dispatch.tasks import supervise
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db


def cards(case: OneThingCase) -> list[tuple[str, str, str, str]]:
    rows = Card.objects.filter(item__case=case).order_by("item__ordinal", "clock", "colour")
    return [(row.item.key, row.clock, row.colour, row.earned_on.isoformat()) for row in rows.select_related("item")]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def case(world: World) -> OneThingCase:
    """The licence is promised for Thursday 2026-11-26, the check of the sign for the same week."""
    found = make_case(world)
    OneThingCase.objects.filter(pk=found.pk).update(lead_organisation=world.town.bodies["market"])
    ItemCase.objects.filter(case=found, key="sign-check").update(promised_due=None, near_from=None)
    return found


@pytest.fixture
def lead(world: World) -> Officer:
    return make_officer(world.town.bodies["market"], name=Name.LEAD, role=Officer.Role.LEAD)


# --- cards ---------------------------------------------------------------------------------------------------------


def test_yellow_near_the_promised_day_red_behind_it_and_red_again_behind_the_laws(case: OneThingCase) -> None:
    """R4.2.c/1: nothing on the day it came, yellow on the next (one working day left), red when each clock is over."""
    licence = item_of(case, "licence")
    accept_item(item_id=licence.pk, officer=_reviewer(licence), at=AT)
    assert give_cards(at=AT).given == 0
    give_cards(at=AT + timedelta(days=1))
    yellow = ("licence", "promised", "yellow", "2026-11-26")
    assert cards(case) == [yellow]
    give_cards(at=AT + timedelta(days=2))
    red = ("licence", "promised", "red", "2026-11-27")
    assert cards(case) == [red, yellow]
    give_cards(at=AT + timedelta(days=6))
    assert cards(case) == [red, yellow, ("licence", "statutory", "red", "2026-12-01")]
    kinds = Event.objects.filter(case_number=case.number, kind="item.card_given").values_list("payload", flat=True)
    assert [(one["clock"], one["colour"], one["organisation"]) for one in kinds] == [
        ("promised", "yellow", "hailing-market"),
        ("promised", "red", "hailing-market"),
        ("statutory", "red", "hailing-market"),
    ]
    assert verify_chain(case.number) == []


def test_days_the_worker_slept_through_are_made_up_for(case: OneThingCase, world: World) -> None:
    """Also for what ended meanwhile: it was late, whoever looked."""
    grant(world, item_of(case, "licence"), at=AT + timedelta(days=3))
    give_cards(at=AT + timedelta(days=4))
    assert cards(case)[:2] == [
        ("licence", "promised", "red", "2026-11-27"),
        ("licence", "promised", "yellow", "2026-11-26"),
    ]
    assert {one.cured_at for one in Card.objects.filter(item__key="licence")} == {AT + timedelta(days=3)}


def test_ended_in_time_earns_nothing(case: OneThingCase, world: World) -> None:
    grant(world, item_of(case, "licence"), at=AT + timedelta(hours=2))
    give_cards(at=AT + timedelta(hours=3))
    give_cards(at=AT + timedelta(days=1))
    assert [one for one in cards(case) if one[0] == "licence"] == []


def test_a_clock_that_stands_earns_nothing_and_what_waits_neither(case: OneThingCase) -> None:
    for state in ("in_correction", "suspended"):
        ItemCase.objects.filter(case=case, key="licence").update(state=state, accepted_at=AT, accepted_on=AT.date())
        give_cards(at=AT + timedelta(days=9))
        assert cards(case) == []


def test_again_and_again_gives_nothing_more(case: OneThingCase) -> None:
    late = AT + timedelta(days=2)
    assert give_cards(at=late).given == 2
    events = Event.objects.filter(kind="item.card_given").count()
    for _ in range(2):
        assert give_cards(at=late).given == 0
    assert (Card.objects.count(), Event.objects.filter(kind="item.card_given").count()) == (2, events)


def test_killed_between_portions_goes_on(case: OneThingCase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each portion is a transaction of its own; what was given has its event, what was not comes with the next run."""
    late, calls = AT + timedelta(days=6), []
    accept_item(item_id=item_of(case, "licence").pk, officer=_reviewer(item_of(case, "licence")), at=AT)

    def killed(events: Sequence[Any]) -> Any:
        calls.append(len(events))
        if len(calls) > 1:
            raise KeyboardInterrupt
        return append_events(events)

    monkeypatch.setattr(cards_module, "append_events", killed)
    with pytest.raises(KeyboardInterrupt):
        give_cards(at=late, portion=1)
    assert Card.objects.count() == Event.objects.filter(kind="item.card_given").count() == 1
    monkeypatch.undo()
    assert give_cards(at=late, portion=1).given == 2
    assert Card.objects.count() == Event.objects.filter(kind="item.card_given").count() == 3


def test_a_card_is_dated_when_cured_and_holds_again_when_the_decision_is_taken_back(
    case: OneThingCase, world: World
) -> None:
    licence, late = item_of(case, "licence"), AT + timedelta(days=2)
    officer = _reviewer(licence)
    give_cards(at=late)
    not_accept_item(item_id=licence.pk, officer=officer, right_body="住建局", reason="不归我们。", at=late)
    give_cards(at=late)
    assert {one.cured_at for one in Card.objects.all()} == {late}
    undo_decision(item_id=licence.pk, officer=officer, at=late + timedelta(seconds=30))
    give_cards(at=late + timedelta(minutes=5))
    assert {one.cured_at for one in Card.objects.all()} == {None}
    ItemCase.objects.filter(pk=licence.pk).update(promised_due=date(2026, 12, 10), near_from=date(2026, 12, 7))
    give_cards(at=late + timedelta(hours=1))
    assert {one.cured_at for one in Card.objects.all()} == {late + timedelta(hours=1)}


def test_the_workers_task_gives_them(case: OneThingCase) -> None:
    ItemCase.objects.filter(case=case, key="licence").update(
        started_on=date(2020, 1, 6), promised_due=date(2020, 1, 7), near_from=date(2020, 1, 7)
    )
    supervise(timestamp=0)
    assert {row[2] for row in cards(case)} == {"yellow", "red"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    due=st.integers(0, 12),
    near=st.integers(0, 4),
    ended=st.none() | st.integers(0, 14),
    runs=st.lists(st.integers(0, 15), max_size=6),
)
def test_whenever_the_worker_comes_by_the_cards_are_the_same(
    world: World, due: int, near: int, ended: int | None, runs: list[int]
) -> None:
    """The rule said once more, day by day: a day began with the item open, and was near or behind its day."""
    case = make_case(world) if not OneThingCase.objects.exists() else OneThingCase.objects.get()
    ItemCase.objects.exclude(key="licence").update(promised_due=None, near_from=None)
    Card.objects.all().delete()
    start = legal_date(AT)
    promised, near_from = start + timedelta(days=due), start + timedelta(days=max(0, due - near))
    over = AT + timedelta(days=ended) if ended is not None else None
    ItemCase.objects.filter(case=case, key="licence").update(
        promised_due=promised, near_from=near_from, state="received" if over is None else "withdrawn",
        outcome="" if over is None else "withdrawn", decided_at=over,
    )  # fmt: skip
    last = 16
    for day in [*[day for day in sorted(runs) if ended is None or day > ended], last]:
        give_cards(at=AT + timedelta(days=day))
    open_mornings = [start + timedelta(days=day) for day in range(1, (last if ended is None else ended) + 1)]
    expected = {
        ("yellow", next((day for day in open_mornings if near_from <= day <= promised), None)),
        ("red", next((day for day in open_mornings if day > promised), None)),
    }
    assert set(Card.objects.values_list("colour", "earned_on")) == {one for one in expected if one[1] is not None}


# --- reminders and escalations -------------------------------------------------------------------------------------


def test_the_lead_reminds_once_a_working_day(case: OneThingCase, lead: Officer) -> None:
    """R4.2.c/2: one click, counted; a second press on the same working day says so."""
    licence = item_of(case, "licence")
    reminder = remind_item(item_id=licence.pk, officer=lead, at=AT)
    assert (reminder.organisation_id, reminder.sent_at) == (licence.organisation_id, AT)
    with pytest.raises(Refused) as again:
        remind_item(item_id=licence.pk, officer=lead, at=AT + timedelta(hours=3))
    assert again.value.code == "reminded"
    saturday = AT + timedelta(days=3)
    remind_item(item_id=licence.pk, officer=lead, at=saturday)
    with pytest.raises(Refused):  # Saturday's counts for Monday
        remind_item(item_id=licence.pk, officer=lead, at=saturday + timedelta(days=2))
    remind_item(item_id=licence.pk, officer=lead, at=saturday + timedelta(days=3))
    assert Reminder.objects.filter(item=licence).count() == 3
    told = Event.objects.filter(case_number=case.number, kind="item.reminded")
    assert [one.payload["organisation"] for one in told] == ["hailing-market"] * 3


def test_only_the_lead_of_this_case_and_only_what_lies_before_a_body(
    case: OneThingCase, lead: Officer, world: World
) -> None:
    licence, food = item_of(case, "licence"), item_of(case, "food-permit")
    other = make_officer(world.town.bodies["health"], name=Name.LEAD, role=Officer.Role.LEAD)
    for officer in (other, world.officers["market"], world.coordinator):
        assert officer is not None
        with pytest.raises(Forbidden):
            remind_item(item_id=licence.pk, officer=officer, at=AT)
        with pytest.raises(Forbidden):
            escalate_item(item_id=licence.pk, officer=officer, to=_coordinator(world).pk, reason="拖着", at=AT)
    for state in ("suspended", "in_correction"):
        ItemCase.objects.filter(pk=licence.pk).update(state=state, accepted_at=AT, accepted_on=AT.date())
        with pytest.raises(Refused) as standing:
            remind_item(item_id=licence.pk, officer=lead, at=AT)
        assert standing.value.code == "nobody_to_remind"
    with pytest.raises(Refused):
        remind_item(item_id=food.pk, officer=lead, at=AT)  # it waits for the licence: nobody could act
    assert not Reminder.objects.exists()


def test_an_escalation_names_its_reason_and_a_higher_officer(case: OneThingCase, lead: Officer, world: World) -> None:
    licence, coordinator = item_of(case, "licence"), _coordinator(world)
    assert [one.pk for one in superiors_of(licence, at=AT)] == [coordinator.pk]
    with pytest.raises(Refused) as without:
        escalate_item(item_id=licence.pk, officer=lead, to=coordinator.pk, reason="  ", at=AT)
    assert without.value.code == "incomplete"
    with pytest.raises(Refused) as nobody:
        escalate_item(item_id=licence.pk, officer=lead, to=world.officers["health"].pk, reason="催了两次没有动", at=AT)
    assert nobody.value.code == "no_superior"
    escalate_item(item_id=licence.pk, officer=lead, to=coordinator.pk, reason="催了两次没有动", at=AT)
    with pytest.raises(Refused) as twice:
        escalate_item(item_id=licence.pk, officer=lead, to=coordinator.pk, reason="再报一次", at=AT)
    assert twice.value.code == "escalated"
    assert Escalation.objects.get().reason == "催了两次没有动"
    event = Event.objects.get(case_number=case.number, kind="item.escalated")
    assert event.payload == {"item": licence.number, "organisation": "hailing-market", "to": coordinator.pk}


def test_the_head_of_the_body_comes_before_the_coordinators(case: OneThingCase, lead: Officer, world: World) -> None:
    """Another body's head is no superior of this one's item."""
    licence, coordinator = item_of(case, "licence"), _coordinator(world)
    head = make_officer(world.town.bodies["market"], name="高远", role=Officer.Role.HEAD)
    make_officer(world.town.bodies["health"], name="苏红", role=Officer.Role.HEAD)
    assert [one.pk for one in superiors_of(licence, at=AT)] == [head.pk, coordinator.pk]
    escalate_item(item_id=licence.pk, officer=lead, to=head.pk, reason="催了两次没有动", at=AT)
    assert [one.item_id for one in escalated_to(head)] == [licence.pk]


# --- punctuality ---------------------------------------------------------------------------------------------------


def test_punctuality_counts_decisions_by_the_promised_day_and_by_the_laws(
    case: OneThingCase, lead: Officer, world: World
) -> None:
    """The licence is promised for the 26th, by law for 2 December: decided on the 27th, it is late by the one and in time by the other."""
    decided = grant(world, item_of(case, "licence"), at=AT + timedelta(days=2))
    assert (decided.promised_due, decided.statutory_due) == (date(2026, 11, 26), date(2026, 12, 2))
    since, name = AT - timedelta(days=30), world.town.bodies["market"].name
    within = {"since": since, "until": AT + timedelta(days=3)}
    assert punctuality_of_bodies(lead, **within) == [Punctuality(name, 1, 1, 0, 1, 1)]
    finish_check(item_id=item_of(case, "sign-check").pk, officer=_reviewer(item_of(case, "sign-check")), at=AT)
    assert punctuality_of_bodies(lead, **within) == [Punctuality(name, 2, 1, 0, 1, 1)]  # nothing is promised for it
    late = grant(world, item_of(case, "food-permit"), at=AT + timedelta(days=60))
    assert late.statutory_due is not None
    after = {"since": AT + timedelta(days=50), "until": AT + timedelta(days=60)}
    assert punctuality_of_bodies(lead, **after) == []  # the minute of taking back is not over
    other = make_officer(world.town.bodies["health"], name=Name.LEAD, role=Officer.Role.LEAD)
    assert punctuality_of_bodies(other, **within) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["licence", "sign-check", "food-permit", "seal"]),
            st.sampled_from(["granted", "refused", "done", "not_accepted", "terminated"]),
            st.integers(-32, 2), st.none() | st.integers(-1, 1), st.none() | st.integers(-1, 1),
        ),
        unique_by=lambda row: row[0],
    )
)  # fmt: skip
def test_punctuality_is_what_counting_row_by_row_gives(
    case: OneThingCase, lead: Officer, rows: list[tuple[str, str, int, int | None, int | None]]
) -> None:
    ItemCase.objects.filter(case=case).update(
        state="waiting", outcome="", decided_at=None, accepted_at=None, accepted_on=None, statutory_due=None,
        started_at=None, started_on=None, decision={},
    )  # fmt: skip
    for key, outcome, decided, promised, limited in rows:
        ItemCase.objects.filter(case=case, key=key).update(
            state=outcome, outcome=outcome, decided_at=AT + timedelta(days=decided),
            started_at=AT, started_on=AT.date(), accepted_at=AT, accepted_on=AT.date(),
            promised_due=None if promised is None else AT.date() + timedelta(days=decided + promised),
            statutory_due=None if limited is None else AT.date() + timedelta(days=decided + limited),
            decision={"basis": "", "remedies": "", "reasoned": True},
        )  # fmt: skip
    since, until = AT - timedelta(days=30), AT + timedelta(days=1)
    expected: dict[str, list[int]] = {}
    for item in ItemCase.objects.filter(case=case).select_related("organisation"):
        counts = item.outcome in {"granted", "refused", "done"} and item.decided_at is not None
        if not counts or item.organisation is None or not since <= item.decided_at < until - timedelta(seconds=60):  # type: ignore[operator]  # counted ones have it
            continue
        on, row = legal_date(item.decided_at), expected.setdefault(item.organisation.name, [0] * 5)  # type: ignore[arg-type]  # as above
        row[0] += 1
        for place, due in ((1, item.promised_due), (3, item.statutory_due)):
            row[place] += due is not None
            row[place + 1] += due is not None and on <= due
    found = punctuality_of_bodies(lead, since=since, until=until)
    assert {one.name: [one.decided, one.promised, one.by_promise, one.limited, one.by_law] for one in found} == expected
    shares = [one.by_promise / one.promised for one in found if one.promised]
    assert shares == sorted(shares)


def _reviewer(item: ItemCase) -> Officer:
    return Officer.objects.filter(organisation=item.organisation, role=Officer.Role.REVIEWER).order_by("pk")[0]


def _coordinator(world: World) -> Officer:
    assert world.coordinator is not None
    return world.coordinator
