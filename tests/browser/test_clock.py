"""A clock that stands still and is extended: told at the desk, read on the sofa, by its written notice too (R5.4, 行政许可法 art. 42, 45)."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.desks import at_hand, decide_by_verbs, officer_of, reviewer_of, sign_in
from tests.web.public.walker import RESTAURANT
from tests.web.review.shipped import hand_in

from onething.cases.clock_rules import LICENCE_KIND
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.rules import item_of_plan
from onething.dispatch.services import accept_item
from onething.documents.models import OfficialDocument
from onething.documents.services import send_out
from onething.parties.models import Officer

pytestmark = pytest.mark.browser
Look = Callable[[Page], None]
BASIS = "食品经营许可和备案管理办法（示例条文，测试用）"


def licence_with_a_head(case: OneThingCase) -> tuple[ItemCase, str]:
    """The food licence, when what it waits for is done, and the user name of who heads its body."""
    decide_by_verbs(case, at=timezone.now(), until="food-licence")
    item = at_hand(case).get(key="food-licence")
    assert item_of_plan(case.plan, item.key)["kind"] == LICENCE_KIND
    heads = Officer.objects.in_role(Officer.Role.HEAD).filter(organisation=item.organisation)
    return item, heads.select_related("account").get().account.username


def sent(kind: str) -> OfficialDocument:
    """The worker lets the notice go out."""
    document = OfficialDocument.objects.get(kind=kind)
    assert send_out(document_id=document.pk, at=timezone.now()) is not None
    return document


def read_notice(page: Page, title: str) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=f"下载{title}（PDF）").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("width", [360, 1366])
def test_an_owner_reads_why_the_day_moved(visit: Visit, look: Look, width: int) -> None:
    answers = {**RESTAURANT, "has-licence": "licence-ok"}
    case = hand_in("restaurant-start", "wangdayong", at=timezone.now(), answers=answers)
    item, head = licence_with_a_head(case)
    accept_item(item_id=item.pk, officer=officer_of(item), at=timezone.now())
    desk = visit(width)
    sign_in(desk, reviewer_of(item))
    desk.goto(f"/review/tasks/{item.number}/")
    desk.locator(f'a[href="/review/tasks/{item.number}/clock/"]').click()
    look(desk)
    stop = desk.locator('form:has(input[name="act"][value="stop"])')
    stop.get_by_role("button").click()
    expect(desk.locator(".ys-summary")).to_contain_text("没有填")
    look(desk)
    stop.get_by_label("专家评审").check()
    stop.get_by_label("这一项依据哪一条要做这个程序").fill(BASIS)
    stop.get_by_label("预计需要多少个工作日").fill("8")
    stop.get_by_label("补充说明").fill("专家下周到现场")
    stop.get_by_role("button").click()
    expect(desk.locator("main")).to_contain_text("计时暂停了，告知书发给了申请人")
    look(desk)
    notice = sent("special_procedure")

    owner = visit(width)
    owner.goto("/accounts/sign-in/")
    owner.locator('button[name="account"][value="wangdayong"]').click()
    owner.goto(f"/cases/{case.number}/")
    expect(owner.get_by_text("为什么是这一天")).to_be_visible()
    owner.get_by_text("为什么是这一天").click()
    expect(owner.get_by_text("正在专家评审")).to_be_visible()
    expect(owner.locator("main")).to_contain_text(notice.number)
    look(owner)
    read_notice(owner, "特别程序告知书")
    notice.refresh_from_db()
    assert notice.delivered_at is not None

    desk.locator('form:has(input[name="act"][value="resume"])').get_by_role("button").click()
    expect(desk.locator("main")).to_contain_text("恢复计时了")
    look(desk)

    desk = visit(width)
    sign_in(desk, head)
    desk.get_by_role("link", name=item.name).click()
    look(desk)
    desk.get_by_label("为什么不能按期办完").fill("要核对外地档案")
    desk.get_by_role("button", name="批准延长").click()
    expect(desk.locator("main")).to_contain_text("期限延长了10个工作日，告知书发给了申请人")
    look(desk)
    sent("extension")
    owner.reload()
    owner.get_by_text("为什么是这一天").click()
    expect(owner.get_by_text("经批准延长10个工作日")).to_be_visible()
    look(owner)
    read_notice(owner, "延长期限告知书")
