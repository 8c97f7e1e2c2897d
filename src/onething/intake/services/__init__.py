"""The verbs of the preliminary review (R2.2.c). Each opens its own transaction."""

from onething.intake.services.review import (
    Judgement,
    NotReviewed,
    end_items,
    finish_review,
    judge_parts,
    may_end,
    parts_of,
    start_review,
)
from onething.intake.services.spot import NotPutRight, SpotAnswer, SpotPart, correct_on_the_spot, spot_parts

__all__ = [
    "Judgement",
    "NotPutRight",
    "NotReviewed",
    "SpotAnswer",
    "SpotPart",
    "correct_on_the_spot",
    "end_items",
    "finish_review",
    "judge_parts",
    "may_end",
    "parts_of",
    "spot_parts",
    "start_review",
]
