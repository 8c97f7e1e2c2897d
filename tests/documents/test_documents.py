"""Official documents: fixed with the act, out after the minute, voided with what is taken back, answered for by code."""

import io
import json
from datetime import datetime, timedelta

import pypdf
import pytest
from django.db import IntegrityError, connection, transaction
from tests.cast import AT
from tests.factories.cases import World, item_of, make_case, make_world

from onething.audit.models import Event
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import SYSTEM, lock_case
from onething.delivery.services import verify
from onething.documents.kinds import DocumentKind
from onething.documents.models import OfficialDocument
from onething.documents.paper import draw_document
from onething.documents.rules import MOST_SHOWN, Verdict
from onething.documents.services import (
    DocumentGone,
    SaysTooLittle,
    documents_for,
    issue_document,
    open_document,
    send_out,
    void_documents,
)
from onething.documents.tasks import send_left_over, send_one
from onething.files.services import read_stored
from onething.kit import db
from onething.kit.documents import pdf_words

pytestmark = pytest.mark.django_db
MINUTE = timedelta(seconds=60)
SAID = {
    "reason": "材料要到现场核对",
    "days": "10个工作日",
    "new_date": "2026年4月20日",
    "approver": "局长",
    "basis": "行政许可法第四十二条",
}


@db.transaction
def issue(item: ItemCase, *, seconds: int = 0, at: datetime = AT, **said: str) -> OfficialDocument:
    locked = lock_case(item.case_id)
    mine = locked.by_id[item.pk]
    assert mine.organisation is not None
    return issue_document(
        locked, DocumentKind.EXTENSION, organisation=mine.organisation, said={**SAID, **said}, at=at, by=SYSTEM,
        item=mine, seconds=seconds,
    )  # fmt: skip


@db.transaction
def void(item: ItemCase, *, issued_at: datetime = AT) -> bool:
    locked = lock_case(item.case_id)
    return void_documents(locked, [locked.by_id[item.pk]], kinds=DocumentKind, issued_at=issued_at, by=SYSTEM, at=AT)


def licence_of() -> tuple[World, OneThingCase, ItemCase]:
    world = make_world()
    case = make_case(world)
    return world, case, item_of(case, "licence")


def test_a_document_is_numbered_fixed_and_drawn_as_the_letter_of_its_body() -> None:
    world, case, item = licence_of()
    one, two = issue(item), issue(item)
    assert one.number != two.number
    assert one.number.startswith(f"{world.town.bodies['market'].short_name}延〔{AT.year}〕")
    gone = send_out(document_id=one.pk, at=AT)
    assert gone is not None
    assert gone.file is not None
    paper = read_stored(gone.file)
    words = pdf_words(paper)
    for told in ("延长期限告知书", "李梅", case.number, *SAID.values(), one.code, "演示文书", "盖章处"):
        assert told.replace(" ", "") in words
    assert paper == draw_document(OfficialDocument.objects.get(pk=one.pk).content, code=one.code, at=one.issued_at)


def test_the_paper_keeps_to_the_text_block_of_the_standard() -> None:
    _world, _case, item = licence_of()
    document = issue(item, reason="一二三四五六七" * 400)
    paper = draw_document(document.content, code=document.code, at=AT)
    pages = pypdf.PdfReader(io.BytesIO(paper)).pages
    millimetre = 72 / 25.4
    assert [round(float(side) / millimetre) for side in pages[1].mediabox[2:]] == [210, 297]
    lines: dict[int, list[tuple[float, str]]] = {}

    def see(text: str, place: list[float], _matrix: object, _font: object, _size: float) -> None:
        if text.strip():
            lines.setdefault(round(place[5]), []).append((place[4], text))

    pages[1].extract_text(visitor_text=see)
    body = {y: cells for y, cells in lines.items() if 35 * millimetre < y < (297 - 37) * millimetre}
    assert len(body) == 22
    assert max(len("".join(text for _x, text in cells)) for cells in body.values()) == 28
    assert min(x for cells in body.values() for x, _text in cells) == pytest.approx(28 * millimetre, abs=millimetre)


def test_it_has_to_say_what_the_law_wants() -> None:
    _world, _case, item = licence_of()
    with pytest.raises(SaysTooLittle) as refused:
        issue(item, reason=" ", approver="")
    assert refused.value.facts["gaps"] == ("延长的理由", "批准人")
    assert not OfficialDocument.objects.exists()


def test_it_goes_out_by_the_worker_when_the_minute_is_over_and_not_before() -> None:
    _world, _case, item = licence_of()
    document = issue(item, seconds=60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = 'documents.send_out'")
        ((arguments, due),) = cursor.fetchall()
    assert due == AT + MINUTE
    assert send_out(document_id=document.pk, at=AT + MINUTE / 2) is None
    assert verify(document.code, on=AT.date()).verdict is Verdict.NOT_FOUND
    send_one(**json.loads(arguments))
    send_one(**json.loads(arguments))
    document.refresh_from_db()
    assert document.out_at is not None
    assert Event.objects.filter(kind="document.sent_out").count() == 1


def test_a_lost_job_is_found_by_the_sweep() -> None:
    _world, _case, item = licence_of()
    document, taken_back = issue(item, seconds=60), issue(item, at=AT + MINUTE)
    assert void(item, issued_at=AT + MINUTE)
    send_left_over(0)
    assert list(OfficialDocument.objects.out()) == [document]
    taken_back.refresh_from_db()
    assert taken_back.out_at is None


def test_an_act_is_either_taken_back_or_out() -> None:
    _world, _case, item = licence_of()
    early = issue(item, seconds=60)
    assert void(item)
    assert send_out(document_id=early.pk, at=AT + MINUTE) is None
    late = issue(item, seconds=60, at=AT + MINUTE)
    assert send_out(document_id=late.pk, at=AT + MINUTE * 2) is not None
    assert not void(item, issued_at=late.issued_at)
    late.refresh_from_db()
    assert late.voided_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficialDocument.objects.filter(pk=late.pk).update(voided_at=AT)


def test_the_applicant_and_the_issuing_body_open_it_and_nobody_else() -> None:
    world, case, item = licence_of()
    document = issue(item)
    with pytest.raises(DocumentGone):
        open_document(document_id=document.pk, at=AT, account=world.account)
    assert documents_for(world.account, case) == []
    send_out(document_id=document.pk, at=AT)
    for account, officer in ((world.stranger, None), (None, world.officers["health"]), (None, None)):
        with pytest.raises(DocumentGone):
            open_document(document_id=document.pk, at=AT, account=account, officer=officer)
    assert open_document(document_id=document.pk, at=AT, officer=world.officers["market"]).delivered_at is None
    assert open_document(document_id=document.pk, at=AT, account=world.account).delivered_at == AT
    assert open_document(document_id=document.pk, at=AT + MINUTE, account=world.account).delivered_at == AT
    assert Event.objects.filter(kind="document.delivered").count() == 1
    assert [one.pk for one in documents_for(world.account, case)] == [document.pk]
    assert documents_for(world.stranger, case) == []


def test_the_code_answers_with_at_most_six_things_and_the_name_masked() -> None:
    _world, _case, item = licence_of()
    document = issue(item)
    send_out(document_id=document.pk, at=AT)
    found = verify(document.code.lower(), on=AT.date())
    assert found.verdict is Verdict.VALID
    assert len(found.lines) <= MOST_SHOWN
    told = dict(found.lines)
    assert told["编号"] == document.number
    assert told["文书"] == "延长期限告知书"
    assert "李梅" not in str(found.lines)


def test_events_hold_numbers_and_hashes_and_no_words() -> None:
    _world, _case, item = licence_of()
    document = issue(item)
    send_out(document_id=document.pk, at=AT)
    kinds = list(Event.objects.filter(kind__startswith="document.").order_by("pk").values_list("kind", "payload"))
    assert [kind for kind, _payload in kinds] == ["document.issued", "document.sent_out"]
    for _kind, payload in kinds:
        assert payload["document"] == document.number
        assert payload["hash"] == document.content_hash
        assert "李梅" not in str(payload)
