"""What a preliminary review says of a part, and of the whole."""

from enum import StrEnum

__all__ = ["Outcome", "Verdict"]


class Verdict(StrEnum):
    """Of one material or section."""

    OK = "ok"
    TO_CORRECT = "to_correct"


class Outcome(StrEnum):
    """Of the whole: the five of R2.2.c/1 (行政许可法 art. 32)."""

    COMPLETE = "complete"
    ON_THE_SPOT = "on_the_spot"
    CORRECTION = "correction"
    NOT_COMPETENT = "not_competent"
    NOT_REQUIRED = "not_required"
