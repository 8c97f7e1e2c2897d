"""Official documents (R2.2.c/4, R2.7.a)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onething.documents.kinds import DocumentKind
from onething.documents.querysets import OfficialDocumentQuerySet
from onething.kit.sealed import SealedJSONField

__all__ = ["DOCUMENT_WORDS", "OfficialDocument"]

DOCUMENT_WORDS = {
    DocumentKind.RECEIPT: _("收件回执"),
    DocumentKind.ACCEPTANCE: _("受理通知书"),
    DocumentKind.NOT_ACCEPTED: _("不予受理通知书"),
    DocumentKind.NOT_REQUIRED: _("不受理告知书"),
    DocumentKind.CORRECTION: _("补正告知书"),
    DocumentKind.SPECIAL_PROCEDURE: _("特别程序告知书"),
    DocumentKind.EXTENSION: _("延长期限告知书"),
    DocumentKind.REFUSAL: _("不予许可（办理）决定书"),
    DocumentKind.TERMINATION: _("终止办理通知书"),
}


class OfficialDocument(models.Model):
    """What a body said in writing about a case or one item of it: its words frozen with the act, its PDF drawn of them later.

    Until `goes_out_at` the act may be taken back and the document is voided with it; once `out_at` is set nothing of it moves
    any more. The same content gives the same bytes, so `file` can be made again. `delivered_at` is when the applicant first
    opened it. A voided row stays: its number was given.
    """

    number = models.CharField(max_length=240, unique=True)
    kind = models.CharField(max_length=20, choices=[(kind.value, DOCUMENT_WORDS[kind]) for kind in DocumentKind])
    case = models.ForeignKey("cases.OneThingCase", models.PROTECT, related_name="documents")
    item = models.ForeignKey("cases.ItemCase", models.PROTECT, null=True, related_name="documents")
    home_division = models.CharField(max_length=12)
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    content = SealedJSONField()
    content_hash = models.CharField(max_length=64)
    schema = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=24, unique=True)
    goes_out_at = models.DateTimeField()
    out_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")

    objects = OfficialDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in DocumentKind]), name="document_kind_known"),
            models.CheckConstraint(
                condition=Q(out_at__isnull=True, file__isnull=True) | Q(out_at__isnull=False, file__isnull=False),
                name="document_out_with_file",
            ),
            models.CheckConstraint(
                condition=Q(out_at__isnull=True) | Q(voided_at__isnull=True), name="document_out_is_for_good"
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(out_at__isnull=False), name="document_delivered_is_out"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-issued_at", "-id"], name="document_of_body"),
            models.Index(
                fields=["goes_out_at"],
                name="document_to_go_out",
                condition=Q(out_at__isnull=True, voided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """What the document is called."""
        return str(self.get_kind_display())
