"""A question as a control, and an answer as typed: what is wrong with it, and how it reads (a5, X5)."""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from onething.web.ui.spoken import listed, with_unit

__all__ = [
    "UNSURE",
    "answer_words",
    "choose_words",
    "fault_in",
    "field_name",
    "field_of",
    "shown_answer",
    "tidy_answer",
]

# No option of a one-thing is written like this, so it can stand among them.
UNSURE: Final = "?"


def field_name(asked: Mapping[str, Any]) -> str:
    return f"q-{asked['key']}"


def field_of(asked: Mapping[str, Any], value: Any) -> dict[str, Any]:  # noqa: ANN401  # text, number or a list
    """The control of a question; its label is the page's heading."""
    field: dict[str, Any] = {
        "name": field_name(asked),
        "label": asked["question"],
        "hide_label": True,
        "value": value,
        "unit": asked["unit"] or "",
    }
    if asked["type"] == "number":
        return field | {
            "type": "number",
            "label": (asked["unit"] and _("写数字，单位是%(unit)s") % {"unit": asked["unit"]}) or _("写数字"),
        }
    if asked["type"] == "date":
        return field | {"type": "date"}
    options = [
        {k: option[k] or "" for k in ("value", "label", "hint")} | {"exclusive": option["exclusive"]}
        for option in sorted(
            asked["options"], key=lambda one: bool(one["exclusive"])
        )  # what excludes the rest stands last
    ]
    hint = _("可以选几个") if asked["multiple"] else ""
    unsure_option = {"value": UNSURE, "label": _("不确定"), "hint": _("告诉您怎么看"), "exclusive": True, "or": True}
    return field | {
        "type": "checkbox" if asked["multiple"] else "radio",
        "options": [*options, unsure_option],
        "hint": hint,
    }


def shown_answer(answer: Any, asked: Mapping[str, Any]) -> Any:  # noqa: ANN401  # an answer or value as it is stored: any JSON
    """The stored answer as its control shows it."""
    if answer is None:
        return ""
    if isinstance(answer, list):
        return answer if asked["multiple"] else (answer[0] if answer else "")
    return str(answer)


def answer_words(asked: Mapping[str, Any], answer: Any) -> str:  # noqa: ANN401  # an answer or value as it is stored: any JSON
    """An answer as it is read: labels, or the number with its unit."""
    if asked["type"] == "number":
        return with_unit(answer, asked["unit"] or "")
    labels = {option["value"]: option["label"] for option in asked["options"]}
    given = answer if isinstance(answer, list) else [answer]
    return listed(str(labels.get(one, one)) for one in given)


def tidy_answer(asked: Mapping[str, Any], raw: Any) -> Any:  # noqa: ANN401  # an answer or value as it is stored: any JSON
    """A number as it is meant: half-width, without its unit and without separators."""
    if asked["type"] != "number":
        return raw
    plain = unicodedata.normalize("NFKC", str(raw)).replace(",", "").strip()
    return plain.removesuffix(asked["unit"] or "\0").strip()


def fault_in(asked: Mapping[str, Any], raw: Any) -> str:  # noqa: ANN401  # an answer or value as it is stored: any JSON
    """What is wrong with an answer, in words that say what to do; empty when it can be taken."""
    if asked["type"] == "number":
        return _number_fault(asked, str(raw))
    if not raw:
        return choose_words(asked)
    if asked["multiple"]:
        alone = [o["label"] for o in asked["options"] if o["exclusive"] and o["value"] in raw]
        if alone and len(raw) > 1:
            return _("选了“%(alone)s”，就不能再选别的") % {"alone": alone[0]}
    return ""


def _number_fault(asked: Mapping[str, Any], text: str) -> str:
    unit = asked["unit"] or ""
    if not text.isascii() or not text.isdecimal():
        return _("只写整数，例如 %(example)s") % {"example": 86}
    low, high = asked["min"], asked["max"]
    if low is not None and int(text) < low:
        return _("不能小于%(low)s%(unit)s") % {"low": low, "unit": unit}
    if high is not None and int(text) > high:
        return _("不能大于%(high)s%(unit)s") % {"high": high, "unit": unit}
    return ""


def choose_words(asked: Mapping[str, Any]) -> str:
    if asked["type"] == "date":
        return _("写年、月、日，例如 2026年3月5日")
    return _("至少选一个；拿不准，选“不确定”") if asked["multiple"] else _("选一个；拿不准，选“不确定”")
