"""Moments in office hours of real working days: when somebody hands in, and when a body gets to its next act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from onething.kit.workdays import LEGAL_ZONE, Calendar, legal_date

__all__ = ["DAY_MINUTES", "Moments"]

MORNING, NOON = (time(8, 30), time(12))
AFTERNOON, EVENING = (time(13, 30), time(17, 30))
MORNING_MINUTES, AFTERNOON_MINUTES = 210, 240
DAY_MINUTES = MORNING_MINUTES + AFTERNOON_MINUTES


@dataclass(frozen=True)
class Moments:
    """The hours of offices, by the published calendar."""

    calendar: Calendar

    def on(self, day: date, chance: Random) -> datetime:
        """Some moment of a day in which offices are open, to the second."""
        return self._at(day, chance.randrange(DAY_MINUTES), chance.randrange(60))

    def after(self, moment: datetime, chance: Random, *, shortest: int, longest: int) -> datetime:
        """So many office minutes later, never before the offices open again."""
        day = legal_date(moment)
        minutes = self._spent(day, moment) + chance.randint(shortest, longest)
        if not self.calendar.is_working_day(day):
            minutes -= self._spent(day, moment)
            day = self.calendar.next_working_day(day)
        while minutes >= DAY_MINUTES:
            minutes -= DAY_MINUTES
            day = self.calendar.next_working_day(day + timedelta(days=1))
        return max(self._at(day, minutes, chance.randrange(60)), moment + timedelta(seconds=1))

    def back(self, day: date, *, days: int) -> Iterator[date]:
        """The working days before a day and the day itself, the latest first."""
        return (
            one
            for one in (day - timedelta(days=number) for number in range(days + 1))
            if self.calendar.is_working_day(one)
        )

    def _spent(self, day: date, moment: datetime) -> int:
        """Office minutes of the day that are over."""
        spent = 0
        for opens, closes in ((MORNING, NOON), (AFTERNOON, EVENING)):
            first, last = self._clock(day, opens), self._clock(day, closes)
            spent += int((min(max(moment, first), last) - first).total_seconds() // 60)
        return spent

    def _at(self, day: date, minutes: int, seconds: int) -> datetime:
        opens, rest = (MORNING, minutes) if minutes < MORNING_MINUTES else (AFTERNOON, minutes - MORNING_MINUTES)
        return self._clock(day, opens) + timedelta(minutes=rest, seconds=seconds)

    def _clock(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, tzinfo=LEGAL_ZONE)
