"""What follows what, how near the deadline is, what a decision must say: the rules of departments."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import AT
from tests.factories.plans import calendar, small_plan

from onething.cases.rules import near_day
from onething.cases.states import ItemState, Outcome
from onething.dispatch.rules import (
    Light,
    Node,
    consequences,
    fill_template,
    may_undo,
    produced_fields,
    produced_gaps,
    refusal_gaps,
    slice_of_item,
    traffic_light,
)

MONDAY = date(2026, 11, 23)


def node(number: int, *after: str, outcome: Outcome | None = None, instance: str = "", key: str = "") -> Node:
    state = ItemState(outcome.value) if outcome else ItemState.WAITING if after else ItemState.RECEIVED
    return Node(number, key or f"k{number}", instance, f"第{number}项", state, outcome, after)


def test_an_item_starts_when_all_before_it_ended_well() -> None:
    rows = [node(1, outcome=Outcome.GRANTED), node(2), node(3, "k1"), node(4, "k1", "k2")]
    assert [(one.id, one.starts) for one in consequences(rows, 1)] == [(3, True)]


def test_a_refusal_ends_the_chain_and_says_because_of_what() -> None:
    rows = [node(1, outcome=Outcome.REFUSED), node(2, "k1"), node(3, "k2"), node(4)]
    found = consequences(rows, 1)
    assert [(one.id, one.starts) for one in found] == [(2, False), (3, False)]
    assert found[0].reason == "要先办的“第1项”没有同意，这一项办不下去了"
    assert "“第2项”不再办理" in found[1].reason


def test_what_is_not_required_counts_as_done() -> None:
    rows = [node(1, outcome=Outcome.NOT_REQUIRED), node(2, "k1"), node(3, "absent")]
    assert {one.id for one in consequences(rows, 1) if one.starts} == {2, 3}


def test_where_acceptance_is_enough_nobody_waits_for_the_end() -> None:
    accepted = Node(1, "a", "", "体检", ItemState.ACCEPTED, None, ())
    received = Node(1, "a", "", "体检", ItemState.RECEIVED, None, ())
    early = Node(2, "b", "", "许可", ItemState.WAITING, None, ("a",), ("a",))
    late = Node(3, "c", "", "备案", ItemState.WAITING, None, ("a",))
    assert [one.id for one in consequences([accepted, early, late], 1)] == [2]
    assert consequences([received, early, late], 1) == []


def test_of_items_run_per_person_each_waits_for_its_own() -> None:
    rows = [
        node(1, key="a", instance="twin-1", outcome=Outcome.GRANTED),
        node(2, key="a", instance="twin-2"),
        node(3, "a", key="b", instance="twin-1"),
        node(4, "a", key="b", instance="twin-2"),
        node(5, "a", key="c"),
    ]
    assert [one.id for one in consequences(rows, 1)] == [3]


@given(st.data())
def test_nothing_that_waits_is_forgotten(data: st.DataObject) -> None:
    """I5: once every item that does not wait has ended, every item that waits starts or ends, whatever the graph."""
    size = data.draw(st.integers(1, 7))
    rows = []
    for number in range(1, size + 1):
        before = data.draw(st.lists(st.integers(1, number - 1), unique=True, max_size=3)) if number > 1 else []
        if before:
            rows.append(node(number, *[f"k{one}" for one in before]))
        else:
            rows.append(node(number, outcome=data.draw(st.sampled_from(Outcome))))
    waiting = {row.id for row in rows if row.state is ItemState.WAITING}
    settled: set[int] = set()
    while waiting - settled:
        found = consequences(rows, 1)
        assert found
        settled |= {one.id for one in found}
        ended = {one.id: Outcome.GRANTED if one.starts else Outcome.TERMINATED for one in found}
        rows = [
            Node(r.id, r.key, r.instance, r.name, ItemState(ended[r.id].value), ended[r.id], r.after)
            if r.id in ended
            else r
            for r in rows
        ]


@pytest.mark.parametrize(
    ("today", "light"),
    [
        (date(2026, 11, 23), Light.NORMAL),
        (date(2026, 12, 1), Light.NORMAL),
        (date(2026, 12, 2), Light.NEAR),  # 3 of 9 left
        (date(2026, 12, 4), Light.NEAR),
        (date(2026, 12, 5), Light.NEAR),
        (date(2026, 12, 7), Light.TODAY),
        (date(2026, 12, 8), Light.OVERDUE),
    ],
)
def test_the_light(today: date, light: Light) -> None:
    due, started = date(2026, 12, 7), date(2026, 11, 24)
    assert traffic_light(due=due, started=started, today=today, calendar=calendar()) == light
    assert traffic_light(due=due, started=started, today=today, calendar=calendar(), paused=True) == Light.PAUSED


@given(st.integers(0, 40), st.integers(0, 700), st.integers(0, 60))
def test_the_stored_day_says_what_the_rule_says(limit: int, shift: int, later: int) -> None:
    """Lists compare stored days; the rule counts. They agree on every day, over holidays and weekends."""
    started = date(2025, 1, 1) + timedelta(days=shift)
    due = calendar().add_working_days(started, limit)
    near = near_day(started, due, calendar())
    today = started + timedelta(days=later)
    by_rule = traffic_light(due=due, started=started, today=today, calendar=calendar())
    if today >= due:
        by_day = Light.TODAY if today == due else Light.OVERDUE
    else:
        by_day = Light.NEAR if today >= near else Light.NORMAL
    assert by_day == by_rule


def test_without_a_promise_there_is_nothing_to_be_late_for() -> None:
    assert traffic_light(due=None, started=MONDAY, today=MONDAY, calendar=calendar()) == Light.NORMAL


def test_a_refusal_names_basis_reason_and_remedies() -> None:
    assert refusal_gaps(basis=" ", reason="x", remedies="") == ("写明依据的条文", "写明申请人可以怎样救济")
    assert refusal_gaps(basis="a", reason="b", remedies="c") == ()


def test_a_grant_says_what_later_items_wait_for() -> None:
    wanted = produced_fields(small_plan(), "licence", {})
    assert produced_gaps(wanted, {}) == ("填写店主的统一社会信用代码",)
    assert produced_gaps(wanted, {"owner": {"uscc": "91"}}) == ()
    assert produced_fields(small_plan(), "seal", {}) == []
    two = produced_fields(small_plan(), "licence", {"owner": ["owner-1", "owner-2"]})
    assert [one.label for one in two] == ["店主1的统一社会信用代码", "店主2的统一社会信用代码"]


def test_a_place_nothing_is_known_for_is_named_not_blank() -> None:
    filled = fill_template("{申请人}的{事项}，{编号}。", {"申请人": "李梅", "事项": "营业执照"})
    assert filled.text == "李梅的营业执照，【编号：待填】。"
    assert filled.missing == ("编号",)
    assert fill_template(filled.text, {}).missing == ("编号",)  # typed on by hand and checked again


def test_taking_back_ends_with_the_minute_or_the_document() -> None:
    assert may_undo(decided_at=AT, at=AT + timedelta(seconds=60), document_out=False)
    assert not may_undo(decided_at=AT, at=AT + timedelta(seconds=61), document_out=False)
    assert not may_undo(decided_at=AT, at=AT, document_out=True)
    assert not may_undo(decided_at=None, at=AT, document_out=False)


def test_a_body_sees_its_own_items_fields_and_materials_only() -> None:
    plan = small_plan()
    known = {
        "owner": {"person_name": "李梅", "citizen_id_number": "1", "uscc": "9"},
        "staff-1": {"mobile_number": "138"},
    }
    seal = slice_of_item(plan, known, "seal", {"owner": ["owner"], "staff": ["staff-1"]})
    assert [(field.element, field.value) for _, fields in seal.groups for field in fields] == [
        ("person_name", "李梅"),
        ("uscc", "9"),
    ]
    assert seal.material_keys == frozenset()
    food = slice_of_item(plan, known, "food-permit", {"owner": ["owner"], "staff": ["staff-1", "staff-2"]})
    assert [title for title, _ in food.groups] == ["店员1", "店员2"]
    assert "citizen_id_number" not in str(food.groups)
    assert food.material_keys == {"健康证明", "食品安全制度", "business-licence"}


def test_what_each_of_several_answered_stands_once_and_with_him() -> None:
    asked = {"party": "holder", "party_name": "股东", "asked_by": [{"item": "licence", "basis": "法"}], "type": "text"}
    kind = {**asked, "element": "kind", "label": "类型", "source": {"kind": "answer"}}
    card = {**asked, "element": "card", "label": "证件", "subject": "holder", "not_of": ["holder-2"]}
    rows = [{**kind, "subject": subject} for subject in ("holder-1", "holder-2")]
    known = {"holder-1": {"kind": "自然人", "card": "1"}, "holder-2": {"kind": "企业法人"}}
    cut = slice_of_item({"form": [card], "supplied": rows}, known, "licence", {"holder": ["holder-1", "holder-2"]})
    assert {title: [(one.label, one.value) for one in fields] for title, fields in cut.groups} == {
        "股东1": [("证件", "1"), ("类型", "自然人")],
        "股东2": [("类型", "企业法人")],
    }


@given(st.sampled_from(["licence", "seal", "food-permit", "sign-check"]))
def test_no_slice_holds_a_datum_its_item_does_not_ask(key: str) -> None:
    """I10 over every item: whatever is known, a slice shows only rows whose `asked_by` names the item."""
    plan = small_plan()
    rows = [*plan["form"], *plan["supplied"]]
    known = {row["subject"]: {row["element"]: "secret" for row in rows} for row in rows}
    asked = {(row["subject"], row["element"]) for row in rows if any(a["item"] == key for a in row["asked_by"])}
    shown = slice_of_item(plan, known, key, {})
    assert {(field.subject, field.element) for _, fields in shown.groups for field in fields} == asked
