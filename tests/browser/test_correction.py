"""One feedback, from desks to sofa and back: three departments, five findings, one notice, one answer at 360 px (g1–g6)."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit, serious, sides
from tests.browser.desks import at_hand, finish, others_accept, reviewer_of, sign_in
from tests.web.public.walker import photo
from tests.web.review.shipped import hand_in

from onething.cases.models import ItemCase, OneThingCase
from onething.feedback.board import demands_for
from onething.feedback.models import CorrectionRound
from onething.feedback.rules import TargetKind

pytestmark = pytest.mark.browser
Shoot = Callable[[Page, str], None]


def look(page: Page, shoot: Shoot, name: str) -> None:
    assert sides(page) == 0, page.url
    assert serious(page) == [], page.url
    shoot(page, name)


def three_bodies(case: OneThingCase) -> list[ItemCase]:
    """An application of each of three bodies that asks data of the applicant; the one with papers first."""
    found: dict[int | None, ItemCase] = {}
    for item in sorted(at_hand(case), key=lambda one: -len(demands_for(one).targets)):
        if demands_for(item).targets:
            found.setdefault(item.organisation_id, item)
    assert len(found) >= 3, [item.name for item in found.values()]
    return list(found.values())[:3]


def note(page: Page, item: ItemCase, kind: TargetKind, reason: str, words: str) -> bool:
    """Enter one finding by the folded form of the task; False where the item asks nothing of this kind."""
    page.goto(f"/review/tasks/{item.number}/")
    page.get_by_text("有要申请人补正的", exact=True).click()
    values = page.locator("#finding-target option").evaluate_all("all => all.map(one => one.value)")
    fitting = next((value for value in values if value.startswith(f"{kind}|")), None)
    if fitting is None:
        return False
    page.locator("#finding-target").select_option(fitting)
    page.locator("#finding-reason").select_option(reason)
    page.get_by_label("具体说明").fill(words)
    page.get_by_role("button", name="记下这个问题").click()
    expect(page.get_by_text("已经记下，还没有通知申请人")).to_be_visible()
    return True


def desks_find(visit: Visit, shoot: Shoot, items: list[ItemCase]) -> int:
    """Each of three bodies enters what it found and says that this is all."""
    count = 0
    for number, item in enumerate(items):
        page = visit(1366)
        sign_in(page, reviewer_of(item))
        wanted = [(TargetKind.FIELD, "wrong"), (TargetKind.MATERIAL, "illegible")][: 2 if number < 2 else 1]
        for kind, reason in wanted:
            count += note(page, item, kind, reason, f"第{number + 1}个单位：请再看一遍")
        page.get_by_role("button", name="本单位说完了").click()
        expect(page.get_by_text("本单位已经说完，等别的单位")).to_be_visible()
        look(page, shoot, f"correction-desk-{number + 1}")
    return count


def answer(page: Page, shoot: Shoot, points: int) -> None:
    """On a phone: the first press names what is open and keeps the rest; then papers anew, and why the data stand."""
    expect(page.get_by_role("heading", level=1)).to_have_text(f"请您补正{points}处")
    look(page, shoot, "correction-page-360")
    cards = page.locator("section.ys-section[id^='p-']")
    assert cards.count() == points
    for place in range(points):
        card = cards.nth(place)
        if card.locator("input[type=file]").count():
            card.locator("input[type=file]").first.set_input_files(
                {"name": "新.jpg", "mimeType": "image/jpeg", "buffer": photo(seed=place + 3).read()}
            )
        elif place:
            card.get_by_label("不改的话，写明理由").fill("核对过，没有填错")
    page.get_by_role("button", name="提交补正").click()
    expect(page.locator(".ys-summary")).to_contain_text("有 1 处需要修改")
    look(page, shoot, "correction-open-point-360")
    kept = page.get_by_label("不改的话，写明理由").evaluate_all("all => all.filter(one => one.value).length")
    assert kept == page.locator("section.ys-section[id^='p-']").count() - page.locator(".ys-upload__file").count() - 1
    cards.first.get_by_label("不改的话，写明理由").fill("核对过，没有填错")
    page.get_by_role("button", name="提交补正").click()
    page.wait_for_url(re.compile(r"/cases/[^/]+/$"))
    expect(page.get_by_text("补正已经提交")).to_be_visible()


def test_three_departments_five_findings_one_notice_and_back(visit: Visit, shoot: Shoot) -> None:
    """R2.7.a, check: answered on a phone, back at exactly the bodies that asked, and granted there."""
    case = hand_in("completion-acceptance", "wangdayong", at=timezone.now())
    asked = three_bodies(case)
    found = desks_find(visit, shoot, asked)
    others_accept(case, asked)
    of = CorrectionRound.objects.get(case=case)
    assert (of.state, of.findings.filter(state="noticed").count()) == ("noticed", found)
    standing = dict(ItemCase.objects.filter(case=case).exclude(pk__in=[i.pk for i in asked]).values_list("pk", "state"))

    page = visit(360)
    page.goto("/accounts/sign-in/")
    page.locator('button[name="account"][value="wangdayong"]').click()
    page.goto(f"/cases/{case.number}/")
    look(page, shoot, "correction-progress-360")
    page.get_by_role("link", name="去补正").click()
    answer(page, shoot, of.points.count())
    assert {ItemCase.objects.get(pk=item.pk).state for item in asked} == {"received"}
    assert dict(ItemCase.objects.filter(pk__in=standing).values_list("pk", "state")) == standing

    desk = visit(1366)
    sign_in(desk, reviewer_of(asked[0]))
    desk.goto(f"/review/tasks/{asked[0].number}/")
    expect(desk.get_by_text("申请人说明：核对过，没有填错").first).to_be_visible()
    look(desk, shoot, "correction-came-back")
    finish(desk, ItemCase.objects.select_related("case", "organisation").get(pk=asked[0].pk))
    assert ItemCase.objects.get(pk=asked[0].pk).outcome in {"granted", "done"}
