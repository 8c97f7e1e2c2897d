"""Compare what is stored with what the event log says: states, dates, the whole (I9, I11).

The log is replayed per case: every move event names the item, its old and new state and its days. Nothing is repaired here;
a difference is a finding for a person. Whether the log itself is what was written says `audit.verify`; `onething audit verify`
asks both.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onething.audit.models import Event
from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.rules import item_of_plan, near_day, promised_end, statutory_end
from onething.cases.states import IllegalStep, ItemState, Outcome, check_move, derive_bundle_state
from onething.kit.workdays import legal_date

__all__ = ["Difference", "check_derived_states"]

PORTION = 200
DAYS = ("started_on", "promised_due", "statutory_due")


@dataclass(frozen=True, slots=True)
class Difference:
    """One stored value that is not what the log and the rules give."""

    case: str
    item: str
    what: str
    stored: str
    expected: str


@dataclass
class _Replayed:
    state: ItemState = ItemState.DRAFT
    days: dict[str, str | None] = field(default_factory=dict)
    illegal: list[str] = field(default_factory=list)


def check_derived_states(*, numbers: Iterable[str] | None = None) -> Iterator[Difference]:
    """Every difference in all cases, or in some by number. Reads in portions; three queries for each 200 cases."""
    cases = OneThingCase.objects.order_by("pk")
    if numbers is not None:
        cases = cases.filter(number__in=list(numbers))
    last = 0
    while portion := list(cases.filter(pk__gt=last).defer("answers", "form_values")[:PORTION]):
        last = portion[-1].pk
        items: dict[int, list[ItemCase]] = {}
        for item in ItemCase.objects.filter(case__in=portion).defer("opinion").order_by("pk"):
            items.setdefault(item.case_id, []).append(item)
        events: dict[str, list[Event]] = {}
        for event in Event.objects.filter(case_number__in=[one.number for one in portion]).order_by(
            "case_number", "seq"
        ):
            events.setdefault(event.case_number, []).append(event)
        for case in portion:
            yield from _check_case(case, items.get(case.pk, []), events.get(case.number, []))


def _check_case(case: OneThingCase, items: list[ItemCase], events: list[Event]) -> Iterator[Difference]:
    replayed = _replay(events)
    for item in items:
        yield from _check_item(case, item, replayed.get(item.number, _Replayed()))
    whole = derive_bundle_state(
        (ItemState(item.state), Outcome(item.outcome) if item.outcome else None) for item in items
    )
    if whole.value != case.state:
        yield Difference(case.number, "", "state", case.state, whole.value)


def _replay(events: list[Event]) -> dict[str, _Replayed]:
    """The last state and days of every item by its number."""
    found: dict[str, _Replayed] = {}
    for event in events:
        payload: dict[str, Any] = event.payload
        if "new" not in payload or "item" not in payload:
            continue
        item = found.setdefault(payload["item"], _Replayed())
        try:
            check_move(item.state, ItemState(payload["new"]))
        except (IllegalStep, ValueError):
            item.illegal.append(f"{item.state} to {payload['new']} at {event.seq}")
        item.state = ItemState(payload["new"])
        item.days = {name: payload.get(name) for name in DAYS}
    return found


def _check_item(case: OneThingCase, item: ItemCase, replayed: _Replayed) -> Iterator[Difference]:
    for illegal in replayed.illegal:
        yield Difference(case.number, item.number, "moves", illegal, "a listed move")
    if replayed.state.value != item.state:
        yield Difference(case.number, item.number, "state", item.state, replayed.state.value)
    for name in DAYS:
        stored = _iso(getattr(item, name))
        if stored != replayed.days.get(name):
            yield Difference(case.number, item.number, name, str(stored), str(replayed.days.get(name)))
    for name, expected in _recomputed(case, item).items():
        stored = _iso(getattr(item, name))
        if stored != _iso(expected):
            yield Difference(case.number, item.number, f"{name} recomputed", str(stored), str(_iso(expected)))


def _recomputed(case: OneThingCase, item: ItemCase) -> dict[str, date | None]:
    """The days by the rules, from the plan and the moments the item went through."""
    calendar, planned = working_calendar(), item_of_plan(case.plan, item.key)
    found: dict[str, date | None] = {}
    if item.started_on is None:
        found["promised_due"] = item.planned_due
    else:
        due = promised_end(planned, item.started_on, calendar)
        found["promised_due"] = due
        found["near_from"] = near_day(item.started_on, due, calendar) if due is not None else None
    if item.accepted_at is not None:
        found["statutory_due"] = statutory_end(planned, legal_date(item.accepted_at), calendar)
    return found


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
