"""What every journey does on its way, as a person does it: by the words on the page."""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from tests.web.public.walker import photo

from onething.cases.models import OneThingCase
from onething.kit.workdays import legal_date
from onething.oneform.rules import Field, find_section
from onething.submission.models import Draft
from onething.submission.services import plan_of_draft, values_of
from onething.town.values import NoSample, Writer

__all__ = [
    "Look",
    "answer_all",
    "begin",
    "fill_form",
    "fill_section",
    "new_writer",
    "submit",
    "to_questions",
    "upload_all",
]

Look = Callable[[Page], None]
PARTS = {"date": ("year", "month", "day"), "month": ("year", "month")}
PARTS["datetime"] = (*PARTS["date"], "hour", "minute")


def begin(page: Page, key: str) -> None:
    """From the guide of a one-thing to its first question."""
    page.goto(f"/things/{key}/")
    to_questions(page)


def to_questions(page: Page) -> None:
    """From the guide on the page to its first question."""
    page.get_by_role("button", name="开始办理").click()
    page.get_by_label("海陵区").check()
    press_on(page, page.get_by_role("button", name="继续"))


def answer_all(page: Page, answers: Mapping[str, Any], look: Look) -> None:
    """Answer question after question until there is none. What is asked of each of several has an answer by instance."""
    while found := re.search(r"/questions/([a-z-]+)/(?:of/([a-z0-9-]+)/)?", page.url):
        page.wait_for_load_state()
        look(page)
        key, instance = found.groups()
        answer = answers[key][instance] if instance else answers[key]
        for value in [answer] if isinstance(answer, str) else answer:
            control = page.locator(f'[name="q-{key}"]')
            if control.first.get_attribute("type") in {"radio", "checkbox"}:
                page.locator(f'[name="q-{key}"][value="{value}"]').check()
            else:
                control.fill(value)
        press_on(page, page.get_by_role("button", name="继续"))


def press_on(page: Page, button: Locator) -> None:
    """Press what leads to another page, and wait until it is there: a page that sends is still the old one for a while."""
    before = page.url
    button.click()
    page.wait_for_url(lambda address: address != before)


def new_writer() -> Writer:
    """Somebody who knows what to write into every field; the same names and numbers in every run."""
    return Writer(Random(1), division="321202", place="海陵区", on=legal_date(timezone.now()))


def fill_form(page: Page, look: Look, *, rows: Mapping[str, int] | None = None) -> dict[str, int]:
    """Section after section until the materials come; `rows` says of whom there are several. Gives how many there were."""
    page.wait_for_url("**/form/**")
    writer, counted = new_writer(), {}
    while found := re.search(r"/form/([a-z0-9-]+)/", page.url):
        people = page.locator("form[data-autosave] section[id]")
        for there in range(people.count(), (rows or {}).get(found[1], 0)):
            page.get_by_role("button", name="再加一个").click()
            expect(people).to_have_count(there + 1)
        counted[found[1]] = people.count()
        fill_section(page, writer)
        look(page)
        press_on(page, page.get_by_role("button", name="保存并继续", exact=True).last)
    return counted


def fill_section(page: Page, writer: Writer) -> None:
    """Fill every empty control of a section with invented values, also those that may stay empty."""
    found = re.search(r"/drafts/(\d+)/form/([a-z0-9-]+)/", page.url)
    assert found is not None, page.url
    draft = Draft.objects.select_related("edition").get(pk=found[1])
    section = find_section(plan_of_draft(draft, on=writer.on), values_of(draft), found[2])
    assert section is not None
    for field in section.fields:
        try:
            typed = writer.typed(field, section.kind)
        except NoSample:
            assert not field.required, field
            continue
        _fill(page, field, typed)


def _fill(page: Page, field: Field, typed: str | list[str]) -> None:
    control = page.locator(f'[name="{field.key}"]')
    if control.count() == 0:
        _fill_parts(page, field, str(typed))
    elif control.first.get_attribute("type") in {"radio", "checkbox"}:
        for value in [typed] if isinstance(typed, str) else typed:
            page.locator(f'[name="{field.key}"][value="{value}"]').check()
    elif not control.input_value():
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(typed)
        else:
            control.fill(dict(field.options).get(str(typed), str(typed)))


def _fill_parts(page: Page, field: Field, typed: str) -> None:
    """A day, a month or a moment has a control for each part."""
    for part, value in zip(PARTS[field.type], re.split(r"[- :]", typed), strict=True):
        control = page.locator(f'[name="{field.key}-{part}"]')
        if not control.input_value():
            control.fill(value)


def upload_all(page: Page) -> None:
    """Hand in a picture for every paper, tick every promise."""
    count = page.locator("input[type=file]").count()
    for number in range(count):
        field = page.locator("input[type=file]").nth(number)
        content = photo(seed=number).getvalue()
        field.set_input_files({"name": f"照片{number}.jpg", "mimeType": "image/jpeg", "buffer": content})
        with page.expect_navigation():
            field.locator("xpath=ancestor::form").get_by_role("button", name="上传", exact=True).click()
    boxes = page.locator('input[name="promised"]')
    for number in range(boxes.count()):
        boxes.nth(number).check()
    if boxes.count():
        with page.expect_navigation():
            page.get_by_role("button", name="保存承诺").click()


def submit(page: Page, look: Look) -> OneThingCase:
    """From the complete materials to the receipt, and back to it after a reload; gives the case."""
    page.get_by_role("link", name="继续", exact=True).click()
    look(page)
    page.get_by_role("link", name="检查并提交").click()
    look(page)
    page.get_by_label("我看过上面的内容，同意以上声明").check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("申请已提交")
    look(page)
    case = OneThingCase.objects.get()
    expect(page.locator("main")).to_contain_text(case.number)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("申请已提交")
    return case
