"""An official document on paper, by the geometry of GB/T 9704-2012 《党政机关公文格式》.

A4, 37 mm above, 28 mm at the left, a text block of 156 by 225 mm with 22 lines of 28 characters in size 3, the title in size 2, the
number centred under it, the page number in size 4 outside the block, issuer and date at the right with room for the seal
(5.2, 7.2, 7.3, 7.5). Read in reprints of the standard, not in its official print. Not followed: the red head with the issuer's
name and the red line (a body's letterhead is its own to set), the record at the foot (copies, printer), and 小标宋 for the title, a
font that may not be shipped. No seal is drawn: an empty place says where it goes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from onething.kit.documents import render_document, verification
from onething.notice.paper import site

__all__ = ["VERIFY_PATH", "draw_document", "draw_verifiable"]

# The page that answers for a document, as its QR code names it.
VERIFY_PATH = "/verify/{code}"
CHECK_LINES: Sequence[str] = ("扫码或者在网页上输入核验码，可以查真假。",)


def draw_verifiable(template: str, data: Mapping[str, Any], *, code: str, at: datetime) -> bytes:
    """The PDF of something anyone can check: its data, the code by which to check it, and the mark of a demonstration."""
    address = site() + VERIFY_PATH.format(code=code)
    whole = {**data, "verify": verification(address, [f"核验码：{code}", *CHECK_LINES])}
    if settings.ONETHING_DEMO:
        whole["mark"] = "演示文书，没有法律效力"
    return render_document(template, whole, at=at)


def draw_document(content: Mapping[str, Any], *, code: str, at: datetime) -> bytes:
    """The PDF of an official document. `at` is the moment of the act: the same content gives the same bytes."""
    return draw_verifiable("official", {**content, "seal": "（盖章处）"}, code=code, at=at)
