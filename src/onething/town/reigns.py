"""Which edition of each one-thing the town's cases follow, and from when to when it held."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from onething.catalogue.models import Edition, Release, ReleaseEntry
from onething.catalogue.published import current_entries
from onething.kit.workdays import LEGAL_ZONE

__all__ = ["Reign", "midnight", "reigns"]


@dataclass(frozen=True, slots=True)
class Reign:
    """One edition in force without a break from `since` until before `until`."""

    edition: Edition
    since: datetime
    until: datetime

    def covers(self, day: date) -> bool:
        """Whether it held from the day's first moment on; what is handed in on that day follows it."""
        return self.since <= midnight(day) < self.until


def midnight(day: date) -> datetime:
    """The first moment of a day where the law counts days."""
    return datetime.combine(day, time.min, tzinfo=LEGAL_ZONE)


def reigns(*, since: datetime, at: datetime) -> list[Reign]:
    """For each one-thing offered at `at` the edition that held longest from `since` on, in the order of keys."""
    found: dict[str, list[Reign]] = {}
    for begin, end, release in _periods(since, at):
        entries = ReleaseEntry.objects.offered().filter(release=release).select_related("edition")
        for entry in entries.defer("edition__document"):
            mine = found.setdefault(entry.onething, [])
            if mine and mine[-1].since == end and mine[-1].edition == entry.edition:
                end_of_reign = mine.pop().until
            else:
                end_of_reign = end
            mine.append(Reign(entry.edition, begin, end_of_reign))
    offered = [entry.onething for entry in current_entries(at=at) if not entry.retired]
    return [max(found[key], key=lambda reign: reign.until - reign.since) for key in offered]


def _periods(since: datetime, at: datetime) -> Iterator[tuple[datetime, datetime, Release]]:
    """From when to when which release held, the latest first. The one in force may have begun this very moment."""
    end = at
    for release in Release.objects.in_force(at=at):
        begin = max(release.effective_at, since)
        if begin < end or release.effective_at == at == end:
            yield begin, end, release
        if begin == since:
            return
        end = begin
