"""How this app declines. Every message can be shown as it stands and says what to do."""

from onething.kit.errors import Refused

__all__ = ["BeyondNotice", "NeedsApproval", "NotNow", "OpenPoints", "UnknownReason", "WrongPlace"]


class BeyondNotice(Refused):
    """Something is demanded that neither the notice told nor the item asks (R2.3.c/2)."""

    code = "beyond_notice"


class UnknownReason(Refused):
    """A reason that is not in the list or does not fit, or "other" without words."""

    code = "reason"


class WrongPlace(Refused):
    """A marked place that is on no page of the paper the finding is about."""

    code = "place"


class NeedsApproval(Refused):
    """It could have been seen before: a superior must approve it, with a reason the applicant is told. Fact: `why`."""

    code = "needs_approval"


class NotNow(Refused):
    """The item or the round is not where this can be done. The message says what holds now."""

    code = "not_now"


class OpenPoints(Refused):
    """The answer is not complete. Fact `points`: {key of the point: what is missing}."""

    code = "open_points"
