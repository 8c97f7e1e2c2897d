"""The states of a joint activity and the moves between them, in one table (R2.8.d).

None of them touches the clock of an item: a visit is a step inside the limit and never stops it (行政许可法 art. 45 lists what does).
"""

from enum import StrEnum
from typing import Final

__all__ = ["FINAL", "MOVES", "RUNNING", "ActivityState", "IllegalActivityStep", "Kind", "check_step"]


class Kind(StrEnum):
    """What is done together."""

    ASSESSMENT = "assessment"
    DRAWING_REVIEW = "drawing_review"
    SURVEY = "survey"
    COMPLETION_INSPECTION = "completion_inspection"


class ActivityState(StrEnum):
    """How far it has come: arranged, times offered, a time chosen, under way, the sheet agreed; or called off."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    BOOKED = "booked"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"


S = ActivityState
# offered → proposed: none of the times fits; booked → proposed: the applicant needs another one.
MOVES: Final[dict[ActivityState, frozenset[ActivityState]]] = {
    S.PROPOSED: frozenset({S.OFFERED, S.CANCELLED}),
    S.OFFERED: frozenset({S.BOOKED, S.PROPOSED, S.CANCELLED}),
    S.BOOKED: frozenset({S.HELD, S.PROPOSED, S.CANCELLED}),
    S.HELD: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.CANCELLED: frozenset(),
}
FINAL: Final = frozenset(state for state, onward in MOVES.items() if not onward)
RUNNING: Final = frozenset(ActivityState) - FINAL


class IllegalActivityStep(Exception):
    """The table does not list this step."""


def check_step(old: ActivityState, new: ActivityState) -> None:
    """Raises IllegalActivityStep for a step the table does not list."""
    if new not in MOVES[old]:
        msg = f"{old} to {new}"
        raise IllegalActivityStep(msg)
