"""What every journey does on its way, as a person does it: by the words on the page."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Locator, Page
from tests.browser.conftest import sides
from tests.web.public.filling import NUMBERS, value_for
from tests.web.public.walker import photo

__all__ = ["answer_all", "fill_section", "sides", "upload_all"]

Look = Callable[[Page], None]


def answer_all(page: Page, answers: Mapping[str, Any], look: Look) -> None:
    """Answer question after question until there is none."""
    while found := re.search(r"/questions/([a-z-]+)/", page.url):
        page.wait_for_load_state()  # the address changes before the page is there
        look(page)
        answer = answers[found[1]]
        for value in [answer] if isinstance(answer, str) else answer:
            control = page.locator(f'[name="q-{found[1]}"]')
            if control.first.get_attribute("type") in {"radio", "checkbox"}:
                page.locator(f'[name="q-{found[1]}"][value="{value}"]').check()
            else:
                control.fill(value)
        page.get_by_role("button", name="继续").click()


def fill_section(page: Page) -> None:
    """Fill every empty control of a section with invented values."""
    groups: set[str] = set()
    for control in page.locator("form[data-autosave] :is(input, select, textarea):not([type=hidden])").all():
        name = control.get_attribute("name") or ""
        if control.get_attribute("type") in {"radio", "checkbox"}:
            if name not in groups:
                groups.add(name)
                control.check()
            continue
        if not name or control.input_value():
            continue
        _fill(control, name)


def _fill(control: Locator, name: str) -> None:
    if control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(index=1)
        return
    element = name.rsplit(".", maxsplit=1)[-1]
    is_number = control.get_attribute("inputmode") == "decimal"
    control.fill(value_for(name) or (NUMBERS.get(element, "3") if is_number else "一号楼"))


def upload_all(page: Page) -> None:
    """Hand in a picture for every paper, tick every promise."""
    count = page.locator("input[type=file]").count()
    for number in range(count):
        field = page.locator("input[type=file]").nth(number)
        content = photo(seed=number).getvalue()
        field.set_input_files({"name": f"照片{number}.jpg", "mimeType": "image/jpeg", "buffer": content})
        field.locator("xpath=ancestor::form").get_by_role("button", name="上传", exact=True).click()
        page.wait_for_load_state()
    boxes = page.locator('input[name="promised"]')
    for number in range(boxes.count()):
        boxes.nth(number).check()
    if boxes.count():
        page.get_by_role("button", name="保存承诺").click()
