"""Searching the log for an auditor: by case, by who acted or looked, by period (R5.6/2). What is found holds no personal data."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from operator import attrgetter
from typing import TypeVar

from django.db.models import QuerySet

from onething.audit.models import Event, ReadLog

__all__ = ["Search", "found_entries"]

ROWS_AT_ONCE = 2000
Row = TypeVar("Row", Event, ReadLog)


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for; None asks nothing. `start` is counted in, `end` is not."""

    cases: Collection[str] | None = None
    accounts: Collection[int] | None = None
    start: datetime | None = None
    end: datetime | None = None
    acts: bool = True
    reads: bool = True


def found_entries(search: Search) -> Iterator[Event | ReadLog]:
    """Acts and reads together, the oldest first, read in portions."""
    acts = _narrowed(Event.objects.all(), search, "actor") if search.acts else Event.objects.none()
    reads = _narrowed(ReadLog.objects.all(), search, "account") if search.reads else ReadLog.objects.none()
    sources: tuple[Iterator[Event | ReadLog], ...] = (acts.iterator(ROWS_AT_ONCE), reads.iterator(ROWS_AT_ONCE))
    return merge(*sources, key=attrgetter("at"))


def _narrowed(rows: QuerySet[Row], search: Search, who: str) -> QuerySet[Row]:
    if search.cases is not None:
        rows = rows.filter(case_number__in=search.cases)
    if search.accounts is not None:
        rows = rows.filter(**{f"{who}__in": search.accounts})
    if search.start is not None:
        rows = rows.filter(at__gte=search.start)
    if search.end is not None:
        rows = rows.filter(at__lt=search.end)
    return rows.order_by("at", "pk")
