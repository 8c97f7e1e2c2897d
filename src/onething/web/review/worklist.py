"""我的待办: what lies before one body, most urgent first, with all narrowing in the address (ux e1, e3)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase
from onething.dispatch.reading import Task, WorklistFilter, overview, worklist
from onething.dispatch.rules import Light
from onething.dispatch.services import claim_task, next_task, release_task
from onething.kit.errors import Refused
from onething.kit.ids import tidy_number
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review import words
from onething.web.review.done import just_done
from onething.web.review.frame import EVERYONE, Role, page, tell, today
from onething.web.review.supervision import reminded_words
from onething.web.ui.addresses import link_to

__all__ = ["claim", "home", "narrowed_by", "take_next"]

HOLDERS: Final = (
    ("mine", gettext_lazy("我领的")),
    ("free", gettext_lazy("还没有人领的")),
    ("confirm", gettext_lazy("等我复核的")),
)
KEPT: Final = ("light", "holder", "onething", "waiting")
COOKIE: Final = "ys_desk"
COOKIE_DAYS: Final = 30
MOST_TYPED: Final = 60
LANDING: Final = (
    (Role.LEAD, "review:lead"),
    (Role.COORDINATOR, "review:unrouted"),
    (Role.HEAD, "review:clocks"),
    (Role.GOVERNMENT, "review:clocks"),
    (Role.ISSUER, "review:results"),
)


@officer_required(*EVERYONE)
def home(request: OfficerRequest) -> HttpResponse:
    """The worklist of a reviewer; every other office is sent to its own page."""
    if request.officer.role != Role.REVIEWER:
        return redirect(next(name for role, name in LANDING if role == request.officer.role))
    kept = request.COOKIES.get(COOKIE, "")
    if not request.GET and kept and (query := _kept(QueryDict(kept))):
        return HttpResponseRedirect(f"{link_to('review:home')}?{query}")
    response = _worklist(request)
    _remember(request, response)
    return response


def narrowed_by(query: Mapping[str, Any]) -> WorklistFilter:
    """What the address narrows the list to; anything unknown in it narrows nothing."""
    wanted = str(query.get("light") or "")
    return WorklistFilter(
        light=Light(wanted) if wanted in set(Light) else None,
        holder=str(query.get("holder") or "") if query.get("holder") in {"mine", "free"} else "",
        onething=str(query.get("onething") or "")[:MOST_TYPED],
        number=tidy_number(str(query.get("number") or ""))[:MOST_TYPED],
        waiting=query.get("waiting") == "1",
        proposed=query.get("holder") == "confirm",
    )


def _worklist(request: OfficerRequest) -> HttpResponse:
    day, narrowed = today(), narrowed_by(request.GET)
    found = worklist(request.officer, today=day, narrowed=narrowed, after=_place(request.GET.get("after", "")))
    counts, things = overview(request.officer, today=day)
    query = request.GET.copy()
    for passing in ("after", "done"):
        query.pop(passing, None)
    back = query.urlencode()
    next_url = ""
    if found.after is not None:
        query["after"] = f"{found.after[0].isoformat()}.{found.after[1]}"
        next_url = f"?{query.urlencode()}"
    context = {
        "rows": _rows(found.tasks, day, back, request.officer.pk),
        "tabs": _tabs(narrowed, counts),
        "filters": _filters(request, narrowed, things),
        "is_narrowed": any((narrowed.light, narrowed.holder, narrowed.onething, narrowed.number, narrowed.proposed)),
        "narrowed": narrowed,
        "total": sum(counts.values()),
        "next_url": next_url,
        "first_url": f"?{back or 'light='}" if "after" in request.GET else "",
        "back": back,
        **just_done(request),
    }
    return page(request, "review/worklist.html", context, current="home")


def _rows(tasks: Sequence[Task], day: date, back: str, own: int) -> list[dict[str, Any]]:
    """The rows as the page draws them. Many share state and days, so their words are found once."""
    calendar, known = working_calendar(), {}
    rows = []
    for task in tasks:
        alike = (task.state, task.promised_due, task.near_from, task.received_on, task.trigger)
        if alike not in known:
            shape = words.light(task, today=day, calendar=calendar) | words.silence(task, today=day, calendar=calendar)
            known[alike] = {"waits": not shape["light"], **shape, **words.state_tag(task)}
        page = link_to("review:task", task.number)
        rows.append(
            {
                "number": task.number,
                "name": task.name,
                "url": f"{page}?list={quote(back)}" if back else page,
                "onething": task.onething_name,
                "applicant": words.applicant(task),
                "due": task.promised_due,
                "holder": task.holder,
                "is_free": task.claimed_by_id is None,
                "is_mine": task.claimed_by_id == own,
                "card": task.card or "",
                "proposed": task.proposed,
                "reminded": reminded_words(task.reminded_at),
                **known[alike],
            }
        )
    return rows


def _tabs(narrowed: WorklistFilter, counts: Mapping[Light, int]) -> list[dict[str, Any]]:
    """Each number opens exactly the list it counts (X11), so a tab drops what the filters had narrowed."""
    address = link_to("review:home")
    lights = [
        {
            "label": label,
            "url": f"{address}?{urlencode({'light': light.value})}",
            "count": counts[light],
            "current": narrowed.light is light and not narrowed.waiting,
        }
        for light, label in words.LIGHT_WORDS.items()
    ]
    return [
        {
            "label": _("全部"),
            "url": f"{address}?light=",
            "count": sum(counts.values()),
            "current": narrowed.light is None and not narrowed.waiting,
        },
        *lights,
        {"label": _("等前一项"), "url": f"{address}?waiting=1", "current": narrowed.waiting},
    ]


def _filters(request: OfficerRequest, narrowed: WorklistFilter, things: Mapping[str, str]) -> list[dict[str, Any]]:
    common = {"required": False, "optional_mark": False}
    fields: list[dict[str, Any]] = [
        {"name": "number", "type": "text", "label": _("申请编号"), "value": request.GET.get("number", "")[:MOST_TYPED]},
        {
            "name": "light",
            "type": "select",
            "label": _("期限"),
            "empty_label": _("全部"),
            "options": [{"value": light.value, "label": label} for light, label in words.LIGHT_WORDS.items()],
            "value": narrowed.light.value if narrowed.light else "",
        },
        {
            "name": "holder",
            "type": "select",
            "label": _("谁在办"),
            "empty_label": _("全部"),
            "options": [{"value": value, "label": label} for value, label in HOLDERS],
            "value": "confirm" if narrowed.proposed else narrowed.holder,
        },
        {
            "name": "onething",
            "type": "select",
            "label": _("一件事"),
            "empty_label": _("全部"),
            "options": [{"value": key, "label": name} for key, name in things.items()],
            "value": narrowed.onething,
        },
    ]
    return [{**field, **common} for field in fields]


def _place(text: str) -> tuple[date, int] | None:
    """Behind which row a page begins; a torn address begins at the first."""
    day, _dot, key = text.partition(".")
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        return None


def _kept(query: QueryDict) -> str:
    return urlencode({name: query[name] for name in KEPT if query.get(name)})


def _remember(request: OfficerRequest, response: HttpResponse) -> None:
    """Keep the narrowing for tomorrow (e3); not the number somebody looked for, nor how far they had turned the pages."""
    kept = _kept(request.GET)
    if kept:
        response.set_cookie(
            COOKIE,
            kept,
            max_age=COOKIE_DAYS * 24 * 3600,
            path=link_to("review:home"),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    elif COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path=link_to("review:home"), samesite="Lax")


@require_POST
@officer_required(Role.REVIEWER)
def claim(request: OfficerRequest) -> HttpResponse:
    """Take or give back one row of the list, and stay where one was."""
    number, giving_back = request.POST.get("claim", ""), request.POST.get("release", "")
    item = ItemCase.objects.visible_to(request.officer).filter(number=number or giving_back).first()
    verb = claim_task if number else release_task
    if item is None:
        tell(request, _("没有找到这一件，可能已经改派给别的单位"), tone="warning")
    else:
        try:
            verb(item_id=item.pk, officer=request.officer, at=timezone.now())
        except Refused as refused:
            tell(request, refused.message, tone="warning")
        else:
            words_done = _("“%(name)s”归您了") if number else _("“%(name)s”已经放回，同事可以领")
            tell(request, words_done % {"name": item.name})
    return HttpResponseRedirect(_list_address(request))


@require_POST
@officer_required(Role.REVIEWER)
def take_next(request: OfficerRequest) -> HttpResponse:
    """领下一件: the most urgent task nobody has."""
    item = next_task(officer=request.officer, at=timezone.now())
    if item is None:
        tell(request, _("没有可以领的了，都有人在办"), tone="")
        return HttpResponseRedirect(_list_address(request))
    back = request.POST.get("list", "")
    address = link_to("review:task", item.number)
    return HttpResponseRedirect(f"{address}?list={quote(back)}" if back else address)


def _list_address(request: OfficerRequest) -> str:
    query = QueryDict(request.POST.get("list", "")).urlencode()
    return f"{link_to('review:home')}?{query or 'light='}"
