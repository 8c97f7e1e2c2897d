"""A result on paper, with the code by which anyone can check it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onething.documents.paper import draw_verifiable
from onething.kit.workdays import legal_date

__all__ = ["ResultPaper", "draw_result"]


@dataclass(frozen=True, slots=True)
class ResultPaper:
    """What a result document says."""

    title: str
    number: str
    code: str
    issuer: str
    lines: Sequence[Sequence[str]]


def draw_result(paper: ResultPaper, *, at: datetime) -> bytes:
    """The PDF of a result."""
    day = legal_date(at)
    data = {
        "title": paper.title,
        "number": paper.number,
        "blocks": [{"kind": "facts", "rows": [list(line) for line in paper.lines]}],
        "issuer": paper.issuer,
        "date": f"{day.year}年{day.month}月{day.day}日",
    }
    return draw_verifiable("decision", data, code=paper.code, at=at)
