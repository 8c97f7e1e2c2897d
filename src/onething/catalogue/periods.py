"""Waiting periods: days that must run out before a body may decide, so that others can object or come forward.

公示期、债权申报期 and the like are written in natural or working days. The day of the opening event is not counted; a last
free day of natural days moves to the next working day (民法典 art. 201 and 203, as for every limit here). The last day
still belongs to the period: whoever may object may do so until it is over.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

__all__ = ["Calendar", "last_day", "ready_day"]

Period = Mapping[str, Any]


class Calendar(Protocol):
    """What periods need of the working-day calendar."""

    def add_working_days(self, start: date, count: int, /) -> date: ...
    def add_natural_days(self, start: date, count: int, /) -> date: ...


def last_day(period: Period, begun: date, calendar: Calendar) -> date:
    """The last day of a period of `value` days (`unit`) that opened on `begun`."""
    count = int(period["value"])
    if period["unit"] == "working_day":
        return calendar.add_working_days(begun, count)
    return calendar.add_natural_days(begun, count)


def ready_day(periods: Iterable[Period], begun: date, calendar: Calendar) -> date | None:
    """The first working day on which a body can decide when all periods opened on `begun`; None without a period."""
    last = max((last_day(period, begun, calendar) for period in periods), default=None)
    return None if last is None else calendar.add_working_days(last, 1)
