"""What departments do with their items on the way of a case: by the buttons of their pages, or later, by the same verbs."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.web.public.filling import NUMBERS, value_for

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.querysets import ItemCaseQuerySet
from onething.cases.rules import item_of_plan
from onething.cases.states import Trigger
from onething.delivery.services import issue_result
from onething.dispatch.services import Decision, accept_item, decide_item, finish_check, produced_of
from onething.feedback.services import tend_case
from onething.kit.workdays import LEGAL_ZONE
from onething.parties.models import Officer

__all__ = [
    "at_hand",
    "decide_by_verbs",
    "decide_in_pages",
    "finish",
    "officer_of",
    "others_accept",
    "reviewer_of",
    "sign_in",
]

OPINION = "材料齐全，符合条件，同意。"
ANYTHING = "A123456789"
TYPED = {"date": "2026-11-03", "number": "3"}


def sign_in(page: Page, username: str) -> None:
    """By the button of the demonstration's sign-in page."""
    page.goto("/accounts/sign-in/")
    page.locator(f'button[name="account"][value="{username}"]').click()
    page.wait_for_url("**/review/**")


def officer_of(item: ItemCase) -> Officer:
    """Who reviews at the body that has an item."""
    officer = Officer.objects.serving().filter(organisation=item.organisation, role=Officer.Role.REVIEWER).first()
    assert officer is not None, (item.name, item.organisation)
    return officer


def reviewer_of(item: ItemCase) -> str:
    """The same by user name."""
    return officer_of(item).account.username


def at_hand(case: OneThingCase) -> ItemCaseQuerySet:
    """The items that bodies can work on now, in the order of the notice."""
    return ItemCase.objects.filter(case=case).at_hand().select_related("case", "organisation").order_by("ordinal", "pk")


def others_accept(case: OneThingCase, asked: list[ItemCase]) -> None:
    """Whoever found nothing takes its item up; the worker hears of it."""
    for item in at_hand(case).exclude(pk__in=[one.pk for one in asked]):
        verb = accept_item if item.trigger == "application" else finish_check
        verb(item_id=item.pk, officer=officer_of(item), at=timezone.now())
    tend_case(case_id=case.pk, at=timezone.now())


def waits(item: ItemCase) -> bool:
    """Whether the law keeps an item open for some days, so that others can object or come forward (公示期、申报期)."""
    return bool(item_of_plan(item.case.plan, item.key)["waiting_periods"])


def finish(page: Page, item: ItemCase, look: Callable[[Page], None] = lambda page: None) -> None:
    """Take an item from the worklist to its good end, by the buttons a reviewer has."""
    page.goto(f"/review/tasks/{item.number}/")
    accept = page.get_by_role("button", name="受理（开始计时）")
    if accept.count():
        accept.click()
        page.wait_for_url(f"**/tasks/{item.number}/?done=**")
    fitting = page.get_by_role("button", name="其余都符合")
    if fitting.count():
        fitting.click()
        expect(page.get_by_text(re.compile("^已保存"))).to_be_visible()
    for field in page.locator('[name^="produced."]').all():
        name, number = field.get_attribute("name") or "", field.get_attribute("inputmode") == "decimal"
        element = name.rsplit(".", maxsplit=1)[-1]
        field.fill(value_for(name) or (NUMBERS.get(element, "3") if number else ANYTHING))
    opinion = page.locator("#f-opinion")
    if opinion.count() and (not opinion.input_value() or "待填" in opinion.input_value()):
        opinion.fill(OPINION)
    look(page)
    page.locator("[data-review-main]").click()
    page.wait_for_url(re.compile(rf"^(?!.*/tasks/{item.number}/).*done={item.number}"))


def decide_in_pages(case: OneThingCase, visit: Visit, look: Callable[[Page], None], *, width: int) -> set[str]:
    """Every body decides on its own page whatever no publicity keeps open. Gives who sat at the desks.

    What waits for another item starts by itself when that one is done.
    """
    desk, seated = visit(width), [""]
    while item := next((one for one in at_hand(case) if not waits(one)), None):
        reviewer = reviewer_of(item)
        if reviewer != seated[-1]:
            desk.context.clear_cookies()
            sign_in(desk, reviewer)
            look(desk)
            seated.append(reviewer)
        finish(desk, item, look)
        assert not ItemCase.objects.get(pk=item.pk).is_open, item.name
        issue_result_of(item, timezone.now())
    return set(seated[1:])


def decide_by_verbs(case: OneThingCase, *, at: datetime, until: str = "") -> datetime:
    """Every body decides whatever is left; what the law keeps open for days is decided when they are over. Gives the last moment.

    `until` is the key of an item to stop at as soon as it is the next.
    """
    while (item := at_hand(case).first()) and item.key != until:
        officer = officer_of(item)
        if item.trigger == Trigger.CHECK:
            finish_check(item_id=item.pk, officer=officer, at=at)
            continue
        accepted = accept_item(item_id=item.pk, officer=officer, at=at)
        if accepted.waits_until is not None:
            at = datetime.combine(accepted.waits_until + timedelta(days=1), time(9), tzinfo=LEGAL_ZONE)
        produced: dict[str, dict[str, str]] = {}
        for one in produced_of(item):
            produced.setdefault(one.subject, {})[one.element] = value_for(one.key) or TYPED.get(one.type, ANYTHING)
        decide_item(
            item_id=item.pk,
            officer=officer,
            decision=Decision(granted=True, opinion=OPINION, produced=produced),
            at=at,
        )
        issue_result_of(item, at)
    return at


def issue_result_of(item: ItemCase, at: datetime) -> None:
    """The worker does it a minute after a grant."""
    if ItemCase.objects.filter(pk=item.pk, outcome="granted").exists():
        issue_result(item_id=item.pk, at=at + timedelta(minutes=1))
