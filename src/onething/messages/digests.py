"""Finding an address again without opening it."""

from django.conf import settings

from onething.kit.hashing import keyed_digest
from onething.messages.rules import Channel

__all__ = ["digest_of"]


def digest_of(channel: Channel, address: str) -> str:
    """The same for the same address, and useless to outsiders."""
    return keyed_digest(f"{channel.value}:{address.casefold()}".encode(), key=settings.ONETHING_CONTENT_KEY.encode())
