"""What was sent to which body, and the texts officers start an opinion from."""

from django.db import models
from django.db.models import Q

__all__ = ["Dispatch", "OpinionTemplate"]


class Dispatch(models.Model):
    """One sending of one item to one body. Re-sending makes a new row; `organisation` is null while nobody is known.

    There is no `accepted_by`: what the body does with it stands on the item.
    """

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="dispatches")
    home_division = models.CharField(max_length=12)
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    # A coordinator sent it; null when the routing table did.
    sent_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    sent_reason = models.TextField(blank=True, default="", db_default="")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField(blank=True, default="")
    right_body = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "round"], name="dispatch_round_unique"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, return_reason="")
                | Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason=""),
                name="dispatch_return_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.round}"


class OpinionTemplate(models.Model):
    """A text an officer starts from, with named places: `{申请人}`, `{事项}` … A place that cannot be filled is named (ux e6).

    `organisation` is null for texts of the whole platform, `item_id` empty for texts that fit every item.
    """

    class Purpose(models.TextChoices):
        GRANT = "grant"
        REFUSE = "refuse"
        NOT_ACCEPT = "not_accept"

    organisation = models.ForeignKey("parties.Organisation", models.CASCADE, null=True, related_name="+")
    item_id = models.CharField(max_length=200, blank=True, default="")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    title = models.CharField(max_length=100)
    text = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "item_id", "purpose", "title"],
                nulls_distinct=False,
                name="opinion_template_unique",
            )
        ]

    def __str__(self) -> str:
        return self.title
