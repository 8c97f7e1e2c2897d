"""The inspector's page on the spot, and the days on which one is needed (journey f, ux f3).

The page is an ordinary form. With script it keeps every entry on the device, with an id and the time it was made, and sends
them one after the other when there is a network: `send` takes each once, however often it arrives.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onething.activities.drawings import versions_for
from onething.activities.models import BlockedTime, Participation
from onething.activities.reading import agenda_of, part_for, photo_for, running_led_by
from onething.activities.services import Entry, add_late_finding, block_time, take_entry, unblock_time
from onething.activities.services.site import EntryKind
from onething.activities.sheet import checklist_paper
from onething.audit.services import log_read
from onething.files.models import StoredFile
from onething.files.responses import file_response
from onething.files.services import store_upload
from onething.kit.errors import Refused
from onething.kit.workdays import LEGAL_ZONE
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.frame import Role, page, tell
from onething.web.review.site_form import opinion_fields, point_rows, typed_points
from onething.web.review.visit_words import head_of, moment_of, time_words, visit_tag
from onething.web.review.visits import visit_title
from onething.web.ui.addresses import link_to

__all__ = ["agenda", "checklist", "late", "photo", "send", "site", "worker"]

WORKER: Final = Path(__file__).parent / "static" / "review" / "visit_worker.js"
MOST_TYPED: Final = 1000
PICTURES: Final = frozenset({"image/jpeg", "image/png"})


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.REVIEWER, Role.LEAD)
def agenda(request: OfficerRequest) -> HttpResponse:
    """The visits of one's body, and of the cases it leads; and when oneself cannot come."""
    reviewer = next((one for one in request.offices if one.role == Role.REVIEWER), None)
    lead = next((one for one in request.offices if one.role == Role.LEAD), None)
    refused = ""
    if request.method == "POST" and reviewer is not None:
        refused = _blocked(request)
        if not refused:
            return HttpResponseRedirect(link_to("review:visits"))
    blocked = BlockedTime.objects.visible_to(reviewer).ahead(timezone.now()) if reviewer else []
    context = {
        "is_reviewer": reviewer is not None,
        "rows": [_agenda_row(one) for one in agenda_of(reviewer)] if reviewer else [],
        "led": [
            {
                "title": f"{visit_title(one)} {one.case.onething_name}",
                "url": link_to("review:visit", one.pk),
                "when": time_words(one),
                "number": one.case.number,
                **visit_tag(one),
            }
            for one in (running_led_by(lead) if lead else [])
        ],
        "blocked": [
            {"pk": one.pk, "words": time_words(one), "mine": one.officer_id == getattr(reviewer, "pk", None)}
            for one in blocked
        ],
        "errors": [{"id": "block-day", "text": refused}] if refused else [],
    }
    return page(request, "review/visits.html", context, current="visits", status=422 if refused else 200)


def _agenda_row(one: Participation) -> dict[str, Any]:
    return {
        "title": f"{visit_title(one.activity)}：{one.item.name}",
        "url": link_to("review:site", one.pk),
        "when": time_words(one.activity),
        "number": one.activity.case.number,
        "signed": one.signed_at is not None,
        **visit_tag(one.activity),
    }


def _blocked(request: OfficerRequest) -> str:
    """Add or take back a time of one's own. Returns what was declined."""
    officer = next(one for one in request.offices if one.role == Role.REVIEWER)
    if (taken_back := request.POST.get("unblock", "")).isdecimal():
        unblock_time(blocked_id=int(taken_back), officer=officer)
        return ""
    day, since, until = (request.POST.get(name, "").strip() for name in ("day", "since", "until"))
    try:
        start, end = (datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LEGAL_ZONE) for clock in (since, until))
        block_time(officer=officer, start=start, end=end, at=timezone.now())
    except ValueError:
        return _("写日期和时间，例如 2026-03-05，09:00 到 12:00")
    except Refused as refused:
        return refused.message
    tell(request, _("记下了，找共同时间时会避开"))
    return ""


def _own(request: OfficerRequest, participation_id: int) -> Participation:
    found = part_for(request.officer, participation_id)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.REVIEWER)
def site(request: OfficerRequest, participation_id: int) -> HttpResponse:
    """What one body looks at, notes and signs. Without script the whole form is sent at once."""
    part = _own(request, participation_id)
    if request.method != "POST":
        return _site_page(request, part)
    try:
        words = _take_form(request, part)
    except Refused as refused:
        return _site_page(request, _own(request, participation_id), refused=refused.message)
    tell(request, words)
    return HttpResponseRedirect(link_to("review:site", part.pk))


def _site_page(request: OfficerRequest, part: Participation, *, refused: str = "") -> HttpResponse:
    activity = part.activity
    log_read(
        account=request.user.pk,
        case_number=activity.case.number,
        what=f"visit {part.item.number}",
        at=timezone.now(),
        home_division=activity.home_division,
    )
    typed: Mapping[str, Any] = request.POST if refused else {}
    photos = list(part.photos.select_related("file").order_by("pk"))
    context = {
        "part": part,
        "visit": activity,
        "case": activity.case,
        "title": f"{visit_title(activity)}：{part.item.name}",
        "head": head_of(activity),
        "points": point_rows(part, photos, typed),
        "defects": list(part.defects.order_by("pk").values_list("text", flat=True)),
        "defect_text": str(typed.get("defect", "")),
        "photos": [
            {"url": link_to("review:site_photo", part.pk, one.pk), "name": _("照片%(n)s") % {"n": n}}
            for n, one in enumerate(photos, start=1)
            if one.point_id is None
        ],
        "drawings": versions_for(part.item),
        "fields": opinion_fields(typed),
        "is_open": activity.state in {"booked", "held"} and part.signed_at is None,
        "may_add": part.signed_at is not None or activity.state == "closed",
        "form_id": secrets.token_hex(8),
        "task_url": link_to("review:task", part.item.number),
        "sheet_url": link_to("review:visit_sheet", activity.pk) if activity.state == "closed" else "",
        "errors": [{"id": "", "text": refused}] if refused else [],
    }
    return page(request, "review/site.html", context, current="visits", status=422 if refused else 200)


def _take_form(request: OfficerRequest, part: Participation) -> str:
    """Everything a form without script holds, as entries of its own: pressed twice it is taken once."""
    now, form = timezone.now(), request.POST.get("form_id", "")[:32]
    entries = []
    for place, answer, note in typed_points(part, request.POST):
        entries.append(Entry(f"{form}-{place}", EntryKind.ANSWER, now, point=place, answer=answer, text=note))
    for point in part.points.order_by("ordinal"):
        if (upload := request.FILES.get(f"photo-{point.ordinal}")) is not None:
            file = _picture(upload, part, now)
            entries.append(Entry(f"{form}-p{point.ordinal}", EntryKind.PHOTO, now, point=point.ordinal, file=file))
    if text := request.POST.get("defect", "").strip():
        upload = request.FILES.get("defect-photo")
        shown = _picture(upload, part, now) if upload is not None else None
        entries.append(Entry(f"{form}-d", EntryKind.DEFECT, now, text=text[:MOST_TYPED], file=shown))
    if request.POST.get("sign"):
        entries.append(_sign_entry(f"{form}-s", request, now))
    for one in entries:
        take_entry(participation_id=part.pk, officer=request.officer, entry=one, at=now)
    return _("已经签字") if request.POST.get("sign") else _("已经保存")


def _sign_entry(client_id: str, request: HttpRequest, at: datetime) -> Entry:
    drawings = tuple(int(one) for one in request.POST.getlist("drawings") if one.isdecimal())
    answer, words = request.POST.get("opinion", ""), request.POST.get("words", "")[:MOST_TYPED]
    return Entry(client_id, EntryKind.SIGN, at, answer=answer, text=words, drawings=drawings)


def _picture(upload: Any, part: Participation, at: datetime) -> StoredFile:  # noqa: ANN401  # Django's uploaded file
    """A photograph, decoded and written anew as every other upload. Raises Refused."""
    home = part.activity.home_division
    file = store_upload(
        upload, filename=upload.name or "", declared=upload.content_type or "", at=at, home_division=home
    )
    if file.media_type not in PICTURES:
        raise Refused(_("这里只收照片"), code="wrong_type")
    return file


@require_POST
@officer_required(Role.REVIEWER)
def send(request: OfficerRequest, participation_id: int) -> JsonResponse:
    """Take one entry of a device. `taken` is false when it was here already; 422 with words when it cannot be taken at all."""
    part, now = _own(request, participation_id), timezone.now()
    try:
        entry = _sent_entry(request, part, now)
        taken = take_entry(participation_id=part.pk, officer=request.officer, entry=entry, at=now)
    except Refused as refused:
        return JsonResponse({"message": refused.message}, status=422)
    return JsonResponse({"taken": taken})


def _sent_entry(request: OfficerRequest, part: Participation, now: datetime) -> Entry:
    """One entry as a device sent it. Raises Refused for what is none."""
    posted = request.POST
    kind, client_id, point = posted.get("kind", ""), posted.get("client_id", ""), posted.get("point", "")
    if kind not in set(EntryKind):
        raise Refused(_("不认识这一条，没有收下"), code="no_kind")
    taken_at = moment_of(posted.get("taken_at", "")) or now
    if kind == EntryKind.SIGN:
        return _sign_entry(client_id, request, taken_at)
    upload = request.FILES.get("file")
    return Entry(
        client_id,
        EntryKind(kind),
        taken_at,
        point=int(point) if point.isdecimal() else None,
        answer=posted.get("answer", ""),
        text=posted.get("text", "")[:MOST_TYPED],
        file=_picture(upload, part, now) if upload is not None else None,
    )


@require_POST
@officer_required(Role.REVIEWER)
def late(request: OfficerRequest, participation_id: int) -> HttpResponse:
    """Add a point after the signature, with the reason why it comes late."""
    part = _own(request, participation_id)
    text, reason = request.POST.get("text", ""), request.POST.get("reason", "")
    try:
        add_late_finding(participation_id=part.pk, officer=request.officer, text=text, reason=reason, at=timezone.now())
    except Refused as refused:
        return _site_page(request, part, refused=refused.message)
    tell(request, _("已经补充，申请人看得到问题和原因"))
    return HttpResponseRedirect(link_to("review:site", part.pk))


@require_safe
@officer_required(Role.REVIEWER)
def checklist(request: OfficerRequest, participation_id: int) -> HttpResponse:
    """The checklist on paper, to be filled in by hand where there is no device."""
    part = _own(request, participation_id)
    response = HttpResponse(checklist_paper(part, at=timezone.now()), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="checklist-{part.item.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@officer_required(Role.REVIEWER)
def photo(request: OfficerRequest, participation_id: int, photo_id: int) -> FileResponse:
    """A photograph of the visit, inert."""
    part = _own(request, participation_id)
    found = photo_for(request.officer, photo_id)
    if found is None or found.participation.activity_id != part.activity_id:
        raise Http404
    return file_response(found.file, filename=f"photo-{photo_id}.jpg", inline=True)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the inspector's pages. It has an address here, because its scope is the folder it lies in."""
    response = HttpResponse(WORKER.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
