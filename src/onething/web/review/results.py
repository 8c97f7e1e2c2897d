"""Results a body issued, and the tasks it has decided (R2.9.a)."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from onething.audit.services import log_read
from onething.cases.models import ItemCase
from onething.delivery.models import ResultDocument
from onething.delivery.services import ResultGone, hand_over, open_result
from onething.documents.rules import judge
from onething.files.responses import file_response
from onething.kit.errors import Refused
from onething.kit.ids import tidy_number
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review import words
from onething.web.review.frame import Role, page, tell, today
from onething.web.review.task import address
from onething.web.ui.addresses import link_to

__all__ = ["decided", "download", "handed_over", "issued"]

PAGE_SIZE: Final = 50
MOST_TYPED: Final = 60


@require_safe
@officer_required(Role.ISSUER, Role.REVIEWER)
def issued(request: OfficerRequest) -> HttpResponse:
    """The documents of the officer's body, newest first; those nobody has taken can be marked as handed over."""
    number = tidy_number(request.GET.get("number", ""))[:MOST_TYPED]
    rows = (
        ResultDocument.objects.issued_by(request.officer)
        .select_related("item__case")
        .defer("produced", "item__opinion", "item__case__plan", "item__case__answers", "item__case__form_values")
    )
    waiting = request.GET.get("show") == "waiting"
    if waiting:
        rows = rows.filter(delivered_at__isnull=True, revoked_at__isnull=True)
    if number:
        rows = rows.filter(Q(number__startswith=number) | Q(item__case__number=number))
    place = _place(request.GET.get("after", ""))
    if place is not None:
        rows = rows.filter(Q(issued_at__lt=place[0]) | Q(issued_at=place[0], pk__lt=place[1]))
    found = list(rows.order_by("-issued_at", "-pk")[: PAGE_SIZE + 1])
    query = "&".join(part for part in ("show=waiting" if waiting else "", f"number={number}" if number else "") if part)
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    context = {
        "rows": [_document(one) for one in found[:PAGE_SIZE]],
        "tabs": [
            {"label": _("全部"), "url": link_to("review:results"), "current": not waiting},
            {"label": _("还没有交给申请人"), "url": "?show=waiting", "current": waiting},
        ],
        "filters": [_number_field(_("文书编号或申请编号"), number)],
        "number": number,
        "next_url": f"?{query}&after={_mark(last.issued_at, last.pk)}" if last else "",
        "first_url": f"?{query}" if place is not None else "",
        "list": request.GET.urlencode(),
    }
    return page(request, "review/results.html", context, current="results")


def _number_field(label: str, value: str) -> dict[str, Any]:
    return {
        "name": "number",
        "type": "text",
        "label": label,
        "value": value,
        "required": False,
        "optional_mark": False,
    }


def _document(one: ResultDocument) -> dict[str, Any]:
    verdict = judge(revoked=one.revoked_at is not None, valid_until=one.valid_until, today=today())
    return {
        "pk": one.pk,
        "name": one.name,
        "number": one.number,
        "code": one.code,
        "item": one.item.name,
        "case_number": one.item.case.number,
        "applicant": words.applicant(one.item.case),
        "issued_at": one.issued_at,
        "delivered_at": one.delivered_at,
        "verdict": verdict,
        "may_hand_over": one.delivered_at is None and one.revoked_at is None,
    }


@require_safe
@officer_required(Role.ISSUER, Role.REVIEWER)
def download(request: OfficerRequest, document_id: int) -> FileResponse:
    """The PDF of one result, for printing and stamping."""
    try:
        document = open_result(document_id=document_id, officer=request.officer, at=timezone.now())
    except ResultGone:
        raise Http404 from None
    log_read(
        account=request.user.pk,
        case_number=document.item.case.number,
        what=f"result {document.number}",
        at=timezone.now(),
        home_division=document.home_division,
    )
    return file_response(document.file, filename=f"{document.name}-{document.number}.pdf")


@require_POST
@officer_required(Role.ISSUER, Role.REVIEWER)
def handed_over(request: OfficerRequest, document_id: int) -> HttpResponse:
    """The paper went over the counter: the result is delivered."""
    try:
        document = hand_over(document_id=document_id, officer=request.officer, at=timezone.now())
    except ResultGone:
        raise Http404 from None
    except Refused as refused:
        tell(request, refused.message, tone="warning")
    else:
        tell(request, _("“%(name)s”记下了：已交给申请人") % {"name": document.name})
    return HttpResponseRedirect(link_to("review:results"))


@require_safe
@officer_required(Role.REVIEWER)
def decided(request: OfficerRequest) -> HttpResponse:
    """已办: what the body has ended, newest first."""
    number = tidy_number(request.GET.get("number", ""))[:MOST_TYPED]
    rows = (
        ItemCase.objects.visible_to(request.officer).exclude(outcome="").select_related("case", "decided_by__account")
    )
    if number:
        rows = rows.filter(number__startswith=number)
    place = _place(request.GET.get("after", ""))
    if place is not None:
        moment, key = place
        rows = rows.filter(Q(decided_at__lt=moment) | Q(decided_at=moment, pk__lt=key), decided_at__lte=moment)
    rows = rows.defer("opinion", "case__plan", "case__answers", "case__form_values")
    found = list(rows.order_by("-decided_at", "-pk")[: PAGE_SIZE + 1])
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    context = {
        "rows": [_ended(one) for one in found[:PAGE_SIZE]],
        "filters": [_number_field(_("申请编号"), number)],
        "number": number,
        "next_url": f"?number={number}&after={_mark(last.decided_at, last.pk)}" if last and last.decided_at else "",
        "first_url": f"?number={number}" if place is not None else "",
    }
    return page(request, "review/decided.html", context, current="done")


def _ended(item: ItemCase) -> dict[str, Any]:
    return {
        "number": item.number,
        "name": item.name,
        "url": address(item),
        "onething": item.case.onething_name,
        "applicant": words.applicant(item.case),
        "decided_at": item.decided_at,
        "decided_by": item.decided_by.account.display_name if item.decided_by else "",
        **words.state_tag(item),
    }


def _mark(moment: datetime, key: int) -> str:
    return f"{moment.astimezone(timezone.get_fixed_timezone(0)).isoformat().replace('+00:00', 'Z')}~{key}"


def _place(text: str) -> tuple[datetime, int] | None:
    moment, _dot, key = text.rpartition("~")
    try:
        return datetime.fromisoformat(moment), int(key)
    except ValueError:
        return None
