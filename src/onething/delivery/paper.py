"""A result on paper, with the code by which anyone can check it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from onething.kit.documents import render_document, verification
from onething.kit.workdays import legal_date
from onething.notice.paper import site

__all__ = ["VERIFY_PATH", "ResultPaper", "draw_result"]

# The page that answers for a document, as its QR code names it.
VERIFY_PATH = "/verify/{code}"


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
    address = site() + VERIFY_PATH.format(code=paper.code)
    data = {
        "title": paper.title,
        "number": paper.number,
        "blocks": [{"kind": "facts", "rows": [list(line) for line in paper.lines]}],
        "issuer": paper.issuer,
        "date": f"{day.year}年{day.month}月{day.day}日",
        "verify": verification(address, [f"核验码：{paper.code}", "扫码或者在网页上输入核验码，可以查真假。"]),
    }
    if settings.ONETHING_DEMO:
        data["mark"] = "演示文书，没有法律效力"
    return render_document("decision", data, at=at)
