"""A decision that two people take: proposed by one, confirmed or sent back by another of the same body (R2.8.e, ux e6)."""

from datetime import timedelta
from typing import Any

import pytest
from tests.cast import AT
from tests.catalogue.test_check import SOUND, errors_of
from tests.factories.cases import World, item_of, make_case, make_world
from tests.factories.parties import make_officer
from tests.factories.plans import calendar, changed_small_document, small_plan

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import IllegalMove
from onething.cases.states import ItemState
from onething.catalogue.plan import make_plan
from onething.dispatch.models import Proposal
from onething.dispatch.services import (
    Decision,
    Forbidden,
    Incomplete,
    accept_item,
    confirm_decision,
    decide_item,
    send_back_decision,
    take_back_proposal,
    undo_decision,
)
from onething.kit.errors import Refused
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db
RULE = {"basis": "示例条例第八条（测试用）", "source": "S1"}
GRANT = Decision(
    granted=True, opinion="符合条件，同意。", basis="条例第十九条", produced={"owner": {"uscc": "91321202MA00000007"}}
)
REFUSE = Decision(granted=False, basis="条例第十九条", reason="场所不符合要求。", remedies="60日内可以申请行政复议。")


def demand_second(case: OneThingCase, key: str = "licence") -> None:
    """The same case under a file that wants a second person for one item."""
    case.refresh_from_db()
    plan = dict(case.plan)
    plan["items"] = [{**one, **({"second_person": RULE} if one["key"] == key else {})} for one in plan["items"]]
    OneThingCase.objects.filter(pk=case.pk).update(plan=plan)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def licence(world: World) -> ItemCase:
    case = make_case(world)
    demand_second(case)
    item = item_of(case, "licence")
    accept_item(item_id=item.pk, officer=world.officers["market"], at=AT)
    return item_of(case, "licence")


def first(world: World) -> Officer:
    return world.officers["market"]


def second(world: World) -> Officer:
    return world.colleagues["market"]


def kinds(item: ItemCase) -> list[str]:
    return list(Event.objects.filter(case_number=item.case.number).order_by("seq").values_list("kind", flat=True))


def test_nothing_happens_before_the_second_person_confirms(world: World, licence: ItemCase) -> None:
    decide_item(item_id=licence.pk, officer=first(world), decision=GRANT, at=AT)
    item = item_of(licence.case, "licence")
    assert (item.state, item.outcome, item.decided_at, item.opinion) == ("in_review", "", None, {})
    assert item_of(licence.case, "food-permit").state == ItemState.WAITING
    later = AT + timedelta(hours=1)
    confirm_decision(item_id=item.pk, officer=second(world), at=later)
    item = item_of(licence.case, "licence")
    assert (item.state, item.decided_at, item.decided_by_id) == ("granted", later, second(world).pk)
    assert item.opinion["produced"] == {"owner": {"uscc": "91321202MA00000007"}}
    assert item_of(licence.case, "food-permit").state == ItemState.RECEIVED
    proposal = Proposal.objects.get()
    assert (proposal.proposed_by, proposal.answered_by, proposal.answer) == (first(world), second(world), "confirmed")
    told = [one for one in kinds(item) if one.startswith(("item.review", "item.decision", "item.granted"))]
    assert told == ["item.review_opened", "item.decision_proposed", "item.granted"]
    assert verify_chain(item.case.number) == []
    assert list(check_derived_states(numbers=[item.case.number])) == []


def test_a_proposed_refusal_needs_all_that_a_refusal_needs_and_says_the_same_in_the_end(
    world: World, licence: ItemCase
) -> None:
    """ux e6, 行政许可法 art. 38: the gaps show when it is written, not when it is confirmed."""
    with pytest.raises(Incomplete):
        decide_item(item_id=licence.pk, officer=first(world), decision=Decision(granted=False), at=AT)
    decide_item(item_id=licence.pk, officer=first(world), decision=REFUSE, at=AT)
    confirm_decision(item_id=licence.pk, officer=second(world), at=AT)
    item = item_of(licence.case, "licence")
    assert item.state == ItemState.REFUSED
    assert item.decision == {"basis": "条例第十九条", "remedies": "60日内可以申请行政复议。", "reasoned": True}
    assert item.opinion == {"reason": "场所不符合要求。"}


def test_never_the_same_person_nor_another_body_nor_a_second_office(world: World, licence: ItemCase) -> None:
    decide_item(item_id=licence.pk, officer=first(world), decision=GRANT, at=AT)
    other = world.officers["health"]
    twin = make_officer(world.town.bodies["market"], name="孙二", role=Officer.Role.REVIEWER)
    Officer.objects.filter(pk=twin.pk).update(account=other.account)
    twin.refresh_from_db()
    Proposal.objects.update(proposed_by=first(world))
    for officer in (first(world), other):
        with pytest.raises(Forbidden):
            confirm_decision(item_id=licence.pk, officer=officer, at=AT)
        with pytest.raises(Forbidden):
            send_back_decision(item_id=licence.pk, officer=officer, reason="再看看", at=AT)
    Proposal.objects.update(proposed_by=other)  # the same person as `twin`, by another office
    with pytest.raises(Forbidden):
        confirm_decision(item_id=licence.pk, officer=twin, at=AT)
    assert item_of(licence.case, "licence").state == ItemState.IN_REVIEW


def test_sent_back_with_a_reason_and_written_anew(world: World, licence: ItemCase) -> None:
    decide_item(item_id=licence.pk, officer=first(world), decision=GRANT, at=AT)
    with pytest.raises(Refused) as without:
        send_back_decision(item_id=licence.pk, officer=second(world), reason=" ", at=AT)
    assert without.value.code == "incomplete"
    send_back_decision(item_id=licence.pk, officer=second(world), reason="依据条文写错了", at=AT)
    assert item_of(licence.case, "licence").state == ItemState.IN_REVIEW
    with pytest.raises(Refused) as gone:
        confirm_decision(item_id=licence.pk, officer=second(world), at=AT)
    assert gone.value.code == "not_proposed"
    decide_item(item_id=licence.pk, officer=first(world), decision=REFUSE, at=AT)
    with pytest.raises(Refused) as twice:
        decide_item(item_id=licence.pk, officer=first(world), decision=GRANT, at=AT)
    assert twice.value.code == "proposed"
    take_back_proposal(item_id=licence.pk, officer=first(world), at=AT)
    assert list(Proposal.objects.order_by("pk").values_list("answer", flat=True)) == ["sent_back", "taken_back"]
    assert "item.decision_sent_back" in kinds(licence)
    assert "item.proposal_taken_back" in kinds(licence)


def test_only_who_proposed_takes_it_back(world: World, licence: ItemCase) -> None:
    decide_item(item_id=licence.pk, officer=first(world), decision=GRANT, at=AT)
    with pytest.raises(Forbidden):
        take_back_proposal(item_id=licence.pk, officer=second(world), at=AT)


def test_within_a_minute_who_confirmed_takes_it_back_and_the_proposal_is_gone(world: World, licence: ItemCase) -> None:
    """ux e5: the minute begins with the confirmation, not with the proposal."""
    decide_item(item_id=licence.pk, officer=first(world), decision=REFUSE, at=AT)
    later = AT + timedelta(hours=2)
    confirm_decision(item_id=licence.pk, officer=second(world), at=later)
    with pytest.raises(Refused):
        undo_decision(item_id=licence.pk, officer=first(world), at=later)
    undo_decision(item_id=licence.pk, officer=second(world), at=later + timedelta(seconds=59))
    assert item_of(licence.case, "licence").state == ItemState.ACCEPTED
    with pytest.raises(Refused) as gone:
        confirm_decision(item_id=licence.pk, officer=second(world), at=later)
    assert gone.value.code == "not_proposed"
    decide_item(item_id=licence.pk, officer=first(world), decision=GRANT, at=later + timedelta(minutes=2))
    assert Proposal.objects.filter(answer="").count() == 1


def test_a_clock_that_was_stopped_meanwhile_keeps_the_decision_back(world: World, licence: ItemCase) -> None:
    decide_item(item_id=licence.pk, officer=first(world), decision=GRANT, at=AT)
    ItemCase.objects.filter(pk=licence.pk).update(state=ItemState.SUSPENDED)
    with pytest.raises(IllegalMove):
        confirm_decision(item_id=licence.pk, officer=second(world), at=AT)
    assert Proposal.objects.get().answer == ""


def test_items_without_the_rule_need_nobody(world: World) -> None:
    case = make_case(world)
    accept_item(item_id=item_of(case, "licence").pk, officer=first(world), at=AT)
    decide_item(item_id=item_of(case, "licence").pk, officer=first(world), decision=GRANT, at=AT)
    assert item_of(case, "licence").state == ItemState.GRANTED
    assert not Proposal.objects.exists()


def test_the_file_says_so_and_why(tmp_path: Any) -> None:
    """The rules reach the plan; without a basis the file is refused, without a line about it the plan says nothing."""
    assert all({"second_person", "if_refused"}.isdisjoint(one) for one in small_plan()["items"])
    changed = changed_small_document(
        ("    kind: 行政许可\n    legal_basis", "    kind: 行政许可\n    second_person: {basis: 示例条例第八条, source: S1}\n    legal_basis"),
        ("自动开始\n    after: [licence]\n", "自动开始\n    after: [{item: licence, if_refused: ask}]\n"),
    )  # fmt: skip
    plan = make_plan(changed, place="321202", answers={"food": "yes"}, on=AT.date(), calendar=calendar())
    items = {one["key"]: one for one in plan["items"]}
    assert items["licence"]["second_person"] == {"basis": "示例条例第八条", "source": "S1"}
    assert items["seal"]["if_refused"] == {"licence": "ask"}
    assert "if_refused" not in items["food-permit"]
    planted = {**SOUND, "items": [{**SOUND["items"][0], "second_person": {"note": "没有依据"}}, *SOUND["items"][1:]]}
    assert "no-basis" in errors_of(tmp_path, planted)


def test_a_file_may_not_let_an_item_go_on_without_the_paper_it_needs(tmp_path: Any) -> None:
    """R2.8.e/2: what needs the refused item's result ends or waits."""
    first_item, second_item = SOUND["items"]
    for rule, wrong in (("go_on", True), ("ask", True), ("wait", False), ("end", False)):
        needing = {**second_item, "after": [{"item": "first", "if_refused": rule}], "needs": ["甲证"]}
        codes = errors_of(tmp_path, {**SOUND, "items": [first_item, needing]})
        assert ("goes-on-without" in codes) is wrong, (rule, codes)
