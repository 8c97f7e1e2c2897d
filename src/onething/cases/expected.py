"""When the whole will be done as things stand, and why that day: line by line against what was told (R5.4). Pure.

`promised_on` stays what the applicant was told. Beside it stands the day that follows from where every item is now: what has
ended counts from its end, what runs from its own clock, and what waits starts when the last of those before it is done and
takes as long as was planned for it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from onething.cases.clock_rules import Extension, Stop, pauses_of
from onething.cases.rules import DueCounter
from onething.kit.workdays import Pause

__all__ = ["Cause", "ItemNow", "Line", "Shift", "expected_day"]


@dataclass(frozen=True, slots=True)
class ItemNow:
    """One item as far as days look at it. `ended_badly`: it brings nothing any more and nobody waits for it."""

    number: str
    key: str
    after: tuple[str, ...]
    after_acceptance: tuple[str, ...]
    planned_due: date | None
    promised_due: date | None
    started_on: date | None
    decided_on: date | None
    ended_badly: bool = False
    stops: tuple[Stop, ...] = ()
    extensions: tuple[Extension, ...] = ()


class Cause:
    """Why an item ends on another day than was told, besides the kinds of stops."""

    EXTENDED = "extended"
    WAITED = "waited"


@dataclass(frozen=True, slots=True)
class Shift:
    """So many working days more. `cause` is a kind of stop or one of `Cause`, `keys` are the items that were waited for."""

    cause: str
    days: int
    ongoing: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One item: the day told, the day now, and what lies between them."""

    number: str
    told: date | None
    now: date | None
    done: bool
    shifts: tuple[Shift, ...]


class WorkingCalendar(DueCounter, Protocol):
    """What counting waiting times needs of the calendar."""

    def working_days_between(self, start: date, end: date) -> int: ...


def expected_day(
    items: Sequence[ItemNow], *, received_on: date, promised_on: date | None, calendar: WorkingCalendar
) -> tuple[date | None, list[Line]]:
    """The day on which the last item that counts will be done, and a line for each item that counts or is waited for.

    What counts is what was told to be done by `promised_on`. None when nothing was promised or nothing that counts is left.
    """
    told = _Days(items, received_on, lambda item: item.planned_due, calendar)
    now = _Days(items, received_on, lambda item: item.decided_on or _running(item), calendar, told=told)
    lines = [
        Line(item.number, item.planned_due, now.end(item), item.decided_on is not None, tuple(_shifts(item, told, now)))
        for item in items
        if not item.ended_badly
    ]
    counted = [
        line.now
        for line in lines
        if promised_on is not None and line.told is not None and line.told <= promised_on and line.now is not None
    ]
    return max(counted, default=None), lines


def _running(item: ItemNow) -> date | None:
    return item.promised_due if item.started_on is not None else None


class _Days:
    """Starts and ends of the items, by what is fixed (`fixed`) and, where that says nothing, by what comes before."""

    def __init__(
        self,
        items: Iterable[ItemNow],
        received_on: date,
        fixed: Callable[[ItemNow], date | None],
        calendar: WorkingCalendar,
        told: "_Days | None" = None,
    ) -> None:
        self.by_key: dict[str, list[ItemNow]] = {}
        for item in items:
            self.by_key.setdefault(item.key, []).append(item)
        self.received_on, self.fixed, self.calendar, self.told = received_on, fixed, calendar, told

    def start(self, item: ItemNow) -> date:
        """When it begins: at once, or when the last of those before it is done (or begun, where that is enough)."""
        return max((day for _key, day in self.before(item)), default=self.received_on)

    def before(self, item: ItemNow) -> list[tuple[str, date]]:
        """Each item it waits for with the day until which it waits."""
        return [
            (key, self.start(one) if key in item.after_acceptance else self.end(one) or self.start(one))
            for key in item.after
            for one in self.by_key.get(key, ())
            if not one.ended_badly
        ]

    def end(self, item: ItemNow) -> date | None:
        """When it is done; None where nobody published how long it takes."""
        known = self.fixed(item)
        if known is not None or self.told is None or item.planned_due is None or item.started_on is not None:
            return known
        length = self.calendar.working_days_between(self.told.start(item), item.planned_due)
        return self.calendar.add_working_days(self.start(item), max(length, 0))


def _shifts(item: ItemNow, told: _Days, now: _Days) -> list[Shift]:
    begins = item.started_on or now.start(item)
    late = now.calendar.working_days_between(told.start(item), begins)
    found = []
    if item.after and late > 0:
        waited = tuple(dict.fromkeys(key for key, day in now.before(item) if day > told.start(item)))
        found.append(Shift(Cause.WAITED, late, ongoing=item.started_on is None, keys=waited))
    end = item.promised_due
    if item.started_on is not None and end is not None:
        found += _stopped(item, item.started_on, end, now.calendar)
    if more := sum(extension.days for extension in item.extensions):
        found.append(Shift(Cause.EXTENDED, more))
    return found


def _stopped(item: ItemNow, started_on: date, end: date, calendar: DueCounter) -> list[Shift]:
    """The working days each stop gave back; a day that lies in two counts for the first."""
    pauses = pauses_of(item.stops, calendar)
    days: dict[int, int] = {}
    for number in range(1, (end - started_on).days + 1):
        day = started_on + timedelta(days=number)
        if calendar.is_working_day(day) and (first := _first_of(pauses, day)) is not None:
            days[first] = days.get(first, 0) + 1
    return [
        Shift(item.stops[place].kind.value, count, ongoing=item.stops[place].ended_on is None)
        for place, count in sorted(days.items())
    ]


def _first_of(pauses: Sequence[Pause], day: date) -> int | None:
    return next((place for place, (first, last) in enumerate(pauses) if first <= day <= last), None)
