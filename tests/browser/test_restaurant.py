"""开办餐饮店 at 1366 px: what the panel tells, the whole application without script, and what saves itself."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.journey import answer_all, begin, fill_form, submit, upload_all
from tests.web.public.walker import RESTAURANT

pytestmark = pytest.mark.browser


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
    page.get_by_role("link", name="继续填写").click()
    fill_form(page, lambda now: None)
    upload_all(page)
    submit(page, lambda now: None)


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
