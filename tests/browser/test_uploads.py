"""Papers of several pages: handed in, ordered and turned by a resident (a6, b5), turned and enlarged at a desk (e4)."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import FloatRect, Locator, Page, expect
from tests.browser.conftest import Visit, sides
from tests.browser.desks import reviewer_of, sign_in
from tests.factories.cases import picture
from tests.web.public.walker import RESTAURANT
from tests.web.review.shipped import hand_in, tell

from onething.cases.models import ItemCase, MaterialInstance
from onething.parties.models import Account
from onething.submission.models import DraftMaterial
from onething.submission.services import Owner

pytestmark = pytest.mark.browser


def sheet(number: int) -> Any:
    """A page as a phone photographs it lying on its side, with its number on it."""
    picture = Image.new("RGB", (1600, 1200), (250, 248, 240))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 40, 1560, 1160), outline=(40, 60, 120), width=12)
    for line in range(number):
        draw.rectangle((200, 240 + 160 * line, 1200, 300 + 160 * line), fill=(40, 60, 120))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return {"name": f"第{number}张.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def box(one: Locator) -> FloatRect:
    found = one.bounding_box()
    assert found is not None
    return found


@pytest.mark.parametrize(("width", "script"), [(360, True), (1366, False)])
def test_pages_are_added_ordered_turned_and_removed(
    visit: Visit, look: Callable[[Page], None], width: int, script: bool
) -> None:
    owner = Owner(Account.objects.get(username="wangdayong"))
    draft = tell("restaurant-start", owner, at=timezone.now(), answers=RESTAURANT)
    page = visit(width, script=script, has_touch=width == 360, is_mobile=width == 360)
    page.goto("/accounts/sign-in/")
    page.locator('button[name="account"][value="wangdayong"]').click()
    page.goto(f"/drafts/{draft.pk}/materials/")
    paper = page.locator('section:has(> form input[name="key"][value="floor-plan"])')
    camera = paper.locator("input[capture]")
    expect(camera).to_be_visible(visible=width == 360)
    paper.locator("input[multiple]").set_input_files([sheet(1), sheet(2)])
    paper.get_by_role("button", name="上传").click()
    expect(paper.locator(".ys-upload__file")).to_have_count(2)
    (camera if width == 360 else paper.locator("input[multiple]")).set_input_files(sheet(3))
    paper.get_by_role("button", name="上传").click()
    expect(paper.locator(".ys-upload__file")).to_have_count(3)
    paper.get_by_role("button", name="往前移 3 第3张.jpg").press("Enter")
    expect(paper.locator(".ys-upload__file").nth(1)).to_contain_text("2 第3张.jpg")
    paper.get_by_role("button", name="向右转 2 第3张.jpg").press("Enter")
    expect(paper).to_be_in_viewport()
    paper.get_by_role("button", name="删除 1 第1张.jpg").click()
    expect(paper.locator(".ys-upload__file")).to_have_count(2)
    assert sides(page) == 0
    rows = DraftMaterial.objects.filter(draft=draft, key="floor-plan").order_by("page").select_related("file")
    assert [row.file_name for row in rows] == ["第3张.jpg", "第2张.jpg"]
    if script:  # what is looked at closely runs in the page
        look(page)
        small = paper.locator(".ys-upload__small")
        expect(small).to_have_count(2)
        tall = "all => Promise.all(all.map(one => one.decode().then(() => one.naturalHeight > one.naturalWidth)))"
        assert small.evaluate_all(tall) == [True, False]


def test_a_reviewer_turns_and_enlarges(visit: Visit, look: Callable[[Page], None]) -> None:
    case = hand_in("restaurant-start", "wangdayong", at=timezone.now(), answers=RESTAURANT)
    item = max(
        ItemCase.objects.filter(case=case, state="received").select_related("organisation"),
        key=lambda one: MaterialInstance.objects.filter(case=case, items__contains=one.key).exclude(file=None).count(),
    )
    page = visit(1366)
    sign_in(page, reviewer_of(item))
    page.goto(f"/review/tasks/{item.number}/")
    panes = page.locator("[data-review-pane]:visible")
    expect(panes).to_have_count(1)
    image = panes.locator("img")
    expect(image).to_have_js_property("complete", True)
    fitted = box(image)
    page.keyboard.press("r")
    turned = box(image)
    assert (turned["width"] > turned["height"]) != (fitted["width"] > fitted["height"])
    inside = box(panes.locator(".ys-viewer__paper"))
    assert turned["x"] >= inside["x"] - 1
    assert turned["y"] >= inside["y"] - 1
    assert turned["y"] + turned["height"] <= inside["y"] + inside["height"] + 1
    page.get_by_role("button", name="放大").click()
    assert box(image)["width"] > turned["width"]
    page.get_by_role("button", name="看全图").click()
    assert box(image)["width"] == turned["width"]
    assert sides(page) == 0
    look(page)


def test_a_reviewer_keeps_one_paper_beside_another(visit: Visit, look: Callable[[Page], None]) -> None:
    at = timezone.now()
    case = hand_in("restaurant-start", "wangdayong", at=at, answers=RESTAURANT)
    handed_in = MaterialInstance.objects.filter(case=case).exclude(file=None)
    item = next(
        one
        for one in ItemCase.objects.filter(case=case, state="received").select_related("organisation")
        if handed_in.filter(items__contains=one.key).exists()
    )
    first = handed_in.filter(items__contains=item.key)[0]
    first.pk, first.page, first.file = None, 2, picture(9, at=at)  # a second page of the same paper
    first.save()
    page = visit(1366)
    sign_in(page, reviewer_of(item))
    page.goto(f"/review/tasks/{item.number}/")
    panes = page.locator("[data-review-pane]:visible")
    expect(panes).to_have_count(1)
    page.get_by_role("button", name="留在旁边对照").click()
    expect(panes).to_have_count(2)
    left, right = sorted((box(panes.nth(0)), box(panes.nth(1))), key=lambda one: one["x"])
    assert abs(left["y"] - right["y"]) < 1, "beside, not below"
    assert left["x"] + left["width"] <= right["x"] + 1
    assert min(left["width"], right["width"]) > 500
    expect(panes.locator("img").nth(1)).to_have_js_property("complete", True)
    assert sides(page) == 0
    look(page)
    panes.nth(0).get_by_role("button", name="留在旁边对照").click()
    expect(panes).to_have_count(1)
    page.keyboard.press("b")
    expect(panes).to_have_count(2)
    plain = visit(1366, script=False)
    sign_in(plain, reviewer_of(item))
    plain.goto(f"/review/tasks/{item.number}/?paper=2")
    expect(plain.locator('[data-review-paper="2"]')).to_have_attribute("aria-current", "true")
    expect(plain.get_by_role("link", name="在新窗口看")).to_be_visible()
