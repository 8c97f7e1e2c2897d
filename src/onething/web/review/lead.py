"""What the lead department sees: its running cases, and one page with a lane per department (journey f, f1)."""

from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onething.activities.access import may_lead
from onething.audit.services import log_read
from onething.cases.calendar import working_calendar
from onething.cases.models import CLOSED, ClockStop, ItemCase, OneThingCase
from onething.cases.reading import expected_of, items_of_case, stops_of_items
from onething.cases.states import BundleState
from onething.dispatch.reading import case_followed_by, items_of_cases, lanes_of
from onething.dispatch.supervision import held_of
from onething.documents.services import documents_of_case
from onething.exchange.reading import silent_systems
from onething.feedback.reading import had_rounds
from onething.kit.ids import tidy_number
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review import words
from onething.web.review.documents import rows_of
from onething.web.review.frame import Role, page, today
from onething.web.review.lanes import lane_rows
from onething.web.review.originals import originals_link
from onething.web.review.story import story_of
from onething.web.review.supervision import COUNTED_DAYS, body_rows
from onething.web.review.visits import visit_rows
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import due_text, prose_date
from onething.web.ui.why_day import why_this_day

__all__ = ["board", "case"]

PAGE_SIZE: Final = 50
MOST_TYPED: Final = 60
# Which cases each tab shows; the number at the tab counts exactly them (X11).
TABS: Final = ("running", "late", "waiting", "closed")


@require_safe
@officer_required(Role.LEAD)
def board(request: OfficerRequest) -> HttpResponse:
    """The cases of the lead's one-things, newest first."""
    day = today()
    tab = request.GET.get("show", "") if request.GET.get("show") in TABS else "running"
    cases = OneThingCase.objects.led_by(request.officer)
    counts = cases.aggregate(**{name: Count("pk", filter=_of_tab(name, day)) for name in TABS})
    number = tidy_number(request.GET.get("number", ""))[:MOST_TYPED]
    rows = cases.filter(_of_tab(tab, day)) if not number else cases.filter(number__startswith=number)
    place = _place(request.GET.get("after", ""))
    if place is not None:
        moment, key = place
        rows = rows.filter(Q(submitted_at__lt=moment) | Q(submitted_at=moment, pk__lt=key), submitted_at__lte=moment)
    found = list(rows.without_content().newest_first()[: PAGE_SIZE + 1])
    shown, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    context = {
        "rows": _rows(shown, day),
        "tabs": _tabs(tab, counts, is_search=bool(number)),
        "number": number,
        "filters": [
            {
                "name": "number",
                "type": "text",
                "label": _("申请编号"),
                "value": number,
                "required": False,
                "optional_mark": False,
            }
        ],
        "next_url": _next(tab, number, shown[-1]) if more else "",
        "first_url": _query(tab, number) if place is not None else "",
        "bodies": body_rows(request.officer, at=timezone.now()),
        "body_columns": _body_columns(),
        "counted_days": COUNTED_DAYS,
    }
    return page(request, "review/lead.html", context, current="lead")


def _body_columns() -> list[dict[str, Any]]:
    counts = (_("黄牌"), _("红牌"), _("催办"), _("上报"))
    return [{"label": _("办理单位")}, *({"label": label, "numeric": True} for label in counts)]


def _of_tab(tab: str, day: Any) -> Q:  # noqa: ANN401  # a date
    if tab == "closed":
        return Q(state__in=CLOSED)
    if tab == "late":
        return ~Q(state__in=CLOSED) & Q(promised_on__lt=day)
    if tab == "waiting":
        return Q(state=BundleState.WAITING_FOR_APPLICANT)
    return ~Q(state__in=CLOSED)


def _tabs(tab: str, counts: dict[str, int], *, is_search: bool) -> list[dict[str, Any]]:
    labels = {"running": _("在办"), "late": _("已超期"), "waiting": _("等申请人补充"), "closed": _("已办完")}
    return [
        {"label": labels[name], "url": f"?show={name}", "count": counts[name], "current": name == tab and not is_search}
        for name in TABS
    ]


def _rows(cases: list[OneThingCase], day: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # a date
    """Each case with how its items stand. One query for all of them."""
    items = items_of_cases(cases)
    return [_row(case, items[case.pk], day) for case in cases]


def _row(case: OneThingCase, items: list[ItemCase], day: Any) -> dict[str, Any]:  # noqa: ANN401  # a date
    open_items = [item for item in items if item.is_open]
    late = [item for item in open_items if item.promised_due and item.promised_due < day]
    calendar = working_calendar()
    days = calendar.working_days_between(day, case.promised_on) if case.promised_on else None
    waits_on = dict.fromkeys(
        item.organisation.short_name if item.organisation else _("待分派")
        for item in open_items
        if item.state != "waiting"
    )
    return {
        "number": case.number,
        "url": link_to("review:case", case.number),
        "onething": case.onething_name,
        "applicant": words.applicant(case),
        "submitted": case.submitted_at,
        "due": due_text(case.promised_on, days) if case.promised_on and not case.closed_at else "",
        "ended": len(items) - len(open_items),
        "total": len(items),
        "waits_on": "、".join(waits_on),
        "late": len(late),
        **words.bundle_tag(case),
    }


def _place(text: str) -> tuple[datetime, int] | None:
    moment, _dot, key = text.rpartition("~")
    try:
        return datetime.fromisoformat(moment), int(key)
    except ValueError:
        return None


def _query(tab: str, number: str) -> str:
    return f"?show={tab}&number={number}" if number else f"?show={tab}"


def _next(tab: str, number: str, last: OneThingCase) -> str:
    moment = last.submitted_at.astimezone(timezone.get_fixed_timezone(0)).isoformat().replace("+00:00", "Z")
    return f"{_query(tab, number)}&after={moment}~{last.pk}"


@require_safe
@officer_required(Role.LEAD, Role.COORDINATOR)
def case(request: OfficerRequest, number: str) -> HttpResponse:
    """All departments of one case on one page, and what happened so far."""
    found = case_followed_by(request.offices, number)
    if found is None:
        raise Http404
    log_read(
        account=request.user.pk,
        case_number=found.number,
        what="case",
        at=timezone.now(),
        home_division=found.home_division,
    )
    day, calendar = today(), working_calendar()
    items = items_of_case(found)
    lanes, stops = lanes_of(items), stops_of_items(items)
    context = {
        "case": found,
        "head": _head(found, day),
        "lanes": lane_rows(
            lanes,
            today=day,
            calendar=calendar,
            with_person=True,
            held=held_of([item.pk for item in items]),
            may_remind=_leads(request, found),
            stops=stops,
            silent=silent_systems(found, items, today=day, calendar=calendar),
        ),
        "summary": _summary(items),
        "why": None if found.closed_at else _why(found, items, stops, day),
        "preliminary_url": link_to("review:preliminary", found.number) if _leads(request, found) else "",
        "originals": [
            {"name": one.name, "url": url} for one in items if _leads(request, found) and (url := originals_link(one))
        ],
        "documents": rows_of(documents_of_case(found), request.officer),
        "story": story_of(found, items),
        "rounds_url": _rounds_url(request, found, items),
        "visits": visit_rows(found),
        "arrange_url": ""
        if found.closed_at or not any(may_lead(one, found) for one in request.offices)
        else link_to("review:visit_new", found.number),
    }
    return page(request, "review/case.html", context, current="lead")


def _leads(request: OfficerRequest, found: OneThingCase) -> bool:
    """Whether this person presses for the department that leads the case; a coordinator only looks."""
    return any(
        office.role == Role.LEAD and office.organisation_id == found.lead_organisation_id for office in request.offices
    )


def _rounds_url(request: OfficerRequest, found: OneThingCase, items: list[ItemCase]) -> str:
    """Where the lead sees the corrections of a case; empty where there are none, or for a coordinator."""
    corrects = had_rounds(items) or any(item.open_findings for item in items)
    return link_to("review:rounds", found.number) if corrects and _leads(request, found) else ""


def _head(found: OneThingCase, day: Any) -> dict[str, Any]:  # noqa: ANN401  # a date
    calendar = working_calendar()
    facts = [
        {"label": _("申请编号"), "value": found.number},
        {"label": _("申请人"), "value": words.applicant(found)},
        {"label": _("牵头部门"), "value": found.lead_organisation.name if found.lead_organisation else _("没有写明")},
        {"label": _("提交"), "value": prose_date(found.submitted_at)},
    ]
    if found.promised_on:
        days = None if found.closed_at else calendar.working_days_between(day, found.promised_on)
        facts.append({"label": _("承诺办好"), "value": due_text(found.promised_on, days)})
    if found.closed_at:
        facts.append({"label": _("办完"), "value": prose_date(found.closed_at)})
    return {"title": found.onething_name, "facts": facts, **words.bundle_tag(found)}


def _why(
    found: OneThingCase, items: list[ItemCase], stops: dict[int, list[ClockStop]], day: date
) -> dict[str, str] | None:
    expected, lines = expected_of(found, items, stops)
    names, keys = {item.number: item.name for item in items}, {item.key: item.name for item in items}
    return why_this_day(found.promised_on, expected, lines, names, keys, today=day)


def _summary(items: list[ItemCase]) -> str:
    """已办完2项，在办1项，等前一项1项: understood in ten seconds."""
    waiting = sum(item.state == "waiting" for item in items)
    ended = sum(not item.is_open for item in items)
    return _("共%(all)s项：已办完%(ended)s项，在办%(open)s项，等前一项%(waiting)s项") % {
        "all": len(items),
        "ended": ended,
        "open": len(items) - ended - waiting,
        "waiting": waiting,
    }
