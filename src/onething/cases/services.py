"""The kernel's verbs: lock a case, move an item by the table, derive the bundle (R5.4, R5.5). Called by the steps above.

Locking rule: the case's row first, then its items by primary key. Whoever moves an item holds both, so that the derived
state is written under the lock that all its inputs were read under.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from onething.cases.calendar import working_calendar
from onething.cases.clock import CORRECTION_BASIS, ClockRefused, NewStop, close_stops, day_words, open_stop, recount
from onething.cases.clock_rules import StopKind
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.record import BY_INTERFACE, SYSTEM, Acting, record
from onething.cases.states import (
    IllegalStep,
    ItemState,
    Move,
    Outcome,
    check_move,
    derive_bundle_state,
)
from onething.kit import db, outbox
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.parties.models import Organisation

__all__ = [
    "SYSTEM",
    "TOPIC_MOVED",
    "Acting",
    "ClockRefused",
    "FindingsOpen",
    "IllegalMove",
    "LockedCase",
    "NewStop",
    "StopKind",
    "dates_of",
    "lock_case",
    "move_item",
    "record",
    "settle_bundle",
]

TOPIC_MOVED = "cases.item_moved"
OUTCOMES = {
    ItemState.GRANTED: Outcome.GRANTED,
    ItemState.REFUSED: Outcome.REFUSED,
    ItemState.DONE: Outcome.DONE,
    ItemState.NOT_ACCEPTED: Outcome.NOT_ACCEPTED,
    ItemState.NOT_REQUIRED: Outcome.NOT_REQUIRED,
    ItemState.WITHDRAWN: Outcome.WITHDRAWN,
    ItemState.TERMINATED: Outcome.TERMINATED,
}
# In these states the clocks stand still; from these columns days are counted.
STANDING = frozenset({ItemState.IN_CORRECTION, ItemState.SUSPENDED})
CLOCK_INPUTS = frozenset({"started_on", "accepted_on"})
# Where an item does not come as long as its own body wants something corrected.
PAST_FINDINGS = frozenset({ItemState.ACCEPTED, ItemState.DONE})


class IllegalMove(Refused):
    """The table of moves does not list this step: somebody else was faster, or the page is old."""

    code = "illegal_move"


class FindingsOpen(Refused):
    """Its own body has said that something is to be corrected: it cannot be taken up or finished as it stands (R2.7.a)."""

    code = "findings_open"


@dataclass
class LockedCase:
    """A case whose rows this transaction holds. `items` are in the order of their keys' rows and current."""

    case: OneThingCase
    items: Sequence[ItemCase]
    by_id: Mapping[int, ItemCase] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {item.pk: item for item in self.items}


@db.transaction_required
def lock_case(case_id: int) -> LockedCase:
    """Lock a case and all its items, in that order. Three queries. Raises OneThingCase.DoesNotExist.

    Bodies are read after the locks and not joined: a row that was waited for is read again, what is joined to it is not.
    """
    case = OneThingCase.objects.select_for_update(of=("self",), no_key=True).get(pk=case_id)
    items = list(ItemCase.objects.select_for_update(of=("self",), no_key=True).filter(case_id=case_id).order_by("pk"))
    bodies = Organisation.objects.in_bulk({item.organisation_id for item in items if item.organisation_id is not None})
    for item in items:
        item.case = case
        item.organisation = bodies[item.organisation_id] if item.organisation_id is not None else None
    return LockedCase(case, items)


@db.transaction_required
def move_item(
    locked: LockedCase,
    item: ItemCase,
    new: ItemState,
    *,
    by: Acting,
    at: datetime,
    fields: Iterable[str] = (),
    payload: Mapping[str, object] | None = None,
    accepted_on: date | None = None,
    stop: NewStop | None = None,
) -> Move:
    """Move a locked item, set what belongs to its new state, and write it down. Raises IllegalMove, ClockRefused.

    `fields` names further columns the caller has set on the item; they are saved with the move. `accepted_on` is the legal day
    of acceptance where it is not the day of the act: silence makes it the day of receipt (行政许可法 art. 32). `stop` says what
    the clocks stop for when the item moves to SUSPENDED or IN_CORRECTION; a correction needs none. Leaving those states ends
    what still stands on the legal day of `at`, a correction that came back on its day of receipt.
    """
    old = ItemState(item.state)
    try:
        move = check_move(old, new)
    except IllegalStep:
        raise IllegalMove(
            f"“{item.name}”现在是“{item.get_state_display()}”，做不了这一步。刷新页面看最新情况",
            item=item.number,
            old=old.value,
            new=new.value,
        ) from None
    if item.open_findings and new in PAST_FINDINGS:
        raise FindingsOpen(
            f"“{item.name}”有{item.open_findings}处要申请人补正，补正好了或者撤回这些问题才能往下办",
            item=item.number,
            count=item.open_findings,
        )
    item.state = new.value
    changed = {"state", *fields, *_own_columns(item, move, at, accepted_on)}
    stops = _turn_clock(item, move, at=at, stop=stop)
    turns = {old, new} & STANDING or move.takes_back or new is ItemState.GRANTED
    if turns or changed & CLOCK_INPUTS:
        changed |= recount(locked.case, item)
    item.save(update_fields=sorted(changed))
    written = {"item": item.number, "old": old.value, "new": new.value, **dates_of(item), **stops, **(payload or {})}
    record(locked.case, move.act, by=by, at=at, payload=written)
    _tell_own_system(item, move, by=by, at=at)
    return move


def _tell_own_system(item: ItemCase, move: Move, *, by: Acting, at: datetime) -> None:
    """Let the body's own system know, if it has one and did not do it itself (R5.11/1). What starts, `dispatch` announces."""
    body = item.organisation
    if body is None or not body.has_own_system or by.channel == BY_INTERFACE or move.act == "item.started":
        return
    key = f"{item.number}@{at.isoformat()}/{item.state}"
    outbox.enqueue(TOPIC_MOVED, key, {"item": item.number}, at=at, home_division=item.home_division)


def _own_columns(item: ItemCase, move: Move, at: datetime, accepted_on: date | None) -> set[str]:
    """Set times, days and outcome as the new state asks; returns the columns that changed."""
    new = move.new
    changed: set[str] = set()
    if move.takes_back:
        return _take_back(item, new)
    if new is ItemState.RECEIVED and item.started_at is None:
        item.started_at, item.started_on = at, working_calendar().receipt_day(at)
        changed |= {"started_at", "started_on"}
    if new is ItemState.ACCEPTED:
        item.accepted_at, item.accepted_on = at, _acceptance_day(item, at, accepted_on)
        changed |= {"accepted_at", "accepted_on"}
    if new in OUTCOMES:
        item.decided_at, item.outcome = at, OUTCOMES[new].value
        changed |= {"decided_at", "outcome"}
    return changed


def _acceptance_day(item: ItemCase, at: datetime, said: date | None) -> date:
    """The day the law counts from. Raises ClockRefused for one on which it cannot have been accepted."""
    today = legal_date(at)
    if said is None:
        return today
    received = item.started_on or today
    if not min(received, today) <= said <= max(received, today):
        raise ClockRefused(
            f"受理日只能在收到材料的{day_words(received)}和今天{day_words(today)}之间",
            item=item.number,
            day=said.isoformat(),
        )
    return said


def _turn_clock(item: ItemCase, move: Move, *, at: datetime, stop: NewStop | None) -> dict[str, object]:
    """Stop the clocks when the new state says so, let them go on when the old one is left; gives what the event carries."""
    if move.new is ItemState.IN_CORRECTION:
        return open_stop(item, stop or NewStop(StopKind.CORRECTION, CORRECTION_BASIS), at=at)
    if move.new is ItemState.SUSPENDED:
        if stop is None:
            raise ClockRefused("暂停计时要说明是哪一种程序、依据哪一条", item=item.number)
        return open_stop(item, stop, at=at)
    if move.old in STANDING:
        back = move.old is ItemState.IN_CORRECTION and move.new is ItemState.RECEIVED
        return close_stops(item, on=working_calendar().receipt_day(at) if back else legal_date(at), at=at)
    return {}


def _take_back(item: ItemCase, new: ItemState) -> set[str]:
    """Undo what the decision had set. The clocks go on as if it had not been there."""
    item.decided_at, item.outcome, item.decided_by = None, "", None
    item.decision, item.opinion = {}, {}
    changed = {"decided_at", "outcome", "decision", "opinion", "decided_by"}
    if new in {ItemState.RECEIVED, ItemState.WAITING}:
        item.accepted_at, item.accepted_on = None, None
        changed |= {"accepted_at", "accepted_on"}
    if new is ItemState.WAITING:
        item.started_at, item.started_on = None, None
        item.claimed_by, item.claimed_at, item.moved_by = None, None, None
        changed |= {"started_at", "started_on", "claimed_by", "claimed_at", "moved_by"}
    return changed


def dates_of(item: ItemCase) -> dict[str, object]:
    """The days an event carries, so that the log alone gives the stored dates (I9, I11). Few items wait: those say until when."""
    names = ("started_on", "accepted_on", "promised_due", "statutory_due", "deliver_by")
    days = {name: getattr(item, name) for name in names}
    waits = {} if item.waits_until is None else {"waits_until": item.waits_until.isoformat()}
    return waits | {name: None if day is None else day.isoformat() for name, day in days.items()}


@db.transaction_required
def settle_bundle(locked: LockedCase, *, at: datetime, by: Acting = SYSTEM) -> None:
    """Derive the state of the whole from its items and store it under the lock; write down when it closes or opens again."""
    case = locked.case
    new = derive_bundle_state(
        (ItemState(item.state), Outcome(item.outcome) if item.outcome else None) for item in locked.items
    )
    if new.value == case.state:
        return
    was_closed = case.closed_at is not None
    case.state = new.value
    case.closed_at = (case.closed_at or at) if new.is_closed else None
    case.save(update_fields=["state", "closed_at"])
    if new.is_closed != was_closed or new.is_closed:
        kind = "case.closed" if new.is_closed else "case.reopened"
        record(case, kind, by=by, at=at, payload={"state": new.value})
