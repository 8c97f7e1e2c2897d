"""The one page on which an applicant answers everything that is to be corrected, point by point (R2.7.a, ux g1–g6)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.reading import items_of_case
from onething.cases.states import ItemState
from onething.feedback.models import CorrectionRound
from onething.feedback.paper import OpenPoint, open_points
from onething.feedback.reading import own_round
from onething.feedback.services import (
    NotNow,
    OpenPoints,
    PointAnswer,
    ask_more_time,
    attach_file,
    detach_file,
    hand_in_answers,
    keep_answers,
)
from onething.feedback.states import RoundState
from onething.kit.errors import Refused
from onething.oneform.rules import sections
from onething.web.accounts.access import AccountRequest, account_required
from onething.web.public.correction_points import card_of, files_name, why_name
from onething.web.public.draft_pages import json_when_signed_out, page
from onething.web.ui.addresses import link_to
from onething.web.ui.form_fields import typed_of, value_words
from onething.web.ui.formats import prose_date, time_of_day
from onething.web.ui.spoken import listed, said, spoken
from onething.web.ui.uploads import take_files

__all__ = ["correction"]


@json_when_signed_out
@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def correction(request: AccountRequest, number: str, ordinal: int) -> HttpResponse:
    """What is to be corrected, why, and what to do; answers are kept by themselves and handed in by one button."""
    of = own_round(request.user, number.upper(), ordinal)
    if of is None:
        raise Http404(_("没有找到这份补正通知。请到“我的”里看您的申请。"))
    items = items_of_case(of.case)
    if request.method != "POST":
        return _page(request, of, items)
    try:
        return _act(request, of, items)
    except NotNow as gone:
        if request.headers.get("X-Autosave"):
            return JsonResponse({"message": said(gone.message)}, status=409)
        messages.warning(request, said(gone.message))
        return HttpResponseRedirect(link_to("public:case", of.case.number))


def _act(request: AccountRequest, of: CorrectionRound, items: Sequence[ItemCase]) -> HttpResponse:
    """More time, or what was typed is kept, whatever button was pressed. Raises NotNow."""
    at = timezone.now()
    if "more_time" in request.POST:
        later = ask_more_time(round_id=of.pk, account=request.user, at=at)
        if later.answer_by is not None:
            messages.success(request, _("可以补正到%(day)s") % {"day": prose_date(later.answer_by)})
        return HttpResponseRedirect(_address(of))
    points = open_points(of.case, of, items)
    keep_answers(round_id=of.pk, account=request.user, answers=_typed(request, points), at=at)
    if request.headers.get("X-Autosave"):
        return JsonResponse({"saved_at": time_of_day(at)})
    if (gone := request.POST.get("remove", "")).isdecimal():
        return _removed(request, of, points, int(gone))
    wrong = _take_chosen(request, points, at)
    return _page(request, _again(request, of), items, wrong=wrong) if wrong else _go_on(request, of, items, at)


def _go_on(request: AccountRequest, of: CorrectionRound, items: Sequence[ItemCase], at: datetime) -> HttpResponse:
    """Everything is kept: back to the point, away for now, or hand it in."""
    if "attach" in request.POST:
        return HttpResponseRedirect(f"{_address(of)}#p-{request.POST['attach']}")
    progress = HttpResponseRedirect(link_to("public:case", of.case.number))
    if "later" in request.POST:
        day = prose_date(of.answer_by or at.date())
        messages.success(request, _("已经保存，还没有提交。%(day)s前提交都可以") % {"day": day})
        return progress
    try:
        hand_in_answers(round_id=of.pk, account=request.user, at=at)
    except OpenPoints as left:
        lacking: Mapping[int, str] = left.facts["points"]  # type: ignore[assignment]  # facts of a refusal are plain objects; its docstring names this one's shape
        return _page(request, _again(request, of), items, wrong=lacking)
    messages.success(request, _("补正已经提交，从今天起办理单位重新看，时间接着走。不用再做什么"))
    return progress


def _address(of: CorrectionRound) -> str:
    return link_to("public:correction", of.case.number, of.ordinal)


def _again(request: AccountRequest, of: CorrectionRound) -> CorrectionRound:
    """The round as it is now, after something was kept. Raises Http404."""
    found = own_round(request.user, of.case.number, of.ordinal)
    if found is None:
        raise Http404
    return found


def _typed(request: AccountRequest, points: Sequence[OpenPoint]) -> dict[int, PointAnswer]:
    """What was typed, by point; only the controls of that point are read (g2)."""
    found = {}
    for point in points:
        typed: dict[str, str | Sequence[str]] = {}
        for section in point.editor.sections:
            typed |= typed_of(section, request.POST)
        found[point.row.pk] = PointAnswer(typed, str(request.POST.get(why_name(point), "")))
    return found


def _removed(request: AccountRequest, of: CorrectionRound, points: Sequence[OpenPoint], file: int) -> HttpResponse:
    point = next((one for one in points if any(chosen.pk == file for chosen in one.files)), None)
    if point is None:
        return HttpResponseRedirect(_address(of))
    detach_file(point_id=point.row.pk, account=request.user, file_id=file)
    return HttpResponseRedirect(f"{_address(of)}#p-{point.row.pk}")


def _take_chosen(request: AccountRequest, points: Sequence[OpenPoint], at: datetime) -> dict[int, str]:
    """Store the files chosen for points, and say for which that failed."""
    wrong = {}
    for point in points:
        name = files_name(point)
        if not point.takes_files or not request.FILES.getlist(name):
            continue
        try:
            for file, title in take_files(request, home_division=point.row.round.home_division, at=at, name=name):
                attach_file(point_id=point.row.pk, account=request.user, file=file, file_name=title, at=at)
        except Refused as refused:
            wrong[point.row.pk] = refused.message
    return wrong


def _page(
    request: AccountRequest, of: CorrectionRound, items: Sequence[ItemCase], *, wrong: Mapping[int, str] | None = None
) -> HttpResponse:
    case = of.case
    points = _spoken_points(case, of, items)
    cards = [card_of(case, point, said((wrong or {}).get(point.row.pk, ""))) for point in points]
    errors = [one for card in cards for one in card["errors"]] if wrong else []
    asked = {one.item_id for point in points for one in point.findings}
    context = {
        "case": case,
        "round": of,
        "name": said(case.onething_name),
        "cards": cards,
        "count": len(cards),
        "is_open": of.round_state is RoundState.NOTICED and bool(cards),
        "paused": listed(said(item.name) for item in items if item.pk in asked),
        "running": listed(
            said(item.name) for item in items if item.is_open and item.item_state is not ItemState.IN_CORRECTION
        ),
        "answer_by": prose_date(of.answer_by) if of.answer_by else "",
        "noticed": prose_date(of.noticed_at) if of.noticed_at else "",
        "answered": prose_date(of.answered_at) if of.answered_at else "",
        "lapsed": of.round_state is RoundState.LAPSED,
        "more_days": settings.ONETHING_CORRECTION_ANSWER_DAYS if not of.extended_times else 0,
        "locked": _locked(case),
        "errors": errors,
        "section": "mine",
    }
    return page(request, "public/correction.html", context, status=422 if wrong else 200)


def _spoken_points(case: OneThingCase, of: CorrectionRound, items: Sequence[ItemCase]) -> list[OpenPoint]:
    """The open points in the reader's language: labels and options are said, what people wrote is not."""
    case.plan = spoken(case.plan)
    return open_points(case, of, items)


def _locked(case: OneThingCase) -> list[dict[str, Any]]:
    """All that was handed in, to be looked at: none of it can be changed here but what has a point above."""
    rows: list[dict[str, Any]] = []
    for section in sections(case.plan, case.form_values):
        for instance in section.instances:
            values = case.form_values.get(section.key, {}).get(instance.subject, {})
            rows.extend(
                {
                    "label": _("%(whose)s：%(question)s") % {"whose": instance.title, "question": field.label},
                    "value": value_words(field, values.get(field.element)),
                    "empty_text": _("没有填写"),
                }
                for field in instance.fields
                if not field.sensitive
            )
    return rows
