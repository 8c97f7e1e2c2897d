"""A department's system says what is to be corrected: by the same rules as its people, all at once, once (R2.7.a, R2.3.c/2)."""

from typing import Any

import pytest
from django.utils import timezone
from tests.factories.cases import World, item_of, make_case, make_world
from tests.factories.feedback import find, finish, paper, side_by_side
from tests.factories.systems import System, make_system

from onething.audit.models import Event
from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.exchange.models import ApiRequest
from onething.feedback.models import CorrectionRound, Finding

pytestmark = pytest.mark.django_db
NAME = {"kind": "field", "key": "person_name", "subject": "owner", "reason": "wrong", "required": "照身份证填"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def case(world: World) -> OneThingCase:
    return make_case(world, at=timezone.now())


@pytest.fixture
def licence(case: OneThingCase) -> ItemCase:
    return item_of(case, "licence")


@pytest.fixture
def system(licence: ItemCase) -> System:
    assert licence.organisation is not None
    return make_system(licence.organisation)


def said(system: System, item: ItemCase, **more: Any) -> dict[str, Any]:
    now = system.task(item.number)
    return {"version": now["version"], "sequence": now["next_sequence"], **more}


def test_a_system_finds_only_what_the_task_says_may_be_found(system: System, licence: ItemCase) -> None:
    task = system.task(licence.number)
    targets = {(one["kind"], one["key"], one["subject"]) for one in task["findable"]}
    assert ("field", "person_name", "owner") in targets
    assert task["findings_until"] is not None
    beyond = system.act(
        licence.number, "findings", findings=[{**NAME, "key": "mobile_number", "subject": "staff-1"}], finished=False
    )
    assert (beyond.status, beyond.code) == (422, "beyond_notice")
    strange = system.act(licence.number, "findings", findings=[{**NAME, "reason": "dislike"}], finished=False)
    assert (strange.status, strange.code) == (422, "invalid")
    answer = system.act(licence.number, "findings", findings=[NAME], finished=False)
    assert (answer.status, answer.body["state"]) == (200, "received")
    (found,) = system.task(licence.number)["findings"]
    assert (found["target"], found["state"]) == ({"kind": "field", "key": "person_name", "subject": "owner"}, "entered")
    accepted = system.act(licence.number, "acceptance")
    assert accepted.status in {409, 422}  # what is not in order is not accepted


def test_several_findings_are_all_entered_or_none(system: System, case: OneThingCase, licence: ItemCase) -> None:
    wrong = {**NAME, "reason": "illegible"}  # a reason for papers
    answer = system.act(licence.number, "findings", findings=[NAME, wrong], finished=True)
    assert (answer.status, answer.code) == (422, "reason")
    assert not Finding.objects.exists()
    assert not Event.objects.filter(case_number=case.number, kind__startswith="item.finding").exists()


def test_when_all_have_finished_the_one_notice_goes_out_and_a_lost_answer_changes_nothing() -> None:
    now = timezone.now()
    world = side_by_side(at=now)
    case = make_case(world, at=now)
    licence = item_of(case, "licence")
    assert licence.organisation is not None
    system = make_system(licence.organisation)
    find(world, case, "food-permit", paper("健康证明", "staff-1"), "illegible", at=timezone.now())
    others = [one.key for one in case.items.all() if one.organisation_id != licence.organisation_id]
    for key in others:
        finish(world, case, key, at=timezone.now())
    act = said(system, licence, findings=[NAME], finished=True)
    first = system.act(licence.number, "findings", key="find-0001", **act)
    ApiRequest.objects.filter(key="find-0001").update(status=None, answer=None)
    again = system.act(licence.number, "findings", key="find-0001", **act)
    assert first.status == again.status == 200
    mine = Finding.objects.filter(item=licence)
    assert mine.count() == 1
    kinds = list(Event.objects.filter(case_number=case.number).values_list("kind", "payload__item"))
    assert kinds.count(("item.finding_entered", licence.number)) == 1
    assert kinds.count(("item.findings_done", licence.number)) == 1
    for key in {one.key for one in case.items.all()} - {*others, "licence"}:  # the same body's other items
        one = item_of(case, key)
        assert system.act(one.number, "findings", findings=[], finished=True).status == 200
    assert CorrectionRound.objects.get(case=case).state == "noticed"
    assert system.task(licence.number)["state"] == "in_correction"
    assert [one["state"] for one in system.task(licence.number)["findings"]] == ["noticed"]
    assert list(check_derived_states(numbers=[case.number])) == []


def test_a_finding_is_taken_back_by_the_body_that_made_it(
    system: System, case: OneThingCase, licence: ItemCase
) -> None:
    system.act(licence.number, "findings", findings=[NAME], finished=False)
    (found,) = system.task(licence.number)["findings"]
    permit = next(one for one in case.items.all() if one.organisation_id not in {None, licence.organisation_id})
    assert permit.organisation is not None
    stranger = make_system(permit.organisation)
    assert (
        stranger.act(licence.number, "findings-withdrawal", finding=found["id"], version="x", sequence=1).status == 404
    )
    other = system.act(licence.number, "findings-withdrawal", finding=found["id"] + 1)
    assert (other.status, other.code) == (422, "no_finding")
    assert system.act(licence.number, "findings-withdrawal", finding=found["id"]).status == 200
    assert system.task(licence.number)["findings"] == []
    assert system.act(licence.number, "acceptance").status == 200


def test_findings_after_acceptance_come_too_late(system: System, licence: ItemCase) -> None:
    system.act(licence.number, "acceptance")
    assert system.task(licence.number)["findable"] == []
    answer = system.act(licence.number, "findings", findings=[NAME], finished=True)
    assert (answer.status, answer.code, answer.body["now"]["state"]) == (409, "not_now", "accepted")
