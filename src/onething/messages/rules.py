"""Which events an applicant is told of, and when: one line for each (R5.7/1). Words stand with the pages that show them.

What an officer may take back within a minute is told when the minute is over, and not at all when it was taken back: nobody is to
read that something was granted and a moment later that it was not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from onething.dispatch.rules import UNDO_SECONDS

__all__ = ["STEPS", "Step"]

AFTER_UNDO: Final = timedelta(seconds=UNDO_SECONDS + 1)


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of event that makes a message. `undone_by` is the kind that takes it back, "" when nothing can."""

    wait: timedelta = timedelta()
    undone_by: str = ""


STEPS: Final[Mapping[str, Step]] = {
    "case.submitted": Step(),
    "case.correction_noticed": Step(),
    "case.correction_reminded": Step(),
    "item.accepted": Step(AFTER_UNDO, "item.acceptance_taken_back"),
    "item.not_accepted": Step(AFTER_UNDO, "item.decision_taken_back"),
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
}
