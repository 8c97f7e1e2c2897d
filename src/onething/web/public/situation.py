"""The situation: begin, say where, answer one question per screen, see what each answer brings (R2.3.a, a5, b1).

Anybody may do it without signing in. Which question comes next is the plan's business; this face only asks.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from onething.catalogue.conditions import questions_of
from onething.catalogue.plan import BadAnswers
from onething.catalogue.services import edition_document
from onething.kit.workdays import legal_date
from onething.parties.models import Division
from onething.submission.models import Draft
from onething.submission.services import (
    AnswerRefused,
    NotOffered,
    PlaceUnknown,
    answer_question,
    choose_items,
    plan_for,
    set_place,
    start_or_get_draft,
)
from onething.web.public.consequences import compare, panel_of
from onething.web.public.draft_pages import owner_of, page, plan_now, told_plan, with_draft
from onething.web.public.per_instance import address_of, answer_rows, merged, screens_of
from onething.web.public.question_fields import (
    UNSURE,
    answer_words,
    choose_words,
    fault_in,
    field_name,
    field_of,
    shown_answer,
    tidy_answer,
)
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of, read_value
from onething.web.ui.spoken import said, spoken

__all__ = [
    "answer_words",
    "answers",
    "is_settled",
    "next_address",
    "place",
    "preview",
    "question",
    "resume",
    "single",
    "start",
    "unsure",
]


@require_POST
@never_cache
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Begin, or go on where this person stopped."""
    try:
        draft = start_or_get_draft(onething=key, owner=owner_of(request, begin=True), at=timezone.now())
    except NotOffered as refused:
        raise Http404(said(refused.message)) from refused
    return HttpResponseRedirect(link_to("public:draft", draft.pk))


@with_draft
def resume(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The place where this draft was left."""
    return HttpResponseRedirect(next_address(draft))


def next_address(draft: Draft) -> str:
    """The next page of a draft: place, an open question, the way out at the gate, the notice; then the tasks."""
    plan = plan_now(draft)
    if not draft.place:
        return link_to("public:place", draft.pk)
    if plan["gate"]["refusals"]:
        return link_to("public:single", draft.pk)
    for one in screens_of(plan):
        if one["status"] == "open":
            return address_of("public:question", draft.pk, one)
    begun = draft.account_id is not None and draft.notice_id is not None
    return link_to("public:tasks" if begun else "public:draft_notice", draft.pk)


def is_settled(draft: Draft, plan: Mapping[str, Any]) -> bool:
    """Whether the situation is told completely and the bundle fits it: then there can be a notice and a form."""
    is_open = any(one["status"] == "open" for one in plan["questions"])
    return bool(draft.place) and not is_open and not plan["gate"]["refusals"]


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def place(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Where it is to be handled: it decides the bodies."""
    field = _place_field(draft)
    if request.method == "POST":
        try:
            draft = set_place(
                draft_id=draft.pk, owner=owner_of(request), place=request.POST.get("place", ""), at=timezone.now()
            )
        except PlaceUnknown:
            field |= {"value": request.POST.get("place", ""), "error": _("选择在哪里办")}
        else:
            return HttpResponseRedirect(next_address(draft))
    plan = plan_now(draft)
    context = {
        "draft": draft,
        "name": plan["name"],
        "heading": _("在哪里办？"),
        "field": field | {"label": _("在哪里办？"), "hide_label": True},
        "why": _("选了地方，才知道由哪个单位办、几天办好。"),
        "unsure_title": _("不确定选哪里"),
        "unsure_text": _("户口、住处或店面在哪个市（区），一般就在哪里办。拿不准，先选您住的地方，后面还可以改。"),
        "step": {"number": 1, "total": len(screens_of(plan)) + 1},
        "back_url": link_to("public:guide", draft.onething),
        "errors": errors_of([field]),
        "panel": panel_of(plan),
    }
    return page(request, "public/question.html", context, status=422 if context["errors"] else 200)


def _place_field(draft: Draft) -> dict[str, Any]:
    city = settings.ONETHING_CITY
    today = legal_date(timezone.now())
    districts = Division.objects.inside(city).valid_on(today).filter(is_administrative=True)
    options = [{"value": one.code, "label": said(one.name)} for one in districts]
    return {"name": "place", "type": "radio", "options": options, "value": draft.place}


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def question(request: HttpRequest, draft: Draft, key: str, instance: str = "") -> HttpResponse:
    """One question. An answer that replaces another one shows first what it changes."""
    plan = plan_now(draft)
    asked = _asked(plan, key, instance)
    field = field_of(asked, shown_answer(asked["answer"], asked))
    if request.method != "POST":
        return _question_page(request, draft, plan, asked, field)
    raw = tidy_answer(asked, read_value(request.POST, field))
    if raw == UNSURE or UNSURE in raw:
        return HttpResponseRedirect(address_of("public:unsure", draft.pk, asked))
    if fault := fault_in(asked, raw):
        return _question_page(request, draft, plan, asked, field | {"value": raw, "error": fault})
    if asked["answer"] is not None and "confirmed" not in request.POST:
        try:
            after = _plan_with(draft, key, merged(plan, asked, raw))
        except BadAnswers:
            after = plan
        changes = compare(plan, after)
        if changes.lines:
            return _confirm_page(request, draft, asked, raw, changes.lines)
    try:
        answer = merged(plan, asked, raw)
        draft = answer_question(
            draft_id=draft.pk, owner=owner_of(request), question=key, answer=answer, at=timezone.now()
        )
    except AnswerRefused:
        return _question_page(request, draft, plan, asked, field | {"value": raw, "error": choose_words(asked)})
    _take_new_items(request, draft, plan)
    return HttpResponseRedirect(_after_answer(request, draft))


def _take_new_items(request: HttpRequest, draft: Draft, before: Mapping[str, Any]) -> None:
    """Somebody who chose some items and now answers otherwise gets the new items with it; leaving them out is a choice too."""
    if draft.chosen is None:
        return
    known = {one["key"] for one in (*before["items"], *before["left_out"])}
    new = [one["key"] for one in plan_now(draft)["left_out"] if one["key"] not in known]
    if new:
        choose_items(draft_id=draft.pk, owner=owner_of(request), chosen=[*draft.chosen, *new], at=timezone.now())


def _after_answer(request: HttpRequest, draft: Draft) -> str:
    """Whoever came from the list of answers goes back to it when nothing new is to be asked."""
    if request.POST.get("from") == "answers":
        plan = plan_now(draft)
        if not plan["gate"]["refusals"] and all(one["status"] == "answered" for one in plan["questions"]):
            return link_to("public:answers", draft.pk)
    return next_address(draft)


def _question_page(
    request: HttpRequest, draft: Draft, plan: Mapping[str, Any], asked: Mapping[str, Any], field: Mapping[str, Any]
) -> HttpResponse:
    screens = screens_of(plan)
    position = screens.index(dict(asked))
    before = screens[position - 1] if position else None
    back = address_of("public:question", draft.pk, before) if before else link_to("public:place", draft.pk)
    came_from = request.POST.get("from") or request.GET.get("from", "")
    if came_from == "answers":
        back = link_to("public:answers", draft.pk)
    errors = errors_of([field])
    context = {
        "draft": draft,
        "name": plan["name"],
        "heading": asked["question"],
        "field": field,
        "why": asked["why"],
        "unsure_url": address_of("public:unsure", draft.pk, asked),
        "is_number": asked["type"] != "choice",
        "preview_url": address_of("public:preview", draft.pk, asked),
        "step": {"number": position + 2, "total": len(screens) + 1},
        "back_url": back,
        "came_from": came_from,
        "errors": errors,
        "panel": panel_of(plan),
    }
    return page(request, "public/question.html", context, status=422 if errors else 200)


def _confirm_page(
    request: HttpRequest,
    draft: Draft,
    asked: Mapping[str, Any],
    raw: Any,  # noqa: ANN401  # an answer or value as it is stored: any JSON
    lines: tuple[str, ...],
) -> HttpResponse:
    values = raw if isinstance(raw, list) else [raw]
    context = {
        "draft": draft,
        "title": _("改成这个回答，会有这些变化"),
        "question": asked["question"],
        "answer": answer_words(asked, raw),
        "lines": lines,
        "action": address_of("public:question", draft.pk, asked),
        "hidden": [
            {"name": "confirmed", "value": "1"},
            {"name": "from", "value": request.POST.get("from", "")},
            *({"name": field_name(asked), "value": value} for value in values),
        ],
        "cancel_url": link_to("public:answers", draft.pk),
    }
    return page(request, "public/consequence.html", context)


@with_draft
def preview(request: HttpRequest, draft: Draft, key: str, instance: str = "") -> HttpResponse:
    """The panel as it would be with the answer now marked; nothing is stored."""
    plan = plan_now(draft)
    asked = _asked(plan, key, instance)
    raw = tidy_answer(asked, read_value(request.GET, field_of(asked, "")))
    panel = panel_of(plan)
    if raw and UNSURE not in raw and not fault_in(asked, raw):
        with suppress(BadAnswers):
            panel = panel_of(_plan_with(draft, key, merged(plan, asked, raw)), plan)
    return page(request, "public/panel.html", {"panel": panel})


@with_draft
def unsure(request: HttpRequest, draft: Draft, key: str, instance: str = "") -> HttpResponse:
    """What to do about a question that somebody cannot answer: look there, ask 12345, answer later."""
    plan = plan_now(draft)
    asked = _asked(plan, key, instance)
    context = {
        "draft": draft,
        "name": plan["name"],
        "asked": asked,
        "back_url": address_of("public:question", draft.pk, asked),
        "guide_url": link_to("public:guide", draft.onething),
    }
    return page(request, "public/unsure.html", context)


@with_draft
def answers(request: HttpRequest, draft: Draft) -> HttpResponse:
    """All answers so far, each with a way to change it."""
    plan = plan_now(draft)
    where = Division.objects.filter(pk=draft.place).values_list("name", flat=True).first() if draft.place else ""
    rows = [{"label": _("在哪里办？"), "value": said(where or ""), "url": link_to("public:place", draft.pk)}]
    rows += answer_rows(plan, draft.pk)
    context = {
        "draft": draft,
        "name": plan["name"],
        "rows": rows,
        "next_url": _forward(draft, plan),
        "panel": panel_of(plan),
    }
    return page(request, "public/answers.html", context)


def _forward(draft: Draft, plan: Mapping[str, Any]) -> str:
    return link_to("public:draft_notice", draft.pk) if is_settled(draft, plan) else next_address(draft)


@with_draft
def single(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The gate said no: the same things one by one, not an error."""
    plan = plan_now(draft)
    refusals = plan["gate"]["refusals"]
    if not refusals:
        return HttpResponseRedirect(next_address(draft))
    document = spoken(edition_document(draft.edition.edition_hash))
    by_key = {item["key"]: item for item in document["items"]}
    rules = {gate["key"]: gate["when"] for gate in document["gate"]}
    decisive = {key for one in refusals for key in questions_of(rules[one["key"]])}
    leads = dict.fromkeys(key for one in refusals for key in one["leads_to"] if key in by_key)
    context = {
        "draft": draft,
        "name": plan["name"],
        "refusals": refusals,
        "entries": [
            {
                "name": by_key[key]["name"],
                "department": by_key[key]["department"],
                "url": link_to("public:single_item", draft.onething, key),
            }
            for key in leads
        ],
        "questions": [
            {
                "label": one["question"],
                "value": answer_words(one, one["answer"]),
                "url": address_of("public:question", draft.pk, one),
            }
            for one in screens_of(plan)
            if one["key"] in decisive and one["answer"] is not None
        ],
    }
    return page(request, "public/single.html", context)


def _asked(plan: Mapping[str, Any], key: str, instance: str) -> dict[str, Any]:
    """One screen. Without an instance, the first that is open of those the question has, or the first."""
    found = [one for one in screens_of(plan) if one["key"] == key and instance in {"", one["instance"]}]
    if not found:
        raise Http404(_("您的情况不用回答这个问题。"))
    return next((one for one in found if one["status"] == "open"), found[0])


def _plan_with(draft: Draft, key: str, raw: Any) -> Mapping[str, Any]:  # noqa: ANN401  # an answer or value as it is stored: any JSON
    """The plan with one answer replaced; what no longer applies falls out by itself. Raises BadAnswers."""
    planned = plan_for(
        draft.edition,
        place=draft.place,
        answers={**draft.answers, key: raw},
        chosen=draft.chosen,
        on=legal_date(timezone.now()),
    )
    return told_plan(planned)
