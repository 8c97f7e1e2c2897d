"""The right half of a task: which fields each act has, what they begin with, and what is missing when it is pressed (ux e6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onething.dispatch.models import OpinionTemplate
from onething.dispatch.rules import fill_template
from onething.documents.remedies import remedies_of, remedies_text
from onething.documents.wording import basis_of
from onething.parties.models import Organisation
from onething.web.review import opinions
from onething.web.review.frame import today
from onething.web.review.points import PREFIX
from onething.web.review.produced import Produced, produced_fields, read_produced
from onething.web.review.task import Opened, Panel
from onething.web.ui.fields import Posted

__all__ = ["MAIN_TEXT", "Typed", "blank", "first_words", "panel_fields", "read_checks", "read_typed", "wrong_with"]

MOST: Final = 1000
MOST_BODY: Final = 100
# The text that a template fills, of each act that has one, and which texts it offers.
MAIN_TEXT: Final[Mapping[str, tuple[str, str]]] = {
    Panel.GRANT: ("opinion", OpinionTemplate.Purpose.GRANT),
    Panel.FINISH: ("opinion", OpinionTemplate.Purpose.GRANT),
    Panel.REFUSE: ("reason", OpinionTemplate.Purpose.REFUSE),
    Panel.NOT_ACCEPT: ("reason", OpinionTemplate.Purpose.NOT_ACCEPT),
}
TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    Panel.ACCEPT: (),
    Panel.GRANT: ("opinion", "basis"),
    Panel.FINISH: ("opinion",),
    Panel.REFUSE: ("reason", "basis", "remedies"),
    Panel.NOT_ACCEPT: ("right_body", "reason"),
    Panel.NOT_REQUIRED: ("reason", "basis"),
    Panel.RETURN: ("right_body", "reason"),
}
LABELS: Final = {
    "opinion": gettext_lazy("审查意见"),
    "basis": gettext_lazy("依据的条文"),
    "reason": gettext_lazy("理由"),
    "remedies": gettext_lazy("申请人可以怎样救济"),
    "right_body": gettext_lazy("应该找哪个单位"),
}
HINTS: Final[Mapping[str | tuple[str, str], Any]] = {
    "reason": gettext_lazy("申请人会原样看到"),
    (Panel.RETURN, "reason"): gettext_lazy("协调员看了改派"),
    "remedies": gettext_lazy("向谁、在多少天内申请复议或者起诉"),
    "right_body": gettext_lazy("输入几个字，从列表里选；没有的直接写全称"),
}
MISSING: Final = {
    "reason": gettext_lazy("写明理由"),
    "basis": gettext_lazy("写明依据的条文"),
    "remedies": gettext_lazy("写明申请人可以怎样救济"),
    "right_body": gettext_lazy("写明应该找哪个单位"),
}
DEMANDED: Final[Mapping[str, tuple[str, ...]]] = {
    Panel.REFUSE: ("reason", "basis", "remedies"),
    Panel.NOT_ACCEPT: ("right_body", "reason"),
    Panel.NOT_REQUIRED: ("reason", "basis"),
    Panel.RETURN: ("right_body", "reason"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form: from the browser, from a kept draft, or filled in to begin with."""

    texts: Mapping[str, str] = field(default_factory=dict)
    checks: Mapping[str, str] = field(default_factory=dict)
    produced: Produced = field(default_factory=dict)
    produced_faults: Mapping[str, str] = field(default_factory=dict)


def first_words(opened: Opened) -> dict[str, str]:
    """What the places of templates are filled with."""
    if opened.cut is None:
        return {}
    return opinions.known_words(opened.item, opened.cut, today=opened.today, not_ok=opened.not_ok)


def blank(opened: Opened, panel: str, templates: Sequence[opinions.Template]) -> Typed:
    """The form before anybody typed: the kept draft, or the first template filled in."""
    known = first_words(opened)
    if panel == Panel.NOT_REQUIRED:  # why nothing is needed stands in no article of the item itself
        return Typed(checks=opened.item.checks)
    texts = {
        "basis": basis_of(opened.plan_item),
        "remedies": remedies_text(remedies_of(opened.plan_item), known.get("单位", "")),
    }
    main = MAIN_TEXT.get(panel)
    if main is not None:
        draft = opened.item.opinion.get("draft", {}).get(panel, "") if opened.item.is_open else ""
        texts[main[0]] = draft or (
            opinions.fill(templates[0].text, known).text if templates and panel == Panel.GRANT else ""
        )
    return Typed(texts=texts, checks=opened.item.checks)


def read_checks(opened: Opened, posted: Posted) -> dict[str, str]:
    """The marks as sent; only those of this task's own points."""
    marks = {point.key: str(posted.get(PREFIX + point.key) or "") for point in opened.points}
    return {key: mark for key, mark in marks.items() if mark in {"ok", "not_ok"}}


def read_typed(opened: Opened, panel: str, posted: Posted) -> Typed:
    """The whole form as sent."""
    texts = {name: str(posted.get(name) or "").replace("\r\n", "\n").strip() for name in TEXTS.get(panel, ())}
    values: Produced = {}
    faults: dict[str, str] = {}
    if panel in {Panel.GRANT, Panel.FINISH}:
        values, faults = read_produced(opened.item, posted, today=opened.today)
    return Typed(texts, {**opened.item.checks, **read_checks(opened, posted)}, values, faults)


def wrong_with(opened: Opened, panel: str, typed: Typed) -> dict[str, str]:
    """What keeps the act from being done, by field: the law's demands, unfilled places, points not judged."""
    wrong = {name: str(MISSING[name]) for name in DEMANDED.get(panel, ()) if not typed.texts.get(name, "").strip()}
    for name, text in typed.texts.items():
        gaps = fill_template(text, {}).missing
        if gaps:
            wrong[name] = _("把“%(what)s”填好，再提交") % {"what": "、".join(gaps)}
    for name, text in typed.texts.items():
        if len(text) > MOST:
            wrong[name] = _("最多写%(most)s字，现在有%(now)s字") % {"most": MOST, "now": len(text)}
    wrong |= {f"produced.{key}": message for key, message in typed.produced_faults.items()}
    if panel in {Panel.GRANT, Panel.FINISH}:
        wrong |= _unjudged(opened, typed)
    return wrong


def _unjudged(opened: Opened, typed: Typed) -> dict[str, str]:
    """Nobody agrees to what was not looked at, or was found wrong."""
    wrong: dict[str, str] = {}
    for number, point in enumerate(opened.points, start=1):
        mark = typed.checks.get(point.key, "")
        if not mark:
            wrong[PREFIX + point.key] = _("第%(n)s点还没有核对") % {"n": number}
        elif mark == "not_ok":
            wrong[PREFIX + point.key] = _("第%(n)s点核对为“不符合”，不能同意") % {"n": number}
    return wrong


def panel_fields(opened: Opened, panel: str, typed: Typed, wrong: Mapping[str, str]) -> dict[str, Any]:
    """The fields of one act, for the page: the text with its templates apart from the others."""
    main = MAIN_TEXT.get(panel, ("", ""))[0]
    fields = [_text_field(name, panel, typed, wrong) for name in TEXTS.get(panel, ())]
    own = [one for one in fields if one["name"] == main]
    faults = {key.removeprefix("produced."): words for key, words in wrong.items() if key.startswith("produced.")}
    shown = panel in {Panel.GRANT, Panel.FINISH}
    return {
        "main_field": own[0] if own else None,
        "fields": [one for one in fields if one["name"] != main],
        "produced_fields": produced_fields(opened.item, typed.produced, faults) if shown else [],
        "missing": list(fill_template(typed.texts.get(main, ""), {}).missing),
    }


def _text_field(name: str, panel: str, typed: Typed, wrong: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": name,
        "type": "long_text",
        "label": LABELS[name],
        "hint": HINTS.get((panel, name), HINTS.get(name, "")),
        "value": typed.texts.get(name, ""),
        "error": wrong.get(name, ""),
        "required": name in DEMANDED.get(panel, ()),
        "rows": 4 if name in {"opinion", "reason"} else 2,
    }
    if name == "right_body":
        names = Organisation.objects.valid_on(today()).order_by("name").values_list("name", flat=True)
        made |= {"type": "search_select", "options": [{"value": one, "label": one} for one in dict.fromkeys(names)]}
    if name in {"opinion", "reason"}:
        made["max_length"] = MOST
    return made
