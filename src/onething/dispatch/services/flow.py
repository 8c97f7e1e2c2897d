"""What the end of one item means for the others, and for the whole (I5, R2.8.e)."""

from datetime import datetime

from onething.cases.models import ItemCase
from onething.cases.services import SYSTEM, LockedCase, move_item, settle_bundle
from onething.cases.states import ItemState, Outcome
from onething.dispatch.rules import Node, consequences
from onething.kit import db, outbox

__all__ = ["TOPIC_ITEM", "TOPIC_SPOKEN", "announce_start", "follow_up", "node_of"]

TOPIC_ITEM = "dispatch.item"
# A body has spoken on its item while others of the case found something: the one notice may be due (R2.7.a).
TOPIC_SPOKEN = "dispatch.spoken"


def node_of(item: ItemCase) -> Node:
    """An item as the rules see it."""
    return Node(
        id=item.pk,
        key=item.key,
        instance=item.instance,
        name=item.name,
        state=ItemState(item.state),
        outcome=Outcome(item.outcome) if item.outcome else None,
        after=tuple(item.after),
        after_acceptance=tuple(item.after_acceptance),
    )


@db.transaction_required
def follow_up(locked: LockedCase, ended: ItemCase, *, at: datetime) -> None:
    """Start what now can start, end what no longer can be done, then derive the bundle's state. The case is locked.

    `ended` is the item that moved: it ended, or it was accepted and others wait for no more than that.
    """
    for found in consequences(map(node_of, locked.items), ended.pk):
        item = locked.by_id[found.id]
        item.moved_by = ended
        if found.starts:
            move_item(locked, item, ItemState.RECEIVED, by=SYSTEM, at=at, fields=["moved_by"])
            announce_start(item, at=at)
        else:
            item.opinion = {"reason": found.reason}
            payload = {"cause": ended.number, "cause_outcome": ended.outcome}
            move_item(
                locked, item, ItemState.TERMINATED, by=SYSTEM, at=at, fields=["moved_by", "opinion"], payload=payload
            )
    if any(item.open_findings for item in locked.items):
        outbox.enqueue(
            TOPIC_SPOKEN,
            f"{ended.number}:{ended.state}@{at.isoformat()}",
            {"case": locked.case.number},
            at=at,
            home_division=ended.home_division,
        )
    settle_bundle(locked, at=at)


def announce_start(item: ItemCase, *, at: datetime) -> None:
    """Tell the body's own system, if it has one, that its item has started (I12)."""
    outbox.enqueue(
        TOPIC_ITEM,
        f"{item.number}@{at.isoformat()}",
        {"item": item.number, "organisation": item.organisation.key if item.organisation is not None else None},
        at=at,
        home_division=item.home_division,
    )
