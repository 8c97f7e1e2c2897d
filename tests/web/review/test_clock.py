"""The page of a task's clocks, and where else they show (R5.4, ux e, f1)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.cast import Name
from tests.factories.cases import grant, item_of, make_case
from tests.factories.parties import make_officer
from tests.web.review.desk import Desk, lead_case, make_desk, signed_in, text_of

from onething.cases.models import ClockExtension, ClockStop, ItemCase, OneThingCase
from onething.dispatch.services import Stopping, accept_item, stop_clock
from onething.kit.workdays import legal_date
from onething.parties.models import Officer, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> OneThingCase:
    found = make_case(desk.world, at=timezone.now())
    lead_case(desk, found)
    return found


@pytest.fixture
def licence(desk: Desk, case: OneThingCase) -> ItemCase:
    item = item_of(case, "licence")
    return accept_item(item_id=item.pk, officer=desk.world.officers["market"], at=timezone.now())


def page_of(item: ItemCase) -> str:
    return f"/review/tasks/{item.number}/clock/"


STOP = {
    "act": "stop",
    "procedure": "testing",
    "basis": "食品安全法第八十七条",
    "expected_days": "7",
    "reason": "抽检两批",
}


def test_a_reviewer_stops_and_resumes_and_the_pages_say_who_must_act(desk: Desk, licence: ItemCase) -> None:
    client = desk.reviewer()
    task = client.get(f"/review/tasks/{licence.number}/").content.decode()
    assert page_of(licence) in task
    assert "现场勘验、公示、内部会签、系统故障都照常计时" in text_of(client.get(page_of(licence)).content.decode())
    answer = client.post(page_of(licence), STOP)
    assert answer.status_code == 302
    shown = text_of(client.get(page_of(licence)).content.decode())
    for said in ("计时暂停了", "检测", "食品安全法第八十七条", "抽检两批", "还没有结束"):
        assert said in shown
    assert "等程序的结果" in text_of(client.get(f"/review/tasks/{licence.number}/").content.decode())
    lead = text_of(desk.of(desk.lead).get(f"/review/cases/{licence.case.number}/").content.decode())
    assert "办理单位等检测的结果" in lead
    assert "正在检测，预计" in lead
    day = legal_date(timezone.now())
    back = {"act": "resume", "number": "1", "result_on-year": day.year, "result_on-month": day.month}
    answer = client.post(page_of(licence), back | {"result_on-day": day.day})
    assert answer.status_code == 302
    assert ClockStop.objects.get().ended_on == day
    assert item_of(licence.case, "licence").state == "in_review"


def test_the_applicant_reads_why_this_day(desk: Desk, licence: ItemCase) -> None:
    client = signed_in(desk.world.account)
    address = f"/cases/{licence.case.number}/"
    before = text_of(client.get(address).content.decode())
    assert "为什么是这一天" in before
    assert "营业执照：" in before
    assert "没有变" in before
    stopping = Stopping("expert_review", "某条", 5)
    stop_clock(item_id=licence.pk, officer=desk.world.officers["market"], stopping=stopping, at=timezone.now())
    after = text_of(client.get(address).content.decode())
    assert "照现在的情况，预计" in after
    assert "正在专家评审，预计" in after
    assert "等“营业执照”，晚开始" in after


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"procedure": ""}, "“哪一种程序”没有填"),
        ({"basis": " "}, "没有填"),
        ({"expected_days": "0"}, "写明预计需要多少个工作日（1到250）"),
        ({"expected_days": "很多"}, "写明预计需要多少个工作日（1到250）"),
        ({"procedure": "site_visit"}, "照常计时"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    desk: Desk, licence: ItemCase, changed: dict[str, str], said: str
) -> None:
    answer = desk.reviewer().post(page_of(licence), STOP | changed)
    assert answer.status_code == 422
    assert said in text_of(answer.content.decode())
    assert "抽检两批" in answer.content.decode()
    assert not ClockStop.objects.exists()


def test_the_head_of_the_body_finds_the_task_and_extends_it(desk: Desk, licence: ItemCase) -> None:
    head = make_officer(desk.world.town.bodies["market"], name="何平", role=Officer.Role.HEAD)
    client = desk.of(head)
    assert page_of(licence) in client.get("/review/clocks/").content.decode()
    page = client.get(page_of(licence)).content.decode()
    assert "批准延长" in page
    assert 'name="procedure"' not in page
    assert client.post(page_of(licence), {"act": "extend", "reason": ""}).status_code == 422
    assert client.post(page_of(licence), {"act": "extend", "reason": "要核对外地档案"}).status_code == 302
    assert ClockExtension.objects.get().approver == head
    shown = text_of(client.get(page_of(licence)).content.decode())
    assert "何平" in shown
    assert "要核对外地档案" in shown
    again = client.post(page_of(licence), {"act": "extend", "reason": "还不够"})
    assert "已经延长过一次" in text_of(again.content.decode())


def test_nobody_else_sees_or_moves_a_clock(desk: Desk, licence: ItemCase) -> None:
    assert desk.reviewer("health").get(page_of(licence)).status_code == 404
    other = make_officer(desk.world.town.bodies["health"], name="何平", role=Officer.Role.HEAD)
    assert desk.of(other).post(page_of(licence), {"act": "extend", "reason": "不够"}).status_code == 404
    assert signed_in(desk.world.stranger).get(page_of(licence)).status_code == 403
    assert desk.reviewer().post(page_of(licence), {"act": "extend", "reason": "不够"}).status_code == 422
    colleague = desk.colleague().get(page_of(licence)).content.decode()
    assert 'name="procedure"' not in colleague
    assert not ClockExtension.objects.exists()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (("1999", "1", "1"), "结果出来的日子只能在暂停开始的"),
        (("9999", "12", "31"), "结果出来的日子只能在暂停开始的"),
        (("0001", "1", "1"), "结果出来的日子只能在暂停开始的"),
        (("2026", "2", "30"), "写明结果是哪一天出来的"),
        (("10000", "1", "1"), "写明结果是哪一天出来的"),
        (("二〇二六", "十二", "一"), "写明结果是哪一天出来的"),
        (("", "", ""), "没有填"),
    ],
)
def test_a_day_outside_the_calendar_is_refused_and_nothing_changes(
    desk: Desk, licence: ItemCase, day: tuple[str, str, str], said: str
) -> None:
    """Bad input: the refusal says which days hold now, or what is missing."""
    client = desk.reviewer()
    client.post(page_of(licence), STOP)
    year, month, of_month = day
    parts = {"result_on-year": year, "result_on-month": month, "result_on-day": of_month}
    answer = client.post(page_of(licence), {"act": "resume", "number": "1", **parts})
    assert answer.status_code == 422
    shown = text_of(answer.content.decode())
    assert said in shown
    if "只能" in said:
        today = legal_date(timezone.now())
        assert f"和今天{today.year}年{today.month}月{today.day}日之间" in shown
    assert ItemCase.objects.get(pk=licence.pk).state == "suspended"
    assert ClockStop.objects.get().ended_on is None


@pytest.mark.parametrize("days", ["0", "-3", "251", "99999999999", "²", "七", "1.5"])
def test_days_that_cannot_be_told_are_refused_with_what_can(desk: Desk, licence: ItemCase, days: str) -> None:
    answer = desk.reviewer().post(page_of(licence), STOP | {"expected_days": days})
    assert answer.status_code == 422
    assert "写明预计需要多少个工作日（1到250）" in text_of(answer.content.decode())
    assert not ClockStop.objects.exists()


def test_a_page_that_is_stale_says_what_holds_now(desk: Desk, licence: ItemCase) -> None:
    """The clock was resumed meanwhile: the form of the old page is not there any more, and the way on is."""
    client, day = desk.reviewer(), legal_date(timezone.now())
    client.post(page_of(licence), STOP)
    back = {
        "act": "resume", "number": "1", "result_on-year": day.year, "result_on-month": day.month, "result_on-day": day.day,
    }  # fmt: skip
    assert client.post(page_of(licence), back).status_code == 302
    again = client.post(page_of(licence), back)
    assert again.status_code == 422
    assert "这一件刚才变了，下面是现在的情况" in text_of(again.content.decode())
    assert ClockStop.objects.count() == 1


def test_the_head_of_the_government_extends_what_is_handled_jointly_and_sees_nothing_else(
    desk: Desk, case: OneThingCase, licence: ItemCase
) -> None:
    """行政许可法 art. 42(2): 15 working days, told with the document of the act."""
    plan = dict(case.plan)
    rule = {"joint_handling": {"mode": "joint", "basis": "示例（测试用）", "source": None}}
    plan["items"] = [{**one, **(rule if one["key"] == "licence" else {})} for one in plan["items"]]
    OneThingCase.objects.filter(pk=case.pk).update(plan=plan)
    ItemCase.objects.filter(pk=licence.pk).update(joint_handling="joint")
    body = Organisation.objects.create(key="gov", name="海陵区人民政府", division_id=licence.organisation.division_id)  # type: ignore[union-attr]  # it has one
    client = desk.of(make_officer(body, name="区长", role=Officer.Role.GOVERNMENT))
    listed = client.get("/review/clocks/").content.decode()
    assert page_of(licence) in listed
    assert item_of(case, "sign-check").number not in listed
    shown = text_of(client.get(page_of(licence)).content.decode())
    for said in ("批准延长15个工作日", "联合办理，由本级政府负责人批准延长"):
        assert said in shown
    assert client.get(page_of(item_of(case, "sign-check"))).status_code == 404
    assert client.get(f"/review/tasks/{licence.number}/").status_code == 403
    assert client.post(page_of(licence), {"act": "extend", "reason": "三个部门要会商"}).status_code == 302
    assert "期限延长了15个工作日，告知书发给了申请人" in text_of(client.get(page_of(licence)).content.decode())
    own = desk.of(make_officer(desk.world.town.bodies["market"], name=Name.LEAD, role=Officer.Role.HEAD))
    assert 'value="extend"' not in own.get(page_of(licence)).content.decode()


def test_a_licence_not_delivered_in_ten_working_days_shows(desk: Desk, case: OneThingCase) -> None:
    item = grant(desk.world, item_of(case, "licence"), at=timezone.now() - timedelta(days=30))
    shown = text_of(desk.reviewer().get(f"/review/tasks/{item.number}/").content.decode())
    assert "送达期限" in shown
    assert "，已超期" in shown
    ItemCase.objects.filter(pk=item.pk).update(state="delivered")
    assert "送达期限" not in text_of(desk.reviewer().get(f"/review/tasks/{item.number}/").content.decode())


def test_the_pages_are_bounded(
    desk: Desk, licence: ItemCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    head = make_officer(desk.world.town.bodies["market"], name=Name.LEAD, role=Officer.Role.HEAD)
    client, reviewer = desk.of(head), desk.reviewer()
    client.get("/review/clocks/")
    reviewer.get(page_of(licence))
    with django_assert_max_num_queries(6):
        client.get("/review/clocks/")
    with django_assert_max_num_queries(9):
        reviewer.get(page_of(licence))
