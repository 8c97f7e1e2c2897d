"""Who is there, how many, and what is asked of each: the smallest things that show it."""

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.generated import compiled
from tests.catalogue.test_check import SOUND

from onething.catalogue.loader import SHIPPED
from onething.catalogue.plan import BadAnswers, make_plan, settle
from onething.kit.workdays import load_calendar
from onething.materials.rules import requirements
from onething.oneform.rules import sections

CALENDAR = load_calendar(SHIPPED / "calendar.yaml")
ANSWERS: dict[str, Any] = {"place": "in", "paid": "no"}
COUNT = {"key": "heirs", "question": "几位继承人？", "type": "number"}
AGE = {
    "key": "age", "question": "满十八岁了吗？", "per": "heir",
    "options": [{"value": "minor", "label": "没有"}, {"value": "adult", "label": "满了"}],
}  # fmt: skip
HEIR = {"key": "heir", "name": "继承人", "cardinality": "many", "count": "heirs"}


def document(**changes: Any) -> dict[str, Any]:
    """A one-thing about heirs; `second` runs for each of them. Changes replace parts of it."""
    thing = copy.deepcopy(SOUND)
    thing["scenarios"] += copy.deepcopy(changes.get("scenarios", [COUNT, AGE]))
    thing["parties"] = [{"key": "a", "name": "申请人", "applicant": True}, *changes.get("parties", [HEIR])]
    thing["items"][1].update({"per": "heir", **changes.get("second", {})})
    thing["parties"] = [{key: value for key, value in one.items() if value is not None} for one in thing["parties"]]
    thing["items"][1] = {key: value for key, value in thing["items"][1].items() if value is not None}
    return compiled(thing)


def plan(made: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    return make_plan(
        made, place="321202", answers={**ANSWERS, **answers}, on=date(2026, 3, 2), calendar=CALENDAR, edition="0" * 64
    )


def question(result: dict[str, Any], key: str) -> dict[str, Any] | None:
    return next((one for one in result["questions"] if one["key"] == key), None)


def items(result: dict[str, Any]) -> set[str]:
    return {item["key"] for item in result["items"]}


def fields(result: dict[str, Any]) -> set[tuple[str, str]]:
    return {(field["subject"], field["element"]) for field in result["form"]}


def test_answered_for_some_it_stays_open_for_the_others() -> None:
    made = document(second={"when": {"age": ["minor"]}})
    some = plan(made, {"heirs": 2, "age": {"heir-1": "adult"}})
    assert question(some, "age")["status"] == "open"  # type: ignore[index]
    assert question(some, "age")["answer"] == {"heir-1": ["adult"]}  # type: ignore[index]
    assert [(one["key"], one["questions"]) for one in some["possible"]] == [("second", ["age"])]
    one_minor = plan(made, {"heirs": 2, "age": {"heir-2": "minor"}})
    assert "second" in items(one_minor)  # whatever the other one answers
    assert question(one_minor, "age")["status"] == "open"  # type: ignore[index]
    everybody = plan(made, {"heirs": 2, "age": {"heir-1": "adult", "heir-2": "adult"}})
    assert question(everybody, "age")["status"] == "answered"  # type: ignore[index]
    assert not everybody["possible"]
    assert "second" not in items(everybody)
    assert plan(made, {"heirs": 2, "age": "minor"})["answers"]["age"] == ["minor"]  # one answer for all


@pytest.mark.parametrize("instance", ["ghost", "heir", "heir-0", "heir-01", "heir-6", "heir-99999999999", "heir-²"])
def test_nobody_answers_for_an_instance_there_can_never_be(instance: str) -> None:
    made = document(parties=[{**HEIR, "max": 5}])
    with pytest.raises(BadAnswers, match="heir-2"):
        plan(made, {"heirs": 2, "age": {"heir-1": "adult", instance: "adult"}})


def test_an_answer_for_an_instance_no_longer_there_falls_out() -> None:
    fewer = plan(document(), {"heirs": 1, "age": {"heir-1": "adult", "heir-2": "minor"}})
    assert fewer["answers"]["age"] == {"heir-1": ["adult"]}
    assert question(fewer, "age")["status"] == "answered"  # type: ignore[index]


def test_a_settled_situation_settles_to_itself() -> None:
    made = document()
    settled = settle(made, {**ANSWERS, "heirs": 3, "age": {"heir-2": "minor"}})
    assert settle(made, settled) == settled


def test_nothing_is_asked_of_nobody() -> None:
    none = plan(document(), {"heirs": 0, "age": {"heir-1": "minor"}})
    assert question(none, "age") is None
    assert "age" not in none["answers"]
    early = plan(document(), {"age": {"heir-1": "minor"}})  # not before it is known how many there are
    assert question(early, "age") is None


def test_an_item_for_somebody_who_may_not_be_there_is_possible() -> None:
    open_count = plan(document(), {})
    assert [(one["key"], one["questions"]) for one in open_count["possible"]] == [("second", ["heirs"])]
    parties = [{"key": "heir", "name": "继承人", "when": {"place": ["out"]}}]
    absent = document(scenarios=[], parties=parties, second={"when": None})
    assert [item["key"] for item in plan(absent, {"place": None})["possible"]] == ["second"]
    assert plan(absent, {"place": None})["possible"][0]["questions"] == ["place"]
    assert items(plan(absent, {"place": "out"})) == {"first", "second"}
    assert items(plan(absent, {"place": "in"})) == {"first"}


def test_whoever_belongs_to_somebody_absent_is_absent() -> None:
    parties = [
        {"key": "firm", "name": "公司", "kind": "organization", "when": {"place": ["out"]}},
        {"key": "head", "name": "负责人", "parent": "firm"},
        {"key": "heir", "name": "继承人", "parent": "head"},
    ]
    made = document(scenarios=[], parties=parties)
    made["items"][1].update(per=None, fields=[{**made["items"][1]["fields"][0], "party": "head"}])
    assert fields(plan(made, {"place": "in"})) == {("a", "姓名")}
    assert fields(plan(made, {"place": "out"})) == {("a", "姓名"), ("head", "姓名")}
    assert not any(party["present"] for party in plan(made, {"place": "in"})["parties"] if party["key"] != "a")


def test_how_many_there_are_keeps_to_what_the_party_allows() -> None:
    made = document(parties=[{**HEIR, "min": 2, "max": 4}])
    assert (question(plan(made, {}), "heirs") or {})["max"] == 4
    for number in (-1, 1, 5):
        with pytest.raises(BadAnswers):
            plan(made, {"heirs": number})
    assert len(party(plan(made, {"heirs": 3}), "heir")["instances"]) == 3
    free = document()
    assert (question(plan(free, {}), "heirs") or {})["min"] == 0
    with pytest.raises(BadAnswers):
        plan(free, {"heirs": -1})
    told = document(scenarios=[{**COUNT, "min": 0}, AGE], parties=[{**HEIR, "min": 2}])
    assert plan(told, {"heirs": 0})["answers"]["heirs"] == 0
    with pytest.raises(BadAnswers):
        plan(told, {"heirs": 1})


def party(result: dict[str, Any], key: str) -> dict[str, Any]:
    return next(one for one in result["parties"] if one["key"] == key)


def test_whether_two_are_one_is_open_and_nothing_is_asked_twice() -> None:
    parties = [{"key": "heir", "name": "继承人", "same_as": [{"party": "a", "when": {"place": ["out"]}}]}]
    second = {"fields": [{"key": "n", "label": "姓名", "type": "text", "element": "姓名", "of": "继承人"}]}
    made = document(scenarios=[], parties=parties, second=second)
    assert fields(plan(made, {"place": None})) == {("a", "姓名")}
    assert fields(plan(made, {"place": "out"})) == {("a", "姓名")}
    assert fields(plan(made, {"place": "in"})) == {("a", "姓名"), ("heir", "姓名")}


FILLS = [{"of": "继承人", "element": "成年", "map": {"minor": False, "adult": True}}]
ADULT = {"fields": [{"key": "adult", "label": "成年", "type": "boolean", "element": "成年", "of": "继承人"}]}


def supplied(result: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {(row["subject"], row["element"]): row["source"].get("value") for row in result["supplied"]}


def test_what_each_person_answers_fills_that_persons_datum() -> None:
    made = document(scenarios=[COUNT, {**AGE, "fills": FILLS}], second=ADULT)
    told = plan(made, {"heirs": 2, "age": {"heir-1": "minor", "heir-2": "adult"}})
    assert supplied(told) == {("heir-1", "成年"): False, ("heir-2", "成年"): True}
    assert {row["party"] for row in told["supplied"]} == {"heir"}
    assert [asker["item"] for row in told["supplied"] for asker in row["asked_by"]] == ["second", "second"]
    assert ("heir", "成年") not in fields(told)
    some = plan(made, {"heirs": 2, "age": {"heir-1": "minor"}})  # the other one is still to be asked the question
    assert supplied(some) == {("heir-1", "成年"): False, ("heir-2", "成年"): None}
    assert ("heir", "成年") not in fields(some)
    assert supplied(plan(made, {"heirs": 2, "age": "adult"})) == {("heir", "成年"): True}


def test_only_whom_the_answer_tells_nothing_about_is_asked() -> None:
    vague = [{**FILLS[0], "map": {"minor": False, "adult": None}}]
    made = document(scenarios=[COUNT, {**AGE, "fills": vague}], second=ADULT)
    told = plan(made, {"heirs": 2, "age": {"heir-1": "minor", "heir-2": "adult"}})
    assert supplied(told) == {("heir-1", "成年"): False}
    assert [row["known_for"] for row in told["form"] if row["element"] == "成年"] == [["heir-1"]]


def test_rows_the_applicant_adds_are_asked_what_the_others_answered() -> None:
    made = document(scenarios=[{**AGE, "fills": FILLS}], parties=[{**HEIR, "count": None, "max": 3}], second=ADULT)
    told = plan(made, {"age": {"heir-1": "minor", "heir-3": "adult"}})
    assert supplied(told) == {("heir-1", "成年"): False, ("heir-3", "成年"): True}
    assert [row["known_for"] for row in told["form"] if row["element"] == "成年"] == [["heir-1", "heir-3"]]


def test_what_one_persons_answer_spares_him_is_asked_of_the_others() -> None:
    """A firm among the shareholders has no identity card, and is not asked for one."""
    minor = {"of": "继承人", "when": {"age": ["minor"]}}
    second = {
        "fields": [{"key": "s", "label": "学校", "type": "text", "element": "学校", **minor}],
        "materials": [{"name": "监护人证明", "required": "必要", "obtainable_by": "提交", **minor}],
    }
    made = document(second=second)
    told = plan(made, {"heirs": 3, "age": {"heir-1": "minor", "heir-2": "adult", "heir-3": "minor"}})
    assert [row["not_of"] for row in told["form"] if row["element"] == "学校"] == [["heir-2"]]
    assert [row["not_of"] for row in told["materials"] if row["party"] == "heir"] == [["heir-2"]]
    assert [one.subject for one in requirements(told) if one.party == "heir"] == ["heir-1", "heir-3"]
    asked = next(section for section in sections(told, {}) if section.key == "heir")
    assert [[field.element for field in one.fields if field.element == "学校"] for one in asked.instances] == [
        ["学校"],
        [],
        ["学校"],
    ]
    alike = plan(made, {"heirs": 2, "age": "minor"})
    assert [row["not_of"] for row in (*alike["form"], *alike["materials"]) if row["party"] == "heir"] == [[], []]


def test_one_person_answers_for_the_party_itself() -> None:
    one = {"key": "heir", "name": "继承人"}
    made = document(scenarios=[{**AGE, "fills": FILLS}], parties=[one], second=ADULT)
    assert supplied(plan(made, {"age": {"heir": "minor"}})) == {("heir", "成年"): False}


@pytest.mark.parametrize("answer", [None, "in", "out"])
def test_a_question_and_a_field_never_ask_the_same(answer: str | None) -> None:
    asking = {"fields": [{"key": "p", "label": "地点", "type": "text", "element": "地点", "of": "申请人"}]}
    made = document(scenarios=[], parties=[], second={**asking, "per": None, "when": None})
    made["questions"][0]["fills"] = [{"party": "a", "element": "地点", "map": {"in": "院内", "out": None}}]
    result = plan(made, {"place": answer})
    asked = (question(result, "place") or {})["status"] == "open"
    assert asked == (answer is None)
    assert (("a", "地点") in fields(result)) == (answer == "out")
    assert supplied(result).get(("a", "地点"), "asked") == {None: None, "in": "院内", "out": "asked"}[answer]


@given(st.integers(0, 4), st.dictionaries(st.sampled_from(["heir-1", "heir-2", "heir-3", "heir-4"]), st.booleans()))
def test_more_answers_of_single_persons_never_take_back_what_was_certain(count: int, minors: dict[str, bool]) -> None:
    made = document(parties=[{**HEIR, "max": 4}], second={"when": {"any": [{"age": ["minor"]}, {"heirs": 3}]}})
    given_ages = {instance: "minor" if minor else "adult" for instance, minor in minors.items()}
    early = plan(made, {"heirs": count, "age": given_ages})
    full = {f"heir-{n}": given_ages.get(f"heir-{n}", "adult") for n in range(1, 5)}
    late = plan(made, {"heirs": count, "age": full})
    assert items(early) <= items(late) <= items(early) | {item["key"] for item in early["possible"]}
    assert all(one["status"] == "answered" for one in late["questions"])
