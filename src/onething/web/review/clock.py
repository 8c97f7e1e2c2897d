"""The clocks of one task: how they stand, and stopping, resuming and extending them (R5.4, ux e6)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from onething.cases.calendar import working_calendar
from onething.cases.clock_rules import EXTENSION_DAYS
from onething.cases.models import ClockExtension, ClockStop, ItemCase
from onething.cases.rules import item_of_plan
from onething.cases.states import ItemState
from onething.catalogue.limits import JOINT_WORDS, JointHandling
from onething.dispatch.access import may_extend, may_review
from onething.dispatch.clock_rules import LONGEST_STOP, NO_STOP, extension_kind, procedures_of
from onething.dispatch.services import Stopping, extend_clock, resume_clock, stop_clock
from onething.kit.errors import Refused
from onething.parties.models import Officer
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review import words
from onething.web.review.frame import Role, page, tell, today
from onething.web.review.supervision import asked_rows
from onething.web.review.task import address, not_theirs, note
from onething.web.ui.fields import Posted, errors_of, read_value
from onething.web.ui.formats import prose_date, table_date
from onething.web.ui.why_day import PROCEDURE_WORDS

__all__ = ["UNDER_LAW", "clock", "clocks", "delivery_words"]

UNDER_LAW: Final = frozenset({ItemState.ACCEPTED, ItemState.IN_REVIEW, ItemState.SUSPENDED})
UNDELIVERED: Final = frozenset({ItemState.GRANTED, ItemState.RESULT_READY})
LISTED: Final = 100
MOST: Final = 500
Form = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.REVIEWER, Role.HEAD, Role.GOVERNMENT)
def clock(request: OfficerRequest, number: str) -> HttpResponse:
    """How the clocks of a task stand; a reviewer stops and resumes them, the head of the body or of the government extends them."""
    item = _own_item(request, number)
    note(request, item, f"clock {item.number}")
    stops = list(ClockStop.objects.filter(item=item).order_by("number"))
    forms = _forms(request, item, [stop for stop in stops if stop.ended_on is None])
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        form = next((one for one in forms if one["act"] == request.POST.get("act")), None)
        if form is None:
            errors = [{"id": "", "text": _("这一件刚才变了，下面是现在的情况。您填的内容没有提交")}]
        elif not (errors := _done(form, request.POST)):
            tell(request, form["told"])
            return HttpResponseRedirect(address(item, "clock"))
    context = {
        "item": item,
        "head": _head(item),
        "stops": [_stop_row(stop) for stop in stops],
        "extensions": [_extension_row(one) for one in _extensions(item)],
        "forms": forms,
        "no_stop": NO_STOP,
        "back_url": address(item) if request.officer.role == Role.REVIEWER else "",
        "errors": errors,
    }
    return page(request, "review/clock.html", context, status=422 if errors else 200)


@require_safe
@officer_required(Role.HEAD, Role.GOVERNMENT)
def clocks(request: OfficerRequest) -> HttpResponse:
    """For a head: what is under review at the body, or handled jointly at the level; the nearest limit by law first, then what was
    taken to this person. Three queries."""
    rows = ItemCase.objects.visible_to(request.officer).filter(state__in=sorted(UNDER_LAW))
    found = list(rows.select_related("case").defer("opinion").order_by("statutory_due", "pk")[:LISTED])
    context = {"rows": [_listed(item) for item in found], "escalated": asked_rows(request.officer)}
    return page(request, "review/clocks.html", context, current="clocks")


def _own_item(request: OfficerRequest, number: str) -> ItemCase:
    """The item, by whichever of the person's offices sees it. Raises Http404."""
    for office in request.offices:
        rows = ItemCase.objects.visible_to(office).filter(number=number)
        if found := rows.select_related("case", "organisation", "claimed_by__account").first():
            request.officer = office
            return found
    return not_theirs(request, number)


def _forms(request: OfficerRequest, item: ItemCase, standing: Sequence[ClockStop]) -> list[Form]:
    """The acts that fit now: what each asks, the verb it calls, and what is said when it is done."""
    state = item.item_state
    reviewer = next((one for one in request.offices if may_review(one, item)), None)
    head = next((one for one in request.offices if may_extend(one, item)), None)
    made: list[Form] = []
    if reviewer is not None and item.claimed_by_id in {None, reviewer.pk} and state in UNDER_LAW:
        if standing:
            made.append(_resume_form(item, reviewer, standing))
        made.append(_stop_form(item, reviewer, again=bool(standing)))
    if head is not None and state in UNDER_LAW:
        made.append(_extend_form(item, head))
    return made


def _stop_form(item: ItemCase, officer: Officer, *, again: bool) -> Form:
    procedures = procedures_of(item_of_plan(item.case.plan, item.key))
    options = [{"value": one.key, "label": one.name, "hint": one.basis} for one in procedures]

    def act(values: Mapping[str, str]) -> None:
        days = values["expected_days"]
        told = int(days) if days.isascii() and days.isdigit() and len(days) <= len(str(LONGEST_STOP)) else None
        stopping = Stopping(values["procedure"], values["basis"], told, values["reason"])
        stop_clock(item_id=item.pk, officer=officer, stopping=stopping, at=timezone.now())

    return {
        "act": "stop",
        "title": _("还有别的程序开始了") if again else _("暂停计时"),
        "label": _("暂停计时，告知申请人"),
        "told": _("计时暂停了，告知书发给了申请人"),
        "verb": act,
        "fields": [
            {"name": "procedure", "type": "radio", "label": _("哪一种程序"), "options": options},
            _text("basis", _("这一项依据哪一条要做这个程序"), rows=2),
            {
                "name": "expected_days", "type": "number", "label": _("预计需要多少个工作日"),
                "hint": _("告诉申请人的就是这个数"), "unit": _("个工作日"),
            },
            _text("reason", _("补充说明"), hint=_("申请人会原样看到"), required=False),
        ],
    }  # fmt: skip


def _resume_form(item: ItemCase, officer: Officer, standing: Sequence[ClockStop]) -> Form:
    options = [
        {"value": str(one.number), "label": str(PROCEDURE_WORDS[one.kind]), "hint": _began(one)} for one in standing
    ]
    chosen = {"value": options[0]["value"]} if len(options) == 1 else {}

    def act(values: Mapping[str, str]) -> None:
        number = int(values["number"]) if values["number"].isdigit() else None
        try:
            on = date.fromisoformat(values["result_on"])
        except ValueError:
            raise Refused(_("写明结果是哪一天出来的"), code="incomplete") from None
        resume_clock(item_id=item.pk, officer=officer, number=number, result_on=on, at=timezone.now())

    return {
        "act": "resume",
        "title": _("结果出来了，恢复计时"),
        "label": _("恢复计时"),
        "told": _("这个程序结束了") if len(standing) > 1 else _("恢复计时了"),
        "verb": act,
        "fields": [
            {"name": "number", "type": "radio", "label": _("哪一个程序有了结果"), "options": options, **chosen},
            {
                "name": "result_on", "type": "date", "label": _("结果是哪一天出来的"),
                "hint": _("从第二天起接着计时，不是从您点按钮那天"), "value": today().isoformat(),
            },
        ],
    }  # fmt: skip


def _extend_form(item: ItemCase, officer: Officer) -> Form:
    def act(values: Mapping[str, str]) -> None:
        extend_clock(item_id=item.pk, officer=officer, reason=values["reason"], at=timezone.now())

    days = {"n": EXTENSION_DAYS[extension_kind(item_of_plan(item.case.plan, item.key))]}
    return {
        "act": "extend",
        "title": _("批准延长%(n)s个工作日") % days,
        "label": _("批准延长"),
        "told": _("期限延长了%(n)s个工作日，告知书发给了申请人") % days,
        "verb": act,
        "fields": [_text("reason", _("为什么不能按期办完"), hint=_("申请人会原样看到；只能延长一次"))],
    }


def _text(name: str, label: str, *, hint: str = "", rows: int = 3, required: bool = True) -> dict[str, Any]:
    return {
        "name": name, "type": "long_text", "label": label, "hint": hint, "rows": rows, "max_length": MOST,
        "required": required,
    }  # fmt: skip


def _done(form: Form, posted: Posted) -> list[dict[str, str]]:
    """Read the form and call its verb; what keeps it from being done, for the summary."""
    for field in form["fields"]:
        field["value"] = str(read_value(posted, field) or "").strip()
        if not field["value"] and field.get("required", True):
            field["error"] = _("“%(label)s”没有填") % {"label": field["label"]}
    if errors := errors_of(form["fields"]):
        return errors
    verb: Callable[[Mapping[str, str]], None] = form["verb"]
    try:
        verb({field["name"]: field["value"] for field in form["fields"]})
    except Refused as refused:
        return [{"id": "", "text": refused.message}]
    return []


def _head(item: ItemCase) -> dict[str, Any]:
    facts = [{"label": _("编号"), "value": item.number}]
    if item.joint_handling:
        how = JOINT_WORDS[JointHandling(item.joint_handling)]
        facts.append({"label": _("办理方式"), "value": _("%(how)s，由本级政府负责人批准延长") % {"how": how}})
    for label, day in (
        (_("受理"), item.accepted_on),
        (_("承诺办好"), item.promised_due),
        (_("法定期限"), item.statutory_due),
    ):
        if day is not None:
            facts.append({"label": label, "value": prose_date(day)})
    if told := delivery_words(item, today=today()):
        facts.append({"label": _("送达期限"), "value": told})
    shape = words.light(item, today=today(), calendar=working_calendar())
    return {"title": _("“%(name)s”的期限") % {"name": item.name}, "facts": facts, **shape, **words.state_tag(item)}


def delivery_words(item: ItemCase, *, today: date) -> str:
    """Until when a licence must be in the applicant's hands (行政许可法 art. 44), and that it is late; empty when it is not due."""
    if item.deliver_by is None or item.item_state not in UNDELIVERED:
        return ""
    late = _("，已超期") if today > item.deliver_by else ""
    return f"{prose_date(item.deliver_by)}{late}"


def _began(stop: ClockStop) -> str:
    return _("%(day)s开始，告诉申请人要%(n)s个工作日") % {
        "day": table_date(stop.started_on),
        "n": stop.expected_days or "—",
    }


def _stop_row(stop: ClockStop) -> dict[str, Any]:
    ended = table_date(stop.ended_on) if stop.ended_on else _("还没有结束")
    told = str(stop.expected_days) if stop.expected_days else "—"
    kind = {"text": str(PROCEDURE_WORDS[stop.kind]), "hint": stop.reason}
    days = [{"text": table_date(stop.started_on), "nowrap": True}, {"text": ended, "nowrap": True}]
    return {"cells": [kind, *days, {"text": told, "numeric": True}, {"text": stop.basis}]}


def _extensions(item: ItemCase) -> Sequence[ClockExtension]:
    return list(ClockExtension.objects.filter(item=item).select_related("approver__account").order_by("pk"))


def _extension_row(one: ClockExtension) -> dict[str, str]:
    values = {"n": one.days, "who": one.approver.account.display_name, "day": prose_date(one.at)}
    return {
        "label": _("延长%(n)s个工作日") % values,
        "value": _("%(who)s%(day)s批准。") % values + f"{one.reason}（{one.basis}）",
    }


def _listed(item: ItemCase) -> dict[str, Any]:
    shape = words.light(item, today=today(), calendar=working_calendar())
    tag = words.state_tag(item)
    due = table_date(item.statutory_due) if item.statutory_due else _("没有公布期限")
    promised = table_date(item.promised_due) if item.promised_due else _("没有公布期限")
    return {
        "cells": [
            {"text": item.name, "url": address(item, "clock"), "hint": item.number},
            {"text": item.case.onething_name},
            {"tag": tag["state"], "tone": tag["tone"]},
            {"light": shape["light"], "text": shape["light_text"]},
            {"text": promised, "nowrap": True},
            {"text": due, "nowrap": True},
        ]
    }
