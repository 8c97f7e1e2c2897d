"""Local rules in whole: written by an author, judged by the check, followed by the plan."""

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.catalogue.test_check import SOUND, errors_of, findings_of

from onething.catalogue.diff import differences
from onething.catalogue.findings import Severity
from onething.catalogue.loader import SHIPPED, load
from onething.catalogue.local import at_place
from onething.catalogue.plan import make_plan
from onething.kit.workdays import load_calendar

CALENDAR = load_calendar(SHIPPED / "calendar.yaml")
ANSWERS = {"place": "out", "paid": "no"}


def written(tmp_path: Path, *local: dict[str, Any], **changed: Any) -> Path:
    thing = copy.deepcopy(SOUND) | {"local": list(local)} | changed
    findings_of(tmp_path, thing)
    return tmp_path / "thing.yaml"


def errors(tmp_path: Path, *local: dict[str, Any], **changed: Any) -> set[str]:
    return errors_of(tmp_path, copy.deepcopy(SOUND) | {"local": list(local)} | changed)


def rule(place: str = "321200", **more: Any) -> dict[str, Any]:
    return {"place": place, "name": "某地", "says": "这里不一样", **more}


def test_a_plan_follows_the_place_and_the_day(tmp_path: Path) -> None:
    change = {"key": "first", "promised_working_days": 1, "materials": [{"name": "说明", "drop": True}]}
    path = written(tmp_path, rule(valid_from="2026-07-01", items=[change]))
    document = load(path).things["sound"].document

    def planned(place: str, on: date) -> tuple[int, list[str]]:
        plan = make_plan(document, place=place, answers=ANSWERS, on=on, calendar=CALENDAR)
        return plan["promise"]["working_days"], [material["name"] for material in plan["materials"]]

    assert planned("321202", date(2026, 6, 30)) == (4, ["说明"])
    assert planned("321202", date(2026, 7, 1)) == (2, [])
    assert planned("320100", date(2026, 7, 1)) == (4, ["说明"])
    assert document["local_rules"][0]["says"] == "这里不一样"


def test_one_edition_serves_all_places(tmp_path: Path) -> None:
    path = written(tmp_path, rule(items=[{"key": "first", "promised_working_days": 1}]))
    document = load(path).things["sound"].document
    plans = [
        make_plan(document, place=p, answers={}, on=date(2026, 7, 1), calendar=CALENDAR) for p in ("321202", "430100")
    ]
    assert plans[0]["edition"] == plans[1]["edition"]


def test_an_item_that_only_one_place_has(tmp_path: Path) -> None:
    thing = copy.deepcopy(SOUND)
    extra = copy.deepcopy(thing["items"][1]) | {"key": "third", "name": "只有这里有的", "offered": False, "after": []}
    thing["items"].append(extra)
    path = written(tmp_path, rule(items=[{"key": "third", "offered": True}]), items=thing["items"])
    document = load(path).things["sound"].document
    names = {
        place: [i["key"] for i in make_plan(document, place=place, answers=ANSWERS, on=date(2026, 7, 1), calendar=CALENDAR)["items"]]
        for place in ("321202", "430100")
    }  # fmt: skip
    assert "third" in names["321202"]
    assert "third" not in names["430100"]
    assert errors(tmp_path, rule(items=[{"key": "third", "offered": True}]), items=thing["items"]) == set()
    assert "dead-item" in errors(tmp_path, items=thing["items"]), "offered nowhere is dead"


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("promise-grows", rule(items=[{"key": "first", "promised_working_days": 4}])),
        ("promise-over-law", rule(items=[{"key": "first", "promised_working_days": 6}])),
        ("unknown-key", rule(items=[{"key": "first", "statutory_working_days": 9}])),
        ("unknown-item", rule(items=[{"key": "nothing"}])),
        ("unknown-entry", rule(items=[{"key": "first", "materials": [{"name": "没有的", "drop": True}]}])),
        ("missing-key", rule(items=[{"key": "first", "fields": [{"key": "new"}]}])),
        ("wrong-place", rule(place="江苏", items=[{"key": "first"}])),
        ("wrong-period", rule(valid_from="2026-02-01", valid_to="2026-01-01", items=[{"key": "first"}])),
        ("no-difference", rule()),
        ("unknown-question", rule(items=[{"key": "first", "when": {"nothing": "x"}}])),
        ("unknown-source", rule(source="S9", promised_working_days=2)),
        ("dead-material", rule(items=[{"key": "second", "materials": [{"name": "新的", "when": {"paid": ["yes"]}}]}])),
    ],
)
def test_a_fault_in_a_local_rule_is_found(tmp_path: Path, code: str, change: dict[str, Any]) -> None:
    assert code in errors(tmp_path, change)


def test_two_rules_about_the_same_at_one_time_contradict(tmp_path: Path) -> None:
    one = rule(valid_to="2026-06-30", items=[{"key": "first", "promised_working_days": 1}])
    later = rule(valid_from="2026-07-01", items=[{"key": "first", "promised_working_days": 2}])
    assert errors(tmp_path, one, later) == set()
    assert "double-rule" in errors(tmp_path, one, later | {"valid_from": "2026-06-30"})


def test_the_place_is_named_in_a_finding(tmp_path: Path) -> None:
    change = rule(name="样例市", items=[{"key": "first", "promised_working_days": 6}])
    rows = findings_of(tmp_path, copy.deepcopy(SOUND) | {"local": [change]})
    told = [row.reason for row in rows if row.severity is Severity.ERROR and row.code == "promise-over-law"]
    assert told
    assert "样例市" in told[0]


def test_two_places_are_told_apart_in_words(tmp_path: Path) -> None:
    path = written(tmp_path, rule(items=[{"key": "first", "promised_working_days": 1}]))
    document = load(path).things["sound"].document
    day = date(2026, 7, 1)
    told = differences(at_place(document, "430100", day), at_place(document, "321202", day))
    assert told == ["事项 › “先办的” › 时限 › 承诺时限：从3个工作日改为1个工作日"]


def test_a_place_may_refuse_what_an_example_shows(tmp_path: Path) -> None:
    narrower = rule(gate=[{"key": "in", "when": {"place": ["in"]}, "message": "只办院内的"}])
    example = {"name": "例", "answers": {"place": "out", "paid": "no"}}
    assert errors(tmp_path, narrower, examples=[example]) - {"dead-material"} == set()
