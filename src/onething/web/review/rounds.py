"""The lead's page of a case's corrections: who has spoken, until when, the notice as it would go out, contradictions (g1)."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from onething.audit.services import log_read
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.reading import items_of_case
from onething.cases.services import LockedCase
from onething.cases.states import ItemState
from onething.dispatch.reading import case_followed_by
from onething.feedback.board import Board, opposite_of
from onething.feedback.models import CorrectionRound, Finding
from onething.feedback.reading import exceptions_by_body
from onething.feedback.reasons import OTHER
from onething.feedback.rules import Line, Merged, Target, contradictions
from onething.feedback.services import grant_more_time, send_both, set_aside_finding
from onething.feedback.states import RoundState
from onething.feedback.wording import Asked, asked_targets
from onething.kit.errors import Refused
from onething.oneform.rules import party_subjects
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review import words
from onething.web.review.corrections import reason_words, target_words
from onething.web.review.frame import Role, page, tell
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import prose_date

__all__ = ["rounds"]

MOST: Final = 1000
ROUND_WORDS: Final = {
    RoundState.COLLECTING: (gettext_lazy("正在汇总"), "info"),
    RoundState.NOTICED: (gettext_lazy("等申请人补正"), "warning"),
    RoundState.ANSWERED: (gettext_lazy("申请人已补正"), "success"),
    RoundState.LAPSED: (gettext_lazy("到期没有补正"), "error"),
    RoundState.CLOSED: (gettext_lazy("没有要补正的了"), "plain"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.LEAD)
def rounds(request: OfficerRequest, number: str) -> HttpResponse:
    """All rounds of a case the own body leads, the one that gathers first; settling and giving time are posts to it."""
    case = case_followed_by(request.offices, number)
    if case is None:
        raise Http404
    if request.method == "POST":
        return _act(request, case)
    log_read(
        account=request.user.pk,
        case_number=case.number,
        what="corrections",
        at=timezone.now(),
        home_division=case.home_division,
    )
    items = items_of_case(case)
    board = Board(LockedCase(case, items))  # read only: nothing here is decided
    titles = asked_targets(case.plan, party_subjects(case.plan, case.form_values))
    ended = CorrectionRound.objects.filter(case=case).exclude(pk__in=[one.pk for one in board.rounds]).in_order()
    context = {
        "case": case,
        "case_url": link_to("review:case", case.number),
        "speakers": [_speaker(board, item) for item in items] if board.gathering else [],
        "rounds": [_round(board, one, titles) for one in board.rounds],
        "ended": [{"ordinal": one.ordinal, "at": one.ended_at, **_tag(one)} for one in ended],
        "exceptions": [{"body": body, "count": count} for body, count in exceptions_by_body()],
    }
    return page(request, "review/rounds.html", context, current="lead")


def _act(request: OfficerRequest, case: OneThingCase) -> HttpResponse:
    """Settle a contradiction, or give more time."""
    try:
        told = _settle(request, case)
    except Refused as refused:
        tell(request, refused.message, tone="warning")
    else:
        tell(request, told)
    return HttpResponseRedirect(link_to("review:rounds", case.number))


def _settle(request: OfficerRequest, case: OneThingCase) -> str:
    """One of three verbs, by the button. Raises Refused, Http404."""
    said, at, post = request.POST.get("words", ""), timezone.now(), request.POST
    of = CorrectionRound.objects.filter(case=case, pk=_number(post.get("round", ""))).first()
    if of is None:
        raise Http404
    if "aside" in post:
        row = Finding.objects.filter(round=of, pk=_number(post["aside"])).first()
        if row is None:
            raise Http404
        set_aside_finding(finding_id=row.pk, officer=request.officer, reason=said, at=at)
        return _("这一条不采用，提出的单位会看到您的理由")
    if "both" in post:
        target = Target.parse(post["both"])
        if target is None:
            raise Http404
        send_both(round_id=of.pk, officer=request.officer, target=target, words=said, at=at)
        return _("两条都发，连同您的说明")
    grant_more_time(round_id=of.pk, officer=request.officer, reason=said, at=at)
    return _("已经延长，申请人会看到新的日期")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _tag(of: CorrectionRound) -> dict[str, str]:
    state, tone = ROUND_WORDS[of.round_state]
    return {"state": str(state), "tone": tone}


def _speaker(board: Board, item: ItemCase) -> dict[str, Any]:
    """One body's verdict on its item so far."""
    count = sum(one.item_id == item.pk for one in board.live(board.gathering)) if board.gathering else 0
    proposed = sum(one.item_id == item.pk for one in board.proposed())
    if item.item_state is not ItemState.RECEIVED:
        told = words.state_tag(item)["state"]
    elif item.pk in board.spoken:
        told = _("说完了，提了%(n)s处") % {"n": count}
    else:
        told = _("还没有说完，提了%(n)s处") % {"n": count} if count else _("还没有表态")
    if proposed:
        told += _("；%(n)s处等本单位负责人批准") % {"n": proposed}
    return {
        "body": item.organisation.name if item.organisation is not None else _("还没有找到办理单位"),
        "item": item.name,
        "told": told,
        "is_silent": item.item_state is ItemState.RECEIVED and item.pk not in board.spoken,
    }


def _round(board: Board, of: CorrectionRound, titles: Mapping[Target, Asked]) -> dict[str, Any]:
    """One open round with its points; while it gathers, they are the preview of the notice."""
    points = [_point(board, one, titles) for one in board.points(of)]
    return {
        "pk": of.pk,
        "ordinal": of.ordinal,
        "gathers": of.round_state is RoundState.COLLECTING,
        "held": of.held_at is not None and any(point["against"] for point in points),
        "cut_off": of.cut_off,
        "latest": of.latest_notice,
        "noticed": prose_date(of.noticed_at) if of.noticed_at else "",
        "answer_by": prose_date(of.answer_by) if of.answer_by else "",
        "points": points,
        **_tag(of),
    }


def _point(board: Board, point: Merged, titles: Mapping[Target, Asked]) -> dict[str, Any]:
    rows = {one.pk: one for one in board.findings}
    against = {one.id for pair in contradictions(point, opposite_of) for one in pair}
    return {
        "title": target_words(point.target, titles),
        "code": point.target.code,
        "lines": [_line(line, rows) for line in point.lines],
        "merged": any(len(line.bodies) > 1 for line in point.lines),
        "against": [
            {"pk": key, "body": rows[key].organisation.name, "what": _said(rows[key])} for key in sorted(against)
        ],
    }


def _line(line: Line, rows: Mapping[int, Finding]) -> dict[str, Any]:
    found = [rows[one.id] for one in line.findings]
    return {
        "reason": reason_words(line.reason),
        "bodies": "、".join(line.bodies),
        "words": [_said(one) for one in found if one.words or one.required or one.areas],
        "late": [one.exception_reason for one in found if one.exception_reason],
        "lead": next((one.lead_words for one in found if one.lead_words), ""),
    }


def _said(one: Finding) -> str:
    """What a body wrote, with what it must be."""
    parts = [one.words] if one.words else [] if one.reason == OTHER else [reason_words(one.reason)]
    parts += [area.words for area in one.marked]
    if one.required:
        parts.append(_("应当是：%(what)s") % {"what": one.required})
    return "；".join(parts)
