"""The page of one task: papers left, judgement right (journey e). Drawing only; the acts are in `acts`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase
from onething.cases.reading import waits_of_item
from onething.dispatch.reading import lanes_of
from onething.dispatch.supervision import held_of
from onething.documents.services import documents_of_case
from onething.notice.rules import UNVERIFIED
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review import words
from onething.web.review.clock import UNDER_LAW, delivery_words
from onething.web.review.corrections import corrections_of
from onething.web.review.documents import rows_of
from onething.web.review.done import just_done
from onething.web.review.frame import Role, page
from onething.web.review.handovers import handover_words, place_names
from onething.web.review.lanes import lane_rows
from onething.web.review.opinions import templates_for
from onething.web.review.originals import originals_link
from onething.web.review.panels import MAIN_TEXT, Typed, blank, panel_fields
from onething.web.review.papers import papers_of
from onething.web.review.points import PREFIX, as_fields, obtained_words
from onething.web.review.second import second_context
from onething.web.review.supervision import held_lines
from onething.web.review.task import (
    ACTING,
    Opened,
    Panel,
    address,
    claimed_words,
    may_ask,
    note,
    open_task,
    own_panel,
    seconds_left,
)
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import field_id
from onething.web.ui.formats import prose_date

__all__ = ["draw_task", "show_value", "task"]

SOURCES: Final = {
    "produced": gettext_lazy("前一项办好后带来"),
    "answer": gettext_lazy("申请人回答的情况"),
    "derived": gettext_lazy("由其他内容算出"),
}
UNIT_WORDS: Final = {
    "working_day": gettext_lazy("个工作日"),
    "natural_day": gettext_lazy("天"),
    "working_hour": gettext_lazy("个工作小时"),
}
NO_SHOWN: Final[frozenset[str]] = frozenset()


@require_safe
@officer_required(Role.REVIEWER)
def task(request: OfficerRequest, number: str) -> HttpResponse:
    """A task in the state it is in."""
    # One finding after the other: the form stays open at what the last one was about.
    last = request.GET.get("finding", "")
    return draw_task(request, open_task(request, number), finding={"target": last} if last else None)


@require_POST
@officer_required(Role.REVIEWER)
def show_value(request: OfficerRequest, number: str) -> HttpResponse:
    """Show sensitive values: a deliberate act, each time written down with its case (ux X12)."""
    opened = open_task(request, number)
    wanted = frozenset([*request.POST.getlist("shown"), request.POST.get("field", "")]) - {""}
    hidden = {_key(one) for _title, rows in (opened.cut.groups if opened.cut else ()) for one in rows if one.sensitive}
    if not wanted or not wanted <= hidden:
        raise Http404
    for key in sorted(wanted):
        note(request, opened.item, f"shown {opened.item.number} {key}")
    if request.headers.get("HX-Request"):
        context = {
            "groups": _groups(opened, wanted, request.POST.get("field", "")),
            "urls": _urls(opened.item),
            "shown": sorted(wanted),
        }
        return page(request, "review/task_data.html", context)
    return draw_task(request, opened, shown=wanted, last_shown=request.POST.get("field", ""))


def draw_task(
    request: OfficerRequest,
    opened: Opened,
    *,
    panel: str = "",
    typed: Typed | None = None,
    wrong: Mapping[str, str] | None = None,
    refused: str = "",
    chosen: str = "",
    shown: frozenset[str] = NO_SHOWN,
    last_shown: str = "",
    finding: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Draw the page. `wrong` are faults by field, `refused` is what a verb answered, `finding` one that it refused, as typed."""
    panel, wrong = panel or own_panel(opened), wrong or {}
    templates = templates_for(opened.item, MAIN_TEXT[panel][1]) if panel in MAIN_TEXT else []
    typed = typed or blank(opened, panel, templates)
    back = request.GET.get("list", "") or request.POST.get("list", "")
    context = {
        "item": opened.item,
        "panel": panel,
        "can_act": panel in ACTING,
        "head": _head(opened),
        "groups": _groups(opened, shown, last_shown),
        "shown": sorted(shown),
        "points": as_fields(
            opened.points, typed.checks, {key.removeprefix(PREFIX): text for key, text in wrong.items()}
        ),
        "templates": [{"value": one.key, "label": one.title} for one in templates],
        "chosen": chosen,
        "urls": _urls(opened.item),
        "other_acts": _links(opened, panel),
        "back": back,
        "back_url": f"{link_to('review:home')}?{QueryDict(back).urlencode() or 'light='}",
        "list_query": f"?list={quote(back)}" if back else "",
        "claimed_words": claimed_words(opened.item),
        "undo_seconds": seconds_left(opened.item, opened.officer),
        "decided": _decided(opened),
        **second_context(opened, error=wrong.get("send_back", "")),
        "pressed": held_lines(held_of([opened.item.pk])[opened.item.pk]) if opened.item.is_open else [],
        "documents": rows_of(documents_of_case(opened.item.case, items=[opened.item]), request.officer)
        if opened.item.accepted_at or opened.item.outcome
        else [],
        "corrections": corrections_of(opened, finding),
        "waiting": _waiting(opened) if panel == Panel.GRANT else None,
        **_papers(request, opened),
        **_around(opened),
        **panel_fields(opened, panel, typed, wrong),
    }
    context["errors"] = _summary(context, wrong, refused)
    context |= just_done(request)
    context["take_focus"] = not context["errors"] and ("done" in request.GET or "next" in request.GET)
    return page(request, "review/task.html", context, current="home", status=422 if context["errors"] else 200)


def _head(opened: Opened) -> dict[str, Any]:
    item, case = opened.item, opened.item.case
    facts = [
        {"label": _("编号"), "value": item.number},
        {"label": _("申请人"), "value": case.principal_name},
        {"label": _("一件事"), "value": case.onething_name},
        {"label": _("提交"), "value": prose_date(case.submitted_at)},
    ]
    if item.promised_due:
        facts.append({"label": _("承诺办好"), "value": prose_date(item.promised_due)})
    if item.statutory_due:
        facts.append({"label": _("法定期限"), "value": prose_date(item.statutory_due)})
    if item.handed_over_from:
        names = place_names([item.handed_over_from, item.responsible_division])
        facts.append({"label": _("跨区"), "value": handover_words(item, names, opened.today)})
    if told := delivery_words(item, today=opened.today):
        facts.append({"label": _("送达期限"), "value": told})
    route = opened.plan_item.get("route_name")
    if route:
        facts.append({"label": _("办理方式"), "value": str(route)})
    shape = words.light(item, today=opened.today, calendar=working_calendar())
    return {"title": item.name, "facts": facts, **shape, **words.state_tag(item)}


def _waiting(opened: Opened) -> dict[str, str] | None:
    """Why the item cannot be granted yet, and from when on it can; None when nothing is waited for any more."""
    waits = [wait for wait in waits_of_item(opened.item) if opened.today <= wait.last_day]
    if not waits:
        return None
    last = waits[-1]
    return {
        "title": _("%(day)s起才能同意") % {"day": prose_date(last.open_from)},
        "text": _(
            "%(name)s从%(begun)s算起，到%(last)s为止。依据：%(basis)s。到期这里自动能办；期间有人提出异议成立的，可以不同意。"
        )
        % {
            "name": last.name,
            "begun": prose_date(last.begun_on),
            "last": prose_date(last.last_day),
            "basis": last.basis or UNVERIFIED,
        },
    }


def _key(one: Any) -> str:  # noqa: ANN401  # a SliceField
    return f"{one.subject}.{one.element}"


def _groups(opened: Opened, shown: frozenset[str], last: str) -> list[dict[str, Any]]:
    """The item's own data by person; what is sensitive is masked here, on the server."""
    if opened.cut is None:
        return []
    return [{"title": title, "rows": [_datum(one, shown, last) for one in rows]} for title, rows in opened.cut.groups]


def _datum(one: Any, shown: frozenset[str], last: str) -> dict[str, Any]:  # noqa: ANN401  # a SliceField
    key = _key(one)
    hidden = one.sensitive and bool(one.value) and key not in shown
    return {
        "key": key,
        "label": one.label,
        "value": words.masked(one.value) if hidden else one.value,
        "hidden": hidden,
        "just_shown": key == last,
        "source": SOURCES.get(one.source, ""),
        "basis": one.basis or _("依据待补"),
    }


def _papers(request: OfficerRequest, opened: Opened) -> dict[str, Any]:
    papers = papers_of(opened.item, opened.materials, opened.produced)
    wanted = request.GET.get("paper", "") or request.POST.get("paper", "")
    number = int(wanted) if wanted.isdecimal() and 1 <= int(wanted) <= len(papers) else 1
    shown = {one.name for one in opened.produced}
    without = [
        {"name": one.name, "how": obtained_words([one])}
        for one in opened.materials
        if one.file_id is None and not (one.obtained == "produced" and one.name in shown)
    ]
    return {"papers": papers, "paper": number, "without_file": without}


def _around(opened: Opened) -> dict[str, Any]:
    """How the whole stands: each body may know that of the bundle, and nothing of what is in the other items (R2.8.b/2)."""
    case = opened.item.case
    lanes = lanes_of(opened.siblings)
    waits = next((lane.waits_for[opened.item.pk] for lane in lanes if opened.item.pk in lane.waits_for), ())
    return {
        "bundle": words.bundle_tag(case),
        "lanes": lane_rows(lanes, today=opened.today, calendar=working_calendar(), with_person=False),
        "waits_for": waits,
    }


def _urls(item: ItemCase) -> dict[str, str]:
    return {
        act.replace("-", "_"): address(item, act)
        for act in (
            "accept",
            "grant",
            "finish",
            "refuse",
            "not-accept",
            "not-required",
            "return",
            "save",
            "claim",
            "release",
            "undo",
            "show",
            "confirm",
            "send-back",
            "take-back",
        )
    }


def _links(opened: Opened, panel: str) -> list[dict[str, str]]:
    """The rarer acts, as links to their own address."""
    offered = {
        Panel.REFUSE: _("不同意…"),
        Panel.NOT_ACCEPT: _("不予受理…"),
        Panel.NOT_REQUIRED: _("不用办（不受理）…"),
        Panel.RETURN: _("派错了，退回…"),
    }
    found = [
        {"label": label, "url": address(opened.item, act)}
        for act, label in offered.items()
        if act != panel and may_ask(opened, act)
    ]
    if opened.item.item_state in UNDER_LAW:
        found.append({"label": _("暂停、恢复计时…"), "url": address(opened.item, "clock")})
    if travels := originals_link(opened.item):
        found.append({"label": _("纸质原件…"), "url": travels})
    if panel in offered:
        found.insert(0, {"label": _("回到这一件"), "url": address(opened.item)})
    return found


def _decided(opened: Opened) -> list[dict[str, str]]:
    """What was decided, with its words, on a task that has ended."""
    item = opened.item
    if item.is_open:
        return []
    rows = [
        (_("结论"), words.state_tag(item)["state"]),
        (_("决定人"), item.decided_by.account.display_name if item.decided_by else ""),
        (_("时间"), prose_date(item.decided_at) if item.decided_at else ""),
        (_("意见"), str(item.opinion.get("opinion", ""))),
        (_("理由"), str(item.opinion.get("reason", ""))),
        (_("依据"), str(item.decision.get("basis", ""))),
        (_("救济"), str(item.decision.get("remedies", ""))),
        (_("应该找"), str(item.decision.get("right_body", ""))),
    ]
    documents = item.results.in_order()
    return [{"label": label, "value": value} for label, value in rows if value] + [
        {
            "label": _("结果"),
            "value": f"{one.name} {one.number}",
            "url": link_to("review:result_file", one.pk),
            "action": _("下载"),
        }
        for one in documents
    ]


def _summary(context: Mapping[str, Any], wrong: Mapping[str, str], refused: str) -> list[dict[str, str]]:
    """The lines of the error summary, in the order of the page."""
    found: list[dict[str, str]] = [{"id": "", "text": refused}] if refused else []
    fields: Sequence[Mapping[str, Any]] = [
        *([context["main_field"]] if context["main_field"] else []),
        *context["fields"],
        *context["produced_fields"],
        *context["send_back_fields"],
    ]
    found.extend({"id": f"{one['id']}-1", "text": one["error"]} for one in context["points"] if one["error"])
    found.extend({"id": field_id(one), "text": str(one["error"])} for one in fields if one["error"])
    return found
