"""Tables of what is not handed in yet: drafts, their sections, their materials (design decision 19)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from onething.kit.sealed import SealedJSONField
from onething.submission.querysets import DraftQuerySet

__all__ = ["Draft", "DraftMaterial", "DraftSection"]


class Draft(models.Model):
    """One person's unfinished application for one one-thing, pinned to the edition it was begun with.

    The owner is an account and whom it acts for, or, before signing in, a session; claiming moves it. There is no plan here:
    it is a pure function of what is here, and two places for one fact would drift. Once handed in, `case` is set, the row
    keeps nothing but its name, and a repeated submit finds the case through it (I6).
    """

    onething = models.CharField(max_length=100)
    edition = models.ForeignKey("catalogue.Edition", models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="drafts")
    principal = models.CharField(max_length=200, blank=True, default="")
    session_key = models.CharField(max_length=64, blank=True, default="")
    place = models.CharField(max_length=12, blank=True, default="")
    answers = SealedJSONField(default=dict)
    # Null: nobody has chosen yet, the plan's own selection holds; [] is a choice.
    chosen = models.JSONField(null=True)
    commitments = models.JSONField(default=list)
    notice = models.ForeignKey("notice.NoticeIssued", models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # Two drafts of one owner for one one-thing: one from before signing in, one older. Both stay until the person chooses.
    set_aside = models.BooleanField(default=False)
    case = models.OneToOneField("cases.OneThingCase", models.PROTECT, null=True, related_name="draft")

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "principal", "onething"],
                condition=Q(account__isnull=False, case__isnull=True, set_aside=False),
                name="draft_one_per_owner",
            ),
            models.UniqueConstraint(
                fields=["session_key", "onething"],
                condition=Q(account__isnull=True, case__isnull=True),
                name="draft_one_per_session",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False, session_key="") | Q(account__isnull=True) & ~Q(session_key=""),
                name="draft_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=True) | Q(account__isnull=False), name="draft_case_of_account"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="draft_expiring", condition=Q(case__isnull=True)),
            models.Index(fields=["account", "-updated_at"], name="draft_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.onething}#{self.pk}"

    def is_unfinished(self, *, at: datetime) -> bool:
        """Not handed in and not past its 90 days; agrees with `DraftQuerySet.unfinished`."""
        return self.case_id is None and self.expires_at > at


class DraftSection(models.Model):
    """One section of the form as last saved: `{subject: {element: value}}`, with a revision that two tabs compare.

    The subjects of a repeating party are the keys of `data` in their order; an instance taken away leaves its number unused,
    so that a value never moves from one person to another.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="sections")
    key = models.CharField(max_length=100)
    data = SealedJSONField(default=dict)
    # What was typed and cannot be kept as it is, with the words beside it: nothing typed is lost (ux X5, X6).
    faulty = SealedJSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    last_instance = models.PositiveSmallIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "key"], name="draft_section_unique")]

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.key}"


class DraftMaterial(models.Model):
    """One page or file handed in for one material of a draft; it serves every item that asks this material (R2.5.c)."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="materials")
    key = models.CharField(max_length=150)
    subject = models.CharField(max_length=100, blank=True, default="")
    page = models.PositiveSmallIntegerField(default=1)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    attached_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "key", "subject", "page"], name="draft_material_unique"),
            models.CheckConstraint(condition=Q(page__gte=1), name="draft_material_page_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.key}"
