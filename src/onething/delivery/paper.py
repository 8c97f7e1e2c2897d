"""A result on paper, with the code by which anyone can check it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

__all__ = ["ResultPaper", "draw_result"]


@dataclass(frozen=True, slots=True)
class ResultPaper:
    """What a result document says."""

    title: str
    number: str
    code: str
    issuer: str
    issued_on: date
    lines: Sequence[Sequence[str]]


def draw_result(paper: ResultPaper) -> bytes:
    """The PDF of a result."""
    rows = "\n".join(f"{label}：{value}" for label, value in paper.lines)
    return f"{paper.title}\n{paper.number}\n{paper.code}\n{rows}\n{paper.issuer}\n{paper.issued_on}".encode()
