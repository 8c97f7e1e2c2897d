"""The second person's acts on a proposed decision: confirm, send back; and the first one's: take it back."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onething.dispatch.services import confirm_decision, send_back_decision, take_back_proposal
from onething.kit.errors import Refused
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.acts import next_address
from onething.web.review.frame import Role, tell
from onething.web.review.task import Panel, address, open_item, open_task, own_panel
from onething.web.review.task_page import draw_task

__all__ = ["confirm", "send_back", "take_back"]


@require_POST
@officer_required(Role.REVIEWER)
def confirm(request: OfficerRequest, number: str) -> HttpResponse:
    """The decision takes effect; the minute for taking it back begins, and the next task opens."""
    item = open_item(request, number)
    if not _did(request, confirm_decision, item_id=item.pk):
        return HttpResponseRedirect(address(item))
    return HttpResponseRedirect(next_address(request, item, done=True))


@require_POST
@officer_required(Role.REVIEWER)
def send_back(request: OfficerRequest, number: str) -> HttpResponse:
    """Not without a reason, which stays in the form's place when it is missing."""
    reason = str(request.POST.get("reason") or "").strip()
    opened = open_task(request, number)
    if not reason and own_panel(opened) == Panel.CONFIRM:
        return draw_task(request, opened, wrong={"send_back": _("写明为什么不确认")})
    if _did(request, send_back_decision, item_id=opened.item.pk, reason=reason):
        tell(request, _("已经退回提出人"))
    return HttpResponseRedirect(address(opened.item))


@require_POST
@officer_required(Role.REVIEWER)
def take_back(request: OfficerRequest, number: str) -> HttpResponse:
    """Who proposed it writes it anew."""
    item = open_item(request, number)
    if _did(request, take_back_proposal, item_id=item.pk):
        tell(request, _("已经收回，可以重新写"))
    return HttpResponseRedirect(address(item))


def _did(request: OfficerRequest, verb: Callable[..., Any], **given: Any) -> bool:  # noqa: ANN401  # the verb's own keywords
    """Call the verb; what it refuses is said on the next page."""
    try:
        verb(officer=request.officer, at=timezone.now(), **given)
    except Refused as refused:
        tell(request, refused.message, tone="warning")
        return False
    return True
