"""The kernel's verbs: lock a case, move an item by the table, derive the bundle (R5.4, R5.5). Called by the steps above.

Locking rule: the case's row first, then its items by primary key. Whoever moves an item holds both, so that the derived
state is written under the lock that all its inputs were read under.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.record import SYSTEM, Acting, record
from onething.cases.rules import item_of_plan, near_day, promised_end, statutory_end
from onething.cases.states import (
    IllegalStep,
    ItemState,
    Move,
    Outcome,
    check_move,
    derive_bundle_state,
)
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.parties.models import Organisation

__all__ = [
    "SYSTEM",
    "Acting",
    "IllegalMove",
    "LockedCase",
    "lock_case",
    "move_item",
    "record",
    "settle_bundle",
]

OUTCOMES = {
    ItemState.GRANTED: Outcome.GRANTED,
    ItemState.REFUSED: Outcome.REFUSED,
    ItemState.DONE: Outcome.DONE,
    ItemState.NOT_ACCEPTED: Outcome.NOT_ACCEPTED,
    ItemState.NOT_REQUIRED: Outcome.NOT_REQUIRED,
    ItemState.WITHDRAWN: Outcome.WITHDRAWN,
    ItemState.TERMINATED: Outcome.TERMINATED,
}


class IllegalMove(Refused):
    """The table of moves does not list this step: somebody else was faster, or the page is old."""

    code = "illegal_move"


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
) -> Move:
    """Move a locked item, set what belongs to its new state, and write it down. Raises IllegalMove.

    `fields` names further columns the caller has set on the item; they are saved with the move.
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
    item.state = new.value
    changed = {"state", *fields, *_clock_columns(locked.case, item, move, at)}
    item.save(update_fields=sorted(changed))
    record(
        locked.case,
        move.act,
        by=by,
        at=at,
        payload={"item": item.number, "old": old.value, "new": new.value, **_dates(item), **(payload or {})},
    )
    return move


def _clock_columns(case: OneThingCase, item: ItemCase, move: Move, at: datetime) -> set[str]:
    """Set times, days and outcome as the new state asks; returns the columns that changed."""
    new = move.new
    changed: set[str] = set()
    if move.takes_back:
        return _take_back(item, new)
    if new is ItemState.RECEIVED and item.started_at is None:
        calendar = working_calendar()
        item.started_at, item.started_on = at, calendar.receipt_day(at)
        item.promised_due = promised_end(item_of_plan(case.plan, item.key), item.started_on, calendar)
        item.near_from = near_day(item.started_on, item.promised_due, calendar) if item.promised_due else None
        changed |= {"started_at", "started_on", "promised_due", "near_from"}
    if new is ItemState.ACCEPTED:
        item.accepted_at = at
        item.statutory_due = statutory_end(item_of_plan(case.plan, item.key), legal_date(at), working_calendar())
        changed |= {"accepted_at", "statutory_due"}
    if new in OUTCOMES:
        item.decided_at, item.outcome = at, OUTCOMES[new].value
        changed |= {"decided_at", "outcome"}
    return changed


def _take_back(item: ItemCase, new: ItemState) -> set[str]:
    """Undo what the decision had set. The clocks go on as if it had not been there."""
    item.decided_at, item.outcome, item.decided_by = None, "", None
    item.decision, item.opinion = {}, {}
    changed = {"decided_at", "outcome", "decision", "opinion", "decided_by"}
    if new in {ItemState.RECEIVED, ItemState.WAITING}:
        item.accepted_at, item.statutory_due = None, None
        changed |= {"accepted_at", "statutory_due"}
    if new is ItemState.WAITING:
        item.started_at, item.started_on, item.promised_due, item.near_from = None, None, item.planned_due, None
        item.claimed_by, item.claimed_at, item.moved_by = None, None, None
        changed |= {"started_at", "started_on", "promised_due", "near_from", "claimed_by", "claimed_at", "moved_by"}
    return changed


def _dates(item: ItemCase) -> dict[str, object]:
    """The days an event carries, so that the log alone gives the stored dates (I9, I11)."""
    return {
        name: None if value is None else value.isoformat()
        for name, value in (
            ("started_on", item.started_on),
            ("promised_due", item.promised_due),
            ("statutory_due", item.statutory_due),
        )
    }


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
