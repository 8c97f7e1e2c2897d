"""A paper that may follow (容缺): said on the receipt, handed in from the page of the case, seen at the desk."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.desks import finish, reviewer_of, sign_in
from tests.web.public.walker import RESTAURANT, photo
from tests.web.review.shipped import hand_in

from onething.cases.models import ItemCase, MaterialInstance

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 768, 1366])
def test_an_owner_brings_what_may_follow(visit: Visit, look: Callable[[Page], None], width: int) -> None:
    answers = {**RESTAURANT, "has-licence": "licence-ok"}
    case = hand_in("restaurant-start", "wangdayong", at=timezone.now(), answers=answers)
    paper = MaterialInstance.objects.filter(case=case, obtained="submit", file=None).order_by("pk")[0]
    page = visit(width)
    page.goto("/accounts/sign-in/")
    page.locator('button[name="account"][value="wangdayong"]').click()
    page.goto(f"/cases/{case.number}/receipt/")
    expect(page.locator("main")).to_contain_text(paper.name)
    look(page)
    page.get_by_role("link", name="去补交").click()
    expect(page.get_by_role("heading", name="还要补交的材料")).to_be_in_viewport()
    look(page)
    form = page.locator(f'form:has(input[name="key"][value="{paper.key}"])')
    form.get_by_role("button", name="上传").click()
    expect(page.locator(".ys-summary")).to_contain_text("先选一个文件或拍一张照片")
    look(page)
    content = photo(seed=5).getvalue()
    form.locator("input[type=file][multiple]").set_input_files(
        {"name": "平面图.jpg", "mimeType": "image/jpeg", "buffer": content}
    )
    form.get_by_role("button", name="上传").click()
    expect(page.locator("main")).to_contain_text("已经补交1个文件")
    look(page)
    if width != 1366:
        return
    for first in ItemCase.objects.filter(case=case, trigger="check", state="received").select_related("organisation"):
        desk = visit(1366)
        sign_in(desk, reviewer_of(first))
        finish(desk, first)
    asking = ItemCase.objects.select_related("organisation").get(case=case, key=paper.items[0])
    desk = visit(1366)
    sign_in(desk, reviewer_of(asking))
    desk.goto(f"/review/tasks/{asking.number}/")
    expect(desk.locator("main")).to_contain_text("补交于")
    look(desk)
