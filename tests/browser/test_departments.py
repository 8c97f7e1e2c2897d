"""The departments at their desks, 1366×768 first: a whole task by keyboard, the lead's board, the coordinator, results."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit, serious, sides
from tests.browser.desks import at_hand, reviewer_of, sign_in
from tests.web.public.walker import NEWBORN, RESTAURANT
from tests.web.review.shipped import hand_in

from onething.audit.models import ReadLog
from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.parties.models import Account, Officer

pytestmark = pytest.mark.browser
Shoot = Callable[[Page, str], None]


def look(page: Page, shoot: Shoot, name: str) -> None:
    assert sides(page) == 0, page.url
    assert serious(page) == [], page.url
    shoot(page, name)


def first_item(case: OneThingCase) -> ItemCase:
    item = at_hand(case).first()
    assert item is not None
    return item


def test_pictures(visit: Visit, shoot: Shoot) -> None:
    """Every page of departments at both widths: nothing sideways, nothing axe calls serious."""
    now = timezone.now()
    newborn = hand_in("newborn", "limei", at=now, answers=NEWBORN)
    restaurant = hand_in("restaurant-start", "wangdayong", at=now, answers=RESTAURANT)
    unsent = ItemCase.objects.filter(case=restaurant).at_hand().order_by("-ordinal").first()
    assert unsent is not None
    coordinator = Officer.objects.get(account__username="coordinator")
    ItemCase.objects.filter(pk=unsent.pk).update(organisation=None, coordinator=coordinator)
    item = first_item(restaurant)
    lead = Account.objects.filter(
        username__startswith="lead-", offices__organisation=restaurant.lead_organisation
    ).get()
    for width in (1366, 360):
        page = visit(width)
        sign_in(page, reviewer_of(item))
        look(page, shoot, f"review-list-{width}")
        page.goto(f"/review/tasks/{item.number}/")
        look(page, shoot, f"review-task-{width}")
        for act in ("return", "not-accept"):
            page.goto(f"/review/tasks/{item.number}/{act}/")
            look(page, shoot, f"review-{act}-{width}")
        page.goto("/review/done/")
        look(page, shoot, f"review-done-{width}")
        page.goto("/review/results/")
        look(page, shoot, f"review-results-{width}")
        page = visit(width)
        sign_in(page, reviewer_of(first_item(newborn)))
        page.goto(f"/review/tasks/{first_item(newborn).number}/")
        look(page, shoot, f"review-newborn-{width}")
        page = visit(width)
        sign_in(page, lead.username)
        look(page, shoot, f"review-lead-{width}")
        page.goto(f"/review/cases/{restaurant.number}/")
        look(page, shoot, f"review-case-{width}")
        page = visit(width)
        sign_in(page, "coordinator")
        look(page, shoot, f"review-unrouted-{width}")
        page.get_by_role("link", name=unsent.name).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("分派")
        look(page, shoot, f"review-send-{width}")


def press_to(page: Page, wanted: str, *, key: str = "Tab", most: int = 80) -> None:
    """Tab until the control with these words has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        text = str(page.evaluate("document.activeElement.matches('a, button') ? document.activeElement.innerText : ''"))
        if wanted in text:
            return
    pytest.fail(f"Tab never reached “{wanted}”")


def focus_is_seen(page: Page) -> None:
    """What has the focus lies in the window, wears an outline, and nothing sticky lies on it (X3)."""
    seen = page.evaluate(
        """() => { const e = document.activeElement, b = e.getBoundingClientRect(), s = getComputedStyle(e);
        const top = document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2);
        return [s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2, b.top >= 0 && b.bottom <= innerHeight,
                !!top && (top === e || e.contains(top) || top.contains(e))]; }"""
    )
    assert seen == [True, True, True], (seen, page.evaluate("document.activeElement.outerHTML.slice(0, 160)"))


def turn_the_papers(page: Page) -> None:
    """Digits and J, K change the paper in its place; the picture is really shown."""
    papers = page.locator("[data-review-paper]")
    if papers.count() > 1:
        page.keyboard.press("2")
        expect(papers.nth(1)).to_have_attribute("aria-current", "true")
        expect(page.locator("[data-review-pane='2']")).to_be_visible()
        page.keyboard.press("k")
        expect(papers.nth(0)).to_have_attribute("aria-current", "true")
    picture = page.locator("[data-review-pane]:not([hidden]) img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("e => e.naturalWidth") > 0


def mark_all(page: Page) -> int:
    """G goes to the first point without a mark, the space bar marks it; the marks are kept by themselves."""
    points = page.locator(".ys-check").count()
    for _ in range(points):
        page.keyboard.press("g")
        focus_is_seen(page)
        page.keyboard.press("Space")
    expect(page.locator("[data-ys-saved]")).to_contain_text("已保存")
    return points


def press(page: Page, wanted: str, *, key: str = "Tab") -> None:
    """Tab to a control, see that it is seen, and press it."""
    press_to(page, wanted, key=key)
    focus_is_seen(page)
    page.keyboard.press("Enter")


def test_a_whole_task_with_the_keyboard_alone(visit: Visit, shoot: Shoot) -> None:
    """e5: from the list over papers, marks and opinion to the decision, and the next task has the focus on its heading."""
    case = hand_in("restaurant-start", "wangdayong", at=timezone.now(), answers=RESTAURANT)
    items = ItemCase.objects.filter(case=case).at_hand().select_related("organisation")
    item = next(
        one for one in items if MaterialInstance.objects.filter(case=case, file__isnull=False).asked_by(one.key)
    )
    page = visit(1366)
    sign_in(page, reviewer_of(item))
    press(page, "领下一件")
    page.wait_for_url(f"**/review/tasks/{item.number}/**")
    look(page, shoot, "departments-1-received")
    turn_the_papers(page)
    points = mark_all(page)
    press(page, "受理（开始计时）")
    expect(page.locator("h1")).to_be_focused()
    expect(page.get_by_role("button", name="撤回受理")).to_be_visible()
    look(page, shoot, "departments-2-accepted")
    assert page.locator(".ys-check input:checked").count() == points, "the marks are kept"

    if page.locator('[name^="produced."]').count():
        page.locator('[name^="produced."]').first.focus()
        page.keyboard.type("91321202MA00000007")
    page.locator("h1").focus()
    page.keyboard.press("e")
    page.keyboard.press("End")
    page.keyboard.type("另：2号窗口J。")
    assert "2号窗口J" in page.locator("#f-opinion").input_value(), "letters stay letters while writing"
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/?done={item.number}**")
    expect(page.locator("h1")).to_be_focused()
    expect(page.get_by_text(f"“{item.name}”：已同意")).to_be_visible()
    look(page, shoot, "departments-3-next")
    after = ItemCase.objects.get(pk=item.pk)
    assert (after.state, "2号窗口J" in after.opinion["opinion"]) == ("granted", True)

    press(page, "撤回这个决定", key="Shift+Tab")
    page.wait_for_selector("text=已经撤回")
    assert ItemCase.objects.get(pk=item.pk).state == "accepted"


def test_a_refusal_without_script(visit: Visit, shoot: Shoot) -> None:
    """X2, e6: the same pages do the same without script; what is missing is said on top and beside the field."""
    case = hand_in("newborn", "limei", at=timezone.now(), answers=NEWBORN)
    item = first_item(case)
    page = visit(360, script=False)
    sign_in(page, reviewer_of(item))
    page.get_by_role("button", name="领下一件").click()
    page.get_by_role("button", name="受理（开始计时）").click()
    page.get_by_role("link", name="不同意…").click()
    page.get_by_label("申请人可以怎样救济").fill("")
    page.get_by_role("button", name="不同意（不予许可）").click()
    expect(page.locator(".ys-summary")).to_contain_text("有 2 处需要修改")
    shoot(page, "departments-refusal-errors-360")
    page.get_by_label("选用模板").select_option(label="条件不符合")
    page.get_by_role("button", name="套用").click()
    expect(page.get_by_text("模板里还缺这些内容，请补上")).to_be_in_viewport()
    shoot(page, "departments-refusal-template-360")
    page.get_by_label("理由").fill("提交的身份证件和登记信息不一致。")
    page.get_by_label("申请人可以怎样救济").fill("60日内可以申请行政复议。")
    page.get_by_role("button", name="不同意（不予许可）").click()
    item.refresh_from_db()
    assert (item.state, item.decision["remedies"]) == ("refused", "60日内可以申请行政复议。")


def test_showing_a_number_is_one_press_and_moves_nothing_else(visit: Visit, shoot: Shoot) -> None:
    """X12, X16: the value comes in its place, the focus goes to it, and the look is written down."""
    case = hand_in("newborn", "limei", at=timezone.now(), answers=NEWBORN)
    item = first_item(case)
    page = visit(1366)
    sign_in(page, reviewer_of(item))
    page.goto(f"/review/tasks/{item.number}/")
    assert ReadLog.objects.filter(what__startswith="shown").count() == 0
    page.get_by_role("button", name="显示").first.click()
    expect(page.locator("#data dd[data-ys-focus]")).to_be_focused()
    assert ReadLog.objects.filter(case_number=case.number, what__startswith="shown").count() == 1
    look(page, shoot, "departments-shown")
