"""Preliminary review at a counter, a place marked at a desk, the picture on a phone, and back (R2.2.c, ux g3)."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Locator, Page, expect
from tests.browser.conftest import Visit, sides
from tests.browser.desks import at_hand, finish, others_accept, reviewer_of, sign_in
from tests.web.public.walker import photo
from tests.web.review.shipped import hand_in

from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.feedback.board import demands_for
from onething.feedback.models import CorrectionRound, Finding
from onething.feedback.rules import Target, TargetKind
from onething.intake.models import PreliminaryReview
from onething.parties.models import Officer

pytestmark = pytest.mark.browser
Look = Callable[[Page], None]
NEW = FilePayload(name="补签.jpg", mimeType="image/jpeg", buffer=photo(seed=9).read())


def lead_of(case: OneThingCase) -> str:
    leads = Officer.objects.serving().filter(organisation=case.lead_organisation_id, role=Officer.Role.LEAD)
    return leads.select_related("account")[0].account.username


def with_papers(case: OneThingCase) -> tuple[ItemCase, MaterialInstance, MaterialInstance]:
    """An application whose body asks for two papers that were handed in, and both papers."""
    for item in at_hand(case):
        targets = demands_for(item).targets
        rows = [
            row
            for row in MaterialInstance.objects.filter(case=case, file__isnull=False).order_by("pk")
            if Target(TargetKind.MATERIAL, row.key, row.subject) in targets
        ]
        if len({row.key for row in rows}) > 1 and item.trigger == "application":
            return item, rows[0], next(row for row in rows if row.key != rows[0].key)
    raise AssertionError


def panel_of(page: Page, name: str) -> Locator:
    return page.locator("section.ys-panel").filter(has=page.get_by_role("heading", name=re.compile(re.escape(name))))


def narrow(page: Page) -> None:
    """The same page on a phone: nothing has to be moved sideways (X1)."""
    page.set_viewport_size({"width": 360, "height": 800})
    assert sides(page) == 0, page.url
    page.set_viewport_size({"width": 1366, "height": 768})


def put_right_at_the_counter(page: Page, case: OneThingCase, row: MaterialInstance, look: Look) -> None:
    """Every part is in order but one paper, which the applicant signs on the spot."""
    page.goto(f"/review/cases/{case.number}/preliminary/")
    page.get_by_role("button", name="开始初审").click()
    expect(page.get_by_role("button", name="结束初审")).to_be_visible()
    look(page)
    narrow(page)
    page.locator('input[name^="verdict-"][value="ok"]').evaluate_all("all => all.forEach(one => one.click())")
    part = panel_of(page, row.name).first
    part.locator('input[value="to_correct"]').check()
    part.get_by_label("要补正的原因").select_option("not_signed")
    page.get_by_label("当场改好了").check()
    page.get_by_role("button", name="结束初审").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("当场改")
    look(page)
    narrow(page)
    page.get_by_role("button", name="都改好了，结束初审").click()
    expect(page.locator(".ys-summary, [role=alert]").first).to_be_visible()
    page.locator("input[type=file]").first.set_input_files(NEW)
    page.get_by_label("谁当面看过、确认没有错").fill("王大勇")
    page.get_by_role("button", name="都改好了，结束初审").click()
    expect(page.get_by_text("当场改好了，初审结束")).to_be_visible()
    assert PreliminaryReview.objects.get(case=case).outcome == "on_the_spot"
    for address in (f"/review/cases/{case.number}/preliminary/", "/review/duplicates/"):
        page.goto(address)
        look(page)
        narrow(page)


def mark_by_hand(page: Page, item: ItemCase, row: MaterialInstance, look: Look) -> None:
    """Draw over the picture: the form opens at this paper, the numbers are those of the rectangle."""
    page.goto(f"/review/tasks/{item.number}/")
    button = page.locator(f'[data-review-mark="{row.pk}"]')
    pane = page.locator("[data-review-pane]").filter(has=button)
    page.locator(f'[data-review-paper="{pane.get_attribute("data-review-pane")}"]').click()
    button.click()
    image = pane.locator("img")
    image.scroll_into_view_if_needed()
    seen = image.bounding_box()
    assert seen is not None
    page.mouse.move(seen["x"] + seen["width"] * 0.5, seen["y"] + seen["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(seen["x"] + seen["width"] * 0.9, seen["y"] + seen["height"] * 0.3, steps=4)
    page.mouse.up()
    expect(pane.locator(".ys-review-area rect")).to_have_count(1)
    typed = [float(page.locator(f"[name=mark_{name}]").input_value()) for name in ("left", "top", "width", "height")]
    assert typed == pytest.approx([50, 10, 40, 20], abs=1.5)
    assert page.locator("#finding-target").input_value() == Target(TargetKind.MATERIAL, row.key, row.subject).code
    page.locator("#finding-reason").select_option("illegible")
    page.get_by_label("具体说明").fill("编号看不清")
    look(page)
    narrow(page)
    page.get_by_role("button", name="记下这个问题").click()
    expect(page.get_by_text("已经记下，还没有通知申请人")).to_be_visible()
    expect(page.get_by_label("具体说明")).to_be_visible()  # the form is open for the next one


def mark_by_numbers(page: Page, item: ItemCase, row: MaterialInstance) -> None:
    """Without script the four numbers do the same; the same reason at another place is one finding with two places."""
    page.goto(f"/review/tasks/{item.number}/")
    page.get_by_text("有要申请人补正的", exact=True).click()
    page.get_by_text("标出在材料的哪里（选填）").click()
    page.locator("#finding-target").select_option(Target(TargetKind.MATERIAL, row.key, row.subject).code)
    page.locator("#finding-reason").select_option("illegible")
    page.get_by_label("具体说明").fill("日期也看不清")
    page.get_by_label("哪个文件").select_option(str(row.pk))
    for label, value in (("离左边", "5"), ("离上边", "80"), ("宽", "30"), ("高", "15")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("高", exact=True).press("Enter")
    expect(page.get_by_text("已经记下，还没有通知申请人")).to_be_visible()
    page.get_by_role("button", name="本单位说完了").click()
    expect(page.get_by_text("本单位已经说完，等别的单位")).to_be_visible()


def see_and_answer(page: Page, case: OneThingCase, look: Look) -> None:
    """On a phone: the page with two frames that lie where they were drawn, then a better photograph."""
    page.goto("/accounts/sign-in/")
    page.locator('button[name="account"][value="wangdayong"]').click()
    page.goto(f"/cases/{case.number}/")
    page.get_by_role("link", name="去补正").click()
    picture, frames = page.locator("img.ys-marked__page"), page.locator("rect.ys-marked__area")
    expect(frames).to_have_count(2)
    expect(page.get_by_text(re.compile("在哪里：.*右上角$"))).to_be_visible()
    expect(page.get_by_text(re.compile("在哪里：.*左下角$"))).to_be_visible()
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('img.ys-marked__page').naturalWidth > 0")
    whole, frame = picture.bounding_box(), frames.first.bounding_box()
    assert whole is not None
    assert frame is not None
    assert whole["width"] > 200
    assert (frame["x"] - whole["x"]) / whole["width"] == pytest.approx(0.5, abs=0.03)
    assert frame["width"] / whole["width"] == pytest.approx(0.4, abs=0.04)
    assert frame["height"] / whole["height"] == pytest.approx(0.2, abs=0.04)
    look(page)
    page.locator("input[type=file]").first.set_input_files(NEW)
    page.get_by_role("button", name="提交补正").click()
    page.wait_for_url(re.compile(r"/cases/[^/]+/$"))
    expect(page.get_by_text("补正已经提交")).to_be_visible()


def test_put_right_at_the_counter_marked_at_the_desk_seen_on_the_phone_and_back(visit: Visit, look: Look) -> None:
    case = hand_in("completion-acceptance", "wangdayong", at=timezone.now())
    item, spot, marked = with_papers(case)
    counter = visit(1366)
    sign_in(counter, lead_of(case))
    put_right_at_the_counter(counter, case, spot, look)
    desk = visit(1366)
    sign_in(desk, reviewer_of(item))
    mark_by_hand(desk, item, marked, look)
    expect(desk.get_by_text("申请人改过：")).to_be_visible()
    plain = visit(1366, script=False)
    sign_in(plain, reviewer_of(item))
    mark_by_numbers(plain, item, marked)
    assert len(Finding.objects.get(item=item).areas) == 2
    others_accept(case, [item])
    assert CorrectionRound.objects.get(case=case).state == "noticed"
    see_and_answer(visit(360), case, look)
    desk.goto(f"/review/tasks/{item.number}/")
    expect(desk.get_by_role("link", name="新交的第1份")).to_be_visible()
    finish(desk, ItemCase.objects.select_related("case", "organisation").get(pk=item.pk))
    assert ItemCase.objects.get(pk=item.pk).outcome == "granted"
