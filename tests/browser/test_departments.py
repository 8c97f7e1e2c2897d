"""The departments at their desks, 1366×768 first: a whole task by keyboard, the lead's board, the coordinator, results."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit, serious
from tests.browser.journey import sides
from tests.web.public.walker import NEWBORN, RESTAURANT
from tests.web.review.shipped import hand_in

from onething.cases.models import ItemCase, OneThingCase
from onething.parties.models import Account, Officer

pytestmark = pytest.mark.browser
Shoot = Callable[[Page, str], None]


def sign_in(page: Page, username: str) -> None:
    """By the button of the demonstration's sign-in page."""
    page.goto("/accounts/sign-in/")
    page.locator(f'button[name="account"][value="{username}"]').click()
    page.wait_for_url("**/review/**")


def reviewer_of(item: ItemCase) -> str:
    officer = Officer.objects.serving().filter(organisation=item.organisation, role=Officer.Role.REVIEWER).first()
    assert officer is not None
    return officer.account.username


def look(page: Page, shoot: Shoot, name: str) -> None:
    assert sides(page) == 0, page.url
    assert serious(page) == [], page.url
    shoot(page, name)


def first_item(case: OneThingCase) -> ItemCase:
    item = ItemCase.objects.filter(case=case).at_hand().select_related("organisation").order_by("ordinal").first()
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
