"""待分派: what found no body, and the coordinator who finds one (R2.8.b)."""

from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from onething.cases.models import ItemCase
from onething.dispatch.reading import unroutable
from onething.dispatch.services import reroute_item, settle_return
from onething.kit.errors import Refused
from onething.parties.models import Division, Organisation
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review import words
from onething.web.review.frame import Role, page, tell, today
from onething.web.review.supervision import asked_rows
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of, read_value

__all__ = ["send", "waiting"]

PAGE_SIZE: Final = 50
LEAST_REASON: Final = 2


@require_safe
@officer_required(Role.COORDINATOR)
def waiting(request: OfficerRequest) -> HttpResponse:
    """Everything this coordinator is named for, oldest first."""
    found = unroutable(request.officer)
    rows = list(found[: PAGE_SIZE + 1])
    places = Division.objects.in_bulk({item.home_division for item in rows})
    context = {
        "rows": [_row(item, places) for item in rows[:PAGE_SIZE]],
        "count": found.count() if len(rows) > PAGE_SIZE else len(rows),
        "escalated": asked_rows(request.officer),
    }
    return page(request, "review/unrouted.html", context, current="unrouted")


def _row(item: ItemCase, places: dict[str, Division]) -> dict[str, Any]:
    returned = next((one for one in item.dispatches.all() if one.returned_at is not None), None)
    why = _("分派表里没有写这里谁办")
    if returned is not None and returned.organisation is not None:
        why = _("%(body)s退回：%(reason)s（建议转给%(right)s）") % {
            "body": returned.organisation.name,
            "reason": returned.return_reason,
            "right": returned.right_body,
        }
    times = sum(one.returned_at is not None for one in item.dispatches.all())
    asked = next(iter(item.return_requests.all()), None)
    if asked is not None and item.organisation is not None:
        why = _("%(body)s要求退回，请您定：%(reason)s（建议转给%(right)s）") % {
            "body": item.organisation.name,
            "reason": asked.reason,
            "right": asked.right_body,
        }
    if times:
        why += _("；已经退回过%(n)s次") % {"n": times}
    place = places.get(item.home_division)
    return {
        "number": item.number,
        "name": item.name,
        "url": link_to("review:send", item.number),
        "case_url": link_to("review:case", item.case.number),
        "case_number": item.case.number,
        "onething": item.case.onething_name,
        "place": place.name if place else item.home_division,
        "since": item.submitted_at,
        "due": item.promised_due,
        "why": why,
        "asked_by": item.organisation.name if item.organisation is not None else "",
        **words.state_tag(item),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.COORDINATOR)
def send(request: OfficerRequest, number: str) -> HttpResponse:
    """Choose the body for one item, and say why."""
    item = unroutable(request.officer).filter(number=number).first()
    if item is None:
        if request.method == "POST":
            tell(request, _("这一项已经有单位在办了"), tone="warning")
            return HttpResponseRedirect(link_to("review:unrouted"))
        raise Http404
    bodies = dict(Organisation.objects.valid_on(today()).order_by("name").values_list("key", "name"))
    fields = _fields(bodies, own=item.organisation.key if item.organisation is not None else "")
    if request.method == "POST":
        for field in fields:
            field["value"] = read_value(request.POST, field)
        _judge(fields, bodies)
        if not errors_of(fields):
            refused = _reroute(request, item, fields, bodies)
            if not refused:
                return HttpResponseRedirect(link_to("review:unrouted"))
            fields[0]["error"] = refused
    errors = errors_of(fields)
    row = _row(item, Division.objects.in_bulk([item.home_division]))
    context = {"row": row, "fields": fields, "errors": errors}
    return page(request, "review/send.html", context, current="unrouted", status=422 if errors else 200)


def _fields(bodies: dict[str, str], *, own: str) -> list[dict[str, Any]]:
    return [
        {
            "name": "body",
            "type": "search_select",
            "label": _("派给哪个单位"),
            "hint": _("仍由原单位办，就选它自己") if own else _("输入几个字，再从列表里选"),
            "options": [{"value": key, "label": name} for key, name in bodies.items()],
        },
        {
            "name": "reason",
            "type": "long_text",
            "label": _("为什么派给它"),
            "hint": _("例如按哪份文件的分工"),
            "rows": 2,
            "max_length": 500,
        },
    ]


def _judge(fields: list[dict[str, Any]], bodies: dict[str, str]) -> None:
    body, reason = fields
    if not body["value"]:
        body["error"] = _("选择一个单位")
    elif body["value"] not in bodies:
        body["error"] = _("没有叫“%(name)s”的单位，请从列表里选") % {"name": body["value"]}
    if len(reason["value"]) < LEAST_REASON:
        reason["error"] = _("写明为什么派给它")


def _reroute(request: OfficerRequest, item: ItemCase, fields: list[dict[str, Any]], bodies: dict[str, str]) -> str:
    """Do it. Returns what the verb answered when it declined."""
    body, reason = fields[0]["value"], fields[1]["value"]
    try:
        verb = settle_return if item.organisation_id is not None else reroute_item
        verb(item_id=item.pk, coordinator=request.officer, organisation=body, reason=reason, at=timezone.now())
    except Refused as refused:
        return refused.message
    tell(request, _("“%(name)s”已经派给%(body)s") % {"name": item.name, "body": bodies[body]})
    return ""
