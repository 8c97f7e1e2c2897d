"""Where texts leave the product: one class for each way, with `send`. Which one an installation uses, its settings say.

`ONETHING_ADAPTERS` names the class for each channel; a channel without one is not offered. Shipped: `mail.Mail` (Django's SMTP),
`gateway.Gateway` (short messages by HTTP, in a form of our own) and `kept` (both, kept in a table, for demonstrations).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from onething.kit.errors import Unavailable
from onething.messages.rules import Channel

__all__ = ["Adapter", "Text", "adapter_of", "offered"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text on its way out. `key` names it, so that a receiver can tell a repetition; a short message has no subject."""

    channel: Channel
    to: str
    subject: str
    body: str
    key: str
    at: datetime


class Adapter(Protocol):
    """Sends one text. Raises Unavailable, permanent when trying again is useless."""

    def send(self, text: Text) -> None: ...


def offered() -> list[Channel]:
    """The channels this installation can send by."""
    return [one for one in Channel if settings.ONETHING_ADAPTERS.get(one.value)]


def adapter_of(channel: Channel) -> Adapter:
    """The adapter of a channel. Raises Unavailable when the installation has none (any more)."""
    path = settings.ONETHING_ADAPTERS.get(channel.value)
    if not path:
        raise Unavailable(f"this installation sends nothing by {channel.value}", permanent=True)
    adapter: Adapter = import_string(path)()
    return adapter
