"""What a department's system may report, and in which order (R2.8.c, R5.11). Pure: no clock, no table."""

from datetime import date
from enum import StrEnum
from typing import Final, Protocol

__all__ = ["SCOPES", "DepartmentStatus", "Order", "is_silent", "known_status", "place_in_order"]

# What a key may do; a key may hold several.
SCOPES: Final = ("tasks.read", "tasks.act", "tasks.report")


class DepartmentStatus(StrEnum):
    """How far a body's own work has come, in its own house. None of these moves an item or stops a clock: acts do."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    INTERNAL_REVIEW = "internal_review"
    SITE_VISIT = "site_visit"
    DECISION_DRAFTED = "decision_drafted"


def known_status(word: str) -> DepartmentStatus | None:
    """The status of a word exactly as the list has it; anything else is nobody's to guess."""
    return DepartmentStatus(word) if word in set(DepartmentStatus) else None


class Order(StrEnum):
    """Where an incoming number stands among those of its case."""

    NEXT = "next"
    OLD = "old"
    GAP = "gap"


def place_in_order(last: int, given: int) -> Order:
    """Numbers count up by one: an older one is not applied any more, one too far ahead waits for those before it."""
    if given <= last:
        return Order.OLD
    return Order.NEXT if given == last + 1 else Order.GAP


class DaysCounter(Protocol):
    """What silence needs of the calendar."""

    def working_days_between(self, start: date, end: date) -> int: ...


def is_silent(*, since: date, today: date, calendar: DaysCounter, limit: int) -> bool:
    """Whether more working days than `limit` have passed without a word (R2.8.c/3). The day of the last word does not count."""
    return calendar.working_days_between(since, today) > limit
