"""Keeping the clocks of a locked item: stops open and close, extensions come, the stored days follow (R5.4).

Every change writes facts into the payload of an event, in the words `replay` reads: the log alone gives the days again (I9, I11).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from onething.cases.calendar import working_calendar
from onething.cases.clock_rules import ClockFacts, Extension, ExtensionKind, Stop, StopKind, clock_days
from onething.cases.models import ClockExtension, ClockStop, ItemCase
from onething.cases.rules import item_of_plan
from onething.cases.states import Outcome
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.parties.models import Officer

if TYPE_CHECKING:
    from onething.cases.models import OneThingCase

__all__ = [
    "CLOCK_COLUMNS",
    "CORRECTION_BASIS",
    "ClockRefused",
    "NewStop",
    "add_extension",
    "close_stop",
    "close_stops",
    "day_words",
    "extension_facts",
    "extensions_of",
    "open_stop",
    "recount",
    "stops_of",
]

CORRECTION_BASIS: Final = "行政许可法第三十二条"
CLOCK_COLUMNS: Final = ("promised_due", "near_from", "statutory_due", "deliver_by", "waits_until")


class ClockRefused(Refused):
    """A clock cannot be stopped, resumed or extended like this. The message says what holds now."""

    code = "clock"


@dataclass(frozen=True, slots=True)
class NewStop:
    """A stop about to begin: what for, by which article, for how many working days the applicant is told (None: not told)."""

    kind: StopKind
    basis: str
    expected_days: int | None = None
    reason: str = ""
    officer: Officer | None = None


@db.transaction_required
def open_stop(item: ItemCase, new: NewStop, *, at: datetime) -> dict[str, object]:
    """Open a stop on the legal day of `at`; gives what the event must carry. Raises ClockRefused when it is open already."""
    rows = list(ClockStop.objects.filter(item=item).order_by("number"))
    if any(row.kind == new.kind and row.ended_on is None for row in rows):
        raise ClockRefused("已经因为同一个原因暂停了，不用再停一次", item=item.number, kind=new.kind.value)
    row = ClockStop.objects.create(
        item=item,
        number=len(rows) + 1,
        kind=new.kind.value,
        basis=new.basis,
        reason=new.reason,
        expected_days=new.expected_days,
        started_on=legal_date(at),
        started_at=at,
        started_by=new.officer,
        home_division=item.home_division,
    )
    return {
        "stop": {
            "number": row.number,
            "kind": row.kind,
            "started_on": row.started_on.isoformat(),
            "expected_days": row.expected_days,
            "basis": row.basis,
        }
    }


@db.transaction_required
def close_stop(row: ClockStop, *, on: date, at: datetime, officer: Officer | None = None) -> dict[str, object]:
    """Close an open stop on its last day, which belongs to it; gives what the event must carry."""
    row.ended_on, row.ended_at, row.ended_by = on, at, officer
    row.save(update_fields=["ended_on", "ended_at", "ended_by"])
    return {"stops_ended": [{"number": row.number, "ended_on": on.isoformat()}]}


@db.transaction_required
def close_stops(item: ItemCase, *, on: date, at: datetime) -> dict[str, object]:
    """Close whatever is still open, because the item moves on or ends; gives what the event must carry."""
    rows = list(ClockStop.objects.filter(item=item, ended_on__isnull=True).order_by("number"))
    ended = []
    for row in rows:
        last = max(on, row.started_on)
        close_stop(row, on=last, at=at)
        ended.append({"number": row.number, "ended_on": last.isoformat()})
    return {"stops_ended": ended} if ended else {}


@db.transaction_required
def add_extension(
    item: ItemCase, kind: ExtensionKind, *, days: int, basis: str, reason: str, approver: Officer, at: datetime
) -> ClockExtension:
    """Give an item more working days. Raises ClockRefused when it had this kind already."""
    if ClockExtension.objects.filter(item=item, kind=kind.value).exists():
        raise ClockRefused("已经延长过一次，不能再延长", item=item.number, kind=kind.value)
    return ClockExtension.objects.create(
        item=item, kind=kind.value, days=days, basis=basis, reason=reason, approver=approver, at=at,
        home_division=item.home_division,
    )  # fmt: skip


def extension_facts(given: ClockExtension) -> dict[str, object]:
    """What the event of an extension must carry."""
    facts = {"kind": given.kind, "days": given.days, "basis": given.basis, "approver": given.approver_id}
    return {"extension": facts}


@db.transaction_required
def recount(case: "OneThingCase", item: ItemCase) -> set[str]:
    """Set the days of a locked item from what holds now; gives the columns, which the caller saves. Two queries."""
    granted = item.outcome == Outcome.GRANTED and item.decided_at is not None
    facts = ClockFacts(
        planned_due=item.planned_due,
        started_on=item.started_on,
        accepted_on=item.accepted_on,
        granted_on=legal_date(item.decided_at) if granted and item.decided_at is not None else None,
        stops=stops_of(ClockStop.objects.filter(item=item).order_by("number")),
        extensions=extensions_of(ClockExtension.objects.filter(item=item).order_by("pk")),
    )
    days = clock_days(item_of_plan(case.plan, item.key), facts, working_calendar(), values=case.form_values)
    for name in CLOCK_COLUMNS:
        setattr(item, name, getattr(days, name))
    return set(CLOCK_COLUMNS)


def stops_of(rows: Iterable[ClockStop]) -> tuple[Stop, ...]:
    """Rows as the algebra sees them."""
    return tuple(Stop(row.number, StopKind(row.kind), row.started_on, row.expected_days, row.ended_on) for row in rows)


def extensions_of(rows: Iterable[ClockExtension]) -> tuple[Extension, ...]:
    """Rows as the algebra sees them."""
    return tuple(Extension(ExtensionKind(row.kind), row.days) for row in rows)


def day_words(day: date) -> str:
    """A day in a refusal."""
    return f"{day.year}年{day.month}月{day.day}日"
