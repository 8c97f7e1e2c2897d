"""The clocks of an item: what was told, the body's own promise, the law's limit (R5.4, I9, design decision 17).

The promise counts from receipt, an item that waits counts from the day it starts, the statutory limit from acceptance. All
three follow from the plan and from days that stand in the event log, so that recomputing gives the stored date. What stops
and extends a clock stands in `clock_rules`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, Protocol

from onething.kit.workdays import Pause, is_paused

__all__ = [
    "DueCounter",
    "item_of_plan",
    "last_promised",
    "limit_end",
    "near_day",
    "planned_days",
    "promised_end",
    "statutory_end",
]

NEAR_DAYS: Final = 1
NEAR_SHARE: Final = 3
WAITING: Final = "waiting"


class Due(Protocol):
    """The end of a limit."""

    @property
    def on(self) -> date: ...


class DueCounter(Protocol):
    """What the clocks need of the calendar."""

    def due(self, start: date, count: int, unit: str, *, pauses: Sequence[Pause] = ()) -> Due: ...
    def add_working_days(self, start: date, count: int, *, pauses: Sequence[Pause] = ()) -> date: ...
    def add_natural_days(self, start: date, count: int) -> date: ...
    def is_working_day(self, day: date) -> bool: ...


def item_of_plan(plan: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """One item of a plan. Raises KeyError."""
    for item in plan["items"]:
        if item["key"] == key:
            found: Mapping[str, Any] = item
            return found
    raise KeyError(key)


def planned_days(plan: Mapping[str, Any]) -> dict[str, date | None]:
    """The day on which each item was promised to be done, as told line by line; None without a published limit."""
    return {
        line["item"]: date.fromisoformat(line["due_on"]) if line.get("due_on") else None
        for line in plan["promise"]["lines"]
    }


def last_promised(plan: Mapping[str, Any]) -> tuple[date | None, bool]:
    """The one promised date of the whole, and whether it rests on holidays not published yet."""
    promise = plan["promise"]
    if promise.get("working_days") is None or not any(line.get("counted") for line in promise["lines"]):
        return None, False
    return date.fromisoformat(promise["due_on"]), bool(promise.get("provisional"))


def limit_end(
    limit: Mapping[str, Any] | None, start: date, calendar: DueCounter, *, pauses: Sequence[Pause] = ()
) -> date | None:
    """The last day of one limit; None where nothing is published."""
    if not limit or limit.get("value") is None:
        return None
    return calendar.due(start, int(limit["value"]), str(limit.get("unit") or "working_day"), pauses=pauses).on


def promised_end(
    item: Mapping[str, Any],
    started_on: date,
    calendar: DueCounter,
    *,
    pauses: Sequence[Pause] = (),
    ready_on: date | None = None,
) -> date | None:
    """The last day of the body's own promise, from the day its item started: the limit that counts (decision 4).

    Nobody is late for what cannot be done yet: it is never before `ready_on`, the first day after a waiting period. Where
    the wait is all there is, it is that day.
    """
    limit = item.get("limit") or {}
    if limit.get("kind") == WAITING:
        return ready_on
    end = limit_end(limit, started_on, calendar, pauses=pauses)
    return max(end, ready_on) if end is not None and ready_on is not None else end


def statutory_end(
    item: Mapping[str, Any], accepted_on: date, calendar: DueCounter, *, pauses: Sequence[Pause] = ()
) -> date | None:
    """The last day by law, from the day of acceptance."""
    return limit_end(item.get("statutory"), accepted_on, calendar, pauses=pauses)


def near_day(started_on: date, due: date, calendar: DueCounter, *, pauses: Sequence[Pause] = ()) -> date:
    """The first day on which the light says "near": a third of the working days left, or one (ux e1).

    Days on which the clock stands still are no days of the limit and count neither for the third nor for what is left.
    """
    running = [
        day
        for day in (started_on + timedelta(days=number) for number in range(1, (due - started_on).days + 1))
        if calendar.is_working_day(day) and not is_paused(day, pauses)
    ]
    share = max(NEAR_DAYS, len(running) // NEAR_SHARE)
    return started_on if len(running) <= share else running[-share - 1]
