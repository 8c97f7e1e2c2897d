"""Decisions about joint activities: common free times, whether one is valid, what it says as a whole (R2.8.d, ux f2).

Pure: no clock, no table. Moments come in aware; days and hours are China's.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from onething.kit.workdays import LEGAL_ZONE

__all__ = [
    "MOST_OWN",
    "Busy",
    "Look",
    "Opinion",
    "Proposal",
    "ValidWith",
    "VisitHours",
    "WorkDays",
    "clashes",
    "consolidated",
    "free_times",
    "full_when",
    "is_valid",
    "own_looks",
    "points_to_look_at",
    "taken_when",
]

OFFERED: Final = 3
STEP: Final = timedelta(minutes=30)
# Further than this nobody looks for a time; a calendar without working days must not be searched for ever.
FURTHEST_DAYS: Final = 90
# The kind of material whose versions are counted, as the catalogue writes it.
DRAWING: Final = "图纸"

Busy = tuple[datetime, datetime]
"""A stretch of time somebody is taken: from, and until (not included)."""


class WorkDays(Protocol):
    """What finding a time needs of the calendar."""

    def is_working_day(self, day: date) -> bool: ...


class ValidWith(StrEnum):
    """Who must come: everybody, or so many bodies (the bundle's rule)."""

    ALL = "all"
    QUORUM = "quorum"


class Opinion(StrEnum):
    """What one body says of its item after the visit."""

    PASS = "pass"  # noqa: S105  # an opinion, no secret
    DEFECTS = "defects"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class VisitHours:
    """When visits may take place: the halves of a working day, and how many working days are searched. The city's choice."""

    halves: tuple[tuple[time, time], ...]
    days: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """One time that can be offered. `missing` are the bodies that are taken then: none in a common free time."""

    start: datetime
    end: datetime
    missing: tuple[str, ...] = ()


def clashes(start: datetime, end: datetime, taken: Iterable[Busy]) -> bool:
    """Whether a stretch of time overlaps one that is taken; one that begins when the other ends does not."""
    return any(start < until and since < end for since, until in taken)


def full_when(taken: Iterable[Busy], people: int) -> list[Busy]:
    """When a body has nobody left: as many of its stretches overlap as it has people who could come (at least one)."""
    # One change a moment: who comes back when another leaves leaves no gap, and nobody is counted twice.
    changes: Counter[datetime] = Counter()
    for since, until in taken:
        if since < until:
            changes[since] += 1
            changes[until] -= 1
    full: list[Busy] = []
    away, began = 0, None
    for moment in sorted(changes):
        away += changes[moment]
        if away >= max(1, people):
            began = began or moment
        elif began is not None:
            full.append((began, moment))
            began = None
    return full


def free_times(
    busy: Mapping[str, Sequence[Busy]],
    *,
    minutes: int,
    after: datetime,
    calendar: WorkDays,
    hours: VisitHours,
    wanted: int = OFFERED,
) -> list[Proposal]:
    """The times to offer, `wanted` of them where there are so many: common free ones, spread over half days, then the nearest.

    `busy` has a key for every body that must come. All lie after `after`, on working days, inside the hours. If there are too
    few common ones, those with the fewest missing bodies fill up, the earliest first, and say who is missing: never an
    empty list (ux f2), unless the visit is longer than every half day or the calendar has no working day.
    """
    common: list[Proposal] = []
    lacking: list[Proposal] = []
    for half in _halves(after, calendar, hours):
        best = None
        for start in _starts(half, minutes):
            end = start + timedelta(minutes=minutes)
            if start < after:
                continue
            found = Proposal(start, end, tuple(sorted(b for b, taken in busy.items() if clashes(start, end, taken))))
            if best is None or len(found.missing) < len(best.missing):
                best = found
        if best is not None:
            (lacking if best.missing else common).append(best)
        if len(common) >= wanted:
            break
    lacking.sort(key=lambda one: (len(one.missing), one.start))
    return sorted(common[:wanted], key=lambda one: one.start) + lacking[: max(0, wanted - len(common))]


def _halves(after: datetime, calendar: WorkDays, hours: VisitHours) -> Iterator[Busy]:
    """The halves of the next working days, as moments."""
    first, found = after.astimezone(LEGAL_ZONE).date(), 0
    for ahead in range(FURTHEST_DAYS):
        day = first + timedelta(days=ahead)
        if not calendar.is_working_day(day):
            continue
        for begin, end in hours.halves:
            yield datetime.combine(day, begin, LEGAL_ZONE), datetime.combine(day, end, LEGAL_ZONE)
        found += 1
        if found >= hours.days:
            return


def _starts(half: Busy, minutes: int) -> Iterator[datetime]:
    start, end = half
    while start + timedelta(minutes=minutes) <= end:
        yield start
        start += STEP


MOST_OWN: Final = 10
MOST_TITLE: Final = 100


@dataclass(frozen=True, slots=True)
class Look:
    """One thing to look at on the spot, with the basis of the item that asks it."""

    title: str
    basis: str


def points_to_look_at(plan: Mapping[str, Any], item_key: str) -> list[Look]:
    """What an item's body looks at on the spot, proposed to the lead: its conditions, and that its drawings fit what is there.

    An item without either still has one point; nothing is looked at without saying what.
    """
    item: Mapping[str, Any] = next((one for one in plan["items"] if one["key"] == item_key), {})
    basis = "；".join(dict.fromkeys(str(one["cited"]) for one in item.get("basis", ())))
    drawings = [
        row["name"]
        for row in plan.get("materials", ())
        if row.get("kind") == DRAWING and any(asked["item"] == item_key for asked in row["asked_by"])
    ]
    titles = [*map(str, item.get("conditions", ())), *(f"现场和“{name}”一致" for name in drawings)]
    return [Look(title, basis) for title in titles or ["现场情况和申请内容一致"]]


def own_looks(text: str) -> list[Look]:
    """What the lead adds, one point a line: each once, no more than `MOST_OWN`. They have no basis of an item, and say whose they are."""
    titles = dict.fromkeys(line.strip()[:MOST_TITLE] for line in text.splitlines() if line.strip())
    return [Look(f"{title}（牵头部门加的）", "") for title in list(titles)[:MOST_OWN]]


def is_valid(valid_with: ValidWith, quorum: int | None, *, invited: int, present: int) -> bool:
    """Whether the activity counts, by how many bodies came (R2.8.d/4). Nobody at all is never enough."""
    needed = invited if valid_with is ValidWith.ALL else min(quorum or invited, invited)
    return present >= max(1, needed)


def consolidated(opinions: Iterable[Opinion]) -> Opinion | None:
    """The one opinion of all: the strictest there is (R2.8.d/2). None when nobody gave one."""
    given = set(opinions)
    return next((one for one in (Opinion.FAIL, Opinion.DEFECTS, Opinion.PASS) if one in given), None)


def taken_when(claimed: datetime, *, booked: datetime, received: datetime) -> datetime:
    """When an entry was made on the spot, as far as it can be true: a device's clock may be wrong, the server's is not.

    It was not made before the visit was booked, and not after it arrived here (ux f3).
    """
    return min(max(claimed, booked), received)
