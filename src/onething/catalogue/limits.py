"""Limits: compare those that are counted in different units, and the one the law gives to joint handling."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

__all__ = ["JOINT_LIMIT", "JOINT_WORDS", "JointHandling", "longer"]

WORKING_WEEK = 5
LONG_HOLIDAYS = 16


class JointHandling(StrEnum):
    """How several departments handle one licence as the government of the place has set (行政许可法 art. 26(2))."""

    UNIFIED = "unified"
    JOINT = "joint"
    CONCENTRATED = "concentrated"


JOINT_WORDS: Final[Mapping[JointHandling, str]] = {
    JointHandling.UNIFIED: "统一办理",
    JointHandling.JOINT: "联合办理",
    JointHandling.CONCENTRATED: "集中办理",
}
# Art. 42(2); days are working days by art. 82.
JOINT_LIMIT: Final[Mapping[str, Any]] = {
    "value": 45, "unit": "working_day", "basis": "行政许可法第四十二条第二款", "source": None, "repealed": {},
}  # fmt: skip


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
