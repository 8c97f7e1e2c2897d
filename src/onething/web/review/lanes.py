"""One lane per department, as the lead's board and the task's surroundings show it (ux f1)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from onething.cases.models import ClockStop, ItemCase
from onething.cases.states import ItemState
from onething.dispatch.reading import Lane
from onething.dispatch.supervision import Held
from onething.kit.workdays import Calendar
from onething.web.review import words
from onething.web.review.handovers import handover_words, place_names
from onething.web.review.supervision import held_lines, may_be_reminded
from onething.web.ui.addresses import link_to
from onething.web.ui.why_day import PROCEDURE_WORDS

__all__ = ["lane_rows"]


def lane_rows(
    lanes: Sequence[Lane],
    *,
    today: date,
    calendar: Calendar,
    with_person: bool,
    held: Mapping[int, Held] | None = None,
    may_remind: bool = False,
    stops: Mapping[int, Sequence[ClockStop]] | None = None,
    silent: Mapping[int, datetime] | None = None,
) -> list[dict[str, Any]]:
    """The lanes as the board component wants them. `held` brings what was done about the items, `may_remind` the lead's acts,
    `stops` what a clock that stands still waits for, `silent` since when the own system of a body has said nothing.

    One query more when something was handed over from another place.
    """
    over = [item for lane in lanes for item in lane.items if item.handed_over_from]
    names = place_names(place for item in over for place in (item.handed_over_from, item.responsible_division))
    return [
        {
            "name": lane.organisation.name if lane.organisation is not None else _("还没有找到办理单位"),
            "silent": _silent(lane, silent or {}),
            "rows": [
                _row(lane, item, today, calendar, with_person=with_person)
                | {"handover": handover_words(item, names, today)}
                | _supervised(item, (held or {}).get(item.pk), may_remind=may_remind)
                | _waiting(lane, item, (stops or {}).get(item.pk, ()))
                for item in lane.items
            ],
        }
        for lane in lanes
    ]


def _silent(lane: Lane, silent: Mapping[int, datetime]) -> str:
    """That a body's own system is silent, since when, and what that means: its people can go on."""
    last = silent.get(lane.organisation.pk) if lane.organisation is not None else None
    if last is None:
        return ""
    since = timezone.localtime(last)
    when = {"m": since.month, "d": since.day, "clock": since.strftime("%H:%M")}
    return _("这个单位的系统从%(m)s月%(d)s日%(clock)s起没有消息；可以请它的人员在待办里直接办理") % when


def _row(lane: Lane, item: ItemCase, today: date, calendar: Calendar, *, with_person: bool) -> dict[str, Any]:
    since = timezone.localtime(lane.since[item.pk])
    holder = lane.holders.get(item.pk, "")
    parts = [_("%(m)s月%(d)s日%(clock)s起") % {"m": since.month, "d": since.day, "clock": since.strftime("%H:%M")}]
    if with_person and item.is_open and item.organisation_id and item.item_state is not ItemState.WAITING:
        parts.append(_("经办人：%(who)s") % {"who": holder} if holder else _("还没有人领"))
    if item.is_open and item.promised_due:
        due = item.promised_due
        parts.append(_("%(m)s月%(d)s日前办好") % {"m": due.month, "d": due.day})
    return {
        "title": item.name,
        "since": " · ".join(parts),
        **words.light(item, today=today, calendar=calendar),
        **words.state_tag(item),
    }


def _supervised(item: ItemCase, held: Held | None, *, may_remind: bool) -> dict[str, Any]:
    """Cards, reminders and escalations, and where the lead presses for more."""
    acts = may_remind and may_be_reminded(item)
    return {
        "notes": held_lines(held) if held is not None and item.is_open else [],
        "remind_url": link_to("review:remind", item.number) if acts else "",
        "escalate_url": link_to("review:escalate", item.number) if acts else "",
    }


def _waiting(lane: Lane, item: ItemCase, stops: Sequence[ClockStop]) -> dict[str, str]:
    return {"waiting": _waits_for(lane, item, stops)}


def _waits_for(lane: Lane, item: ItemCase, stops: Sequence[ClockStop]) -> str:
    """What a lane waits for, and who must act: a clock that stands still says so too (ux f1)."""
    if item.organisation_id is None and item.is_open:
        return _("协调员确定办理单位")
    if item.item_state is ItemState.WAITING:
        names = "、".join(f"“{name}”" for name in lane.waits_for.get(item.pk, ()))
        return _("%(names)s办好") % {"names": names} if names else ""
    if item.item_state is ItemState.IN_CORRECTION:
        return _("申请人补正")
    if item.item_state is ItemState.SUSPENDED:
        names = "、".join(str(PROCEDURE_WORDS[stop.kind]) for stop in stops if stop.ended_on is None)
        return _("办理单位等%(what)s的结果") % {"what": names or _("特别程序")}
    return ""
