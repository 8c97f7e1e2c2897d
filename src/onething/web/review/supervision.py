"""催办和上报: the lead's two acts on a lane, and how both sides read what was done about an item (R4.2.c, ux f5)."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onething.cases.models import ItemCase
from onething.cases.states import ItemState
from onething.dispatch.models import Card
from onething.dispatch.services import escalate_item, remind_item, superiors_of
from onething.dispatch.supervision import (
    Held,
    Punctuality,
    counts_of_bodies,
    escalated_to,
    led_item,
    punctuality_of_bodies,
)
from onething.kit.errors import Refused
from onething.parties.models import Officer
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.frame import Role, page, tell
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of, read_value
from onething.web.ui.formats import table_date, time_of_day

__all__ = [
    "CARD_WORDS",
    "COUNTED_DAYS",
    "asked_rows",
    "body_rows",
    "escalate",
    "held_lines",
    "may_be_reminded",
    "punctuality",
    "remind",
    "reminded_words",
]

# How far back the lead's table counts; a choice of the page, said above the table.
COUNTED_DAYS: Final = 30
MOST_REASON: Final = 500
MOST_ASKED: Final = 50
CARD_WORDS: Final = {
    (Card.Clock.PROMISED, Card.Colour.YELLOW): gettext_lazy("黄牌：快到承诺的日子了"),
    (Card.Clock.PROMISED, Card.Colour.RED): gettext_lazy("红牌：过了承诺的日子"),
    (Card.Clock.STATUTORY, Card.Colour.RED): gettext_lazy("红牌：过了法定期限"),
}
NOBODY_ACTS: Final = frozenset({ItemState.WAITING, ItemState.SUSPENDED, ItemState.IN_CORRECTION})


def held_lines(held: Held) -> list[str]:
    """What was done about one item, as the lead and the body both read it."""
    red = {clock for clock, colour in held.cards if colour == Card.Colour.RED}
    shown = [card for card in sorted(held.cards) if card[1] == Card.Colour.RED or card[0] not in red]
    lines = [str(CARD_WORDS[(Card.Clock(clock), Card.Colour(colour))]) for clock, colour in shown]
    if held.reminded:
        last = held.reminded[-1]
        lines.append(_("牵头部门催办%(n)s次，最近一次%(when)s") % {"n": len(held.reminded), "when": _moment(last)})
    if held.returned:
        lines.append(_("退回过%(n)s次") % {"n": held.returned})
    lines.extend(
        _("%(when)s上报%(who)s：%(why)s") % {"when": _moment(one.at), "who": one.to, "why": one.reason}
        for one in held.escalated
    )
    return lines


def reminded_words(at: datetime | None) -> str:
    """The hint in a row of the list."""
    return _("%(when)s催办") % {"when": _moment(at)} if at is not None else ""


def _moment(at: datetime) -> str:
    return f"{table_date(at)} {time_of_day(at)}"


def may_be_reminded(item: ItemCase) -> bool:
    """Whether a body could act on it now; the verb has the last word."""
    return item.is_open and item.organisation_id is not None and item.item_state not in NOBODY_ACTS


def body_rows(officer: Officer, *, at: datetime) -> list[dict[str, Any]]:
    """Cards, reminders and escalations of the last days, per body, for the table of the lead's board. One query."""
    since = at - timedelta(days=COUNTED_DAYS)
    return [
        {
            "cells": [
                {"text": one.name},
                *(
                    {"text": str(count), "numeric": True}
                    for count in (one.yellow, one.red, one.reminders, one.escalations)
                ),
            ]
        }
        for one in counts_of_bodies(officer, since=since)
    ]


def asked_rows(officer: Officer) -> list[dict[str, Any]]:
    """What leads took to this person and is still open, the newest first. One query."""
    return [
        {
            "name": one.item.name,
            "number": one.item.number,
            "url": _address_for(officer, one.item),
            "onething": one.item.case.onething_name,
            "body": one.organisation.name,
            "who": f"{one.sent_by.organisation.name} {one.sent_by.account.display_name}",
            "at": one.sent_at,
            "reason": one.reason,
        }
        for one in escalated_to(officer)[:MOST_ASKED]
    ]


def _address_for(officer: Officer, item: ItemCase) -> str:
    """A coordinator follows the whole case, a head its body's item."""
    if officer.role == Role.COORDINATOR:
        return link_to("review:case", item.case.number)
    return link_to("review:clock", item.number)


@require_safe
@officer_required(Role.LEAD)
def punctuality(request: OfficerRequest) -> HttpResponse:
    """How often each body decided by the promised day and by the law's, in the cases this lead's body leads. One query."""
    at = timezone.now()
    counted = punctuality_of_bodies(request.officer, since=at - timedelta(days=COUNTED_DAYS), until=at)
    context = {"rows": [_punctual_row(one) for one in counted], "counted_days": COUNTED_DAYS}
    return page(request, "review/punctuality.html", context, current="lead")


def _punctual_row(one: Punctuality) -> dict[str, Any]:
    figures = [str(one.decided), *_share(one.by_promise, one.promised), *_share(one.by_law, one.limited)]
    return {"cells": [{"text": one.name}, *({"text": text, "numeric": True} for text in figures)]}


def _share(met: int, counted: int) -> tuple[str, str]:
    """7/8 and 87%, never rounded up to a hundred; nothing to count is said as such."""
    return (f"{met}/{counted}", f"{100 * met // counted}%") if counted else ("—", "—")


def _led_item(request: OfficerRequest, number: str) -> ItemCase:
    item = led_item(request.officer, number)
    if item is None:
        raise Http404
    return item


@require_POST
@officer_required(Role.LEAD)
def remind(request: OfficerRequest, number: str) -> HttpResponse:
    """One click from the lane."""
    item = _led_item(request, number)
    try:
        remind_item(item_id=item.pk, officer=request.officer, at=timezone.now())
    except Refused as refused:
        tell(request, refused.message, tone="warning")
    else:
        body = item.organisation.name if item.organisation is not None else ""
        tell(request, _("已经催办%(body)s，对方在待办里看得到") % {"body": body})
    return HttpResponseRedirect(link_to("review:case", item.case.number))


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.LEAD)
def escalate(request: OfficerRequest, number: str) -> HttpResponse:
    """To whom, and why. The body reads the reason too."""
    item = _led_item(request, number)
    back = link_to("review:case", item.case.number)
    if not may_be_reminded(item):
        tell(request, _("“%(name)s”现在没有单位在办，不用上报") % {"name": item.name}, tone="warning")
        return HttpResponseRedirect(back)
    superiors = superiors_of(item, at=timezone.now())
    fields = _fields(superiors)
    if request.method == "POST":
        for field in fields:
            field["value"] = read_value(request.POST, field)
        wrong = _escalated(request, item, fields)
        if not wrong and not errors_of(fields):
            return HttpResponseRedirect(back)
        if wrong:
            fields[0]["error"] = wrong
    errors = errors_of(fields)
    context = {"item": item, "fields": fields, "errors": errors, "back_url": back, "has_superior": bool(superiors)}
    return page(request, "review/escalate.html", context, current="lead", status=422 if errors else 200)


def _fields(superiors: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # a sequence of officers
    return [
        {
            "name": "to",
            "type": "select",
            "label": _("上报给谁"),
            "options": [
                {
                    "value": str(one.pk),
                    "label": f"{one.organisation.name} {one.account.display_name}（{one.get_role_display()}）",
                }
                for one in superiors
            ],
        },
        {
            "name": "reason",
            "type": "long_text",
            "label": _("为什么上报"),
            "hint": _("办理单位也看得到，不要写申请人的个人信息"),
            "rows": 3,
            "max_length": MOST_REASON,
        },
    ]


def _escalated(request: OfficerRequest, item: ItemCase, fields: list[dict[str, Any]]) -> str:
    """Do it when nothing is missing. Returns what the verb answered when it declined."""
    to, reason = fields
    if not str(to["value"]).isdecimal():
        to["error"] = _("选择上报给谁")
    if not str(reason["value"]).strip():
        reason["error"] = _("写明为什么上报")
    if errors_of(fields):
        return ""
    try:
        escalate_item(
            item_id=item.pk, officer=request.officer, to=int(to["value"]), reason=reason["value"], at=timezone.now()
        )
    except Refused as refused:
        return refused.message
    tell(request, _("“%(name)s”已经上报") % {"name": item.name})
    return ""
