"""What a reviewer does with a task. Each view reads the form, calls one verb, and says on the next page what happened."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onething.cases.models import ItemCase
from onething.cases.reading import items_of_case
from onething.dispatch.reading import item_for, last_proposal
from onething.dispatch.services import (
    Decision,
    accept_item,
    claim_task,
    decide_item,
    finish_check,
    keep_opinion,
    mark_checks,
    next_task,
    not_accept_item,
    not_require_item,
    release_task,
    return_misrouted,
    undo_decision,
)
from onething.documents.wording import basis_of
from onething.kit.errors import Refused
from onething.parties.models import Officer
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review import opinions
from onething.web.review.frame import Role, tell
from onething.web.review.panels import MAIN_TEXT, Typed, first_words, read_checks, read_typed, wrong_with
from onething.web.review.task import (
    FRESH,
    Opened,
    Panel,
    address,
    brings_results,
    may_ask,
    open_item,
    open_task,
    own_panel,
)
from onething.web.review.task_page import draw_task
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import time_of_day

__all__ = ["act", "next_address", "save", "take", "undo"]


def _accept(opened: Opened, typed: Typed) -> None:
    accept_item(item_id=opened.item.pk, officer=opened.officer, at=timezone.now())


def _grant(opened: Opened, typed: Typed) -> None:
    decision = Decision(
        granted=True,
        opinion=typed.texts.get("opinion", ""),
        basis=typed.texts.get("basis", "") or basis_of(opened.plan_item),
        produced=typed.produced,
    )
    decide_item(item_id=opened.item.pk, officer=opened.officer, decision=decision, at=timezone.now())


def _finish(opened: Opened, typed: Typed) -> None:
    """An event or a check: nobody applied for it and nobody accepts it. What it brings forth is granted in the same press."""
    if not brings_results(opened):
        finish_check(
            item_id=opened.item.pk, officer=opened.officer, at=timezone.now(), note=typed.texts.get("opinion", "")
        )
        return
    if opened.item.item_state in FRESH:
        _accept(opened, typed)
    _grant(opened, typed)


def _refuse(opened: Opened, typed: Typed) -> None:
    if opened.item.item_state in FRESH:  # only an event or a check comes here: an application is accepted first
        _accept(opened, typed)
    decision = Decision(
        granted=False,
        basis=typed.texts["basis"],
        reason=typed.texts["reason"],
        remedies=typed.texts["remedies"],
    )
    decide_item(item_id=opened.item.pk, officer=opened.officer, decision=decision, at=timezone.now())


def _not_accept(opened: Opened, typed: Typed) -> None:
    not_accept_item(
        item_id=opened.item.pk,
        officer=opened.officer,
        right_body=typed.texts["right_body"],
        reason=typed.texts["reason"],
        at=timezone.now(),
    )


def _not_required(opened: Opened, typed: Typed) -> None:
    not_require_item(
        item_id=opened.item.pk,
        officer=opened.officer,
        reason=typed.texts["reason"],
        basis=typed.texts["basis"],
        at=timezone.now(),
    )


def _return(opened: Opened, typed: Typed) -> None:
    return_misrouted(
        item_id=opened.item.pk,
        officer=opened.officer,
        right_body=typed.texts["right_body"],
        reason=typed.texts["reason"],
        at=timezone.now(),
    )


VERBS: Final[dict[str, Callable[[Opened, Typed], None]]] = {
    Panel.ACCEPT: _accept,
    Panel.GRANT: _grant,
    Panel.FINISH: _finish,
    Panel.REFUSE: _refuse,
    Panel.NOT_ACCEPT: _not_accept,
    Panel.NOT_REQUIRED: _not_required,
    Panel.RETURN: _return,
}


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.REVIEWER)
def act(request: OfficerRequest, number: str, name: str) -> HttpResponse:
    """Show a rarer act, or do one; or fill in the chosen template, which changes nothing yet."""
    opened = open_task(request, number)
    if request.method != "POST":
        return draw_task(request, opened, panel=name) if may_ask(opened, name) else redirect(address(opened.item))
    if name != own_panel(opened) and not may_ask(opened, name):
        return _changed_meanwhile(request, opened)
    typed = read_typed(opened, name, request.POST)
    if request.POST.get("use_template"):
        return _with_template(request, opened, name, typed)
    wrong = wrong_with(opened, name, typed)
    return (
        draw_task(request, opened, panel=name, typed=typed, wrong=wrong) if wrong else _do(request, opened, name, typed)
    )


def _do(request: OfficerRequest, opened: Opened, name: str, typed: Typed) -> HttpResponse:
    """Keep the marks, call the verb, go on: to the same task after accepting, to the next one after deciding."""
    try:
        _save_marks(opened, typed.checks)
        VERBS[name](opened, typed)
    except Refused as refused:
        fresh = _fresh(request, opened)
        panel = name if name == own_panel(fresh) or may_ask(fresh, name) else ""
        return draw_task(request, fresh, panel=panel, typed=typed if panel else None, refused=refused.message)
    if name == Panel.ACCEPT:
        query = {"done": opened.item.number} | ({"list": back} if (back := request.POST.get("list", "")) else {})
        return HttpResponseRedirect(f"{address(opened.item)}?{urlencode(query, quote_via=quote)}")
    if opened.second is not None and name in {Panel.GRANT, Panel.REFUSE}:
        tell(request, _("“%(name)s”的决定已经提出，等一位同事复核") % {"name": opened.item.name})
        return HttpResponseRedirect(next_address(request, opened.item))
    if name == Panel.RETURN:
        asked = item_for(request.officer, opened.item.number) is not None
        words = _("“%(name)s”不能再自己退回，已经请协调员定") if asked else _("“%(name)s”已经退回，协调员会改派")
        tell(request, words % {"name": opened.item.name})
        return HttpResponseRedirect(next_address(request, opened.item))
    return HttpResponseRedirect(next_address(request, opened.item, done=True))


def _changed_meanwhile(request: OfficerRequest, opened: Opened) -> HttpResponse:
    """The page was old: the task is shown as it is now, and said to be so."""
    text = _("这一件刚才变了，下面是现在的情况。您填的内容没有提交")
    return draw_task(request, opened, refused=text)


def _fresh(request: OfficerRequest, opened: Opened) -> Opened:
    """The task again after a verb declined, read anew: somebody else may have moved it, or away."""
    item = open_item(request, opened.item.number)
    proposal = last_proposal(item) if opened.second is not None else None
    return replace(opened, item=item, siblings=tuple(items_of_case(item.case)), proposal=proposal)


def _with_template(request: OfficerRequest, opened: Opened, name: str, typed: Typed) -> HttpResponse:
    """The chosen text with its places filled; everything else stays as typed."""
    chosen = request.POST.get("opinion_template", "")
    main, purpose = MAIN_TEXT.get(name, ("", ""))
    found = next((one for one in opinions.templates_for(opened.item, purpose) if one.key == chosen), None)
    if found is None:
        return draw_task(request, opened, panel=name, typed=typed, chosen=chosen)
    marked = [point.title for point in opened.points if typed.checks.get(point.key) == "not_ok"]
    known = first_words(opened) | {"不符合的要点": "、".join(f"“{title}”" for title in marked)}
    texts = {**typed.texts, main: opinions.fill(found.text, known).text}
    filled = Typed(texts, typed.checks, typed.produced, {})
    return draw_task(request, opened, panel=name, typed=filled, chosen=chosen)


def _save_marks(opened: Opened, marks: dict[str, str] | Any) -> None:  # noqa: ANN401  # a mapping of marks
    """Keep the marks sent along, if they changed."""
    changed = {key: mark for key, mark in marks.items() if opened.item.checks.get(key) != mark}
    if changed:
        mark_checks(item_id=opened.item.pk, officer=opened.officer, checks=changed, at=timezone.now())


@require_POST
@officer_required(Role.REVIEWER)
def save(request: OfficerRequest, number: str) -> HttpResponse:
    """Keep marks and the text being written: by itself two seconds after a change, or by the button (X6)."""
    opened = open_task(request, number)
    panel, now = request.POST.get("panel", ""), timezone.now()
    marks = read_checks(opened, request.POST)
    if request.POST.get("all_ok"):
        marks = {point.key: "ok" for point in opened.points} | marks
    try:
        _save_marks(opened, marks)
        if panel in MAIN_TEXT and (text := request.POST.get(MAIN_TEXT[panel][0])) is not None:
            keep_opinion(item_id=opened.item.pk, officer=opened.officer, panel=panel, text=text, at=now)
    except Refused as refused:
        if request.headers.get("X-Autosave"):
            return JsonResponse({"message": refused.message}, status=409)
        return draw_task(request, _fresh(request, opened), refused=refused.message)
    if request.headers.get("X-Autosave"):
        return JsonResponse({"saved_at": time_of_day(now)})
    tell(request, _("已保存 %(clock)s") % {"clock": time_of_day(now)})
    shown = panel if panel in {Panel.REFUSE, Panel.NOT_ACCEPT, Panel.RETURN} else ""
    return HttpResponseRedirect(_with_list(request, address(opened.item, shown)))


@require_POST
@officer_required(Role.REVIEWER)
def take(request: OfficerRequest, number: str, name: str) -> HttpResponse:
    """Claim the task, or give it back."""
    item = open_item(request, number)
    verb = claim_task if name == "claim" else release_task
    try:
        verb(item_id=item.pk, officer=request.officer, at=timezone.now())
    except Refused as refused:
        tell(request, refused.message, tone="warning")
    else:
        tell(request, _("这一件归您了") if name == "claim" else _("已经放回，同事可以领"))
    return HttpResponseRedirect(_with_list(request, address(item)))


@require_POST
@officer_required(Role.REVIEWER)
def undo(request: OfficerRequest, number: str) -> HttpResponse:
    """Take back the last act within a minute."""
    item = open_item(request, number)
    try:
        undo_decision(item_id=item.pk, officer=request.officer, at=timezone.now())
    except Refused as refused:
        tell(request, refused.message, tone="warning")
    else:
        tell(request, _("已经撤回，这一件回到决定之前"))
    return HttpResponseRedirect(_with_list(request, address(item)))


def next_address(request: OfficerRequest, ended: ItemCase, *, done: bool = False) -> str:
    """Where to go after a decision: down one's own tasks from there, else the most urgent one nobody has, else the list."""
    query = {"done": ended.number} if done else {}
    if back := request.POST.get("list", ""):
        query["list"] = back
    item = _next_own(request.officer, ended) or next_task(officer=request.officer, at=timezone.now())
    item = item or _first_own(request.officer)
    base = address(item) if item is not None else link_to("review:home")
    if item is None:
        query = {"light": "", **({"done": ended.number} if done else {})}
    return f"{base}?{urlencode(query, quote_via=quote)}" if query else base


def _next_own(officer: Officer, ended: ItemCase) -> ItemCase | None:
    mine = ItemCase.objects.visible_to(officer).at_hand().filter(claimed_by=officer)
    return mine.after_key(ended.list_due, ended.pk).by_deadline().first()


def _first_own(officer: Officer) -> ItemCase | None:
    return ItemCase.objects.visible_to(officer).at_hand().filter(claimed_by=officer).by_deadline().first()


def _with_list(request: OfficerRequest, target: str) -> str:
    back = request.POST.get("list", "")
    return f"{target}?list={quote(back)}" if back else target
