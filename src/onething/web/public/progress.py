"""A case in plain words: who does what, since when, until when, what next (a7, ux 3.8). Decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from onething.cases.models import ITEM_STATE_WORDS, ItemCase, OneThingCase
from onething.cases.states import BundleState, ItemState, Outcome, Trigger
from onething.delivery.models import ResultDocument
from onething.documents.models import OfficialDocument
from onething.feedback.reading import deemed_on
from onething.kit.workdays import legal_date
from onething.web.ui.formats import prose_date
from onething.web.ui.spoken import is_foreign, listed, listed_or_counted, said

__all__ = ["bundle_words", "due_words", "entries_of", "promise_words", "receipt_lines", "short_day"]

DONE = {Outcome.GRANTED, Outcome.DONE}


def short_day(day: date | None) -> str:
    """3月5日."""
    if day is not None and is_foreign():
        return f"{day.day} {day:%B}"
    return f"{day.month}月{day.day}日" if day else ""


def due_words(day: date | None) -> str:
    """3月5日前办好."""
    return _("%(day)s前办好") % {"day": short_day(day)} if day else _("没有公布办理时间")


def body_of(item: ItemCase) -> str:
    """Who has the item; while nobody is known, somebody is looking for the body."""
    return said(item.organisation.name) if item.organisation else _("正在确认由哪个单位办")


def receipt_lines(items: Sequence[ItemCase]) -> list[dict[str, str]]:
    """One line per item for the receipt: who, what, until when, and what it waits for."""
    names = {item.key: said(item.name) for item in items}
    return [
        {
            "who": body_of(item),
            "what": said(item.name),
            "due": due_words(item.planned_due),
            "after": _waits(item, names) if item.after else "",
        }
        for item in items
    ]


def _waits(item: ItemCase, names: Mapping[str, str]) -> str:
    return _("等“%(names)s”办好，自动开始，不用您再来") % {"names": listed(names.get(key, key) for key in item.after)}


def entries_of(
    items: Sequence[ItemCase],
    results: Mapping[int, Sequence[ResultDocument]],
    documents: Sequence[OfficialDocument] = (),
    *,
    today: date,
) -> list[dict[str, Any]]:
    """The timeline's lines, in the order of the plan, each with its results and official documents."""
    names = {item.key: said(item.name) for item in items}
    return [
        _entry(item, names, results.get(item.pk, ()), today)
        | {"documents": [one for one in documents if one.item_id == item.pk]}
        for item in items
    ]


def _entry(item: ItemCase, names: Mapping[str, str], results: Iterable[ResultDocument], today: date) -> dict[str, Any]:
    state = item.item_state
    entry: dict[str, Any] = {
        "who": body_of(item),
        "what": said(item.name),
        "state": _mark(item),
        "state_text": str(ITEM_STATE_WORDS[state]),
        "results": list(results),
        "reason": "",
        "item": item,
    }
    if state is ItemState.WAITING:
        return entry | {"next": _waits(item, names), "due": due_words(item.planned_due)}
    if item.is_open:
        begun = item.accepted_at or item.started_at
        since = _("%(day)s收到") if item.accepted_at is None else _("%(day)s开始")
        return entry | {
            "since": since % {"day": short_day(_day(begun))} if begun else "",
            "due": due_words(item.promised_due or item.planned_due),
            "next": _next(item, state, today),
            "deemed": _deemed(item),
        }
    return entry | {"since": short_day(_day(item.decided_at))} | _ended(item)


def _mark(item: ItemCase) -> str:
    state = item.item_state
    if state is ItemState.IN_CORRECTION:
        return "attention"
    if item.outcome:
        return "done" if Outcome(item.outcome) in DONE else "ended"
    return "waiting" if state is ItemState.WAITING else "doing"


def _next(item: ItemCase, state: ItemState, today: date) -> str:
    if state is ItemState.IN_CORRECTION:
        return _("在等您补充")
    if item.waits_until is not None and today <= item.waits_until:
        return _("接下来：等公告期满。到%(day)s为止别人可以提出异议，过了这天才能办结") % {
            "day": short_day(item.waits_until)
        }
    if item.trigger == Trigger.CHECK:
        return _("接下来：办理单位自己核对，不用您做什么")
    if state is ItemState.RECEIVED:
        return _("接下来：办理单位看材料，决定受不受理")
    return _("接下来：办理单位审核，作出决定")


def _deemed(item: ItemCase) -> str:
    """That silence was acceptance, and from which day (g4)."""
    day = deemed_on(item)
    return _("办理单位5个工作日内没有要您补正，从%(day)s起视为受理") % {"day": prose_date(day)} if day else ""


def _ended(item: ItemCase) -> dict[str, Any]:
    """Why it ended as it did, and what can be done about it."""
    facts = item.decision or {}
    words = item.opinion or {}
    match item.outcome:
        case Outcome.REFUSED:
            return {
                "reason": str(words.get("reason") or words.get("opinion") or ""),
                "basis": str(facts.get("basis") or ""),
                "remedies": str(facts.get("remedies") or ""),
            }
        case Outcome.NOT_ACCEPTED:
            return {
                "reason": str(words.get("reason") or ""),
                "right_body": str(facts.get("right_body") or ""),
                "remedies": str(facts.get("remedies") or ""),
            }
        case Outcome.NOT_REQUIRED:
            return {"reason": str(words.get("reason") or ""), "basis": str(facts.get("basis") or "")}
        case Outcome.TERMINATED:
            return {
                "reason": str(words.get("reason") or _("它要等的那件事没有办成，所以不再办")),
                "remedies": str(facts.get("remedies") or ""),
            }
        case Outcome.WITHDRAWN:
            return {"reason": _("您撤回了这一件；以后要办，可以重新申请")}
        case _:
            return {}


def _day(moment: Any) -> date | None:  # noqa: ANN401  # a moment or None
    return legal_date(moment) if moment else None


def bundle_words(case: OneThingCase, items: Sequence[ItemCase]) -> str:
    """Where the whole stands, in one sentence with numbers that add up (R2.8.e)."""
    good = sum(1 for item in items if item.outcome and Outcome(item.outcome) in DONE)
    bad = sum(1 for item in items if item.outcome and Outcome(item.outcome) not in {*DONE, Outcome.NOT_REQUIRED})
    left = sum(1 for item in items if item.is_open)
    state = case.bundle_state
    if state is BundleState.GRANTED_ALL:
        return _("%(n)s件事全部办好了。") % {"n": len(items)}
    if state.is_closed:
        return _("办好%(good)s件，没有办成%(bad)s件；原因和下一步写在每一件下面。") % {"good": good, "bad": bad}
    told = _("已经办好%(good)s件，还在办%(left)s件。") % {"good": good, "left": left}
    if bad:
        told += _("没有办成%(bad)s件，不影响别的事。") % {"bad": bad}
    return told + promise_words(case, items)


def promise_words(case: OneThingCase, items: Sequence[ItemCase]) -> str:
    """The one promised day, and what runs outside it, so that no line below contradicts it."""
    if case.promised_on is None:
        return ""
    outside = [item for item in items if item.planned_due is None or item.planned_due > case.promised_on]
    day = prose_date(case.promised_on)
    if not outside:
        return _("%(day)s前全部办好。") % {"day": day}
    names = listed_or_counted([said(item.name) for item in outside])
    return _("%(day)s前办好；%(names)s另外算，时间写在下面。") % {"day": day, "names": names}
