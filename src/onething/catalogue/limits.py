"""Compare limits that are counted in different units."""

from collections.abc import Mapping
from typing import Any

__all__ = ["longer"]

WORKING_WEEK = 5
LONG_HOLIDAYS = 16


def longer(promised: Mapping[str, Any], statutory: Mapping[str, Any]) -> bool:
    """Compare two limits as far as their units allow it for certain."""
    hours = {"instant": 0, "working_hour": 1, "working_day": 8}
    if promised["unit"] in hours and statutory["unit"] in hours:
        return bool(promised["value"] * hours[promised["unit"]] > statutory["value"] * hours[statutory["unit"]])
    if promised["unit"] == "natural_day" and statutory["unit"] == "working_day":
        # The longest that so many working days can take: weekends, and the two long holidays on top.
        weeks = statutory["value"] // WORKING_WEEK + 1
        return bool(promised["value"] > statutory["value"] + 2 * weeks + LONG_HOLIDAYS)
    # So many working days take at least as many natural ones, so the longer figure is the longer time there too.
    comparable = promised["unit"] == statutory["unit"] or promised["unit"] == "working_day"
    return bool(comparable and statutory["unit"] == "natural_day" and promised["value"] > statutory["value"])
