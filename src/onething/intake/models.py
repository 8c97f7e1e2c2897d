"""The preliminary review and its verdicts (R2.2.c)."""

from django.db import models
from django.db.models import Q

from onething.feedback.rules import Target, TargetKind
from onething.intake.states import Outcome, Verdict
from onething.kit.sealed import SealedJSONField, SealedTextField

__all__ = ["PreliminaryReview", "ReviewVerdict", "SpotChange"]


class PreliminaryReview(models.Model):
    """One look of the lead's officer at a whole case. `outcome` is "" while it goes on; one case has one that goes on.

    What it ends, and what it asks to correct, stands on the items and in the one correction round; acceptance is the bodies' own.
    """

    case = models.ForeignKey("cases.OneThingCase", models.PROTECT, related_name="preliminary_reviews")
    officer = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, blank=True, default="")
    reason = SealedTextField(default="")
    # Who saw and confirmed what was corrected on the spot: the applicant, or who acts for the applicant.
    confirmed_by = SealedTextField(default="")
    right_body = models.CharField(max_length=200, blank=True, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    home_division = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="preliminary_review_one_open"),
            models.CheckConstraint(
                condition=Q(outcome="", finished_at__isnull=True)
                | Q(outcome__in=[one.value for one in Outcome], finished_at__isnull=False),
                name="preliminary_review_outcome_iff_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.outcome}"


class ReviewVerdict(models.Model):
    """The verdict on one material or section, with a reason from the counted list of corrections and words."""

    review = models.ForeignKey(PreliminaryReview, models.CASCADE, related_name="verdicts")
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in TargetKind])
    key = models.CharField(max_length=150)
    subject = models.CharField(max_length=100, blank=True, default="")
    verdict = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Verdict])
    reason = models.CharField(max_length=20, blank=True, default="")
    words = SealedTextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "kind", "key", "subject"], name="verdict_once_per_part"),
            models.CheckConstraint(
                condition=Q(verdict="ok", reason="") | Q(verdict="to_correct") & ~Q(reason=""),
                name="verdict_to_correct_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.kind} {self.key} {self.verdict}"

    @property
    def target(self) -> Target:
        """What it is about."""
        return Target(TargetKind(self.kind), self.key, self.subject)


class SpotChange(models.Model):
    """What was corrected on the spot of one part: `before` and `after` hold `values` by control and `files`, keys of materials."""

    review = models.ForeignKey(PreliminaryReview, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in TargetKind])
    key = models.CharField(max_length=150)
    subject = models.CharField(max_length=100, blank=True, default="")
    before = SealedJSONField(default=dict)
    after = SealedJSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "kind", "key", "subject"], name="spot_change_once_per_part")
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.kind} {self.key}"

    @property
    def target(self) -> Target:
        """What it is about."""
        return Target(TargetKind(self.kind), self.key, self.subject)
