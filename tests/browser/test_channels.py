"""Giving an e-mail address and a telephone number: by keyboard alone, without script, on a narrow screen (R5.7/1, X3)."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.test_keyboard import press_on, tab_to

from onething.kit import outbox
from onething.kit.models import OutboxMessage
from onething.messages.models import Address, Message
from onething.parties.models import Account

pytestmark = pytest.mark.browser


def work_off() -> None:
    """What the worker does; none runs beside these journeys."""
    for pk in OutboxMessage.objects.open().values_list("pk", flat=True):
        outbox.deliver(message_id=pk, at=timezone.now())


@pytest.mark.parametrize(("width", "script"), [(360, True), (360, False), (1366, True)])
def test_an_address_is_confirmed(
    visit: Visit, look: Callable[[Page], None], width: int, script: bool
) -> None:  # a parameter of the test
    page = visit(width, script=script)
    check = look if script else lambda _page: None  # axe needs script; what it sees is the same page
    page.goto("/accounts/sign-in/")
    page.locator('button[name="account"][value="limei"]').click()
    account, now = Account.objects.get(username="limei"), timezone.now()
    Message.objects.bulk_create(
        Message(
            account=account, case_number="X", step="case.submitted", key=f"X:{one}", happened_at=now, created_at=now
        )
        for one in range(120)
    )
    page.goto("/mine/")
    check(page)
    press_on(page, 'header a[href="/messages/"]')
    press_on(page, 'a[href="/messages/channels/"]')
    check(page)
    press_on(page, 'a[href="/messages/channels/email/"]')
    tab_to(page, 'input[name="address"]')
    page.keyboard.type("limei")
    press_on(page, 'main form button:not([name="forget"])')
    expect(page.locator(".ys-summary")).to_contain_text("邮箱的写法不对")
    check(page)
    tab_to(page, 'input[name="address"]')
    page.keyboard.type("limei@example.com")  # Tab has marked what was typed
    press_on(page, 'main form button:not([name="forget"])')
    expect(page.locator("main")).to_contain_text("一会儿显示在这里")
    work_off()
    press_on(page, 'main .ys-notice a[href="/messages/channels/email/code/"]')
    check(page)
    found = re.search(r"验证码(\d{6})", page.locator("main").inner_text())
    assert found
    tab_to(page, 'input[name="code"]')
    page.keyboard.type(found[1])
    press_on(page, "main form button")
    expect(page.locator("main")).to_contain_text("l***@example.com")
    check(page)
    tab_to(page, 'input[name="on"]')
    page.keyboard.press("Space")
    press_on(page, "main form button")
    expect(page.locator("main")).to_contain_text("记下了")
    assert not Address.objects.get().is_on
