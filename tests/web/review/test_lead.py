"""The lead's list and one page per case with every lane on it (f1, R2.8.c, R2.8.e)."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.factories.cases import grant, item_of, make_case, refuse
from tests.factories.systems import make_system
from tests.web.review.desk import Desk, lead_case, make_desk, more_tasks, text_of

from onething.audit.models import ReadLog
from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.reading import items_of_case
from onething.dispatch.services import finish_check, return_misrouted
from onething.exchange.models import CaseExchange
from onething.exchange.reading import silent_systems
from onething.kit.workdays import legal_date

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> OneThingCase:
    made = make_case(desk.world, at=timezone.now())
    lead_case(desk, made)
    return made


def words(desk: Desk, address: str) -> str:
    answer = desk.of(desk.lead).get(address)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_the_list_says_how_each_case_stands_and_whom_it_waits_for(desk: Desk, case: OneThingCase) -> None:
    page = words(desk, "/review/lead/")
    assert case.number in page
    assert "4项中办完0项" in page
    assert "海陵区市场监督管理局" in page
    assert "在办 （1）" in page
    assert "李*" in page
    assert case.principal_name not in page


def test_only_cases_the_own_body_leads(desk: Desk, case: OneThingCase) -> None:
    other = make_case(desk.world, at=timezone.now())
    page = words(desk, "/review/lead/")
    assert other.number not in page
    assert "没有这个编号" in words(desk, f"/review/lead/?number={other.number}")
    assert case.number in words(desk, f"/review/lead/?number={case.number.lower()}")
    assert desk.of(desk.lead).get(f"/review/cases/{other.number}/").status_code == 404


def test_one_lane_per_department_with_state_holder_since_due_and_what_it_waits_for(
    desk: Desk, case: OneThingCase
) -> None:
    desk.reviewer().post(f"/review/tasks/{item_of(case, 'licence').number}/claim/")
    page = words(desk, f"/review/cases/{case.number}/")
    assert "共4项：已办完0项，在办2项，等前一项2项" in page
    for lane in ("海陵区市场监督管理局", "海陵区卫生健康委员会", "泰州市公安局海陵分局"):
        assert lane in page
    assert "经办人：陈静" in page
    assert "还没有人领" in page
    assert "在等：“营业执照”办好" in page
    assert re.search(r"\d+月\d+日\d\d:\d\d起", page)
    assert re.search(r"\d+月\d+日前办好", page)


def test_partly_granted_is_understandable(desk: Desk, case: OneThingCase) -> None:
    now = timezone.now()
    refuse(desk.world, item_of(case, "licence"), at=now)
    finish_check(item_id=item_of(case, "sign-check").pk, officer=desk.world.officers["market"], at=now)
    page = words(desk, f"/review/cases/{case.number}/")
    assert "部分办好" in page
    assert "不同意（不予许可）" in page
    assert "“食品经营许可”不再办理：前面的“营业执照”没有办成" in page
    assert "整件事有了结果：部分办好" in page
    assert "已办完 （1）" in words(desk, "/review/lead/?show=closed")


def test_the_story_tells_who_did_what(desk: Desk, case: OneThingCase) -> None:
    grant(desk.world, item_of(case, "licence"), at=timezone.now())
    page = words(desk, f"/review/cases/{case.number}/")
    for sentence in (
        "申请人提交了申请",
        "“营业执照”分给了海陵区市场监督管理局",
        "受理了“营业执照”",
        "同意了“营业执照”",
        "前一项办好了，“食品经营许可”自动开始",
        "海陵区市场监督管理局 陈静",
        "系统自动",
    ):
        assert sentence in page, sentence


def test_a_lane_without_a_body_says_who_must_act(desk: Desk, case: OneThingCase) -> None:
    item = item_of(case, "licence")
    return_misrouted(
        item_id=item.pk,
        officer=desk.world.officers["market"],
        right_body="海陵区卫生健康委员会",
        reason="不是我们的",
        at=timezone.now(),
    )
    page = words(desk, f"/review/cases/{case.number}/")
    assert "还没有找到办理单位" in page
    assert "在等：协调员确定办理单位" in page
    assert "“营业执照”退回协调员，建议转给海陵区卫生健康委员会" in page


def test_no_content_on_the_leads_pages_and_each_look_logged(desk: Desk, case: OneThingCase) -> None:
    page = words(desk, f"/review/cases/{case.number}/")
    assert "䶮记" not in page
    assert "阿依古丽" not in page
    assert case.principal_name not in page
    assert ReadLog.objects.get().what == "case"


def test_queries_do_not_grow(
    desk: Desk, case: OneThingCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = desk.of(desk.lead)
    client.get("/review/lead/")
    with django_assert_max_num_queries(7):
        client.get("/review/lead/")
    for _ in range(3):
        lead_case(desk, make_case(desk.world, at=timezone.now()))
    more_tasks(item_of(case, "licence"), 30)
    with django_assert_max_num_queries(7):
        client.get("/review/lead/")
    with django_assert_max_num_queries(11):
        client.get(f"/review/cases/{case.number}/")


def test_a_lane_says_since_when_the_own_system_of_its_body_is_silent(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """R2.8.c/3: without a word for longer than a working day; whatever the number of lanes, one query."""
    then = timezone.now() - timedelta(days=30)
    case = make_case(desk.world, at=timezone.now())
    lead_case(desk, case)
    case.items.filter(state="received").update(started_at=then)
    address = f"/review/cases/{case.number}/"
    assert "系统没有消息" not in words(desk, address)
    licence = item_of(case, "licence")
    assert licence.organisation is not None
    found = OneThingCase.objects.get(pk=case.pk)

    def silent() -> dict[int, datetime]:
        return silent_systems(
            found, items_of_case(found), today=legal_date(timezone.now()), calendar=working_calendar()
        )

    with django_assert_num_queries(1):  # the items; nobody has a system
        assert silent() == {}
    systems = {one.organisation: make_system(one.organisation) for one in case.items.all() if one.organisation}
    with django_assert_num_queries(2):
        assert silent()[licence.organisation.pk] == licence.started_at
    since = timezone.localtime(then)
    page = words(desk, address)
    assert f"这个单位的系统从{since.month}月{since.day}日{since.strftime('%H:%M')}起没有消息" in page
    systems[licence.organisation].act(licence.number, "status", status="in_progress")
    assert licence.organisation.pk not in silent()
    CaseExchange.objects.update(heard_at=then)
    assert licence.organisation.pk in silent()
    for one in case.items.filter(organisation=licence.organisation, state="received"):
        desk.reviewer().post(f"/review/tasks/{one.number}/claim/")  # people go on: the system is not waited for
    assert licence.organisation.pk not in silent()


def test_pages_go_on_behind_the_last_row(desk: Desk, case: OneThingCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onething.web.review.lead.PAGE_SIZE", 2)
    for _ in range(4):
        lead_case(desk, make_case(desk.world, at=timezone.now()))
    client, address, seen = desk.of(desk.lead), "/review/lead/?show=running", []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'href="/review/cases/([^/]+)/"', page)
        link = re.search(r'href="(\?[^"]+)" rel="next"', page)
        address = "/review/lead/" + link[1].replace("&amp;", "&") if link else ""
    assert len(seen) == len(set(seen)) == 5


def test_an_empty_board_says_what_belongs_there(desk: Desk) -> None:
    assert "这里没有申请" in words(desk, "/review/lead/")
    assert not ItemCase.objects.exists()
