"""Reads of what a demonstration kept instead of sending."""

from onething.messages.models import AddressCode, KeptText

__all__ = ["kept_for"]


def kept_for(code: AddressCode) -> KeptText | None:
    """The text that would have brought this code; None while it is on its way. For who asked for the code only."""
    return KeptText.objects.filter(digest=code.digest, key=f"code-{code.pk}").order_by("-pk").first()
