"""The algebra of an item's clocks: stops give days back, extensions add some, and every stored day follows (R5.4).

A clock is a limit of the plan, the day it starts, the stops and the extensions; days in, days out, no clock read, no table.
The start day is not counted (民法典 art. 201). What lies inside the union of the stops is given back, so that
overlapping stops count once: working days to limits in working days, natural days to limits in natural days. Extensions
add working days behind the end. A last day that is free or lies in a stop moves on (art. 203).

A waiting period (公示期) is no stop: the limit runs on, but a promise never ends before anybody may decide (`waiting`).

A stop is a closed interval of days: the day it begins and the day it ends both stand still. An open one counts for as long as
the applicant was told; the days that rest on it are an estimate until it ends, and its light shows no deadline.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from onething.cases.rules import DueCounter, near_day, promised_end, statutory_end
from onething.cases.waiting import Values, ready_on, waits_until
from onething.kit.workdays import Pause

__all__ = [
    "DELIVERY_DAYS",
    "EXTENSION_DAYS",
    "LICENCE_KIND",
    "PROCEDURES",
    "ClockDays",
    "ClockFacts",
    "Extension",
    "ExtensionKind",
    "Stop",
    "StopKind",
    "clock_days",
    "pauses_of",
]

# 行政许可法 art. 44: a permit is issued and delivered within 10 working days of the decision. It speaks of licences only.
DELIVERY_DAYS: Final = 10
LICENCE_KIND: Final = "行政许可"
NOTHING: Final[Values] = {}


class StopKind(StrEnum):
    """What stops a clock. The list is closed: a correction (art. 32), the eight procedures of art. 45, and a procedure that
    the law of the item itself names, which then stands in its plan with its basis."""

    CORRECTION = "correction"
    HEARING = "hearing"
    TENDER = "tender"
    AUCTION = "auction"
    INSPECTION = "inspection"
    TESTING = "testing"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"
    OWN_LAW = "own_law"


# The eight of 行政许可法 art. 45, in the words of the law.
PROCEDURES: Final[Mapping[StopKind, str]] = {
    StopKind.HEARING: "听证",
    StopKind.TENDER: "招标",
    StopKind.AUCTION: "拍卖",
    StopKind.INSPECTION: "检验",
    StopKind.TESTING: "检测",
    StopKind.QUARANTINE: "检疫",
    StopKind.APPRAISAL: "鉴定",
    StopKind.EXPERT_REVIEW: "专家评审",
}


class ExtensionKind(StrEnum):
    """Who allowed more time: the head of the body itself, or for joint handling the head of the government (art. 42)."""

    OWN = "own"
    JOINT = "joint"


EXTENSION_DAYS: Final[Mapping[ExtensionKind, int]] = {ExtensionKind.OWN: 10, ExtensionKind.JOINT: 15}


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop. `expected_days` are working days with the first day; `ended_on` is None while it lasts."""

    number: int
    kind: StopKind
    started_on: date
    expected_days: int | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """Working days added behind the end."""

    kind: ExtensionKind
    days: int


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """All that the days of one item follow from, besides its plan. What has not happened is None."""

    planned_due: date | None
    started_on: date | None = None
    accepted_on: date | None = None
    granted_on: date | None = None
    stops: tuple[Stop, ...] = ()
    extensions: tuple[Extension, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockDays:
    """The days that are stored with an item."""

    promised_due: date | None
    near_from: date | None
    statutory_due: date | None
    deliver_by: date | None
    waits_until: date | None = None


def pauses_of(stops: Iterable[Stop], calendar: DueCounter) -> tuple[Pause, ...]:
    """The days on which the clock stands still, first and last of each stop; an open one lasts as long as was told."""
    return tuple((stop.started_on, stop.ended_on or _expected_end(stop, calendar)) for stop in stops)


def _expected_end(stop: Stop, calendar: DueCounter) -> date:
    """The last of the days told; the first one counts when it is worked. Not told: no more than the day it began."""
    further = (stop.expected_days or 1) - calendar.is_working_day(stop.started_on)
    return calendar.add_working_days(stop.started_on, further) if further > 0 else stop.started_on


def clock_days(
    item: Mapping[str, Any], facts: ClockFacts, calendar: DueCounter, *, values: Values = NOTHING
) -> ClockDays:
    """The days of an item of a plan. Before it starts its promised day is the one that was told for it.

    `values` are those of the form, by party, subject and element: some say on which day a waiting period opened.
    """
    pauses = pauses_of(facts.stops, calendar)
    more = sum(extension.days for extension in facts.extensions)
    promised, near = facts.planned_due, None
    if facts.started_on is not None:
        ready = ready_on(item, values, since=facts.started_on, calendar=calendar)
        end = promised_end(item, facts.started_on, calendar, pauses=pauses, ready_on=ready)
        promised = _later(end, more, pauses, calendar)
        if promised is not None:
            near = near_day(facts.started_on, promised, calendar, pauses=pauses)
    statutory = waits = None
    if facts.accepted_on is not None:
        waits = waits_until(item, values, since=facts.accepted_on, calendar=calendar)
        statutory = _later(statutory_end(item, facts.accepted_on, calendar, pauses=pauses), more, pauses, calendar)
    return ClockDays(promised, near, statutory, _deliver_by(item, facts.granted_on, calendar), waits)


def _later(due: date | None, days: int, pauses: Sequence[Pause], calendar: DueCounter) -> date | None:
    return calendar.add_working_days(due, days, pauses=pauses) if due is not None and days else due


def _deliver_by(item: Mapping[str, Any], granted_on: date | None, calendar: DueCounter) -> date | None:
    if granted_on is None or item.get("kind") != LICENCE_KIND:
        return None
    return calendar.add_working_days(granted_on, DELIVERY_DAYS)
