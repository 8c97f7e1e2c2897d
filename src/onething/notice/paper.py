"""The notice on paper: the page's own blocks, with a code that leads back to the page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from onething.kit.documents import render_document, verification

__all__ = ["NOTICE_PATH", "draw_notice", "site"]

# The page of a notice, as its QR code names it.
NOTICE_PATH = "/notices/{number}"
DRAWN = ("title", "subtitle", "number", "facts", "blocks")


def draw_notice(content: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of a notice; it has the words of `content` and no others."""
    address = site() + NOTICE_PATH.format(number=content["number"])
    data = {name: content[name] for name in DRAWN}
    return render_document("notice", {**data, "verify": verification(address, content["check_lines"])}, at=at)


def site() -> str:
    """The address under which people reach this installation, without a slash at the end (ONETHING_SITE)."""
    return str(getattr(settings, "ONETHING_SITE", "http://127.0.0.1:8000")).rstrip("/")
