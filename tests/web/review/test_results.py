"""Results of the own body, and what it has decided (R2.9.a)."""

import re

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.factories.cases import grant, item_of, make_case
from tests.web.review.desk import Desk, make_desk, text_of

from onething.audit.models import Event, ReadLog
from onething.cases.models import OneThingCase
from onething.cases.states import ItemState
from onething.delivery.models import ResultDocument
from onething.delivery.services import issue_result, revoke_result

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def result(desk: Desk) -> ResultDocument:
    return issued(desk)


def issued(desk: Desk) -> ResultDocument:
    now = timezone.now()
    case = make_case(desk.world, at=now)
    grant(desk.world, item_of(case, "licence"), at=now)
    return issue_result(item_id=item_of(case, "licence").pk, at=now)[0]


def test_only_the_own_bodys_documents(desk: Desk, result: ResultDocument) -> None:
    page = text_of(desk.reviewer().get("/review/results/").content.decode())
    assert "营业执照（PDF）" in page
    assert result.number in page
    assert f"核验码 {result.code}" in page
    assert "李*" in page
    assert result.number not in desk.reviewer("health").get("/review/results/").content.decode()
    assert "还没有结果" in desk.reviewer("health").get("/review/results/").content.decode()


def test_the_paper_can_be_printed_and_each_look_is_logged(desk: Desk, result: ResultDocument) -> None:
    answer = desk.reviewer().get(f"/review/results/{result.pk}/file/")
    assert b"".join(answer).startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment")
    assert ReadLog.objects.get().what == f"result {result.number}"
    assert desk.reviewer("health").get(f"/review/results/{result.pk}/file/").status_code == 404


def test_handed_over_at_the_counter_is_delivered(desk: Desk, result: ResultDocument) -> None:
    client = desk.reviewer()
    assert "已当面交付" in client.get("/review/results/?show=waiting").content.decode()
    told = client.post(f"/review/results/{result.pk}/handed-over/", follow=True)
    assert "“营业执照”记下了：已交给申请人" in told.content.decode()
    case = OneThingCase.objects.get(items=result.item_id)
    assert item_of(case, "licence").state == ItemState.DELIVERED
    event = Event.objects.get(case_number=case.number, kind="result.delivered")
    assert event.channel == "counter"
    client.post(f"/review/results/{result.pk}/handed-over/")
    assert Event.objects.filter(case_number=case.number, kind="result.delivered").count() == 1
    assert "还没有结果" in client.get("/review/results/?show=waiting").content.decode()


def test_a_revoked_paper_is_not_handed_over(desk: Desk, result: ResultDocument) -> None:
    revoke_result(document_id=result.pk, officer=desk.world.officers["market"], reason="填错了", at=timezone.now())
    client = desk.reviewer()
    page = client.get("/review/results/").content.decode()
    assert "已撤销" in page
    assert "已当面交付" not in page
    told = client.post(f"/review/results/{result.pk}/handed-over/", follow=True)
    assert "已经撤销，不能再交给申请人" in told.content.decode()
    assert ResultDocument.objects.get(pk=result.pk).delivered_at is None


def test_what_was_decided_is_found_again(desk: Desk, result: ResultDocument) -> None:
    page = desk.reviewer().get("/review/done/").content.decode()
    assert result.item.number in page
    assert "陈静" in text_of(page)
    assert "没有这个编号" in desk.reviewer().get("/review/done/?number=999").content.decode()
    assert "还没有办完的" in desk.reviewer("health").get("/review/done/").content.decode()
    task = desk.reviewer().get(f"/review/tasks/{result.item.number}/").content.decode()
    assert f"/review/results/{result.pk}/file/" in task


def test_pages_and_queries(
    desk: Desk,
    result: ResultDocument,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr("onething.web.review.results.PAGE_SIZE", 2)
    made = {result.number} | {issued(desk).number for _ in range(4)}
    client = desk.reviewer()
    client.get("/review/results/")
    for start, pattern in (("/review/results/", r"-R1"), ("/review/done/", r"")):
        address, seen = start, []
        while address:
            with django_assert_max_num_queries(5):
                page = client.get(address).content.decode()
            seen += re.findall(rf'ys-choice__hint ys-code">(\d+[0-9A-Z]-\d\d{pattern})</span></th>', page)
            link = re.search(r'href="(\?[^"]+)" rel="next"', page)
            address = start + link[1].replace("&amp;", "&") if link else ""
        assert len(seen) == len(set(seen)) == 5
        assert set(seen) <= made | {number.removesuffix("-R1") for number in made}
