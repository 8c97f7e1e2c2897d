"""新生儿出生 at 360 px, as a new user, from the front page to the receipt."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.journey import answer_all, fill_section, upload_all
from tests.web.public.walker import NEWBORN

from onething.cases.models import OneThingCase

pytestmark = pytest.mark.browser


def test_a_new_mother_on_her_phone(visit: Visit, look: Callable[[Page], None]) -> None:
    page = visit(360)
    page.goto("/")
    look(page)
    page.get_by_label("搜要办的事").fill("上户口")
    page.get_by_role("button", name="搜索").click()
    look(page)
    page.get_by_role("link", name="新生儿出生一件事").first.click()
    look(page)
    page.get_by_role("button", name="开始办理").click()
    look(page)
    page.get_by_label("海陵区").check()
    page.get_by_role("button", name="继续").click()
    answer_all(page, NEWBORN, look)
    expect(page.get_by_role("heading", level=1)).to_have_text("新生儿出生一件事：为您列好了")
    look(page)
    page.get_by_role("link", name="登录后填写").first.click()
    look(page)
    page.get_by_label("姓名").fill("阿依古丽·买买提")
    page.get_by_role("button", name="新建并登录").click()
    look(page)
    page.get_by_role("link", name="继续填写").click()
    while "/form/" in page.url:
        fill_section(page)
        look(page)
        page.get_by_role("button", name="保存并继续", exact=True).last.click()
    look(page)
    upload_all(page)
    look(page)
    page.get_by_role("link", name="继续", exact=True).click()
    look(page)
    page.get_by_role("link", name="检查并提交").click()
    look(page)
    page.get_by_label("我看过上面的内容，同意以上声明").check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("申请已提交")
    look(page)
    number = OneThingCase.objects.get().number
    expect(page.locator("main")).to_contain_text(number)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("申请已提交")
    page.get_by_role("link", name="看办件进度").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("新生儿出生一件事：办件进度")
    look(page)
    page.goto("/mine/")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的")
    look(page)
