"""Two picks at once, and one against a lead who calls off: one time, one inspector, one truth. First shown to happen."""

import threading
from collections.abc import Iterable

import pytest
from tests.cast import AT
from tests.factories.cases import grant, item_of, make_case
from tests.factories.visits import Visit, make_visit, offer, wanted_of
from tests.races.test_submit_race import at_once

from onething.activities.models import JointActivity, Slot
from onething.activities.services import (
    ActivityChanged,
    SlotTaken,
    arrange_activity,
    cancel_activity,
    pick_slot,
)
from onething.activities.states import Kind
from onething.audit.verify import verify_chain
from onething.cases.models import OneThingCase
from onething.parties.models import Officer

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def two_visits() -> tuple[Visit, list[tuple[JointActivity, Slot]]]:
    """Two cases whose visits are offered the same first time; each body has one reviewer left."""
    visit = make_visit()
    Officer.objects.filter(pk__in=[one.pk for one in visit.world.colleagues.values()]).update(is_active=False)
    other = make_case(visit.world)
    OneThingCase.objects.filter(pk=other.pk).update(lead_organisation=visit.lead.organisation)
    grant(visit.world, item_of(other, "licence"), uscc="91321202MA00000015")
    second = arrange_activity(
        case_id=other.pk, officer=visit.lead, kind=Kind.SURVEY, wanted=wanted_of(other, "seal", "food-permit"), at=AT
    )
    pairs = [(one, offer(visit, activity=one)[0]) for one in (visit.activity, second)]
    assert pairs[0][1].start == pairs[1][1].start
    return visit, pairs


def pick(visit: Visit, activity: JointActivity, slot: Slot) -> JointActivity:
    return pick_slot(activity_id=activity.pk, account=visit.world.account, slot_id=slot.pk, at=AT)


def booked() -> int:
    return JointActivity.objects.filter(state="booked").count()


def test_without_the_lock_one_inspector_is_promised_to_two_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the next test tests something: both find the body free, and both are told that it went well."""
    visit, pairs = two_visits()
    everybody = threading.Barrier(2)
    module = __import__(pick_slot.__module__, fromlist=["lock_bodies"])
    judge, met_once = module.clashes, threading.local()

    def unlocked(bodies: Iterable[int]) -> None:
        return None

    def met(*args: object) -> bool:
        if not hasattr(met_once, "here"):
            met_once.here = True
            everybody.wait(timeout=30)  # both have read what is taken by now
        found: bool = judge(*args)
        return found

    monkeypatch.setattr(module, "lock_bodies", unlocked)
    monkeypatch.setattr(module, "clashes", met)
    answers = at_once(lambda number: pick(visit, *pairs[number]), 2)
    assert all(isinstance(answer, JointActivity) for answer in answers), answers
    assert booked() == 2


def test_one_time_of_one_inspector_goes_to_one_visit() -> None:
    visit, pairs = two_visits()
    answers = at_once(lambda number: pick(visit, *pairs[number]), 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["JointActivity", "SlotTaken"], answers
    assert booked() == 1


def test_two_picks_of_one_visit_are_one_time() -> None:
    visit = make_visit()
    slots = offer(visit)
    answers = at_once(lambda number: pick(visit, visit.activity, slots[number]), 3)
    assert sum(isinstance(answer, JointActivity) for answer in answers) == 1, answers
    assert sum(isinstance(answer, ActivityChanged) for answer in answers) == 2, answers
    assert visit.fresh().slot in slots
    assert verify_chain(visit.case.number) == []


def test_a_pick_against_a_lead_who_calls_off_ends_called_off_or_is_told() -> None:
    visit = make_visit()
    slots = offer(visit)

    def act(number: int) -> JointActivity:
        if number:
            return pick(visit, visit.activity, slots[0])
        return cancel_activity(activity_id=visit.activity.pk, officer=visit.lead, reason="场地没有准备好", at=AT)

    answers = at_once(act, 2)
    assert isinstance(answers[0], JointActivity), answers  # a booked visit can be called off too
    assert isinstance(answers[1], JointActivity | ActivityChanged), answers
    assert not isinstance(answers[1], SlotTaken)
    assert visit.fresh().state == "cancelled"
