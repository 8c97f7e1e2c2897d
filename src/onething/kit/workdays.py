"""Working days, and the legal dates counted in them.

A working day is Monday to Friday without the days the State Council's yearly notice gives off, plus the weekend days
it asks to be worked. Limits of administrative bodies are counted in these days; the day something starts is not
counted, the last day ends a limit, and a natural-day limit ending on a free day ends on the next working day.
Next year's notice comes in November: any date counted beyond the published years is provisional and says so.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

__all__ = [
    "LEGAL_ZONE",
    "OFFICE_CLOSES",
    "Calendar",
    "CalendarError",
    "Due",
    "Pause",
    "is_paused",
    "legal_date",
    "load_calendar",
]

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
OFFICE_CLOSES = dt.time(17, 30)
_DAY = dt.timedelta(days=1)
_FIRST_WEEKEND_DAY = 5
# A limit this long is a typing error; counting it would only take long.
MAX_DAYS = 5000

Pause = tuple[dt.date, dt.date]
"""A stop of the clock: first and last day, both inclusive."""


class CalendarError(ValueError):
    """The calendar's data contradicts itself. The message names the year and the day."""


@dataclass(frozen=True)
class Due:
    """The last day of a limit. `provisional`: it rests on a year whose holidays are not published yet."""

    on: dt.date
    provisional: bool


def legal_date(at: dt.datetime) -> dt.date:
    """The date on which `at` falls by law, which is China's civil time wherever the server stands."""
    if at.tzinfo is None:
        msg = "a legal date needs a moment with its time zone"
        raise ValueError(msg)
    return at.astimezone(LEGAL_ZONE).date()


def is_paused(day: dt.date, pauses: Iterable[Pause]) -> bool:
    """Whether the clock stands still on `day`."""
    return any(first <= day <= last for first, last in pauses)


@dataclass(frozen=True)
class Calendar:
    """The published holidays. `off` holds every day a notice names, weekends among them included."""

    off: frozenset[dt.date]
    make_up: frozenset[dt.date]
    published_from: dt.date
    published_through: dt.date

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Calendar":
        """Build from the content of `calendar.yaml`. Raises CalendarError."""
        off: set[dt.date] = set()
        make_up: set[dt.date] = set()
        for year, entry in data["years"].items():
            if not entry.get("notice"):
                msg = f"{year}: names no notice as its source"
                raise CalendarError(msg)
            off |= _days(entry.get("off", ()), f"{year}.off")
            make_up |= _days(entry.get("make_up_workdays", ()), f"{year}.make_up_workdays")
        if both := off & make_up:
            msg = f"{min(both)}: both free and worked"
            raise CalendarError(msg)
        if weekday := [day for day in make_up if day.weekday() < _FIRST_WEEKEND_DAY]:
            msg = f"{min(weekday)}: a make-up day that is no weekend day"
            raise CalendarError(msg)
        through = _day(data["published_through"], "published_through")
        start = data.get("published_from", f"{min(map(int, data['years']))}-01-01")
        return cls(frozenset(off), frozenset(make_up), _day(start, "published_from"), through)

    def is_working_day(self, day: dt.date) -> bool:
        """Whether offices work on `day`, as far as published."""
        if day in self.make_up:
            return True
        return day.weekday() < _FIRST_WEEKEND_DAY and day not in self.off

    def is_provisional(self, day: dt.date) -> bool:
        """Whether `day` lies outside the years whose holidays are known."""
        return not self.published_from <= day <= self.published_through

    def next_working_day(self, day: dt.date) -> dt.date:
        """`day` itself when it is worked, otherwise the first working day after it."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, start: dt.date, count: int, *, pauses: Iterable[Pause] = ()) -> dt.date:
        """The last day of a limit of `count` working days that starts on `start`, which is not counted itself.

        Nothing is 'at once': no days end on the start day, or on the first working day after it. Working days inside
        a pause are given back; overlapping pauses count once.
        """
        _check_count(count)
        stops = list(pauses)
        if count == 0:
            return self._next_running_day(start, stops)
        day = start
        while count:
            day += _DAY
            if self.is_working_day(day) and not is_paused(day, stops):
                count -= 1
        return day

    def latest_start(self, count: int, *, over_by: dt.date) -> dt.date:
        """The latest day whose limit of `count` working days is over when the day `over_by` begins."""
        day = over_by
        while self.add_working_days(day, count) >= over_by:
            day -= _DAY
        return day

    def add_natural_days(self, start: dt.date, count: int, *, pauses: Iterable[Pause] = ()) -> dt.date:
        """The last day of a limit of `count` natural days; a free last day moves to the next working day.

        Days inside a pause are given back, free ones too; overlapping pauses count once.
        """
        _check_count(count)
        stops = list(pauses)
        day = start
        while count:
            day += _DAY
            count -= not is_paused(day, stops)
        return self._next_running_day(day, stops)

    def _next_running_day(self, day: dt.date, stops: Collection[Pause]) -> dt.date:
        """The first working day from `day` on that lies in no pause."""
        while not self.is_working_day(day) or is_paused(day, stops):
            day += _DAY
        return day

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative when `end` comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + offset * _DAY) for offset in range(1, (end - start).days + 1))

    def due(self, start: dt.date, count: int, unit: str, *, pauses: Iterable[Pause] = ()) -> Due:
        """The end of a limit in one of the catalogue's units: instant, working_hour, working_day, natural_day.

        Hours are not counted in hours: whatever is promised within a working day is due on the next one at the latest.
        """
        if unit == "natural_day":
            end = self.add_natural_days(start, count, pauses=pauses)
        elif unit == "instant":
            end = self.add_working_days(start, 0, pauses=pauses)
        elif unit == "working_hour":
            end = self.add_working_days(start, max(1, -(-count // 8)), pauses=pauses)
        elif unit == "working_day":
            end = self.add_working_days(start, count, pauses=pauses)
        else:
            msg = f"unknown unit of a limit: {unit!r}"
            raise ValueError(msg)
        return Due(end, self.is_provisional(end))

    def receipt_day(self, at: dt.datetime, *, closes: dt.time = OFFICE_CLOSES) -> dt.date:
        """The day on which something handed in at `at` counts as received (design decision 17).

        In office hours of a working day it is that day; at or after closing time, or on a free day, it is the next
        working day. The time on the receipt stays the true one: only the clock starts later.
        """
        day = legal_date(at)
        if self.is_working_day(day) and at.astimezone(LEGAL_ZONE).time() < closes:
            return day
        return self.next_working_day(day + _DAY)


def load_calendar(path: Path) -> Calendar:
    """Read `calendar.yaml`. Raises CalendarError, or OSError when the file is not there."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not isinstance(data.get("years"), dict):
        msg = f"{path.name}: holds no years"
        raise CalendarError(msg)
    return Calendar.from_data(data)


def _check_count(count: int) -> None:
    if not 0 <= count <= MAX_DAYS:
        msg = f"a limit has 0 to {MAX_DAYS} days, not {count}"
        raise ValueError(msg)


def _days(entries: Iterable[Mapping[str, Any]], place: str) -> set[dt.date]:
    days: set[dt.date] = set()
    for entry in entries:
        day = _day(entry["date"], place)
        if day in days:
            msg = f"{place}: {day} stands there twice"
            raise CalendarError(msg)
        days.add(day)
    return days


def _day(value: object, place: str) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        msg = f"{place}: {value!r} is no date"
        raise CalendarError(msg) from None
