"""The main job, seen to its end: every department decides in its own page, the applicant collects the results."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.test_departments import reviewer_of, sign_in
from tests.web.public.filling import value_for
from tests.web.public.walker import DEATH, NEWBORN, RESTAURANT
from tests.web.review.shipped import hand_in

from onething.cases.models import ItemCase, OneThingCase
from onething.delivery.models import ResultDocument
from onething.delivery.services import issue_result

pytestmark = pytest.mark.browser


def finish(page: Page, item: ItemCase) -> None:
    """Take an item from the worklist to its good end, by the buttons a reviewer has."""
    page.goto(f"/review/tasks/{item.number}/")
    accept = page.get_by_role("button", name="受理（开始计时）")
    if accept.count():
        accept.click()
    fitting = page.get_by_role("button", name="其余都符合")
    if fitting.count():
        fitting.click()
    for field in page.locator('[name^="produced."]').all():
        field.fill(value_for(field.get_attribute("name") or "") or "A123456789")
    opinion = page.locator("#f-opinion")
    if opinion.count() and (not opinion.input_value() or "待填" in opinion.input_value()):
        opinion.fill("材料齐全，符合条件，同意。")
    page.locator("[data-review-main]").click()
    page.wait_for_url("**done=**")


@pytest.mark.parametrize(
    ("key", "username", "answers"),
    [
        ("newborn", "limei", NEWBORN),
        ("restaurant-start", "wangdayong", RESTAURANT),
        ("death", "zhangjianguo", DEATH),
    ],
)
def test_from_the_submission_to_the_results(visit: Visit, key: str, username: str, answers: dict[str, str]) -> None:
    case = hand_in(key, username, at=timezone.now(), answers=answers)
    desks: dict[str, Page] = {}
    for _ in range(case.items.count()):  # what waits starts by itself when what it waits for is done
        item = ItemCase.objects.filter(case=case).at_hand().select_related("organisation").order_by("ordinal").first()
        assert item is not None
        reviewer = reviewer_of(item)
        if reviewer not in desks:
            desks[reviewer] = visit(1366)
            sign_in(desks[reviewer], reviewer)
        finish(desks[reviewer], item)
    assert len(desks) > 1
    assert OneThingCase.objects.get(pk=case.pk).state == "granted_all"
    for item in ItemCase.objects.filter(case=case, outcome="granted"):
        issue_result(item_id=item.pk, at=timezone.now())  # the worker does it a minute after the decision

    page = visit(360)
    page.goto("/accounts/sign-in/")
    page.locator(f'button[name="account"][value="{username}"]').click()
    page.goto(f"/cases/{case.number}/")
    expect(page.locator("main")).to_contain_text("件事全部办好了")
    documents = list(ResultDocument.objects.filter(item__case=case))
    assert documents
    for document in documents:
        link = page.locator(f'main a[href*="/results/{document.pk}/"]').first
        with page.expect_download() as download:
            link.click()
        assert download.value.path().read_bytes().startswith(b"%PDF")
    stranger = visit(360, script=False)
    stranger.goto(f"/verify/{documents[0].code}/")
    expect(stranger.locator("main")).to_contain_text("有效")
