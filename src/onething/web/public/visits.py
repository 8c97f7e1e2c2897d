"""A joint visit for the applicant: pick one of three times, see who comes, read and sign the one sheet, show what was put right (f4)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from onething.activities.models import KIND_WORDS, ChecklistPoint, JointActivity, Participation, Slot
from onething.activities.reading import activities_of_case, body_names, own_activity, own_photo
from onething.activities.services import add_applicant_photo, confirm_sheet, decline_slots, pick_slot
from onething.activities.services.arrange import open_defects
from onething.activities.sheet import draw_sheet, late_blocks, sheet_blocks
from onething.activities.states import ActivityState, Kind
from onething.cases.models import OneThingCase
from onething.files.responses import file_response
from onething.kit.errors import Refused
from onething.web.accounts.access import AccountRequest, account_required
from onething.web.public.draft_pages import page
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import prose_date
from onething.web.ui.spoken import listed, said
from onething.web.ui.uploads import take_files

__all__ = ["cards_of_visits", "photo", "sheet_pdf", "visit"]

MOST_TYPED: Final = 500
ASKS: Final[Mapping[ActivityState, Any]] = {
    ActivityState.PROPOSED: gettext_lazy("牵头部门正在找大家都有空的时间，找好了请您选"),
    ActivityState.OFFERED: gettext_lazy("请选一个时间"),
    ActivityState.BOOKED: gettext_lazy("时间定好了，请到时在场"),
    ActivityState.HELD: gettext_lazy("各单位正在看；看完请您在记录表上签字"),
    ActivityState.CLOSED: gettext_lazy("已经结束，可以看记录表"),
    ActivityState.CANCELLED: gettext_lazy("已经取消"),
}


def cards_of_visits(case: OneThingCase) -> list[dict[str, Any]]:
    """What the page of a case says about its visits. One query."""
    return [
        {
            "title": _title(one),
            "text": _asks(one),
            "when": _time(one.slot) if one.slot is not None and one.is_running else "",
            "url": link_to("public:visit", case.number, one.ordinal),
            "state_text": one.get_state_display(),
            "tone": "warning"
            if one.activity_state in {ActivityState.OFFERED, ActivityState.HELD} or one.by_photo
            else "info",
        }
        for one in activities_of_case(case)
    ]


def _title(activity: JointActivity) -> str:
    kind = str(KIND_WORDS[Kind(activity.kind)])
    return _("%(kind)s的复查") % {"kind": kind} if activity.recheck_of_id else kind


def _asks(activity: JointActivity) -> str:
    if activity.by_photo and activity.is_running:
        return _("请给要整改的地方拍照上传，不用约时间")
    return str(ASKS[activity.activity_state])


def _time(slot: Slot) -> str:
    start, end = timezone.localtime(slot.start), timezone.localtime(slot.end)
    words = {"day": prose_date(start.date()), "from": start.strftime("%H:%M"), "to": end.strftime("%H:%M")}
    return _("%(day)s %(from)s–%(to)s") % words


def _own(request: AccountRequest, number: str, ordinal: int) -> JointActivity:
    found = own_activity(request.user, number.upper(), ordinal)
    if found is None:
        raise Http404(_("没有找到这次活动。请从“我的”里打开申请。"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def visit(request: AccountRequest, number: str, ordinal: int) -> HttpResponse:
    """One visit, and what is asked of the applicant now."""
    activity = _own(request, number, ordinal)
    if request.method != "POST":
        return _page(request, activity)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _page(request, activity)
    try:
        words = act(request, activity)
    except Refused as refused:
        return _page(request, _own(request, number, ordinal), refused=said(refused.message))
    messages.success(request, words)
    return HttpResponseRedirect(link_to("public:visit", activity.case.number, activity.ordinal))


def _pick(request: AccountRequest, activity: JointActivity) -> str:
    chosen = request.POST.get("slot", "")
    if not chosen.isdecimal():
        raise Refused("选一个时间", code="no_slot")
    done = pick_slot(activity_id=activity.pk, account=request.user, slot_id=int(chosen), at=timezone.now())
    return _("时间定好了：%(time)s") % {"time": _time(done.slot) if done.slot else ""}


def _decline(request: AccountRequest, activity: JointActivity) -> str:
    reason = request.POST.get("reason", "")[:MOST_TYPED]
    decline_slots(activity_id=activity.pk, account=request.user, reason=reason, at=timezone.now())
    return _("已经告诉牵头部门，另找时间后再请您选")


def _confirm(request: AccountRequest, activity: JointActivity) -> str:
    words = request.POST.get("words", "")[:MOST_TYPED]
    confirm_sheet(activity_id=activity.pk, account=request.user, words=words, at=timezone.now())
    return _("您已经签字，记录表双方各有一份")


def _photo(request: AccountRequest, activity: JointActivity) -> str:
    now, point = timezone.now(), request.POST.get("point", "")
    for file, _name in take_files(request, home_division=activity.home_division, at=now):
        if not file.media_type.startswith("image/"):
            raise Refused("这里只收照片", code="wrong_type")
        add_applicant_photo(
            activity_id=activity.pk,
            account=request.user,
            point_id=int(point) if point.isdecimal() else 0,
            file=file,
            at=now,
        )
    return _("照片收到了，单位看过后这里会显示结果")


ACTS: Final[Mapping[str, Callable[[AccountRequest, JointActivity], str]]] = {
    "pick": _pick,
    "decline": _decline,
    "confirm": _confirm,
    "photo": _photo,
}


def _page(request: AccountRequest, activity: JointActivity, *, refused: str = "") -> HttpResponse:
    state = activity.activity_state
    parts = list(activity.participations.select_related("organisation", "item").order_by("item__ordinal", "pk"))
    under_way = state in {ActivityState.HELD, ActivityState.CLOSED}
    first = activity.recheck_of or activity
    context = {
        "case": activity.case,
        "visit": activity,
        "title": _title(activity),
        "asks": _asks(activity),
        "when": _time(activity.slot) if activity.slot is not None else "",
        "place": activity.place or _("您在申请表上填的地址"),
        "bodies": list(dict.fromkeys(said(one.organisation.name) for one in parts)),
        "slots": _slots(activity) if state is ActivityState.OFFERED else None,
        "may_decline": state is ActivityState.OFFERED or (state is ActivityState.BOOKED and not activity.by_photo),
        "may_sign": state is ActivityState.HELD and not activity.by_photo,
        "unsigned": _unsigned(parts),
        "blocks": [*sheet_blocks(activity), *late_blocks(activity)] if under_way else [],
        "sheet_url": link_to("public:visit_sheet", activity.case.number, activity.ordinal) if state is ActivityState.CLOSED else "",
        "left": [one.text for one in open_defects(first)] if state is ActivityState.CLOSED else [],
        "photo_points": _photo_points(activity) if activity.by_photo and activity.is_running else [],
        "back": link_to("public:case", activity.case.number),
        "errors": [{"id": "", "text": refused}] if refused else [],
        "section": "mine",
    }  # fmt: skip
    return page(request, "public/visit.html", context, status=422 if refused else 200)


def _unsigned(parts: list[Participation]) -> list[str]:
    waiting = [one for one in parts if one.signed_at is None and one.state != Participation.State.ABSENT]
    return list(dict.fromkeys(said(one.organisation.name) for one in waiting))


def _slots(activity: JointActivity) -> dict[str, Any]:
    rows = list(activity.slots.filter(round=activity.round).order_by("start"))
    names = body_names(key for one in rows for key in one.missing)
    return {
        "name": "slot",
        "type": "radio",
        "label": _("选一个时间"),
        "options": [
            {
                "value": one.pk,
                "label": _time(one),
                "hint": _("%(who)s那时可能来不了") % {"who": listed(said(names[key]) for key in one.missing)} if one.missing else "",
            }
            for one in rows
        ],
        "optional_mark": False,
    }  # fmt: skip


def _photo_points(activity: JointActivity) -> list[dict[str, Any]]:
    """The open points to be shown put right, each with the pictures there are."""
    points = ChecklistPoint.objects.filter(participation__activity=activity).select_related("participation", "defect")
    return [
        {
            "pk": one.pk,
            "text": one.defect.text if one.defect else one.title,
            "seen": one.participation.signed_at is not None,
            "photos": [
                link_to("public:visit_photo", activity.case.number, activity.ordinal, shown.pk)
                for shown in one.photos.all()
                if shown.by_applicant
            ],
            "field": {
                "name": "files", "id": f"f-{one.pk}", "type": "file", "label": _("改好后的照片"), "accept": "image/*", "camera": True,
                "multiple": True, "optional_mark": False,
            },
        }
        for one in points.prefetch_related("photos").order_by("participation", "ordinal")
    ]  # fmt: skip


@require_safe
@account_required
def sheet_pdf(request: AccountRequest, number: str, ordinal: int) -> HttpResponse:
    """The one sheet on paper: the same that the bodies have."""
    activity = _own(request, number, ordinal)
    if activity.activity_state is not ActivityState.CLOSED:
        raise Http404(_("记录表还没有好。"))
    response = HttpResponse(draw_sheet(activity, at=timezone.now()), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="visit-{activity.case.number}-{ordinal}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@account_required
def photo(request: AccountRequest, number: str, ordinal: int, photo_id: int) -> FileResponse:
    """One's own photograph of what was put right."""
    found = own_photo(_own(request, number, ordinal), photo_id)
    if found is None:
        raise Http404(_("没有找到这张照片。"))
    return file_response(found.file, filename=f"photo-{photo_id}.jpg", inline=True)
