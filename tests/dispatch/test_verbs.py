"""The verbs of departments on real cases: who may, what follows, what is written down."""

from datetime import timedelta

import pytest
from tests.cast import AT, Name
from tests.factories.cases import grant, item_of, make_case, make_world, refuse
from tests.factories.parties import make_officer

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.models import OneThingCase
from onething.cases.reading import items_of_case
from onething.cases.services import IllegalMove
from onething.cases.states import BundleState, ItemState
from onething.delivery.services import issue_result
from onething.dispatch.models import Dispatch
from onething.dispatch.reading import (
    WorklistFilter,
    lanes_of,
    materials_of_item,
    overview,
    slice_for,
    unroutable,
    worklist,
)
from onething.dispatch.rules import Light
from onething.dispatch.services import (
    Decision,
    Forbidden,
    Incomplete,
    NoBody,
    TaskTaken,
    TooLate,
    accept_item,
    claim_task,
    decide_item,
    finish_check,
    mark_checks,
    next_task,
    not_accept_item,
    release_task,
    reroute_item,
    return_misrouted,
    undo_decision,
    withdraw_items,
)
from onething.kit.errors import Refused
from onething.kit.models import OutboxMessage
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db
TODAY = AT.date()


def state_of(case: OneThingCase) -> str:
    return OneThingCase.objects.values_list("state", flat=True).get(pk=case.pk)


def test_the_whole_way_to_all_granted() -> None:
    world = make_world()
    case = make_case(world)
    grant(world, item_of(case, "licence"))
    assert state_of(case) == BundleState.IN_PROGRESS
    seal, food = item_of(case, "seal"), item_of(case, "food-permit")
    assert (seal.state, food.state) == ("received", "received")
    assert food.started_at == AT
    assert OutboxMessage.objects.filter(topic="dispatch.item", key__startswith=food.number).exists()
    finish_check(item_id=item_of(case, "sign-check").pk, officer=world.officers["market"], at=AT)
    grant(world, seal)
    grant(world, food)
    case.refresh_from_db()
    assert case.state == BundleState.GRANTED_ALL
    assert case.closed_at == AT
    assert verify_chain(case.number) == []
    assert Event.objects.filter(case_number=case.number, kind="case.closed").count() == 1


def test_one_refusal_leaves_the_rest_and_the_bundle_partly_granted() -> None:
    """R2.8.e, check: granted ones stay, the refusal shows its remedies, what hung on it ends with a reason."""
    world = make_world()
    case = make_case(world)
    refuse(world, item_of(case, "licence"))
    food = item_of(case, "food-permit")
    assert food.state == ItemState.TERMINATED
    assert food.opinion["reason"] == "要先办的“营业执照”没有同意，这一项办不下去了"
    finish_check(item_id=item_of(case, "sign-check").pk, officer=world.officers["market"], at=AT)
    assert state_of(case) == BundleState.PARTLY_GRANTED
    licence = item_of(case, "licence")
    assert licence.decision["remedies"] == "60日内可以申请行政复议。"


def test_acceptance_starts_the_statutory_clock() -> None:
    world = make_world()
    case = make_case(world)
    item = item_of(case, "licence")
    assert (item.planned_due, item.promised_due, item.statutory_due) == (item.promised_due, item.planned_due, None)
    accepted = accept_item(item_id=item.pk, officer=world.officers["market"], at=AT)
    assert accepted.statutory_due is not None
    assert accepted.statutory_due.isoformat() == "2026-11-30"
    assert item_of(case, "licence").promised_due.isoformat() == "2026-11-26"  # type: ignore[union-attr]


def test_a_dependants_clock_starts_with_it_and_what_was_told_stays() -> None:
    world = make_world()
    case = make_case(world)
    late = AT + timedelta(days=5)
    grant(world, item_of(case, "licence"), at=late)
    food = item_of(case, "food-permit")
    assert food.planned_due is not None
    assert food.promised_due is not None
    assert food.planned_due.isoformat() == "2026-12-01"
    assert food.promised_due.isoformat() == "2026-12-03"


def test_only_reviewers_of_the_right_body_act() -> None:
    world = make_world()
    item = item_of(make_case(world), "licence")
    clerk = make_officer(world.town.bodies["market"], name=Name.CLERK, role=Officer.Role.ISSUER)
    gone = make_officer(world.town.bodies["market"], name="离职", is_active=False)
    for officer in (world.officers["health"], world.coordinator, clerk, gone):
        assert officer is not None
        for verb in (claim_task, accept_item, undo_decision, release_task):
            with pytest.raises(Forbidden):
                verb(item_id=item.pk, officer=officer, at=AT)
    assert next_task(officer=clerk, at=AT) is None


def test_the_second_reviewer_is_told_who_has_it() -> None:
    world = make_world()
    item = item_of(make_case(world), "licence")
    claim_task(item_id=item.pk, officer=world.officers["market"], at=AT)
    claim_task(item_id=item.pk, officer=world.officers["market"], at=AT)
    for verb in (claim_task, accept_item):
        with pytest.raises(TaskTaken) as taken:
            verb(item_id=item.pk, officer=world.colleagues["market"], at=AT)
        assert str(taken.value) == "陈静在10:00已经领了这一件，您可以领下一件"
    release_task(item_id=item.pk, officer=world.officers["market"], at=AT)
    claim_task(item_id=item.pk, officer=world.colleagues["market"], at=AT)


def test_next_gives_the_most_urgent_first_and_never_what_waits() -> None:
    world = make_world()
    case = make_case(world)
    officer = world.officers["market"]
    first = next_task(officer=officer, at=AT)
    second = next_task(officer=officer, at=AT)
    assert first is not None
    assert second is not None
    assert (first.key, second.key) == ("licence", "sign-check")
    assert next_task(officer=officer, at=AT) is None
    assert next_task(officer=world.officers["health"], at=AT) is None
    with pytest.raises(IllegalMove):
        claim_task(item_id=item_of(case, "food-permit").pk, officer=world.officers["health"], at=AT)


def test_a_refusal_without_basis_reason_or_remedies_is_not_sent() -> None:
    world = make_world()
    item = item_of(make_case(world), "licence")
    officer = world.officers["market"]
    accept_item(item_id=item.pk, officer=officer, at=AT)
    with pytest.raises(Incomplete) as refused:
        decide_item(item_id=item.pk, officer=officer, decision=Decision(granted=False, reason="不行"), at=AT)
    assert refused.value.facts["gaps"] == ("写明依据的条文", "写明申请人可以怎样救济")
    with pytest.raises(Incomplete):
        decide_item(item_id=item.pk, officer=officer, decision=Decision(granted=True), at=AT)


def test_what_is_not_accepted_cannot_be_decided() -> None:
    world = make_world()
    item = item_of(make_case(world), "sign-check")
    with pytest.raises(IllegalMove):
        decide_item(item_id=item.pk, officer=world.officers["market"], decision=Decision(granted=True), at=AT)


def test_declining_names_the_right_body() -> None:
    world = make_world()
    case = make_case(world)
    item, officer = item_of(case, "licence"), world.officers["market"]
    with pytest.raises(Incomplete):
        not_accept_item(item_id=item.pk, officer=officer, right_body="", reason="不归我们", at=AT)
    not_accept_item(item_id=item.pk, officer=officer, right_body="行政审批局", reason="不归我们办", at=AT)
    assert item_of(case, "licence").decision["right_body"] == "行政审批局"
    assert item_of(case, "seal").state == ItemState.TERMINATED


def test_checks_open_the_review() -> None:
    world = make_world()
    case = make_case(world)
    item, officer = item_of(case, "licence"), world.officers["market"]
    accept_item(item_id=item.pk, officer=officer, at=AT)
    mark_checks(item_id=item.pk, officer=officer, checks={"样例场所证": "ok", "姓名": "not_ok"}, at=AT)
    item = item_of(case, "licence")
    assert (item.state, item.checks) == ("in_review", {"样例场所证": "ok", "姓名": "not_ok"})
    mark_checks(item_id=item.pk, officer=officer, checks={"姓名": ""}, at=AT)
    assert item_of(case, "licence").checks == {"样例场所证": "ok"}
    with pytest.raises(Refused):
        mark_checks(item_id=item.pk, officer=officer, checks={"姓名": "maybe"}, at=AT)


def test_a_decision_is_taken_back_within_a_minute_with_all_it_set_going() -> None:
    world = make_world()
    case = make_case(world)
    licence = grant(world, item_of(case, "licence"))
    officer = world.officers["market"]
    undo_decision(item_id=licence.pk, officer=officer, at=AT + timedelta(seconds=59))
    licence, seal = item_of(case, "licence"), item_of(case, "seal")
    assert (licence.state, licence.outcome, licence.opinion) == ("accepted", "", {})
    assert (seal.state, seal.started_at, seal.promised_due) == ("waiting", None, seal.planned_due)
    refuse_it = Decision(granted=False, basis="a", reason="b", remedies="c")
    decide_item(item_id=licence.pk, officer=officer, decision=refuse_it, at=AT + timedelta(seconds=90))
    assert item_of(case, "seal").state == ItemState.TERMINATED
    undo_decision(item_id=licence.pk, officer=officer, at=AT + timedelta(seconds=100))
    assert item_of(case, "seal").state == ItemState.WAITING
    assert verify_chain(case.number) == []


def test_too_late_once_the_minute_the_document_or_a_colleague_is_there() -> None:
    world = make_world()
    case = make_case(world)
    licence = grant(world, item_of(case, "licence"))
    officer = world.officers["market"]
    with pytest.raises(TooLate):
        undo_decision(item_id=licence.pk, officer=officer, at=AT + timedelta(seconds=61))
    with pytest.raises(TooLate):
        undo_decision(item_id=licence.pk, officer=world.colleagues["market"], at=AT)
    claim_task(item_id=item_of(case, "seal").pk, officer=world.officers["public-security"], at=AT)
    with pytest.raises(TooLate) as late:
        undo_decision(item_id=licence.pk, officer=officer, at=AT)
    assert "刻章备案" in str(late.value)
    release_task(item_id=item_of(case, "seal").pk, officer=world.officers["public-security"], at=AT)
    issue_result(item_id=licence.pk, at=AT)
    with pytest.raises(IllegalMove):
        undo_decision(item_id=licence.pk, officer=officer, at=AT)


def test_what_is_misrouted_goes_to_the_coordinator_and_on() -> None:
    world = make_world()
    case = make_case(world)
    item, officer = item_of(case, "licence"), world.officers["market"]
    with pytest.raises(Refused):
        return_misrouted(item_id=item.pk, officer=officer, right_body="", reason="不归我们", at=AT)
    return_misrouted(item_id=item.pk, officer=officer, right_body="卫健委", reason="不归我们", at=AT)
    item = item_of(case, "licence")
    assert (item.organisation, item.coordinator, item.state) == (None, world.coordinator, "received")
    assert world.coordinator is not None
    assert list(unroutable(world.coordinator)) == [item]
    assert item.promised_due is not None  # the applicant's clock runs on
    with pytest.raises(NoBody):
        reroute_item(item_id=item.pk, coordinator=world.coordinator, organisation="nobody", at=AT)
    with pytest.raises(Forbidden):
        reroute_item(item_id=item.pk, coordinator=officer, organisation="hailing-health", at=AT)
    reroute_item(item_id=item.pk, coordinator=world.coordinator, organisation="hailing-health", at=AT)
    assert item_of(case, "licence").organisation == world.town.bodies["health"]
    rounds = (
        Dispatch.objects.filter(item=item).order_by("round").values_list("round", "organisation__key", "right_body")
    )
    assert list(rounds) == [(1, "hailing-market", "卫健委"), (2, "hailing-health", "")]
    assert not unroutable(world.coordinator).exists()


def test_the_applicant_withdraws_until_acceptance() -> None:
    world = make_world()
    case = make_case(world)
    accept_item(item_id=item_of(case, "sign-check").pk, officer=world.officers["market"], at=AT)
    with pytest.raises(Refused):
        withdraw_items(case_id=case.pk, account=world.stranger, at=AT)
    with pytest.raises(TooLate):
        withdraw_items(case_id=case.pk, account=world.account, item_ids=[item_of(case, "sign-check").pk], at=AT)
    withdraw_items(case_id=case.pk, account=world.account, item_ids=[item_of(case, "licence").pk], at=AT)
    assert item_of(case, "licence").state == ItemState.WITHDRAWN
    assert item_of(case, "food-permit").state == ItemState.TERMINATED
    assert item_of(case, "sign-check").state == ItemState.ACCEPTED


def test_withdrawing_everything_closes_the_case() -> None:
    world = make_world()
    case = make_case(world)
    withdraw_items(case_id=case.pk, account=world.account, at=AT)
    case.refresh_from_db()
    assert case.closed_at == AT
    assert case.state == BundleState.WITHDRAWN


def test_the_worklist_counts_lights_and_turns_pages_by_key(django_assert_max_num_queries: object) -> None:
    world = make_world()
    for _ in range(3):
        make_case(world, food="no")
    officer = world.officers["market"]
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        page = worklist(officer, today=TODAY, size=4)
        [task.number for task in page.tasks]
    assert [task.key for task in page.tasks] == ["licence", "licence", "licence", "sign-check"]
    assert page.after is not None
    rest = worklist(officer, today=TODAY, after=page.after, size=4)
    assert ([task.key for task in rest.tasks], rest.after) == (["sign-check", "sign-check"], None)
    assert overview(officer, today=TODAY)[0][Light.NEAR] == 3
    tomorrow = overview(officer, today=TODAY + timedelta(days=1))[0]
    assert (tomorrow[Light.TODAY], tomorrow[Light.NEAR]) == (3, 3)
    claim_task(item_id=page.tasks[0].pk, officer=officer, at=AT)
    mine = worklist(officer, today=TODAY, narrowed=WorklistFilter(holder="mine"))
    assert [task.holder for task in mine.tasks] == [Name.REVIEWER]
    assert len(worklist(world.officers["health"], today=TODAY).tasks) == 0


def test_a_lane_per_body_says_what_waits_for_what(django_assert_max_num_queries: object) -> None:
    world = make_world()
    case = make_case(world)
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        lanes = lanes_of(items_of_case(case))
    assert [lane.organisation.key for lane in lanes if lane.organisation] == [
        "hailing-market", "hailing-health", "hailing-public-security",
    ]  # fmt: skip
    assert lanes[1].waits_for == {item_of(case, "food-permit").pk: ("营业执照",)}


def test_a_later_body_sees_what_an_earlier_one_brought_forth_and_no_more() -> None:
    world = make_world()
    case = make_case(world)
    grant(world, item_of(case, "licence"))
    seal = slice_for(item_of(case, "seal"), items_of_case(case), today=TODAY)
    shown = {field.element: field.value for _, fields in seal.groups for field in fields}
    assert shown == {"person_name": "阿依古丽·买买提", "uscc": "91321202MA00000007"}
    assert materials_of_item(item_of(case, "seal")) == []
    licence = slice_for(item_of(case, "licence"), items_of_case(case), today=TODAY)
    derived = {field.element: field.value for _, fields in licence.groups for field in fields}
    assert derived["birth_date"] == "1991-03-05"
    assert {row.key for row in materials_of_item(item_of(case, "licence"))} == {"样例场所证", "不侵权承诺"}
