"""Rings of items: found in whatever situation closes them, and nowhere else; limits and dictionaries that lead nowhere."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.catalogue.test_check import ON, SOUND, errors_of, findings_of

from onething.catalogue.check import check
from onething.catalogue.findings import Severity

Plant = Callable[[dict[str, Any]], Any]
PAID, UNPAID = {"paid": ["yes"]}, {"paid": ["no"]}


def third(thing: dict[str, Any], **changes: Any) -> None:
    """A third item, of another body, like the second one."""
    second = thing["items"][1]
    thing["items"].append({**second, "key": "third", "name": "再办的", "result": {"name": "丙证"}, **changes})


def planted(plant: Plant) -> dict[str, Any]:
    """The sound file after a fault was planted; no part of it is written twice by reference, which a file may not do."""
    thing = copy.deepcopy(SOUND)
    plant(thing)
    return apart(thing)


def apart(thing: dict[str, Any]) -> dict[str, Any]:
    """The same with every part a part of its own."""
    found: dict[str, Any] = json.loads(json.dumps(thing))
    return found


def each_waits_for_the_other(thing: dict[str, Any], first_when: Any, second_when: Any) -> None:
    one, two = thing["items"]
    third(thing, when=UNPAID, after=[])
    one |= {"after": ["second"], "when": first_when, "materials": []}
    two |= {"after": ["first"], "when": second_when}
    third_paid = {**thing["items"][2], "key": "fourth", "when": PAID}
    thing["items"].append(third_paid)


@pytest.mark.parametrize(
    ("first", "second", "ring"),
    [
        (UNPAID, UNPAID, True),
        (PAID, UNPAID, False),
        ({"place": ["in"]}, UNPAID, True),
        ({"all": [UNPAID, {"place": ["in"]}]}, {"any": [PAID, {"place": ["out"]}]}, False),
        ({"all": [UNPAID, {"place": ["in"]}]}, {"any": [UNPAID, {"place": ["out"]}]}, True),
    ],
)
def test_items_wait_for_one_another_only_where_both_are_there(
    tmp_path: Path, first: Any, second: Any, ring: bool
) -> None:
    found = errors_of(tmp_path, planted(lambda t: each_waits_for_the_other(t, first, second)))
    assert ("cycle" in found) is ring


def test_of_two_rings_through_one_item_the_one_that_closes_is_found(tmp_path: Path) -> None:
    thing = copy.deepcopy(SOUND)
    third(thing, when=PAID, after=["first"])
    thing["items"][0]["after"] = ["second", "third"]
    thing["items"][1] |= {"after": [], "when": UNPAID}
    (told,) = [row for row in findings_of(tmp_path, apart(thing)) if row.code == "cycle"]
    assert "first → third → first" in told.reason


def test_an_item_that_waits_for_itself_is_a_ring(tmp_path: Path) -> None:
    assert "cycle" in errors_of(tmp_path, planted(lambda t: t["items"][0].update(after=["first"])))


def papers_of_one_another(thing: dict[str, Any], *, necessity: str = "必要", when: Any = None) -> None:
    one, two = thing["items"]
    two["after"] = []
    one["materials"] = [{"name": "乙证", "required": necessity} | ({"when": when} if when else {})]
    two["materials"] = [{"name": "甲证", "required": "必要"}]


@pytest.mark.parametrize(
    ("changes", "mutual"),
    [({}, True), ({"necessity": "容缺"}, False), ({"when": UNPAID}, True), ({"when": PAID}, False)],
)
def test_papers_that_only_the_other_makes(tmp_path: Path, changes: dict[str, Any], mutual: bool) -> None:
    thing = planted(lambda t: papers_of_one_another(t, **changes))
    assert ("mutual-papers" in errors_of(tmp_path, thing)) is mutual


def test_a_question_used_only_in_what_is_never_done_is_idle(tmp_path: Path) -> None:
    thing = copy.deepcopy(SOUND)
    options = [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]
    thing["scenarios"].append({"key": "extra", "question": "还有呢？", "options": options})
    third(
        thing, when={"all": [PAID, UNPAID]}, materials=[{"name": "另件", "required": "必要", "when": {"extra": ["a"]}}]
    )
    idle = [row.at for row in findings_of(tmp_path, apart(thing)) if row.code == "idle-question"]
    assert idle == ["scenarios.extra"]
    thing["items"][2]["when"] = UNPAID
    assert "idle-question" not in errors_of(tmp_path, apart(thing))


REPEALED: dict[str, Plant] = {
    "a limit": lambda t: t["items"][0].update(limits={"promised": {"value": 3, "unit": "working_day", "basis": "《旧法》第三条"}}),
    "a limit of a route": lambda t: t["items"][0].update(
        routes=[{"key": "r", "name": "路", "limits": {"statutory": {"value": 4, "unit": "working_day", "basis": "《旧法》"}}}]
    ),
    "a procedure": lambda t: t["items"][0].update(
        special_procedures=[{"name": "听证", "working_days": 20, "basis": "《旧法》第四条"}]
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REPEALED)
def test_what_rests_on_a_repealed_norm_is_told(tmp_path: Path, what: str) -> None:
    thing = planted(REPEALED[what])
    for ends, told in (("2026-11-25", True), ("2026-11-26", False)):
        content = {"norms": [{"title": "旧法", "valid_to": ends}]}
        (tmp_path / "norms.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
        (tmp_path / "thing.yaml").write_text(yaml.safe_dump(thing, allow_unicode=True, sort_keys=False), "utf-8")
        errors = {row.code for row in check(tmp_path, on=ON)[1] if row.severity is Severity.ERROR}
        assert ("repealed" in errors) is told


WORDS: dict[str, Any] = {
    "divisions": [
        {"code": "320000", "name": "甲省", "level": "province"},
        {"code": "321200", "name": "乙市", "level": "city", "parent": "320000"},
        {"code": "321202", "name": "丙区", "level": "county", "parent": "321200"},
    ],
    "code_lists": [{"key": "colour", "codes": [{"code": "1", "name": "红"}]}],
    "elements": [
        {"key": "number", "name": "号码"},
        {"key": "born", "name": "生日", "derived_from": ["号码"]},
        {"key": "paint", "name": "颜色", "code_list": "colour"},
    ],
    "joins": [{"keys": ["number"], "names": ["编号"], "reason": "同一个"}],
}
CALENDAR: dict[str, Any] = {
    "published_from": "2024-12-01",
    "published_through": "2026-12-31",
    "years": {
        2025: {"notice": ["一"], "off": [{"date": "2025-10-01"}]},
        2026: {"notice": ["二"], "off": [{"date": "2025-12-31"}, {"date": "2026-10-01"}]},
    },
}
FAULTS: dict[str, tuple[str, Plant]] = {
    "places inside one another": ("cycle", lambda f: f["divisions"][0].update(parent="321202")),
    "a code list that is not there": ("unknown-code-list", lambda f: f["elements"][2].update(code_list="tone")),
    "derived from nothing known": ("unknown-element", lambda f: f["elements"][1].update(derived_from=["证号"])),
    "merged into nothing known": ("unknown-join", lambda f: f["joins"][0].update(into=["code"])),
    "merged from nothing known": ("unknown-join", lambda f: f["joins"][0].update(keys=["code"])),
    "published backwards": ("wrong-range", lambda f: f["calendar"].update(published_from="2027-01-01")),
    "a year left out": ("missing-year", lambda f: f["calendar"]["years"].pop(2025)),
    "a day in two years": (
        "double-key",
        lambda f: f["calendar"]["years"][2025]["off"].append({"date": "2025-12-31"}),
    ),
}


def words_errors(tmp_path: Path, folder: dict[str, Any]) -> list[str]:
    words = {key: part for key, part in folder.items() if key != "calendar"}
    for name, content in (("words", words), ("calendar", folder["calendar"])):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return [row.code for row in check(tmp_path, on=ON)[1] if row.severity is Severity.ERROR]


def test_sound_dictionaries_have_no_errors(tmp_path: Path) -> None:
    assert words_errors(tmp_path, {**WORDS, "calendar": CALENDAR}) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_dictionaries_is_found_once(tmp_path: Path, name: str) -> None:
    code, plant = FAULTS[name]
    folder = copy.deepcopy({**WORDS, "calendar": CALENDAR})
    plant(folder)
    assert words_errors(tmp_path, folder) == [code]
