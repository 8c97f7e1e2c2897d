"""What may be done against a decision: data with its article, the texts made of it, kept with the document (行政许可法 art. 38)."""

from datetime import date

import pytest

from onething.documents.kinds import TYPES, DocumentKind
from onething.documents.remedies import LAWSUIT, OBJECTION, RECONSIDERATION, remedies_of, remedies_text
from onething.documents.wording import Frame, compose

LICENCE = {"kind": "行政许可", "body": "department"}
SPEAKING = [kind for kind, made in TYPES.items() if any(part.name == "remedies" for part in made.parts)]


def test_the_law_gives_sixty_days_and_six_months() -> None:
    """行政复议法 (2023) art. 20(1), 行政诉讼法 art. 46(1)."""
    assert (RECONSIDERATION.within, RECONSIDERATION.unit, RECONSIDERATION.basis) == (
        60,
        "day",
        "行政复议法第二十条第一款",
    )
    assert (LAWSUIT.within, LAWSUIT.unit, LAWSUIT.basis) == (6, "month", "行政诉讼法第四十六条第一款")
    text = remedies_text(remedies_of(LICENCE), "某局")
    assert text == "不服本决定的，可以自知道本决定之日起60日内申请行政复议，也可以在6个月内向人民法院提起行政诉讼。"


@pytest.mark.parametrize(
    ("plan_item", "ways"),
    [
        (LICENCE, (RECONSIDERATION, LAWSUIT)),
        ({"kind": "公共服务", "body": "department"}, (RECONSIDERATION, LAWSUIT)),
        ({"kind": "公共服务", "body": "enterprise"}, (OBJECTION,)),
        ({}, (OBJECTION,)),
    ],
)
def test_against_who_is_no_department_an_objection_remains(plan_item: dict[str, str], ways: tuple[object, ...]) -> None:
    assert remedies_of(plan_item) == ways
    text = remedies_text(remedies_of(plan_item), "某供水公司")
    assert ("某供水公司" in text) == (ways == (OBJECTION,))
    assert "{" not in text


@pytest.mark.parametrize("kind", SPEAKING)
def test_a_document_keeps_the_remedies_it_speaks_of(kind: DocumentKind) -> None:
    frame = Frame("号", "李梅", "1", "执照", "某局", date(2026, 3, 5), remedies=remedies_of(LICENCE))
    content = compose(kind, {"remedies": remedies_text(frame.remedies, "某局")}, frame)
    assert content["remedies"] == [
        {"kind": "reconsideration", "within": 60, "unit": "day", "basis": "行政复议法第二十条第一款"},
        {"kind": "lawsuit", "within": 6, "unit": "month", "basis": "行政诉讼法第四十六条第一款"},
    ]
    assert compose(kind, {"remedies": "可以在1年内起诉（某法第九条）"}, frame)["remedies"] == []
    assert "remedies" not in compose(kind, {"reason": "x"}, frame)


def test_the_three_that_can_be_contested_speak_of_them() -> None:
    assert set(SPEAKING) == {DocumentKind.NOT_ACCEPTED, DocumentKind.REFUSAL, DocumentKind.TERMINATION}
