"""公民身后 at 360 px: a relative, the day after the cremation, from the front page to the receipt; two other heirs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.journey import answer_all, fill_section, upload_all
from tests.web.public.walker import DEATH

from onething.cases.models import OneThingCase

pytestmark = pytest.mark.browser


def test_a_son_on_his_phone(visit: Visit, look: Callable[[Page], None]) -> None:
    page = visit(360)
    page.goto("/")
    page.get_by_label("搜要办的事").fill("亲人去世")
    page.get_by_role("button", name="搜索").click()
    look(page)
    page.get_by_role("link", name="公民身后一件事").first.click()
    look(page)
    page.get_by_role("button", name="开始办理").click()
    page.get_by_label("海陵区").check()
    page.get_by_role("button", name="继续").click()
    answer_all(page, DEATH, look)
    expect(page.get_by_role("heading", level=1)).to_have_text("公民身后一件事：为您列好了")
    look(page)
    page.get_by_role("link", name="登录后填写").first.click()
    page.locator('button[name="account"][value="zhangjianguo"]').click()
    look(page)
    page.get_by_role("link", name="继续填写").click()
    heirs = 0
    while "/form/" in page.url:
        look(page)
        assert page.locator(".ys-summary").count() == 0, page.locator(".ys-summary").inner_text()
        heirs = max(heirs, page.locator('[name^="heir-"][name$=".person_name"]').count())
        fill_section(page)
        page.get_by_role("button", name="保存并继续", exact=True).last.click()
    assert str(heirs) == DEATH["other-heirs"]
    look(page)
    upload_all(page)
    look(page)
    page.get_by_role("link", name="继续", exact=True).click()
    page.get_by_role("link", name="检查并提交").click()
    look(page)
    page.get_by_label("我看过上面的内容，同意以上声明").check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("申请已提交")
    look(page)
    expect(page.locator("main")).to_contain_text(OneThingCase.objects.get().number)
    page.get_by_role("link", name="看办件进度").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("公民身后一件事：办件进度")
    look(page)
