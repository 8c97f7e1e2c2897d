"""Faults in places, bodies, routing and holidays, planted one by one into a sound folder."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.catalogue.test_check import ON, SOUND

from onething.catalogue.check import check
from onething.catalogue.findings import Severity
from onething.catalogue.loader import SHIPPED

FOLDER: dict[str, Any] = {
    "divisions": [
        {"code": "320000", "name": "甲省", "level": "province"},
        {"code": "321200", "name": "乙市", "level": "city", "parent": "320000"},
    ],
    "organisations": [
        {"key": "a", "name": "甲局", "division": "321200"},
        {"key": "b", "name": "乙局", "division": "321200"},
    ],
    "functions": [
        {"key": "first", "name": "甲", "words": ["甲部门"], "organisation": "a"},
        {"key": "second", "name": "乙", "words": ["乙部门"], "organisation": "b"},
    ],
    "routing": [
        {"function": "first", "division": "321200", "organisation": "a"},
        {"item": "sound/second", "division": "321200", "organisation": "b"},
    ],
    "synonyms": [
        {"words": ["饭店", "餐馆"], "provenance": "derived"},
        {"words": ["房子", "住宅"], "provenance": "derived"},
    ],
    "years": {
        2026: {
            "notice": ["https://example.invalid/2026"],
            "off": [{"date": "2026-10-01", "name": "国庆节"}],
            "make_up_workdays": [{"date": "2026-10-10", "name": "调休"}],
        }
    },
}
YEAR = "published_through"


def errors(tmp_path: Path, folder: dict[str, Any]) -> set[str]:
    calendar = {"years": folder["years"], YEAR: "2026-12-31"}
    bodies = {key: part for key, part in folder.items() if key != "years"}
    for name, content in (("thing", SOUND), ("bodies", bodies), ("calendar", calendar)):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return {row.code for row in check(tmp_path, on=ON)[1] if row.severity is Severity.ERROR}


def test_a_sound_folder_has_no_errors(tmp_path: Path) -> None:
    assert errors(tmp_path, FOLDER) == set()


Plant = Callable[[dict[str, Any]], Any]
PLANTED: dict[str, tuple[str, Plant]] = {
    "a word in two groups": ("defined-twice", lambda f: f["synonyms"][1]["words"].append("餐 馆")),
    "a group of one": ("lone-word", lambda f: f["synonyms"][0].update(words=["饭店", "饭店"])),
    "a word of one character": ("too-short", lambda f: f["synonyms"][0]["words"].append("店")),
    "a group that does not say where it is from": ("missing-key", lambda f: f["synonyms"][0].pop("provenance")),
    "an unknown key in a group": ("unknown-key", lambda f: f["synonyms"][0].update(word="饭馆")),
    "a division whose parent is nowhere": ("unknown-parent", lambda f: f["divisions"][1].update(parent="990000")),
    "a division that is its own parent": ("cycle", lambda f: f["divisions"][1].update(parent="321200")),
    "a successor that is nowhere": ("unknown-successor", lambda f: f["divisions"][1].update(successor="990000")),
    "a division twice": ("double-key", lambda f: f["divisions"].append(dict(f["divisions"][0]))),
    "a body in a place that is nowhere": (
        "unknown-division",
        lambda f: f["organisations"][0].update(division="990000"),
    ),
    "a body twice": ("double-key", lambda f: f["organisations"].append(dict(f["organisations"][0]))),
    "a body that ends before it begins": (
        "wrong-range",
        lambda f: f["organisations"][0].update(valid_from="2026-02-01", valid_to="2026-01-01"),
    ),
    "a function of no body": ("unknown-organisation", lambda f: f["functions"][0].update(organisation="z")),
    "a route of no function": ("unknown-function", lambda f: f["routing"][0].update(function="z")),
    "a route of no item": ("unknown-item", lambda f: f["routing"][1].update(item="sound/z")),
    "a route to no body": ("unknown-organisation", lambda f: f["routing"][0].update(organisation="z")),
    "a route in no place": ("unknown-division", lambda f: f["routing"][0].update(division="990000")),
    "a route of a function and an item": ("wrong-target", lambda f: f["routing"][0].update(item="sound/second")),
    "two bodies for one function": (
        "double-rule",
        lambda f: f["routing"].append({"function": "first", "division": "321200", "organisation": "b"}),
    ),
    "an unknown key beside the dictionaries": ("unknown-key", lambda f: f.update(oragnisations=[])),
    "a holiday that is also worked": (
        "double-key",
        lambda f: f["years"][2026]["make_up_workdays"].append({"date": "2026-10-01"}),
    ),
    "a make-up day in the week": (
        "wrong-range",
        lambda f: f["years"][2026]["make_up_workdays"].append({"date": "2026-10-12"}),
    ),
    "a holiday of another year": ("wrong-range", lambda f: f["years"][2026]["off"].append({"date": "2024-10-01"})),
    "a year without its notice": ("missing-key", lambda f: f["years"][2026].pop("notice")),
    "a date that is none": ("wrong-kind", lambda f: f["years"][2026]["off"].append({"date": "国庆节"})),
}


@pytest.mark.parametrize("what", PLANTED)
def test_finds(tmp_path: Path, what: str) -> None:
    code, plant = PLANTED[what]
    folder = copy.deepcopy(FOLDER)
    plant(folder)
    assert code in errors(tmp_path, folder)


@pytest.mark.parametrize(
    "name", ["elements.yaml", "organisations.yaml", "divisions.yaml", "norms.yaml", "calendar.yaml"]
)
def test_a_dictionary_checked_by_itself_has_no_errors(name: str) -> None:
    """What the other files of its folder say serves it, and is not found twice."""
    rows = check(SHIPPED / name, on=ON, words=SHIPPED)[1]
    assert [row.sentence() for row in rows if row.severity is Severity.ERROR] == []
