"""Plans for tests, made by the real compiler out of a small authored one-thing and the shipped ones."""

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from onething.catalogue.loader import SHIPPED, load
from onething.catalogue.plan import make_plan
from onething.kit.workdays import Calendar, load_calendar

__all__ = [
    "LICENCE_WAITS",
    "ON",
    "SMALL_SHOP",
    "calendar",
    "changed_small_document",
    "shipped_document",
    "small_document",
    "small_plan",
]

SMALL_SHOP = "small-shop"
# Wednesday 2026-11-25: the day of the cast.
ON = date(2026, 11, 25)
# A change of the small shop: its licence is published for twenty days, and nothing else is told about its time.
LICENCE_WAITS = (
    "limits: {statutory: {value: 3, unit: working_day, source: S1}, promised: {value: 1, unit: working_day, source: S1}}",
    "waiting_periods: [{name: 公示期, value: 20, unit: natural_day, start_event: 营业执照公告, basis: 条例第三十三条}]",
)


@cache
def calendar() -> Calendar:
    """The shipped calendar."""
    return load_calendar(SHIPPED / "calendar.yaml")


@cache
def small_document() -> dict[str, Any]:
    """The compiled document of the small shop. Shared: never change it."""
    return changed_small_document()


@cache
def changed_small_document(*changes: tuple[str, str]) -> dict[str, Any]:
    """The small shop compiled again after texts of its file were replaced, each of them there."""
    text = Path(__file__).with_name("small_shop.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "small_shop.yaml"
        file.write_text(text, encoding="utf-8")
        catalogue = load(file, words=SHIPPED)
    errors = [finding.sentence() for finding in catalogue.findings if finding.severity == "error"]
    assert not errors, errors
    return catalogue.things[SMALL_SHOP].document


@cache
def shipped_document(key: str) -> dict[str, Any]:
    """The compiled document of a shipped one-thing. Shared: never change it."""
    return load(SHIPPED, only=key).things[key].document


def small_plan(*, food: str | None = "yes", chosen: list[str] | None = None, on: date = ON) -> dict[str, Any]:
    """A plan of the small shop."""
    answers = {} if food is None else {"food": food}
    return make_plan(
        small_document(),
        place="321202000000",
        answers=answers,
        chosen=chosen,
        on=on,
        calendar=calendar(),
        version="2026.1",
    )
