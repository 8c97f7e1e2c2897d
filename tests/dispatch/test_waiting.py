"""公示期 binds: nothing is granted, and nothing that follows begins, before others had their time (R5.4)."""

from datetime import datetime, timedelta

import pytest
from tests.cast import AT
from tests.factories.cases import World, grant, item_of, make_case, make_world
from tests.factories.plans import LICENCE_WAITS, changed_small_document

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.states import ItemState
from onething.catalogue.services import publish
from onething.dispatch.services import Decision, NotYet, accept_item, decide_item, finish_check, undo_decision
from onething.kit.workdays import LEGAL_ZONE

pytestmark = pytest.mark.django_db
BEGIN = AT + timedelta(minutes=1)
LAST = datetime(2026, 12, 15, 23, 59, tzinfo=LEGAL_ZONE)
OPEN = datetime(2026, 12, 16, 0, 0, tzinfo=LEGAL_ZONE)
YES = Decision(granted=True, opinion="同意", produced={"owner": {"uscc": "91321202MA00000007"}})


@pytest.fixture
def world() -> World:
    """The small shop, whose licence is published for twenty days before anybody decides."""
    made = make_world()
    publish([changed_small_document(LICENCE_WAITS)], effective_at=BEGIN, at=BEGIN)
    return made


def published(world: World) -> tuple[OneThingCase, ItemCase]:
    """A case whose licence was taken up, so that the period runs."""
    case = make_case(world, at=BEGIN)
    accept_item(item_id=item_of(case, "licence").pk, officer=world.officers["market"], at=BEGIN)
    return case, item_of(case, "licence")


def test_what_was_told_is_the_first_day_after_the_period(world: World) -> None:
    case, licence = published(world)
    assert (licence.waits_until, licence.promised_due) == (LAST.date(), OPEN.date())
    assert (licence.planned_due, licence.statutory_due) == (OPEN.date(), None)
    food = item_of(case, "food-permit")
    assert food.planned_due is not None
    assert food.planned_due.isoformat() == "2026-12-21"  # three working days after it
    taken_up = Event.objects.get(case_number=case.number, kind="item.accepted")
    assert taken_up.payload["waits_until"] == "2026-12-15"
    assert "waits_until" not in Event.objects.filter(case_number=case.number, kind="item.received")[0].payload


def test_nobody_grants_before_the_end_and_nothing_that_follows_begins(world: World) -> None:
    case, licence = published(world)
    with pytest.raises(NotYet) as refused:
        decide_item(item_id=licence.pk, officer=world.officers["market"], decision=YES, at=LAST)
    assert str(refused.value) == (
        "“营业执照”的公示期到2026年12月15日（星期二）为止，2026年12月16日（星期三）起才能办结。依据：条例第三十三条"
    )
    assert refused.value.facts["open_from"] == "2026-12-16"
    with pytest.raises(NotYet):
        finish_check(item_id=licence.pk, officer=world.officers["market"], at=LAST)
    assert [item_of(case, key).state for key in ("licence", "food-permit", "seal")] == [
        "accepted",
        "waiting",
        "waiting",
    ]
    decide_item(item_id=licence.pk, officer=world.officers["market"], decision=YES, at=OPEN)
    assert [item_of(case, key).state for key in ("licence", "food-permit", "seal")] == [
        "granted",
        "received",
        "received",
    ]
    assert item_of(case, "food-permit").started_on == OPEN.date()
    assert verify_chain(case.number) == []
    assert list(check_derived_states()) == []


def test_an_objection_ends_the_wait_at_once(world: World) -> None:
    """Refusing is open at any time: the period protects those who object, not the applicant from an answer."""
    case, licence = published(world)
    no = Decision(granted=False, basis="条例第三十三条", reason="债权人提出异议。", remedies="60日内可以申请行政复议。")
    decide_item(item_id=licence.pk, officer=world.officers["market"], decision=no, at=LAST)
    assert item_of(case, "licence").state == ItemState.REFUSED
    assert item_of(case, "food-permit").state == ItemState.TERMINATED


def test_taking_the_acceptance_back_takes_the_period_back(world: World) -> None:
    case, licence = published(world)
    undo_decision(item_id=licence.pk, officer=world.officers["market"], at=BEGIN + timedelta(seconds=20))
    assert item_of(case, "licence").waits_until is None
    later = BEGIN + timedelta(days=2)
    accept_item(item_id=licence.pk, officer=world.officers["market"], at=later)
    assert item_of(case, "licence").waits_until == LAST.date() + timedelta(days=2)
    assert list(check_derived_states()) == []


def test_a_case_of_the_edition_before_waits_for_nothing(world: World) -> None:
    """Cases keep the plan they were handed in with, the rule that came later does not reach back."""
    case = make_case(world, at=AT)
    assert grant(world, item_of(case, "licence"), at=BEGIN).state == ItemState.GRANTED
