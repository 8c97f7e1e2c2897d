"""Reads of messages: whose they are comes first."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from onething.messages.models import Address, AddressCode, Message, Sending  # noqa: F401  # named in the base classes
    from onething.parties.models import Account

__all__ = ["AddressCodeQuerySet", "AddressQuerySet", "MessageQuerySet", "SendingQuerySet"]


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, account: "Account") -> Self:
        """One's own messages (I10)."""
        return self.filter(account=account)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-pk")


class AddressQuerySet(models.QuerySet["Address"]):
    def visible_to(self, account: "Account") -> Self:
        """One's own addresses (I10)."""
        return self.filter(account=account)

    def on(self) -> Self:
        return self.filter(is_on=True)


class SendingQuerySet(models.QuerySet["Sending"]):
    def open(self) -> Self:
        """Neither sent nor dropped."""
        return self.filter(sent_at__isnull=True, dropped_at__isnull=True)

    def like(self, *, case_number: str, step: str, state: str, channel: str) -> Self:
        """What was sent of one thing by one channel, the latest first."""
        return self.filter(case_number=case_number, step=step, state=state, channel=channel).order_by("-turn")


class AddressCodeQuerySet(models.QuerySet["AddressCode"]):
    def visible_to(self, account: "Account") -> Self:
        """Codes that somebody asked for themselves (I10)."""
        return self.filter(account=account)

    def open(self) -> Self:
        """Not used, not replaced, not guessed at too often."""
        return self.filter(ended_at__isnull=True)

    def asked_since(self, moment: datetime) -> Self:
        return self.filter(asked_at__gt=moment)
