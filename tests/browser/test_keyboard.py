"""The whole way with the keyboard alone, on a narrow screen: everything is reached, and what has the focus is seen (X3)."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.web.public.filling import NUMBERS, value_for
from tests.web.public.walker import NEWBORN

pytestmark = pytest.mark.browser

FAR = 200
# The element in focus lies inside the window, is drawn with an outline, and nothing sticky covers it.
SEEN = """() => {
  const e = document.activeElement;
  const shown = e.matches('.ys-choice__input') ? e.closest('.ys-choice') : e;
  const area = shown.getClientRects()[0];
  const x = Math.max(1, Math.min(innerWidth - 2, area.left + Math.min(area.width / 2, 20)));
  const y = area.top + Math.min(area.height / 2, 20);
  if (y < 0 || y > innerHeight) { return 'outside: ' + e.outerHTML.slice(0, 120); }
  const top = document.elementFromPoint(x, y);
  const free = top && (shown.contains(top) || top.contains(shown));
  return free ? '' : 'covered by ' + (top && top.outerHTML.slice(0, 80)) + ': ' + e.outerHTML.slice(0, 120);
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; every stop on the way must be visible."""
    for _ in range(FAR):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN) == "", page.url
    msg = f"no Tab leads to {selector} on {page.url}"
    raise AssertionError(msg)


def press_on(page: Page, selector: str) -> None:
    """Reach a button or link and press Enter; the next page has come when this returns."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, name: str, value: str) -> None:
    """Reach a group of radios and go to the wanted one with the arrows."""
    tab_to(page, f'[name="{name}"]')
    page.keyboard.press("Space")
    for _ in range(FAR):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(value)


def fill_by_keyboard(page: Page) -> None:
    """Type into every empty control of a section."""
    done: set[str] = set()
    for control in page.locator("form[data-autosave] :is(input, select, textarea):not([type=hidden])").all():
        name, kind = control.get_attribute("name") or "", control.get_attribute("type")
        if not name or name in done:
            continue
        done.add(name)
        if kind in {"radio", "checkbox"}:
            tab_to(page, f'[name="{name}"]')
            page.keyboard.press("Space")
        elif not control.input_value():
            tab_to(page, f'[name="{name}"]')
            is_select = control.evaluate("e => e.tagName") == "SELECT"
            number = NUMBERS.get(name.split(".")[-1], "3") if control.get_attribute("inputmode") == "decimal" else ""
            page.keyboard.press("ArrowDown") if is_select else page.keyboard.insert_text(
                value_for(name) or number or "一号楼"
            )


def test_a_newborn_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit(360)
    page.goto("/things/newborn/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "ys-skip"
    press_on(page, "form[action$='/start/'] button")
    choose(page, "place", "321202000000")
    press_on(page, "main form button")
    while found := re.search(r"/questions/([a-z-]+)/", page.url):
        choose(page, f"q-{found[1]}", NEWBORN[found[1]])
        press_on(page, "main form button")
    press_on(page, "a[href$='/tasks/']")
    press_on(page, "button[value=limei]")
    press_on(page, "a.ys-button")
    while "/form/" in page.url:
        fill_by_keyboard(page)
        press_on(page, ".ys-actions button:not([name])")
    if page.locator("[name=promised]").count():  # whether anything is promised is the catalogue's to say
        tab_to(page, "[name=promised]")
        page.keyboard.press("Space")
        press_on(page, "form[action$='/promise/'] button")
    press_on(page, "main a.ys-button")
    press_on(page, "main a.ys-button")
    tab_to(page, "[name=declared]")
    page.keyboard.press("Space")
    press_on(page, "form[action$='/check/'] button")
    expect(page.get_by_role("heading", level=1)).to_contain_text("申请已提交")
