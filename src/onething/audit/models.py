"""The event log of the product and the log of who read personal data (R5.6)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

__all__ = ["Event", "EventHead", "ReadLog"]


class Event(models.Model):
    """One act on one case, or one seal over reads. Only appended: the database refuses to change or remove a row.

    `payload` holds ids and hashes, never personal data, so that the chain survives re-encryption and erasure.
    `hash` is keyed and covers every column and the `previous_hash`; see `audit.verify`. `actor` is the
    account's id without a foreign key: an account may go, what it did stays. Empty actor: the system itself.
    """

    case_number = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    acting_for = models.CharField(max_length=64, blank=True, default="")
    assurance = models.CharField(max_length=12, blank=True, default="")
    channel = models.CharField(max_length=20, blank=True, default="")
    accepting_division = models.CharField(max_length=12, blank=True, default="")
    home_division = models.CharField(max_length=12, blank=True, default="")
    payload = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case_number", "seq"], name="event_one_per_place"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="event_seq_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.case_number} {self.seq} {self.kind}"


class EventHead(models.Model):
    """Where the chain of a case ends. Its row is locked while events are appended, and shows if the end was cut off."""

    case_number = models.CharField(max_length=40, primary_key=True)
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.case_number} {self.seq}"


class ReadLog(models.Model):
    """One member of staff saw personal data of one case. Only appended, and sealed from time to time (`audit.reads`).

    `what` names the page or material, not its content.
    """

    account = models.BigIntegerField()
    case_number = models.CharField(max_length=40)
    what = models.CharField(max_length=120)
    at = models.DateTimeField()
    home_division = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case_number", "id"], name="read_log_by_case"),
            models.Index(fields=["account", "id"], name="read_log_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.case_number} {self.what}"
