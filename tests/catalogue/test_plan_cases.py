"""Single situations that once went wrong, each with the smallest thing that shows it."""

import copy
from datetime import date
from typing import Any

import pytest
from tests.catalogue.generated import compiled
from tests.catalogue.test_check import SOUND

from onething.catalogue.loader import SHIPPED
from onething.catalogue.plan import BadAnswers, make_plan
from onething.kit.workdays import load_calendar

CALENDAR = load_calendar(SHIPPED / "calendar.yaml")
ANSWERS = {"place": "in", "paid": "no"}


def plan(change: Any, answers: dict[str, Any] | None = None, chosen: list[str] | None = None) -> dict[str, Any]:
    thing = copy.deepcopy(SOUND)
    change(thing)
    return make_plan(
        compiled(thing), place="321202", answers=ANSWERS if answers is None else answers, on=date(2026, 3, 2),
        calendar=CALENDAR, chosen=chosen,
    )  # fmt: skip


def first(thing: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = thing["items"][0]
    return found


def papers(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {material["name"]: material for material in result["materials"]}


def test_an_alternative_of_an_absent_person_frees_nobody() -> None:
    def change(thing: dict[str, Any]) -> None:
        thing["parties"] = [{"key": "a", "name": "申请人"}, {"key": "b", "name": "父亲", "when": {"place": ["out"]}}]
        first(thing)["materials"] = [
            {"name": "甲纸", "of": "申请人", "any_of": "证明"},
            {"name": "乙纸", "of": "父亲", "any_of": "证明"},
        ]

    material = papers(plan(change))["甲纸"]
    assert material["required"]
    assert not material["not_needed"]


def test_a_stricter_choice_is_not_settled_by_a_weaker_wish() -> None:
    def change(thing: dict[str, Any]) -> None:
        first(thing)["materials"] = [{"name": "甲纸", "any_of": "x"}, {"name": "乙纸", "any_of": "x"}]
        thing["items"][1]["materials"] = [{"name": "甲纸", "required": "非必要"}]

    found = papers(plan(change))
    assert found["甲纸"]["required"]
    assert found["乙纸"]["required"]
    assert {asker["item"] for asker in found["甲纸"]["asked_by"]} == {"first", "second"}


def test_a_paper_wanted_anyway_settles_the_choice() -> None:
    def change(thing: dict[str, Any]) -> None:
        first(thing)["materials"] = [{"name": "甲纸", "any_of": "x"}, {"name": "乙纸", "any_of": "x"}]
        thing["items"][1]["materials"] = [{"name": "甲纸"}]

    found = papers(plan(change))
    assert found["甲纸"]["required"]
    assert found["乙纸"]["not_needed"]


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize(
    ("others", "groups", "needed"),
    [
        ({}, 2, True),  # one of two, twice
        ({"first": {"obtainable_by": "电子证照共享"}}, 1, True),  # here another stands for it, there it is a choice
        ({"first": {"obtainable_by": "数据核验"}, "second": {"obtainable_by": "数据核验"}}, 2, False),
    ],
)
def test_a_paper_in_two_choices_is_listed_once(
    others: dict[str, dict[str, str]], groups: int, needed: bool, swap: bool
) -> None:
    def change(thing: dict[str, Any]) -> None:
        for item, other in zip(thing["items"], ["乙纸", "丙纸"], strict=True):
            item["materials"] = [
                {"name": "甲纸", "any_of": "x"}, {"name": other, "any_of": "x", **others.get(item["key"], {})},
            ]  # fmt: skip
        if swap:
            thing["items"][0]["after"], thing["items"][1]["after"] = ["second"], []

    result = plan(change)
    found = papers(result)
    assert sorted(material["name"] for material in result["materials"]) == ["丙纸", "乙纸", "甲纸"]
    assert {asker["item"] for asker in found["甲纸"]["asked_by"]} == {"first", "second"}
    assert found["甲纸"]["not_needed"] == (not needed)
    assert found["甲纸"]["required"] == needed
    assert len(found["甲纸"]["groups"]) == groups
    assert found["甲纸"]["any_of"] == found["甲纸"]["groups"][0]
    if groups == 1:
        assert found["甲纸"]["any_of"] == found["丙纸"]["any_of"]


def test_a_paper_fetched_for_one_item_is_a_choice_for_the_other() -> None:
    def change(thing: dict[str, Any]) -> None:
        first(thing)["materials"] = [
            {"name": "甲纸", "any_of": "x", "obtainable_by": "电子证照共享"}, {"name": "乙纸", "any_of": "x"},
        ]  # fmt: skip
        thing["items"][1]["materials"] = [{"name": "甲纸", "any_of": "x"}, {"name": "丙纸", "any_of": "x"}]

    found = papers(plan(change))
    assert (found["甲纸"]["obtained"], found["甲纸"]["any_of"]) == ("submit", found["丙纸"]["any_of"])
    assert found["乙纸"]["not_needed"]


def test_nobody_is_the_same_as_somebody_absent() -> None:
    def change(thing: dict[str, Any]) -> None:
        thing["parties"] = [
            {"key": "a", "name": "申请人", "same_as": ["b"]},
            {"key": "b", "name": "父亲", "when": {"place": ["out"]}},
        ]

    assert [field["subject"] for field in plan(change)["form"]] == ["a"]


@pytest.mark.parametrize("origin_required", [True, False])
def test_what_follows_from_a_number_that_may_be_missing_is_asked(origin_required: bool) -> None:
    def change(thing: dict[str, Any]) -> None:
        first(thing)["fields"] = [
            {"key": "n", "label": "号码", "element": "号码", "required": origin_required},
            {"key": "b", "label": "生日", "element": "生日", "derived_from": ["号码"]},
        ]
        thing["items"][1]["fields"] = []

    asked = {field["element"] for field in plan(change)["form"]}
    assert asked == ({"号码"} if origin_required else {"号码", "生日"})


def test_a_ring_of_derivations_hides_nothing() -> None:
    def change(thing: dict[str, Any]) -> None:
        first(thing)["fields"] = [
            {"key": "a", "label": "甲", "element": "甲", "derived_from": ["乙"]},
            {"key": "b", "label": "乙", "element": "乙", "derived_from": ["甲"]},
        ]
        thing["items"][1]["fields"] = []

    result = plan(change)
    assert len(result["form"]) == 1
    assert len(result["supplied"]) == 1


def test_the_old_value_is_another_datum_than_the_new() -> None:
    def change(thing: dict[str, Any]) -> None:
        first(thing)["fields"].append(
            {
                "key": "old",
                "label": "原来的姓名",
                "element": "姓名",
                "of": "申请人",
                "old_value": True,
                "shared_from": "人口库",
            }
        )

    assert [(f["label"], f["source"]["kind"]) for f in plan(change)["form"]] == [
        ("姓名", "applicant"),
        ("原来的姓名", "registry"),
    ]


def test_an_item_that_follows_an_acceptance_starts_with_it() -> None:
    result = plan(lambda thing: thing["items"][1].update(after=[{"item": "first", "needs": "acceptance"}]))
    second = next(line for line in result["promise"]["lines"] if line["item"] == "second")
    assert (second["from_day"], second["to_day"]) == (0, 1)
    assert result["promise"]["working_days"] == 3
    assert result["items"][1]["starts_with"] == ["first"]


DATUM = {"key": "number", "label": "证号", "type": "text", "element": "证号", "of": "申请人"}


@pytest.mark.parametrize(
    ("needs", "required", "asked"),
    [
        ("result", True, False),
        ("acceptance", True, True),
        ("signal", True, True),
        ("acceptance", False, False),  # it may follow later, and nobody has it yet
    ],
)
def test_what_is_not_made_yet_when_an_item_starts_is_asked(needs: str, required: bool, asked: bool) -> None:
    def change(thing: dict[str, Any]) -> None:
        first(thing)["result"]["elements"] = [{"of": "申请人", "element": "证号"}]
        thing["items"][1].update(after=[{"item": "first", "needs": needs}], fields=[{**DATUM, "required": required}])

    result = plan(change)
    assert ("证号" in {field["element"] for field in result["form"]}) == asked
    assert ("证号" in {field["element"] for field in result["supplied"]}) == (not asked)


@pytest.mark.parametrize(
    ("own", "inherited", "starts_with"),
    [
        ("result", "result", []),
        ("result", "acceptance", ["first"]),  # the one left out waited only until the first was taken up
        ("acceptance", "result", []),  # to have been taken up, it had to wait for the first one's result
        ("acceptance", "acceptance", ["first"]),
    ],
)
def test_closing_up_around_a_left_out_item_keeps_how_it_waited(
    own: str, inherited: str, starts_with: list[str]
) -> None:
    def change(thing: dict[str, Any]) -> None:
        second = thing["items"][1]
        second["after"] = [{"item": "first", "needs": inherited}]
        third = {
            **copy.deepcopy(second),
            "key": "third",
            "after": [{"item": "second", "needs": own}],
            "materials": [{"name": "乙证"}],
        }
        thing["items"].append({**third, "result": {"name": "丙证"}})
        if own == "acceptance":
            thing["items"][2]["materials"] = [{"name": "乙证", "required": "非必要"}]

    third = next(item for item in plan(change, chosen=["first", "third"])["items"] if item["key"] == "third")
    assert third["after"] == ["first"]
    assert third["starts_with"] == starts_with


def test_only_what_runs_outside_the_clock_still_has_a_day() -> None:
    result = plan(lambda thing: first(thing).update(counts_towards_promise=False), chosen=["first"])
    assert result["promise"]["working_days"] == 3


def test_whoever_waits_for_what_does_not_count_still_waits() -> None:
    """An uncounted item's own limit moves those behind it; without one the line says that waiting is left out."""
    told = plan(lambda thing: first(thing).update(counts_towards_promise=False))["promise"]
    lines = {line["item"]: line for line in told["lines"]}
    assert (lines["second"]["from_day"], lines["second"]["to_day"], told["working_days"]) == (3, 4, 4)
    assert not lines["first"]["counted"]

    def silent(thing: dict[str, Any]) -> None:
        del first(thing)["statutory_working_days"], first(thing)["promised_working_days"]
        first(thing)["counts_towards_promise"] = False

    told = plan(silent)["promise"]
    lines = {line["item"]: line for line in told["lines"]}
    assert (lines["second"]["from_day"], told["working_days"]) == (0, 1)
    assert lines["second"]["waits_unknown"] == ["first"]
    assert "先办的" in lines["second"]["note"]
    assert told["unpublished"] == ["first"]


def test_a_chosen_item_that_does_not_apply_is_named() -> None:
    def chosen(answers: dict[str, Any], keys: list[str] | None) -> list[tuple[str, str]]:
        result = plan(lambda thing: None, answers, keys)
        assert {item["key"] for item in result["items"]} == {"first"} or answers.get("paid") == "no"
        return [(item["key"], item["status"]) for item in result["not_applicable"]]

    assert chosen({**ANSWERS, "paid": "yes"}, ["first", "second"]) == [("second", "out")]
    assert chosen({"place": "in"}, ["first", "second"]) == [("second", "possible")]
    assert chosen(ANSWERS, ["first", "second"]) == []
    assert chosen({**ANSWERS, "paid": "yes"}, None) == []
    with pytest.raises(BadAnswers, match="third"):
        chosen(ANSWERS, ["first", "third"])


def fee_of(result: dict[str, Any], key: str) -> list[tuple[int | None, str | None]]:
    return [(fee["amount_fen"], fee["text"]) for fee in result["fees"] if fee["item"] == key]


def test_a_fee_of_another_situation_is_not_called_unpublished() -> None:
    def change(thing: dict[str, Any]) -> None:
        del first(thing)["fee"]
        first(thing)["fees"] = [{"amount": 10, "when": {"place": ["out"]}}, {"amount": 5, "when": {"place": ["out"]}}]
        del thing["items"][1]["fee"]

    here = plan(change)
    assert fee_of(here, "first") == [(0, "您的情况不收费")]
    assert fee_of(here, "second") == [(None, None)]  # says nothing about money: not published
    assert fee_of(plan(change, {**ANSWERS, "place": "out"}), "first") == [(1000, None), (500, None)]
    [(amount, text)] = fee_of(plan(change, {"paid": "no"}), "first")
    assert amount is None
    assert text is not None


@pytest.mark.parametrize("number", ["--5", "-", "5.0", "²", "", [5], True, 10**20, 101])
def test_no_number_is_told(number: object) -> None:
    def change(thing: dict[str, Any]) -> None:
        thing["scenarios"].append({"key": "children", "question": "几个孩子？", "type": "number", "min": 0})
        thing["parties"] = [{"key": "a", "name": "申请人"}, {"key": "child", "name": "孩子", "count": "children"}]

    with pytest.raises(BadAnswers):
        plan(change, {**ANSWERS, "children": number})


def test_as_many_instances_as_the_answer_says() -> None:
    def change(thing: dict[str, Any]) -> None:
        thing["scenarios"].append({"key": "children", "question": "几个孩子？", "type": "number", "min": 0})
        thing["parties"] = [{"key": "a", "name": "申请人"}, {"key": "child", "name": "孩子", "count": "children"}]
        thing["items"][1].update(per="child")

    twins = plan(change, {**ANSWERS, "children": 2})
    assert next(item for item in twins["items"] if item["key"] == "second")["instances"] == ["child-1", "child-2"]
    assert [item["key"] for item in plan(change, {**ANSWERS, "children": 0})["items"]] == ["first"]
