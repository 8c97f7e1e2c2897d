"""Which events an applicant is told of, and when; how often an address may be sent a code (R5.7). Pure: no clock, no table.

What an officer may take back within a minute is told when the minute is over, and not at all when it was taken back: nobody is to
read that something was granted and a moment later that it was not. Words stand with the pages that show them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from onething.dispatch.rules import UNDO_SECONDS

__all__ = [
    "CODE_ATTEMPTS",
    "CODE_LASTS",
    "CODE_LIMITS",
    "CODE_REMEMBERED",
    "REMINDERS",
    "STEPS",
    "TOLD",
    "Channel",
    "Step",
    "next_code_at",
    "state_of",
]

AFTER_UNDO: Final = timedelta(seconds=UNDO_SECONDS + 1)


class Channel(StrEnum):
    """By what else a message comes, beside the product, which always has it."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of event that makes a message. `undone_by` is the kind that takes it back, "" when nothing can.

    `asks`: the applicant has to do something, and what is sent elsewhere says so.
    """

    wait: timedelta = timedelta()
    undone_by: str = ""
    asks: bool = False


STEPS: Final[Mapping[str, Step]] = {
    "case.submitted": Step(),
    "case.correction_noticed": Step(asks=True),
    "case.correction_reminded": Step(asks=True),
    "case.corrected_on_the_spot": Step(),
    "item.accepted": Step(AFTER_UNDO, "item.acceptance_taken_back"),
    "item.not_accepted": Step(AFTER_UNDO, "item.decision_taken_back"),
    "item.not_required": Step(AFTER_UNDO, "item.decision_taken_back"),
    "item.suspended": Step(),
    "item.clock_stopped": Step(),
    "item.clock_extended": Step(),
    "item.granted": Step(AFTER_UNDO, "item.decision_taken_back"),
    "item.refused": Step(AFTER_UNDO, "item.decision_taken_back"),
    "item.done": Step(AFTER_UNDO, "item.decision_taken_back"),
    "item.terminated": Step(AFTER_UNDO, "item.end_taken_back"),
    "item.result_ready": Step(),
    "item.delivered": Step(),
    "result.revoked": Step(),
    "activity.offered": Step(asks=True),
    "activity.booked": Step(),
    "activity.cancelled": Step(),
    "activity.recheck": Step(),
}
# Told because time went by and nothing happened; no event is behind it. `services/remind.py` looks for them.
REMINDERS: Final[Mapping[str, Step]] = {
    "item.late_promised": Step(),
    "item.late_statutory": Step(),
    "result.waiting": Step(asks=True),
}
TOLD: Final[Mapping[str, Step]] = {**STEPS, **REMINDERS}

# What makes two events of one kind different things to be told: the round of a correction, the visit it is about.
TOLD_APART: Final = ("round", "activity")

# The installation's own choice, no law: a code of six digits is guessed once in 200 000 codes, and nobody is flooded with them.
CODE_ATTEMPTS: Final = 5
CODE_LASTS: Final = timedelta(minutes=10)
CODE_LIMITS: Final = ((timedelta(minutes=1), 1), (timedelta(hours=1), 4), (timedelta(days=1), 8))
CODE_REMEMBERED: Final = max(span for span, _ in CODE_LIMITS)


def state_of(payload: Mapping[str, object], bundle: str) -> str:
    """In which state an event leaves what it tells of: within it and for a while, its kind is sent once (R5.7/2).

    A new round of correction or another visit is another state. Of several items the one state of the whole is looked at, so that
    four departments that accept on one morning are one text.
    """
    return " ".join(f"{name} {payload[name]}" for name in TOLD_APART if name in payload) or bundle


def next_code_at(asked: Iterable[datetime], *, at: datetime) -> datetime:
    """From when on another code may be sent, `at` when it may now: in no span of `CODE_LIMITS` more than it allows."""
    earlier = sorted((one for one in asked if one <= at), reverse=True)
    return max([at, *(earlier[most - 1] + span for span, most in CODE_LIMITS if len(earlier) >= most)])
