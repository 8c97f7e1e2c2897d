"""Reads of the outbox."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from onething.kit.models import OutboxMessage  # noqa: F401 - the class argument below

__all__ = ["OutboxMessageQuerySet"]


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    """Messages by what is still to be done for them."""

    def open(self) -> Self:
        """Neither delivered nor given up."""
        return self.filter(delivered_at__isnull=True, dead_at__isnull=True)

    def dead(self) -> Self:
        """Given up: a person has to look."""
        return self.filter(dead_at__isnull=False)

    def overdue(self, *, at: datetime) -> Self:
        """Open ones whose next attempt should have been made before `at`."""
        return self.open().filter(next_attempt_at__lt=at)
