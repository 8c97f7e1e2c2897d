"""Reads of messages: whose they are comes first."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from onething.messages.models import Message  # noqa: F401  # named in the base class
    from onething.parties.models import Account

__all__ = ["MessageQuerySet"]


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, account: "Account") -> Self:
        """One's own messages (I10)."""
        return self.filter(account=account)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-pk")
