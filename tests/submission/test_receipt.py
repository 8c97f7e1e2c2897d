"""The receipt as a numbered document: once, after the submission, with what was handed in (R2.6.a/3)."""

from datetime import timedelta

import pytest
from tests.cast import AT
from tests.factories.cases import make_case, make_world

from onething.audit.verify import verify_chain
from onething.cases.models import MaterialInstance, OneThingCase
from onething.cases.states import BundleState
from onething.documents.models import OfficialDocument
from onething.documents.services import send_out, verify_document
from onething.kit import outbox
from onething.kit.documents import blocks_to_text
from onething.kit.models import OutboxMessage
from onething.submission.services import issue_receipt
from onething.submission.write import TOPIC_RECEIPT

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(seconds=5)


def delivered(case: OneThingCase) -> None:
    """What the worker does; twice, as after a crash."""
    message = OutboxMessage.objects.get(topic=TOPIC_RECEIPT, key=case.number)
    for _ in range(2):
        outbox.deliver(message_id=message.pk, at=LATER)
        issue_receipt(case_number=case.number, at=LATER)


def test_it_says_what_came_in_when_how_who_works_on_it_and_where_to_ask() -> None:
    world = make_world()
    case = make_case(world)
    assert not OfficialDocument.objects.exists(), "submitting waits for no paper"
    delivered(case)
    receipt = OfficialDocument.objects.get()
    assert (receipt.kind, receipt.item, receipt.organisation) == ("receipt", None, world.town.bodies["market"])
    words = blocks_to_text(receipt.content["blocks"])
    assert "收到时间：2026年11月25日10:00" in words
    assert "收件方式：网上提交，系统自动接收" in words
    assert "12345" in words
    names = MaterialInstance.objects.filter(case=case, file__isnull=False).values_list("name", flat=True)
    assert names
    assert all(f"{name}（电子件" in words for name in names)
    for item in case.items.select_related("organisation"):
        assert item.organisation is not None
        assert f"{item.name}，{item.organisation.name}" in words
    assert verify_chain(case.number) == []


def test_it_goes_out_at_once_and_anybody_can_check_it() -> None:
    case = make_case(make_world())
    delivered(case)
    receipt = OfficialDocument.objects.get()
    out = send_out(document_id=receipt.pk, at=LATER)
    assert out is not None
    assert out.out_at == LATER
    answer = verify_document(receipt.code)
    assert answer.words == "有效"
    assert case.principal_name not in str(answer.lines)


def test_what_came_in_after_hours_says_from_which_day_it_counts() -> None:
    case = make_case(make_world(), at=AT + timedelta(hours=12))
    delivered(case)
    words = blocks_to_text(OfficialDocument.objects.get().content["blocks"])
    assert "2026年11月25日22:00，按2026年11月26日收到计算" in words


def test_without_a_body_and_after_the_end_there_is_none() -> None:
    world = make_world()
    ended, lost = make_case(world), make_case(world)
    OneThingCase.objects.filter(pk=ended.pk).update(state=BundleState.WITHDRAWN.value, closed_at=AT)
    lost.items.update(organisation=None)
    for case in (ended, lost):
        assert issue_receipt(case_number=case.number, at=LATER) is None
    assert not OfficialDocument.objects.exists()


def test_a_lead_signs_for_its_bundle() -> None:
    world = make_world()
    case, lead = make_case(world), world.town.bodies["health"]
    OneThingCase.objects.filter(pk=case.pk).update(lead_organisation=lead)
    receipt = issue_receipt(case_number=case.number, at=LATER)
    assert receipt is not None
    assert receipt.number.startswith(f"{lead.short_name}收〔2026〕")
