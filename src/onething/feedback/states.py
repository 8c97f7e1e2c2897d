"""The states of a correction round and of a finding, and the moves between them (R2.7.a).

A round gathers findings, goes out as one notice, and is answered or not. What the table does not list cannot happen.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

__all__ = [
    "LIVE_FINDINGS",
    "OPEN_ROUNDS",
    "ROUND_MOVES",
    "FindingState",
    "IllegalRoundMove",
    "RoundState",
    "check_round",
]


class RoundState(StrEnum):
    """Where a round stands. `closed`: nothing of it was left to ask; `lapsed`: no answer came in time."""

    COLLECTING = "collecting"
    NOTICED = "noticed"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    CLOSED = "closed"


class FindingState(StrEnum):
    """Where one finding stands.

    `proposed` waits for a superior (a point that could have been seen before); `set_aside` by the lead, because another
    body asks the opposite; `lapsed` was not told before the legal limit, so that the item counts as accepted without it;
    `closed` was told, and its round is over.
    """

    PROPOSED = "proposed"
    ENTERED = "entered"
    NOTICED = "noticed"
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CLOSED = "closed"


class IllegalRoundMove(ValueError):
    """A move the table does not list."""


S = RoundState
ROUND_MOVES: Final[Mapping[RoundState, frozenset[RoundState]]] = {
    S.COLLECTING: frozenset({S.NOTICED, S.CLOSED}),
    S.NOTICED: frozenset({S.ANSWERED, S.LAPSED, S.CLOSED}),
    S.ANSWERED: frozenset(),
    S.LAPSED: frozenset(),
    S.CLOSED: frozenset(),
}
OPEN_ROUNDS: Final = frozenset({S.COLLECTING, S.NOTICED})
LIVE_FINDINGS: Final = frozenset({FindingState.ENTERED, FindingState.NOTICED})


def check_round(old: RoundState, new: RoundState) -> None:
    """Raises IllegalRoundMove when the table does not list the step."""
    if new not in ROUND_MOVES[old]:
        msg = f"{old} to {new}"
        raise IllegalRoundMove(msg)
