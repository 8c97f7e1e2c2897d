"""Results as documents (R2.9)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onething.delivery.querysets import ResultDocumentQuerySet
from onething.kit.sealed import SealedJSONField

__all__ = ["ResultDocument"]


class ResultDocument(models.Model):
    """One document a body issued on one granted item, and what anyone may check about it with its code (ux h1).

    `shown` is the at most six masked things the verification page says; the document's own text is in its file. A revoked
    document keeps its row and file: its code must go on answering.
    """

    class State(models.TextChoices):
        VALID = "valid", _("有效")
        EXPIRED = "expired", _("已失效")
        REVOKED = "revoked", _("已撤销")

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="results")
    home_division = models.CharField(max_length=12)
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=60, unique=True)
    code = models.CharField(max_length=24, unique=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    produced = SealedJSONField(default=dict)
    shown = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True, default="")
    delivered_at = models.DateTimeField(null=True)

    objects = ResultDocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["issued_at"],
                name="result_not_looked_at",
                condition=Q(delivered_at__isnull=True, revoked_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "key"], name="result_once_per_item"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revoked_reason=""),
                name="result_revoked_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number
