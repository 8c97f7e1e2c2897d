"""The outbox (I12) and the sequence behind case numbers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from onething.kit.querysets import OutboxMessageQuerySet

__all__ = ["OutboxMessage"]


class OutboxMessage(models.Model):
    """One effect on the outside that must happen because a transaction happened.

    Written in that transaction, worked off afterwards at least once; the receiver tells repeats apart by
    (`topic`, `key`). A message is open, delivered, or dead after too many attempts: a dead one stays here until a
    person has looked at it. `payload` holds ids and what the receiver needs, no personal data that an id can replace.
    """

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    home_division = models.CharField(max_length=12, blank=True, default="")

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "key"], name="outbox_one_message_per_topic_and_key"),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(dead_at__isnull=True), name="outbox_delivered_or_dead"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(delivered_at__isnull=True, dead_at__isnull=True),
                name="outbox_open",
            ),
            models.Index(fields=["dead_at"], condition=Q(dead_at__isnull=False), name="outbox_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
