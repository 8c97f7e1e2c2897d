"""What a refusal means for what hangs on it, by the item's file, and what the applicant says (R2.8.e/2)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import AT
from tests.factories.cases import World, grant, item_of, make_case, make_world, refuse

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.models import OneThingCase
from onething.cases.states import ItemState, Outcome
from onething.dispatch.models import RefusalChoice
from onething.dispatch.rules import Node, consequences
from onething.dispatch.services import answer_refusal, close_silent_choices, undo_decision
from onething.documents.models import OfficialDocument
from onething.kit.errors import Refused


def ruled(case: OneThingCase, rule: str, key: str = "food-permit") -> None:
    """The same case under a file that says what the refusal of the licence means for another item."""
    case.refresh_from_db()
    plan = dict(case.plan)
    plan["items"] = [
        {**one, **({"if_refused": {"licence": rule}} if one["key"] == key else {})} for one in plan["items"]
    ]
    OneThingCase.objects.filter(pk=case.pk).update(plan=plan)


def refused_case(world: World, rule: str) -> OneThingCase:
    case = make_case(world)
    ruled(case, rule)
    refuse(world, item_of(case, "licence"))
    return case


def kinds(case: OneThingCase) -> list[str]:
    return list(Event.objects.filter(case_number=case.number).order_by("seq").values_list("kind", flat=True))


# --- the rule alone ------------------------------------------------------------------------------------------------


@given(
    rule=st.sampled_from(["end", "go_on", "ask", "wait"]), outcome=st.sampled_from(list(Outcome)), said=st.booleans()
)
def test_only_a_refusal_is_left_to_a_rule_and_an_answer_releases(rule: str, outcome: Outcome, said: bool) -> None:
    """Other bad ends end what needs them; good ones start it; an item the applicant goes on with starts without."""
    first = Node(1, "a", "", "甲", ItemState(outcome.value), outcome, ())
    released = frozenset({"a"}) if said else frozenset()
    second = Node(2, "b", "", "乙", ItemState.WAITING, None, ("a",), if_refused={"a": rule}, released=released)
    (found,) = consequences([first, second], 1)
    good = outcome in {Outcome.GRANTED, Outcome.DONE, Outcome.NOT_REQUIRED}
    held = outcome is Outcome.REFUSED and rule in {"ask", "wait"} and not said
    assert found.rule == (rule if held else "")
    assert found.starts is (good or said or (outcome is Outcome.REFUSED and rule == "go_on"))
    assert bool(found.reason) is (not found.starts and not held)


def test_one_that_ends_ends_whatever_else_is_asked() -> None:
    one = Node(1, "a", "", "甲", ItemState.REFUSED, Outcome.REFUSED, ())
    other = Node(2, "b", "", "乙", ItemState.WITHDRAWN, Outcome.WITHDRAWN, ())
    both = Node(3, "c", "", "丙", ItemState.WAITING, None, ("a", "b"), if_refused={"a": "ask"})
    (found,) = consequences([one, other, both], 2)
    assert (found.starts, found.rule) == (False, "")


# --- on a case -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestOnACase:
    def test_without_a_word_in_the_file_it_ends(self) -> None:
        world = make_world()
        case = make_case(world)
        refuse(world, item_of(case, "licence"))
        assert item_of(case, "food-permit").state == ItemState.TERMINATED
        assert not RefusalChoice.objects.exists()

    def test_go_on_starts_it_as_if_nothing_were(self) -> None:
        case = refused_case(make_world(), "go_on")
        assert item_of(case, "food-permit").state == ItemState.RECEIVED
        assert item_of(case, "seal").state == ItemState.TERMINATED

    def test_asked_it_waits_until_the_applicant_says_go_on(self) -> None:
        world = make_world()
        case = refused_case(world, "ask")
        food = item_of(case, "food-permit")
        choice = RefusalChoice.objects.get()
        assert (food.state, choice.item_id, choice.cause.key) == ("waiting", food.pk, "licence")
        assert choice.until == date(2026, 12, 9), "ten working days, the city's choice"
        answer_refusal(item_id=food.pk, account=world.account, go_on=True, at=AT + timedelta(days=1))
        assert item_of(case, "food-permit").state == ItemState.RECEIVED
        with pytest.raises(Refused) as again:
            answer_refusal(item_id=food.pk, account=world.account, go_on=False, at=AT)
        assert again.value.code == "not_asked"
        assert kinds(case).count("item.refusal_left_to_applicant") == 1
        assert verify_chain(case.number) == []

    def test_or_takes_it_back(self) -> None:
        world = make_world()
        case = refused_case(world, "ask")
        food = item_of(case, "food-permit")
        with pytest.raises(Refused) as stranger:
            answer_refusal(item_id=food.pk, account=world.stranger, go_on=False, at=AT)
        assert stranger.value.code == "not_yours"
        answer_refusal(item_id=food.pk, account=world.account, go_on=False, at=AT)
        assert item_of(case, "food-permit").state == ItemState.WITHDRAWN

    @pytest.mark.parametrize(
        ("rule", "last", "state"),
        [("ask", date(2026, 12, 9), ItemState.RECEIVED), ("wait", date(2027, 1, 24), ItemState.TERMINATED)],
    )
    def test_silence_is_defined(self, rule: str, last: date, state: ItemState) -> None:
        """Asked, it goes on; waiting for review (行政复议法 art. 20: 60 days), it ends with a reason. Not before the last day is over."""
        world = make_world()
        case = refused_case(world, rule)
        choice = RefusalChoice.objects.get()
        assert choice.until == last
        over = AT + (last - AT.date())
        assert close_silent_choices(at=over) == 0
        assert item_of(case, "food-permit").state == ItemState.WAITING
        assert close_silent_choices(at=over + timedelta(days=1)) == 1
        assert close_silent_choices(at=over + timedelta(days=1)) == 0
        food = item_of(case, "food-permit")
        assert food.state == state
        assert ("没有新结果" in food.opinion.get("reason", "")) is (rule == "wait")
        notices = OfficialDocument.objects.standing().filter(item=food, kind="termination")
        assert notices.count() == (rule == "wait")
        assert verify_chain(case.number) == []

    def test_a_refusal_taken_back_asks_nobody_any_more(self) -> None:
        world = make_world()
        case = refused_case(world, "ask")
        undo_decision(item_id=item_of(case, "licence").pk, officer=world.officers["market"], at=AT)
        assert not RefusalChoice.objects.exists()
        licence = item_of(case, "licence")
        assert licence.state == ItemState.ACCEPTED
        assert item_of(case, "food-permit").state == ItemState.WAITING

    def test_a_grant_asks_nobody(self) -> None:
        world = make_world()
        case = make_case(world)
        ruled(case, "ask")
        grant(world, item_of(case, "licence"))
        assert item_of(case, "food-permit").state == ItemState.RECEIVED
        assert not RefusalChoice.objects.exists()
