"""The notice as it was given (R2.3.c/2, design decision 13)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from onething.kit.sealed import SealedJSONField
from onething.notice.querysets import NoticeIssuedQuerySet

__all__ = ["NoticeIssued"]


class NoticeIssued(models.Model):
    """One notice given to one person for one situation: what was said, in words, and the plan it was made of.

    Written once. Whoever asked without signing in is known by the session alone; claiming sets the account. The text is
    stored as blocks (`content`), from which page and PDF are both drawn, so that neither can say more than the other.
    """

    number = models.CharField(max_length=40, unique=True)
    home_division = models.CharField(max_length=12)
    edition = models.ForeignKey("catalogue.Edition", models.PROTECT, related_name="+")
    onething = models.CharField(max_length=100)
    place = models.CharField(max_length=12)
    answers = SealedJSONField()
    chosen = models.JSONField(null=True)
    plan = SealedJSONField(shared=True)
    plan_hash = models.CharField(max_length=64)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    schema = models.PositiveSmallIntegerField()
    code_version = models.CharField(max_length=20)
    pdf = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="notices")
    session_key = models.CharField(max_length=64, blank=True, default="")
    issued_at = models.DateTimeField()

    objects = NoticeIssuedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) | ~Q(session_key=""), name="notice_given_to_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-issued_at"], name="notice_of_account"),
            models.Index(fields=["session_key", "-issued_at"], name="notice_of_session", condition=~Q(session_key="")),
        ]

    def __str__(self) -> str:
        return self.number
