"""What may be found, until when, what is one point and what contradicts: the pure rules of a round (R2.7.a)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import AT
from tests.factories.feedback import PARALLEL, field, paper, section
from tests.factories.plans import calendar, changed_small_document, small_plan

from onething.catalogue.plan import make_plan
from onething.feedback.editing import editors, stored, written
from onething.feedback.reasons import REASONS, reasons_for
from onething.feedback.rules import (
    Demands,
    Raised,
    Target,
    TargetKind,
    contradictions,
    demands_of,
    marks_to_reset,
    merge,
    needs_approval,
    touched,
    window_of,
)
from onething.feedback.states import ROUND_MOVES, IllegalRoundMove, RoundState, check_round
from onething.feedback.wording import asked_targets

SUBJECTS = {"owner": ("owner",), "staff": ("staff-1", "staff-2")}
VALUES = {
    "owner": {"owner": {"person_name": "李梅", "citizen_id_number": "1", "trade_name": "䶮记"}},
    "staff": {"staff-1": {"person_name": "甲"}, "staff-2": {"person_name": "乙"}},
}


def demands(item: str, *, instance: str = "") -> Demands:
    return demands_of(small_plan(), item, SUBJECTS, instance=instance)


def test_a_body_may_find_only_what_its_item_asked_the_applicant() -> None:
    """R2.3.c/2: nothing beyond the notice; not another body's data, not what is derived, produced or promised."""
    licence = demands("licence").targets
    assert {field("person_name"), field("citizen_id_number"), section("owner")} <= licence
    assert {one.key for one in licence if one.kind is TargetKind.MATERIAL} == {"样例场所证", "租房合同"}
    assert field("birth_date") not in licence
    assert field("trade_name") not in licence
    assert field("uscc") not in demands("seal").targets
    food = demands("food-permit").targets
    assert {field("mobile_number", "staff-1"), field("mobile_number", "staff-2"), paper("健康证明", "staff-1")} <= food
    assert not any(one.key == "营业执照" for one in food)


def test_what_a_datum_is_derived_from_is_input_but_no_target_by_itself() -> None:
    assert field("citizen_id_number") in touched([field("citizen_id_number")], demands("licence"))
    assert touched([field("trade_name")], demands("licence")) == frozenset()
    assert touched([field("trade_name")], demands("sign-check")) == {field("trade_name")}


@given(st.text(max_size=20).filter(lambda text: "|" not in text), st.text(min_size=1, max_size=20))
def test_a_target_comes_back_from_its_code(subject: str, key: str) -> None:
    one = Target(TargetKind.MATERIAL, key, subject)
    assert Target.parse(one.code) == one


@pytest.mark.parametrize("code", ["", "field", "field|owner", "other|a|b", "field|owner|"])
def test_what_is_no_target_is_none(code: str) -> None:
    assert Target.parse(code) is None


@given(st.dates(date(2026, 1, 1), date(2026, 12, 20)), st.integers(1, 5))
def test_findings_end_before_the_law_does(received: date, days: int) -> None:
    window = window_of(received, calendar(), finding_days=days)
    assert received < window.cut_off_on <= window.last_on
    assert calendar().working_days_between(received, window.last_on) == 5
    assert window.cut_off <= window.latest_notice + timedelta(hours=7)
    assert not window.is_silent(window.last_on)
    assert window.is_silent(window.last_on + timedelta(days=1))


def test_the_five_days_before_the_national_holiday() -> None:
    """行政许可法 art. 32(4): the start day is not counted, the holiday neither."""
    window = window_of(date(2026, 9, 21), calendar(), finding_days=3)
    assert window.last_on == date(2026, 9, 29)
    assert window_of(date(2026, 9, 28), calendar(), finding_days=3).last_on == date(2026, 10, 10)


def test_what_could_have_been_seen_before_needs_approval() -> None:
    """R2.7.a/3."""
    window = window_of(AT.date(), calendar(), finding_days=3)
    name, place = field("person_name"), paper("样例场所证")

    def why(target: Target, *, returned: bool, changed: frozenset[Target] = frozenset(), late: bool = False) -> str:
        at = window.cut_off if late else AT
        return needs_approval(target, demands("licence"), returned=returned, changed=changed, window=window, at=at)

    assert why(name, returned=False) == ""
    assert why(name, returned=True) == "unchanged"
    assert why(name, returned=True, changed=frozenset({name})) == ""
    assert why(place, returned=True, changed=frozenset({name})) == "unchanged"
    assert why(section("owner"), returned=True, changed=frozenset({name})) == ""
    assert why(name, returned=False, late=True) == "late"


TARGETS = [field("person_name"), field("trade_name"), paper("样例场所证")]
RAISED = st.builds(
    Raised,
    id=st.integers(1, 10_000),
    item=st.integers(1, 4),
    body=st.sampled_from(["甲", "乙", "丙"]),
    target=st.sampled_from(TARGETS),
    reason=st.sampled_from(["wrong", "too_short", "too_long", "differs"]),
    required=st.sampled_from(["", "A", "B"]),
    settled=st.booleans(),
)


@given(st.lists(RAISED, max_size=12, unique_by=lambda one: one.id))
def test_merging_loses_nothing_and_tells_each_thing_once(raised: list[Raised]) -> None:
    points = merge(raised)
    assert sorted(one.id for point in points for one in point.findings) == sorted(one.id for one in raised)
    assert len({point.target for point in points}) == len(points)
    for point in points:
        assert len({line.reason for line in point.lines}) == len(point.lines)
        for line in point.lines:
            assert len(set(line.bodies)) == len(line.bodies)


def opposite(reason: str) -> str:
    return REASONS[reason].opposite


@given(st.lists(RAISED, max_size=12, unique_by=lambda one: one.id))
def test_a_contradiction_is_between_two_items_on_one_target_and_settled_by_settling_both(raised: list[Raised]) -> None:
    for point in merge(raised):
        for one, other in contradictions(point, opposite):
            assert one.item != other.item
            assert one.target == other.target
            assert opposite(one.reason) == other.reason or (one.required and one.required != other.required)
            assert not (one.settled and other.settled)
    settled = [Raised(o.id, o.item, o.body, o.target, o.reason, o.required, settled=True) for o in raised]
    assert [pair for point in merge(settled) for pair in contradictions(point, opposite)] == []


def test_opposites_are_mutual_and_fit_the_same_things() -> None:
    for one in REASONS.values():
        if one.opposite:
            other = REASONS[one.opposite]
            assert other.opposite == one.code
            assert other.kinds == one.kinds
    assert all(reasons_for(kind) for kind in TargetKind)


def test_marks_that_a_change_touches_are_looked_at_again() -> None:
    marks = {"condition:1": "ok", "material:场所证": "ok", "material:健康证:staff-1": "ok"}
    assert marks_to_reset(marks, [paper("场所证")]) == {"condition:1": "ok", "material:健康证:staff-1": "ok"}
    assert set(marks_to_reset(marks, [paper("健康证", "staff-1")])) == {"condition:1", "material:场所证"}
    assert "condition:1" not in marks_to_reset(marks, [field("person_name")])
    assert marks_to_reset(marks, []) == marks


@given(st.lists(st.sampled_from(list(RoundState)), min_size=2, max_size=6))
def test_a_round_moves_only_by_the_table_and_never_out_of_an_end(walk: list[RoundState]) -> None:
    for old, new in pairwise(walk):
        if new in ROUND_MOVES[old]:
            check_round(old, new)
        else:
            with pytest.raises(IllegalRoundMove):
                check_round(old, new)
    assert all(not ROUND_MOVES[end] for end in (RoundState.ANSWERED, RoundState.LAPSED, RoundState.CLOSED))


def test_only_the_named_fields_can_be_edited() -> None:
    """I8, ux g2: a datum with a point of its own is not offered again in the point of its section."""
    plan = make_plan(
        changed_small_document(*PARALLEL),
        place="321202000000",
        answers={"food": "yes"},
        chosen=None,
        on=AT.date(),
        calendar=calendar(),
        version="2026.1",
    )
    asked = demands_of(plan, "licence", SUBJECTS)
    whole = section("owner")
    drawn = editors(
        plan,
        VALUES,
        [(1, field("person_name")), (2, whole), (3, paper("样例场所证"))],
        {2: asked.fields_of(whole)},
    )
    assert [one.key for one in drawn[1].fields] == ["owner.person_name"]
    assert [one.key for one in drawn[2].fields] == ["owner.citizen_id_number"]
    assert 3 not in drawn
    assert stored(drawn[1], VALUES) == {"owner.person_name": "李梅"}
    after = written(drawn[1], VALUES, {"owner.person_name": "李莓", "owner.trade_name": "别的"})
    assert after["owner"]["owner"] == {"person_name": "李莓", "citizen_id_number": "1", "trade_name": "䶮记"}
    assert after["staff"] == VALUES["staff"]
    assert VALUES["owner"]["owner"]["person_name"] == "李梅"


def test_every_target_has_words_and_its_basis() -> None:
    plan = small_plan()
    words = asked_targets(plan, SUBJECTS)
    for item in plan["items"]:
        for target in demands_of(plan, item["key"], SUBJECTS).targets:
            assert words[target].label
            assert item["key"] in words[target].bases
