"""Joint visits as the lead arranges them: who, what, when, and how it ended (journey f)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onething.activities.models import KIND_WORDS, JointActivity, Participation
from onething.activities.reading import activities_of_case, body_names, led_activity, sheet_for
from onething.activities.rules import MOST_OWN, Look, own_looks, points_to_look_at
from onething.activities.services import (
    Wanted,
    arrange_activity,
    cancel_activity,
    close_activity,
    mark_absent,
    offer_slots,
    start_recheck,
)
from onething.activities.services.arrange import open_defects, rule_of
from onething.activities.sheet import draw_sheet, late_blocks, sheet_blocks
from onething.activities.states import ActivityState, Kind
from onething.activities.times import earliest, proposals_for
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.reading import items_of_case
from onething.cases.states import ItemState
from onething.kit.errors import Refused
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.frame import Role, page, tell
from onething.web.review.visit_words import body_rows, head_of, moment_of, time_words, visit_tag
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of, read_value

__all__ = ["act", "arrange", "sheet_pdf", "visit", "visit_rows"]

MINUTES: Final = (30, 60, 90, 120, 180, 240)
MOST_TYPED: Final = 500


def visit_rows(case: OneThingCase) -> list[dict[str, Any]]:
    """The visits of a case for the page of the case, the first one on top. One query."""
    return [
        {
            "title": visit_title(one),
            "url": link_to("review:visit", one.pk),
            "when": time_words(one),
            **visit_tag(one),
        }
        for one in activities_of_case(case)
    ]


def visit_title(activity: JointActivity) -> str:
    """联合勘验, or its re-check."""
    kind = str(KIND_WORDS[Kind(activity.kind)])
    return _("%(kind)s复查") % {"kind": kind} if activity.recheck_of_id else kind


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.LEAD)
def arrange(request: OfficerRequest, number: str) -> HttpResponse:
    """Choose kind, bodies and what each looks at; what the one-thing says is chosen already."""
    case = OneThingCase.objects.led_by(request.officer).select_related("edition").filter(number=number).first()
    if case is None:
        raise Http404
    items = [one for one in items_of_case(case) if one.is_open and one.organisation_id is not None]
    items = [one for one in items if one.item_state is not ItemState.WAITING]
    looks = {one.pk: points_to_look_at(case.plan, one.key) for one in items}
    kind = _kind(case, request.POST.get("kind") or request.GET.get("kind", ""))
    fields = _fields(case, items, looks, kind)
    refused = ""
    if request.method == "POST":
        for field in fields:
            field["value"] = read_value(request.POST, field)
        made = None
        if fields[0]["value"] in set(Kind):
            refused, made = _arranged(request, case, items, looks, fields)
        else:
            fields[0]["error"] = _("选做什么")
        if made is not None:
            return HttpResponseRedirect(link_to("review:visit", made.pk))
    errors = errors_of(fields) or ([{"id": "", "text": refused}] if refused else [])
    context = {"case": case, "fields": fields, "errors": errors, "back": link_to("review:case", case.number)}
    return page(request, "review/visit_new.html", context, current="lead", status=422 if errors else 200)


def _kind(case: OneThingCase, asked: str) -> Kind:
    known = [one["kind"] for one in case.edition.document.get("joint", ())]
    return Kind(asked) if asked in set(Kind) else Kind(known[0]) if known else Kind.SURVEY


def _fields(
    case: OneThingCase, items: list[ItemCase], looks: Mapping[int, list[Look]], kind: Kind
) -> list[dict[str, Any]]:
    rule = rule_of(case.edition.document, kind)
    kinds = [{"value": one.value, "label": words} for one, words in KIND_WORDS.items()]
    minutes = sorted({*MINUTES, rule["minutes"]})
    chosen = set(rule["items"])
    fields: list[dict[str, Any]] = [
        {"name": "kind", "type": "radio", "label": _("做什么"), "options": kinds, "value": kind.value},
    ]
    for item in items:
        body = item.organisation.name if item.organisation else ""
        fields.append(
            {
                "name": f"points-{item.pk}",
                "type": "checkbox",
                "label": _("%(body)s（%(item)s）看什么") % {"body": body, "item": item.name},
                "hint": _("一个也不选、下面也不写，这个单位就不参加"),
                "options": [{"value": n, "label": look.title} for n, look in enumerate(looks[item.pk])],
                "value": list(range(len(looks[item.pk]))) if item.key in chosen else [],
                "required": False,
                "optional_mark": False,
            }
        )
        fields.append(
            {
                "name": f"own-{item.pk}",
                "type": "long_text",
                "label": _("%(body)s还要看什么") % {"body": body},
                "hint": _("一行一个要点，最多%(n)s个；写明是牵头部门加的") % {"n": MOST_OWN},
                "required": False,
                "rows": 2,
                "max_length": MOST_TYPED,
                "value": "",
            }
        )
    fields += [
        {
            "name": "minutes", "type": "select", "label": _("大约要多久"), "value": rule["minutes"],
            "options": [{"value": one, "label": _("%(n)s分钟") % {"n": one}} for one in minutes],
        },
        {
            "name": "place", "type": "text", "label": _("地点"), "required": False, "max_length": 200,
            "hint": _("不填，就是申请表上填的地址"),
        },
        {
            "name": "invited", "type": "text", "label": _("邀请的专家、机构或其他人"), "required": False, "max_length": 200,
        },
    ]  # fmt: skip
    return fields


def _arranged(
    request: OfficerRequest,
    case: OneThingCase,
    items: list[ItemCase],
    looks: Mapping[int, list[Look]],
    fields: list[dict[str, Any]],
) -> tuple[str, JointActivity | None]:
    typed = {field["name"]: field["value"] for field in fields}
    wanted = [
        Wanted(item.pk, chosen)
        for item in items
        if (
            chosen := [
                *(look for n, look in enumerate(looks[item.pk]) if str(n) in typed[f"points-{item.pk}"]),
                *own_looks(typed[f"own-{item.pk}"]),
            ]
        )
    ]
    try:
        made = arrange_activity(
            case_id=case.pk, officer=request.officer, kind=Kind(typed["kind"]), wanted=wanted, place=typed["place"][:MOST_TYPED],
            invited=typed["invited"][:MOST_TYPED], at=timezone.now(),
            minutes=int(typed["minutes"]) if str(typed["minutes"]).isdecimal() else None,
        )  # fmt: skip
    except Refused as refused:
        return refused.message, None
    return "", made


def _led(request: OfficerRequest, activity_id: int) -> JointActivity:
    found = led_activity(request.officer, activity_id)
    if found is None:
        raise Http404
    return found


@require_safe
@officer_required(Role.LEAD)
def visit(request: OfficerRequest, activity_id: int) -> HttpResponse:
    """One visit: its times, who comes, what each said, and what the lead can do now."""
    return _visit_page(request, _led(request, activity_id))


def _visit_page(request: OfficerRequest, activity: JointActivity, *, refused: str = "") -> HttpResponse:
    state, now = activity.activity_state, timezone.now()
    parts = list(
        activity.participations.select_related("organisation", "item", "inspector__account").order_by(
            "item__ordinal", "pk"
        )
    )
    after = max(moment_of(request.GET.get("after", "")) or now, earliest(now))
    ended = state is ActivityState.CLOSED
    context = {
        "case": activity.case,
        "visit": activity,
        "title": visit_title(activity),
        "head": head_of(activity),
        "bodies": body_rows(parts),
        "back": link_to("review:case", activity.case.number),
        "times": _times(activity, after) if state is ActivityState.PROPOSED else None,
        "offered": _offered(activity) if state is ActivityState.OFFERED else [],
        "absent": [one for one in parts if one.state == Participation.State.INVITED]
        if _may_mark(activity, now)
        else [],
        "may_cancel": state in {ActivityState.PROPOSED, ActivityState.OFFERED, ActivityState.BOOKED},
        "may_close": state is ActivityState.HELD,
        "left": [one.text for one in open_defects(activity.recheck_of or activity)] if ended else [],
        "blocks": [*sheet_blocks(activity), *late_blocks(activity)]
        if state in {ActivityState.HELD, ActivityState.CLOSED}
        else [],
        "sheet_url": link_to("review:visit_sheet", activity.pk) if ended else "",
        "errors": [{"id": "", "text": refused}] if refused else [],
    }
    return page(request, "review/visit.html", context, current="lead", status=422 if refused else 200)


def _may_mark(activity: JointActivity, now: datetime) -> bool:
    begun = activity.slot is not None and activity.slot.start <= now
    return begun and activity.activity_state in {ActivityState.BOOKED, ActivityState.HELD}


def _times(activity: JointActivity, after: datetime) -> dict[str, Any]:
    """The three proposed times, and where later ones are looked for."""
    found = proposals_for(activity, after=after)
    names = body_names(key for one in found for key in one.missing)
    rows = [
        {
            "value": one.start.isoformat(),
            "label": time_words(one),
            "hint": _("%(who)s那时没有空") % {"who": "、".join(names[key] for key in one.missing)}
            if one.missing
            else "",
        }
        for one in found
    ]
    field = {
        "name": "starts", "type": "checkbox", "label": _("给申请人选的三个时间"), "options": rows, "value": [r["value"] for r in rows],
        "hint": _("参加的单位都有空；没有空的，写在时间下面"), "optional_mark": False,
    }  # fmt: skip
    last = max((one.end for one in found), default=after)
    return {"field": field, "after": after.isoformat(), "later": f"?{urlencode({'after': last.isoformat()})}"}


def _offered(activity: JointActivity) -> list[str]:
    return [time_words(one) for one in activity.slots.filter(round=activity.round).order_by("start")]


@require_POST
@officer_required(Role.LEAD)
def act(request: OfficerRequest, activity_id: int, what: str) -> HttpResponse:
    """Offer, call off, mark absent, end it, or start the re-check."""
    activity = _led(request, activity_id)
    if what not in ACTS:
        raise Http404
    try:
        target, words = ACTS[what](request, activity)
    except Refused as refused:
        return _visit_page(request, _led(request, activity_id), refused=refused.message)
    tell(request, words)
    return HttpResponseRedirect(link_to("review:visit", target.pk))


Done = tuple[JointActivity, str]


def _offer(request: OfficerRequest, activity: JointActivity) -> Done:
    starts = [moment for text in request.POST.getlist("starts") if (moment := moment_of(text)) is not None]
    now = timezone.now()
    after = moment_of(request.POST.get("after", "")) or now
    offer_slots(activity_id=activity.pk, officer=request.officer, starts=starts, after=after, at=now)
    return activity, _("三个时间已经给申请人，他选好后这里会显示")


def _cancel(request: OfficerRequest, activity: JointActivity) -> Done:
    reason = request.POST.get("reason", "")[:MOST_TYPED]
    cancel_activity(activity_id=activity.pk, officer=request.officer, reason=reason, at=timezone.now())
    return activity, _("已经取消，申请人看得到原因")


def _absent(request: OfficerRequest, activity: JointActivity) -> Done:
    chosen = request.POST.get("participation", "")
    part = activity.participations.filter(pk=int(chosen) if chosen.isdecimal() else 0).first()
    if part is None:
        raise Refused(_("选没有到场的单位"), code="no_body")
    row = mark_absent(participation_id=part.pk, officer=request.officer, at=timezone.now())
    return activity, _("%(body)s记为没有到场") % {"body": row.organisation.name}


def _close(request: OfficerRequest, activity: JointActivity) -> Done:
    reason = request.POST.get("reason", "")[:MOST_TYPED]
    close_activity(activity_id=activity.pk, officer=request.officer, reason=reason, at=timezone.now())
    return activity, _("已经结束，记录表在下面")


def _recheck(request: OfficerRequest, activity: JointActivity) -> Done:
    by_photo = request.POST.get("how") == "photo"
    made = start_recheck(activity_id=activity.pk, officer=request.officer, by_photo=by_photo, at=timezone.now())
    return made, _("复查只看没有解决的几处")


ACTS: Final[Mapping[str, Callable[[OfficerRequest, JointActivity], Done]]] = {
    "offer": _offer,
    "cancel": _cancel,
    "absent": _absent,
    "close": _close,
    "recheck": _recheck,
}


@require_safe
@officer_required(Role.LEAD, Role.REVIEWER)
def sheet_pdf(request: OfficerRequest, activity_id: int) -> HttpResponse:
    """The sheet on paper, for the lead and for every body that took part: the same that the applicant gets."""
    found = sheet_for(request.offices, activity_id)
    if found is None:
        raise Http404
    response = HttpResponse(draw_sheet(found, at=timezone.now()), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="visit-{found.case.number}-{found.ordinal}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
