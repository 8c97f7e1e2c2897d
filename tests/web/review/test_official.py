"""Official documents on the departments' pages: who sees that one exists, who may open it, and 不受理 as an act (R2.2.c/4)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.cases import item_of, make_case
from tests.web.review.desk import Desk, lead_case, make_desk, text_of

from onething.audit.models import ReadLog
from onething.cases.models import OneThingCase
from onething.cases.states import ItemState
from onething.dispatch.services import Stopping, accept_item, stop_clock
from onething.documents.models import OfficialDocument
from onething.documents.services import send_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> OneThingCase:
    return make_case(desk.world, at=timezone.now() - timedelta(minutes=10))


def accepted(desk: Desk, case: OneThingCase, *, out: bool) -> OfficialDocument:
    at = timezone.now() - timedelta(minutes=5)
    accept_item(item_id=item_of(case, "licence").pk, officer=desk.world.officers["market"], at=at)
    document = OfficialDocument.objects.get()
    if out:
        assert send_out(document_id=document.pk, at=timezone.now()) is not None
    return document


def test_the_issuing_body_opens_its_document_and_the_look_is_written_down(desk: Desk, case: OneThingCase) -> None:
    document = accepted(desk, case, out=True)
    page = desk.reviewer().get(f"/review/tasks/{item_of(case, 'licence').number}/").content.decode()
    assert document.number in page
    assert f'href="/review/documents/{document.pk}/"' in page
    answer = desk.reviewer().get(f"/review/documents/{document.pk}/")
    assert b"".join(answer)[:5] == b"%PDF-"
    assert ReadLog.objects.filter(what=f"document {document.pk}").count() == 1
    assert desk.reviewer("health").get(f"/review/documents/{document.pk}/").status_code == 404
    document.refresh_from_db()
    assert document.delivered_at is None


def test_one_that_is_not_out_yet_is_named_and_cannot_be_opened(desk: Desk, case: OneThingCase) -> None:
    document = accepted(desk, case, out=False)
    page = text_of(desk.reviewer().get(f"/review/tasks/{item_of(case, 'licence').number}/").content.decode())
    assert document.number in page
    assert "过了可以撤回的时间就发出" in page
    assert desk.reviewer().get(f"/review/documents/{document.pk}/").status_code == 404


def test_the_lead_sees_that_another_bodys_document_exists_and_not_what_is_in_it(desk: Desk, case: OneThingCase) -> None:
    document = accepted(desk, case, out=True)
    OneThingCase.objects.filter(pk=case.pk).update(lead_organisation=desk.world.town.bodies["health"])
    OfficialDocument.objects.filter(pk=document.pk).update(organisation=desk.world.town.bodies["public-security"])
    lead_case(desk, case)
    page = desk.of(desk.lead).get(f"/review/cases/{case.number}/").content.decode()
    assert document.number in page
    assert f"/review/documents/{document.pk}/" not in page
    assert desk.of(desk.lead).get(f"/review/documents/{document.pk}/").status_code == 404


def test_the_written_notice_of_a_stop_stands_on_the_task_and_opens_at_once(desk: Desk, case: OneThingCase) -> None:
    accepted(desk, case, out=False)
    item, at = item_of(case, "licence"), timezone.now() - timedelta(minutes=4)
    stopping = Stopping("testing", "食品安全法第八十七条", 7)
    stop_clock(item_id=item.pk, officer=desk.world.officers["market"], stopping=stopping, at=at)
    notice = OfficialDocument.objects.get(kind="special_procedure")
    assert send_out(document_id=notice.pk, at=at) is not None
    page = desk.reviewer().get(f"/review/tasks/{item.number}/").content.decode()
    assert "特别程序告知书" in text_of(page)
    assert f'href="/review/documents/{notice.pk}/"' in page


def test_what_needs_no_application_is_told_by_a_panel_of_its_own(desk: Desk, case: OneThingCase) -> None:
    item = item_of(case, "licence")
    address = f"/review/tasks/{item.number}/not-required/"
    assert address in desk.reviewer().get(f"/review/tasks/{item.number}/").content.decode()
    empty = desk.reviewer().post(address, {"reason": " ", "basis": ""})
    assert empty.status_code == 422
    assert "写明依据的条文" in empty.content.decode()
    assert item_of(case, "licence").state == ItemState.RECEIVED
    done = desk.reviewer().post(address, {"reason": "面积不到标准，不用登记", "basis": "条例第三条"})
    assert done.status_code == 302
    assert item_of(case, "licence").state == ItemState.NOT_REQUIRED
    ended = text_of(desk.reviewer().get(f"/review/tasks/{item.number}/").content.decode())
    assert "不受理告知书" in ended
    assert "条例第三条" in ended
