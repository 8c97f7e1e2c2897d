"""Refuse to start when documents could not be written."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from onething.kit.fonts import FontProblem, font_set

__all__ = ["fonts_check"]


@register(Tags.files)
def fonts_check(**_options: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django passes what it likes
    """Whether the fonts of documents have the rare characters of names."""
    try:
        font_set()
    except FontProblem as problem:
        return [Error(str(problem), id="kit.E001")]
    return []
