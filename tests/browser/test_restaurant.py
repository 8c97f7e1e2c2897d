"""开办餐饮店 at 1366 px to the receipt; once without script, once with the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.journey import answer_all, fill_section, upload_all
from tests.web.public.walker import RESTAURANT

from onething.cases.models import OneThingCase

pytestmark = pytest.mark.browser


def begin(page: Page, key: str) -> None:
    page.goto(f"/things/{key}/")
    page.get_by_role("button", name="开始办理").click()
    page.get_by_label("海陵区").check()
    page.get_by_role("button", name="继续").click()


def finish(page: Page, look: Callable[[Page], None]) -> str:
    """From the tasks to the receipt; gives the number."""
    page.get_by_role("link", name="继续填写").click()
    while "/form/" in page.url:
        fill_section(page)
        look(page)
        page.get_by_role("button", name="保存并继续", exact=True).last.click()
    look(page)
    upload_all(page)
    page.get_by_role("link", name="继续", exact=True).click()
    look(page)
    page.get_by_role("link", name="检查并提交").click()
    look(page)
    page.get_by_label("我看过上面的内容，同意以上声明").check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("申请已提交")
    look(page)
    return OneThingCase.objects.get().number


def test_an_owner_at_a_desk(visit: Visit, look: Callable[[Page], None]) -> None:
    page = visit(1366)
    begin(page, "restaurant-start")
    answer_all(page, RESTAURANT, look)
    look(page)
    page.get_by_role("link", name="登录后填写").first.click()
    page.get_by_role("button", name="王大勇").click()
    look(page)
    number = finish(page, look)
    expect(page.locator("main")).to_contain_text(number)
    page.get_by_role("link", name="看办件进度").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("开办餐饮店一件事：办件进度")
    look(page)


def test_the_panel_tells_what_an_answer_brings(visit: Visit) -> None:
    page = visit(1366)
    begin(page, "restaurant-start")
    panel = page.locator("#panel")
    page.get_by_label("办好了，上面写着“餐饮服务”").check()
    expect(panel).to_contain_text("选这个回答")
    expect(panel).not_to_contain_text("多办：企业设立登记")
    page.get_by_label("还没办").check()
    expect(panel).to_contain_text("企业设立登记")


def test_without_script(visit: Visit) -> None:
    page = visit(1366, script=False)
    begin(page, "restaurant-start")
    answer_all(page, RESTAURANT, lambda now: None)
    page.get_by_role("link", name="登录后填写").first.click()
    page.get_by_role("button", name="王大勇").click()
    finish(page, lambda now: None)


def test_what_is_typed_saves_itself(visit: Visit) -> None:
    page = visit(1366)
    begin(page, "restaurant-start")
    answer_all(page, RESTAURANT, lambda now: None)
    page.get_by_role("link", name="登录后填写").first.click()
    page.get_by_role("button", name="王大勇").click()
    page.get_by_role("link", name="继续填写").click()
    page.get_by_label("企业名称").fill("䶮记面馆有限公司")
    page.get_by_label("企业名称").press("Tab")
    expect(page.locator("[data-ys-saved]")).to_contain_text("已保存", timeout=5000)
    address = page.url
    other = visit(360)
    other.goto(address)
    other.get_by_role("button", name="王大勇").click()
    assert other.url == address
    expect(other.get_by_label("企业名称")).to_have_value("䶮记面馆有限公司")
