"""Fills in the form and the materials of a draft with invented values that the checks accept."""

from typing import Any

from tests.web.public.page_reader import Form
from tests.web.public.walker import Walker, citizen_number, photo

__all__ = ["fill_form", "hand_in", "value_for"]

NAMES = {
    "person_name": "阿依古丽·买买提",
    "shop_name": "䶮㛃𬀩小馆",
    "ethnicity": "汉族",
    "nationality": "中国",
    "bank_account": "6222020000000000009",
}


def value_for(name: str) -> str:
    """A value for a control, by its element."""
    element = name.rsplit(".", maxsplit=1)[-1]
    for mark, value in (
        ("citizen_id_number", citizen_number()),
        ("id_document_number", citizen_number()),
        ("id_number", citizen_number()),
        ("mobile_number", "13800001234"),
        ("phone", "13800001234"),
        ("uscc", "91321202MA00D01A71"),
        ("datetime-year", "2026"), ("datetime-month", "11"), ("datetime-day", "3"),
        ("datetime-hour", "14"), ("datetime-minute", "30"),
        ("-year", "2020"), ("-month", "6"), ("-day", "1"),
    ):  # fmt: skip
        if mark in element:
            return value
    return NAMES.get(element, "")


NUMBERS = {"gestational_weeks": "39", "birth_weight": "3300", "birth_length": "50"}


def filled(form: Form) -> dict[str, Any]:
    """What a person would put into one section."""
    data: dict[str, Any] = {}
    for name, value in form.data.items():
        if name in {"csrfmiddlewaretoken", "revision"} or value:
            continue
        element = name.split(".")[-1]
        if options := form.options.get(name):
            data[name] = next(one for one in options if one)
            continue
        data[name] = value_for(name) or (NUMBERS.get(element, "3") if name in form.numeric else "一号楼")
    for name, options in form.options.items():
        if name not in form.data and options:
            data[name] = options[0]
    return data


def fill_form(walker: Walker) -> None:
    """Every section, one after the other, until the materials come."""
    tasks = walker.get(f"{walker.draft}tasks/")
    first = next(href for href in tasks.links.values() if "/form/" in href)
    walker.get(first)
    for _ in range(40):
        if "/form/" not in walker.page.path:
            return
        form = walker.page.form("revision")
        page = walker.press(filled(form), holding="revision", status=200)
        assert page.path != form.action, page.errors
    msg = "the form has no end"
    raise AssertionError(msg)


def hand_in(walker: Walker) -> None:
    """Every paper that must be handed in, and every promise."""
    page = walker.get(f"{walker.draft}materials/")
    for seed, form in enumerate(one for one in page.forms if "files" in one.options):
        walker.send(form, {"files": photo(seed=seed)})
    page = walker.page
    promises = [one for one in page.forms if "promised" in one.options]
    if promises:
        walker.send(promises[0], {"promised": promises[0].options["promised"]})
