"""What a department and its head do about corrections: each view reads the form, calls one verb, says what happened."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onething.feedback.models import Finding
from onething.feedback.reading import exceptions_by_body, proposals_for
from onething.feedback.rules import Target
from onething.feedback.services import (
    NewFinding,
    approve_finding,
    decline_finding,
    enter_finding,
    finish_findings,
    withdraw_finding,
)
from onething.feedback.states import FindingState
from onething.feedback.wording import asked_targets
from onething.kit.errors import Refused
from onething.oneform.rules import party_subjects
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.corrections import reason_words, target_words
from onething.web.review.frame import Role, page, tell
from onething.web.review.marking import MARKS, read_mark
from onething.web.review.task import address, open_item, open_task
from onething.web.review.task_page import draw_task
from onething.web.ui.addresses import link_to

__all__ = ["approvals", "enter", "finish", "take_back"]

FIELDS = ("target", "reason", "words", "required", "exception_reason", *MARKS)


@require_POST
@officer_required(Role.REVIEWER)
def enter(request: OfficerRequest, number: str) -> HttpResponse:
    """Say that something of the item is to be corrected; what was typed stays when it is refused."""
    item = open_item(request, number)
    typed = {name: str(request.POST.get(name, "")).strip() for name in FIELDS}
    try:
        new = NewFinding(
            _target(typed["target"]),
            typed["reason"],
            typed["words"],
            typed["required"],
            typed["exception_reason"],
            read_mark(typed),
        )
        row = enter_finding(item_id=item.pk, officer=request.officer, finding=new, at=timezone.now())
    except Refused as refused:
        return draw_task(request, open_task(request, number), refused=refused.message, finding=typed)
    waits = row.state == FindingState.PROPOSED
    tell(request, _("已经记下，等本单位负责人批准") if waits else _("已经记下，还没有通知申请人"))
    kept = {"finding": typed["target"], "list": request.POST.get("list", ""), "paper": request.POST.get("paper", "")}
    query = urlencode({name: value for name, value in kept.items() if value})
    return HttpResponseRedirect(f"{address(item)}?{query}#corrections")


def _target(code: str) -> Target:
    """What was chosen. Raises Refused when nothing was."""
    target = Target.parse(code)
    if target is None:
        raise Refused(_("选一处要补正的信息或者材料"), code="incomplete")
    return target


@require_POST
@officer_required(Role.REVIEWER)
def take_back(request: OfficerRequest, number: str, finding_id: int) -> HttpResponse:
    """Take back one finding that nobody was told of."""
    item = open_item(request, number)
    if not Finding.objects.of_body(request.officer).filter(pk=finding_id, item=item).exists():
        raise Http404
    try:
        withdraw_finding(finding_id=finding_id, officer=request.officer, at=timezone.now())
    except Refused as refused:
        tell(request, refused.message, tone="warning")
    else:
        tell(request, _("已经撤回这个问题"))
    return HttpResponseRedirect(f"{address(item)}#corrections")


@require_POST
@officer_required(Role.REVIEWER)
def finish(request: OfficerRequest, number: str) -> HttpResponse:
    """Say that these are all: once every body has spoken, the one notice goes out."""
    item = open_item(request, number)
    try:
        finish_findings(item_id=item.pk, officer=request.officer, at=timezone.now())
    except Refused as refused:
        tell(request, refused.message, tone="warning")
    else:
        tell(request, _("已经说完。各单位都说完，或者到了截止时间，一份通知发给申请人"))
    return HttpResponseRedirect(f"{address(item)}#corrections")


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.HEAD)
def approvals(request: OfficerRequest) -> HttpResponse:
    """What could have been seen before and waits for the head of the body; how often that was let through (R2.7.a/3)."""
    if request.method == "POST":
        return _decided(request)
    rows = []
    for one in proposals_for(request.officer):
        titles = asked_targets(one.case.plan, party_subjects(one.case.plan, one.case.form_values))
        rows.append(
            {
                "pk": one.pk,
                "item": one.item.name,
                "number": one.item.number,
                "title": target_words(one.target, titles),
                "reason": reason_words(one.reason),
                "words": one.words,
                "why": one.exception_reason,
                "who": one.officer.account.display_name,
                "at": one.entered_at,
            }
        )
    counted = sum(count for _body, count in exceptions_by_body(request.officer))
    return page(request, "review/approvals.html", {"rows": rows, "counted": counted}, current="approvals")


def _decided(request: OfficerRequest) -> HttpResponse:
    picked = request.POST.get("approve") or request.POST.get("decline") or ""
    verb = approve_finding if "approve" in request.POST else decline_finding
    if not picked.isdecimal() or not Finding.objects.of_body(request.officer).filter(pk=int(picked)).exists():
        raise Http404
    try:
        verb(finding_id=int(picked), head=request.officer, at=timezone.now())
    except Refused as refused:
        tell(request, refused.message, tone="warning")
    else:
        tell(
            request, _("已经批准，会连同原因告诉申请人") if "approve" in request.POST else _("没有批准，不会告诉申请人")
        )
    return HttpResponseRedirect(link_to("review:approvals"))
