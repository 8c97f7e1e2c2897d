"""What the event log says about the items of a case: their states and the facts their clocks follow from (I9, I11).

Pure: events in, facts out. Nothing that is stored with an item is looked at, so that a stored day can be compared with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from onething.cases.clock_rules import ClockFacts, Extension, ExtensionKind, Stop, StopKind
from onething.cases.states import IllegalStep, ItemState, Move, check_move
from onething.kit.workdays import legal_date

__all__ = ["LoggedEvent", "Replayed", "replay"]


class LoggedEvent(Protocol):
    """What is read of an event."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


class ReceiptCounter(Protocol):
    """What the replay needs of the calendar."""

    def receipt_day(self, at: datetime) -> date: ...


@dataclass
class Replayed:
    """One item as the log has it. `said` are the days its last event names, `illegal` the steps the table does not list."""

    state: ItemState = ItemState.DRAFT
    planned_due: date | None = None
    started_on: date | None = None
    accepted_on: date | None = None
    granted_on: date | None = None
    decided_on: date | None = None
    stops: dict[int, Stop] = field(default_factory=dict)
    extensions: list[Extension] = field(default_factory=list)
    said: dict[str, str | None] = field(default_factory=dict)
    illegal: list[str] = field(default_factory=list)

    @property
    def facts(self) -> ClockFacts:
        """The facts as the algebra takes them."""
        return ClockFacts(
            planned_due=self.planned_due,
            started_on=self.started_on,
            accepted_on=self.accepted_on,
            granted_on=self.granted_on,
            stops=tuple(self.stops[number] for number in sorted(self.stops)),
            extensions=tuple(self.extensions),
        )


SAID = ("started_on", "accepted_on", "promised_due", "statutory_due", "deliver_by", "waits_until")
ENDS = frozenset(
    {
        ItemState.NOT_ACCEPTED, ItemState.NOT_REQUIRED, ItemState.GRANTED, ItemState.REFUSED, ItemState.DONE,
        ItemState.WITHDRAWN, ItemState.TERMINATED,
    }
)  # fmt: skip


def replay(events: Iterable[LoggedEvent], calendar: ReceiptCounter) -> dict[str, Replayed]:
    """The items of one case by their numbers, from its events in their order."""
    found: dict[str, Replayed] = {}
    for event in events:
        number = event.payload.get("item")
        if number is None:
            continue
        item = found.setdefault(str(number), Replayed())
        if event.payload.get("planned_due"):
            item.planned_due = date.fromisoformat(event.payload["planned_due"])
        if "new" in event.payload:
            _move(item, event, calendar)
        _turn(item, event.payload)
        if "promised_due" in event.payload:
            item.said = {name: event.payload[name] for name in SAID if name in event.payload}
    return found


def _move(item: Replayed, event: LoggedEvent, calendar: ReceiptCounter) -> None:
    """A move of the state, and what it sets; a step that the table does not list is noted and followed."""
    try:
        new = ItemState(event.payload["new"])
        move = check_move(item.state, new)
    except (IllegalStep, ValueError):
        item.illegal.append(f"{item.state} to {event.payload['new']} at {event.seq}")
        if event.payload["new"] not in {state.value for state in ItemState}:
            return
        new = ItemState(event.payload["new"])
        move = Move(item.state, new, "")
    item.state = new
    if move.takes_back:
        _take_back(item, new)
    elif new is ItemState.RECEIVED and item.started_on is None:
        item.started_on = calendar.receipt_day(event.at)
    elif new is ItemState.ACCEPTED:
        said = event.payload.get("accepted_on")
        item.accepted_on = date.fromisoformat(said) if said else legal_date(event.at)
    elif new in ENDS:
        item.decided_on = legal_date(event.at)
        item.granted_on = item.decided_on if new is ItemState.GRANTED else None


def _take_back(item: Replayed, new: ItemState) -> None:
    item.decided_on = item.granted_on = None
    if new in {ItemState.RECEIVED, ItemState.WAITING}:
        item.accepted_on = None
    if new is ItemState.WAITING:
        item.started_on = None


def _turn(item: Replayed, payload: Mapping[str, Any]) -> None:
    """Stops and extensions that an event carries, whatever its kind."""
    if began := payload.get("stop"):
        number = int(began["number"])
        first = date.fromisoformat(began["started_on"])
        item.stops[number] = Stop(number, StopKind(began["kind"]), first, began.get("expected_days"))
    for ended in payload.get("stops_ended", ()):
        number = int(ended["number"])
        item.stops[number] = replace(item.stops[number], ended_on=date.fromisoformat(ended["ended_on"]))
    if more := payload.get("extension"):
        item.extensions.append(Extension(ExtensionKind(more["kind"]), int(more["days"])))
