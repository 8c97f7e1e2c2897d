"""A norm that is withdrawn takes its demands with it at midnight, and the plan says so."""

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.catalogue.test_check import SOUND

from onething.catalogue.loader import SHIPPED, load
from onething.catalogue.plan import make_plan
from onething.kit.workdays import load_calendar

CALENDAR = load_calendar(SHIPPED / "calendar.yaml")
ENDS = "2026-07-01"
NORMS = {
    "norms": [
        {"title": "旧办法", "valid_to": ENDS},
        {"title": "新办法"},
        {"title": "更旧的办法", "valid_to": "2026-03-01"},
    ]
}


def planned(tmp_path: Path, thing: dict[str, Any], on: date) -> dict[str, Any]:
    for name, content in (("thing.yaml", thing), ("norms.yaml", NORMS)):
        (tmp_path / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    document = load(tmp_path).things["sound"].document
    return make_plan(document, place="321202", answers={"place": "out", "paid": "no"}, on=on, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("bases", "gone"),
    [
        (["旧办法"], True),
        (["《旧办法》第三条"], True),
        (["旧办法", "更旧的办法"], True),
        (["旧办法", "新办法"], False),
        (["旧办法", "没有登记的办法"], False),
        (["新办法"], False),
    ],
)
def test_a_paper_ends_with_its_last_basis(tmp_path: Path, bases: list[str], gone: bool) -> None:
    thing = copy.deepcopy(SOUND)
    thing["items"][0]["materials"][0]["legal_basis"] = bases
    before, after = (planned(tmp_path, thing, on) for on in (date(2026, 6, 30), date(2026, 7, 1)))
    assert [one["name"] for one in before["materials"]] == ["说明"]
    assert [one["name"] for one in after["materials"]] == ([] if gone else ["说明"])
    assert [(row["what"], row["name"], row["since"]) for row in after["withdrawn"]] == (
        [("material", "说明", ENDS)] if gone else []
    )
    assert before["withdrawn"] == []


def test_an_item_ends_with_its_last_basis(tmp_path: Path) -> None:
    thing = copy.deepcopy(SOUND)
    thing["items"][1]["legal_basis"] = [{"title": "旧办法"}]
    before, after = (planned(tmp_path, thing, on) for on in (date(2026, 6, 30), date(2026, 7, 1)))
    assert [item["key"] for item in before["items"]] == ["first", "second"]
    assert [item["key"] for item in after["items"]] == ["first"]
    assert [(row["what"], row["item"]) for row in after["withdrawn"]] == [("item", "second")]
