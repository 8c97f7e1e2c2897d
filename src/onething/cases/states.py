"""The states of an item and the moves between them, in one table; the bundle's state is computed from its items (R5.5).

`MOVES` is all there is: what the table does not list cannot happen. Moves that nothing performs yet are listed with
`built=False`, because archiving must fit the same table when it comes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = [
    "ENDED",
    "FINAL",
    "MOVES",
    "OPEN",
    "TAKEN_BACK",
    "BundleState",
    "IllegalStep",
    "ItemState",
    "Move",
    "Outcome",
    "Trigger",
    "check_move",
    "derive_bundle_state",
]


class ItemState(StrEnum):
    """Where one item of a case stands (design decision 14)."""

    DRAFT = "draft"
    WAITING = "waiting"
    SUBMITTED = "submitted"
    RECEIVED = "received"
    IN_CORRECTION = "in_correction"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    NOT_REQUIRED = "not_required"
    IN_REVIEW = "in_review"
    SUSPENDED = "suspended"
    GRANTED = "granted"
    REFUSED = "refused"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    RESULT_READY = "result_ready"
    DELIVERED = "delivered"
    ARCHIVED = "archived"


class Outcome(StrEnum):
    """How an item ended. Kept beside the state, because a delivered or archived item no longer shows it."""

    GRANTED = "granted"
    REFUSED = "refused"
    DONE = "done"
    NOT_ACCEPTED = "not_accepted"
    NOT_REQUIRED = "not_required"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


class Trigger(StrEnum):
    """What sets an item going: an application, an event (its predecessor's result), or a mere check by its body."""

    APPLICATION = "application"
    EVENT = "event"
    CHECK = "check"


class BundleState(StrEnum):
    """Where the whole case stands. Never set by hand: `derive_bundle_state` says it."""

    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    WAITING_FOR_APPLICANT = "waiting_for_applicant"
    GRANTED_ALL = "granted_all"
    PARTLY_GRANTED = "partly_granted"
    REFUSED_ALL = "refused_all"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"

    @property
    def is_closed(self) -> bool:
        """Whether all chosen items have ended (R2.8.e/3)."""
        return self not in {BundleState.DISPATCHED, BundleState.IN_PROGRESS, BundleState.WAITING_FOR_APPLICANT}


class IllegalStep(ValueError):
    """A move the table does not list."""


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table. `act` is the kind of event the move is written down as.

    `takes_back` marks the move of an officer who takes a decision back within a minute: the only way out of an end.
    """

    old: ItemState
    new: ItemState
    act: str
    built: bool = True
    takes_back: bool = False


def _lines(act: str, new: ItemState, *olds: ItemState, built: bool = True) -> tuple[Move, ...]:
    return tuple(Move(old, new, act, built=built) for old in olds)


S = ItemState
_UNDER_WAY: Final = (S.WAITING, S.SUBMITTED, S.RECEIVED, S.IN_CORRECTION, S.ACCEPTED, S.IN_REVIEW, S.SUSPENDED)
_ENDS: Final = (
    S.NOT_ACCEPTED, S.NOT_REQUIRED, S.GRANTED, S.REFUSED, S.DONE, S.WITHDRAWN, S.TERMINATED, S.RESULT_READY, S.DELIVERED,
)  # fmt: skip

MOVES: Final[tuple[Move, ...]] = (
    # One submission (R2.6.a): what waits for nothing is received in the same moment, online there is no counter between.
    *_lines("item.submitted", S.SUBMITTED, S.DRAFT, built=False),
    *_lines("item.received", S.RECEIVED, S.DRAFT, S.SUBMITTED),
    *_lines("item.waiting", S.WAITING, S.DRAFT),
    # Dependants start by themselves once all active predecessors are done (I5).
    *_lines("item.started", S.RECEIVED, S.WAITING),
    # One feedback (R2.7): the one notice of a round asks, the one answer brings back.
    *_lines("item.correction_asked", S.IN_CORRECTION, S.RECEIVED),
    *_lines("item.corrected", S.RECEIVED, S.IN_CORRECTION),
    # Acceptance starts the statutory clock (design decision 17).
    *_lines("item.accepted", S.ACCEPTED, S.RECEIVED),
    *_lines("item.not_accepted", S.NOT_ACCEPTED, S.RECEIVED),
    *_lines("item.not_required", S.NOT_REQUIRED, S.RECEIVED),
    *_lines("item.not_required", S.NOT_REQUIRED, S.WAITING, S.SUBMITTED, built=False),
    *_lines("item.review_opened", S.IN_REVIEW, S.ACCEPTED),
    *_lines("item.suspended", S.SUSPENDED, S.ACCEPTED, S.IN_REVIEW),
    *_lines("item.resumed", S.IN_REVIEW, S.SUSPENDED),
    *_lines("item.granted", S.GRANTED, S.ACCEPTED, S.IN_REVIEW),
    *_lines("item.refused", S.REFUSED, S.ACCEPTED, S.IN_REVIEW),
    # A check is done by its body with one click; nobody applies for it and nobody accepts it.
    *_lines("item.done", S.DONE, S.RECEIVED, S.ACCEPTED, S.IN_REVIEW),
    *_lines("item.withdrawn", S.WITHDRAWN, *_UNDER_WAY),
    *_lines("item.terminated", S.TERMINATED, *_UNDER_WAY),
    # One end for results (R2.9): the result document is there, then in the applicant's hands.
    *_lines("item.result_ready", S.RESULT_READY, S.GRANTED, S.DONE),
    *_lines("item.delivered", S.DELIVERED, S.RESULT_READY),
    *_lines("item.archived", S.ARCHIVED, *_ENDS, built=False),
    # Within a minute, and only before a document went out (ux e5).
    Move(S.ACCEPTED, S.RECEIVED, "item.acceptance_taken_back", takes_back=True),
    Move(S.NOT_ACCEPTED, S.RECEIVED, "item.decision_taken_back", takes_back=True),
    Move(S.NOT_REQUIRED, S.RECEIVED, "item.decision_taken_back", takes_back=True),
    Move(S.GRANTED, S.ACCEPTED, "item.decision_taken_back", takes_back=True),
    Move(S.REFUSED, S.ACCEPTED, "item.decision_taken_back", takes_back=True),
    Move(S.DONE, S.RECEIVED, "item.decision_taken_back", takes_back=True),
    # What a taken-back decision had set going or ended goes back with it.
    Move(S.RECEIVED, S.WAITING, "item.start_taken_back", takes_back=True),
    Move(S.TERMINATED, S.WAITING, "item.end_taken_back", takes_back=True),
)

OPEN: Final[frozenset[ItemState]] = frozenset(_UNDER_WAY)
ENDED: Final[frozenset[ItemState]] = frozenset((*_ENDS, S.ARCHIVED))
TAKEN_BACK: Final[frozenset[str]] = frozenset(move.act for move in MOVES if move.takes_back)
_BY_STEP: Final[Mapping[tuple[ItemState, ItemState], Move]] = {(move.old, move.new): move for move in MOVES}
FINAL: Final[frozenset[ItemState]] = frozenset(set(ItemState) - {move.old for move in MOVES if not move.takes_back})

_GOOD: Final = frozenset({Outcome.GRANTED, Outcome.DONE})
_EARLY: Final = frozenset({S.DRAFT, S.WAITING, S.SUBMITTED, S.RECEIVED})


def check_move(old: ItemState, new: ItemState) -> Move:
    """Return the line of the table for a step. Raises IllegalStep when there is none."""
    move = _BY_STEP.get((old, new))
    if move is None:
        msg = f"{old} to {new}"
        raise IllegalStep(msg)
    return move


def derive_bundle_state(items: Iterable[tuple[ItemState, Outcome | None]]) -> BundleState:
    """The state of the case from the state and outcome of its items, in any order (R5.5/1, R2.8.e).

    Items that turned out not to be required count neither way. A withdrawal beside granted items leaves the case partly
    granted: what was asked for is not all there. Nothing but checks (`done`) counts as granted.
    """
    rows = list(items)
    states = {state for state, _ in rows}
    if states & {S.DRAFT, *OPEN}:
        if S.IN_CORRECTION in states:
            return BundleState.WAITING_FOR_APPLICANT
        return BundleState.DISPATCHED if states <= _EARLY else BundleState.IN_PROGRESS
    outcomes = {outcome for _, outcome in rows if outcome is not None} - {Outcome.NOT_REQUIRED}
    if outcomes & _GOOD:
        return BundleState.GRANTED_ALL if outcomes <= _GOOD else BundleState.PARTLY_GRANTED
    if Outcome.REFUSED in outcomes:
        return BundleState.REFUSED_ALL
    if Outcome.NOT_ACCEPTED in outcomes:
        return BundleState.NOT_ACCEPTED
    return BundleState.WITHDRAWN if Outcome.WITHDRAWN in outcomes else BundleState.TERMINATED
