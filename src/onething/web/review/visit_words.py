"""How visits are said to staff. No request and no table: rows in, words out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from onething.activities.models import JointActivity, Participation
from onething.activities.states import ActivityState
from onething.web.ui.formats import prose_date

__all__ = ["body_rows", "head_of", "moment_of", "time_words", "visit_tag"]

TONES = {
    ActivityState.PROPOSED: "warning",
    ActivityState.OFFERED: "info",
    ActivityState.BOOKED: "success",
    ActivityState.HELD: "info",
    ActivityState.CLOSED: "plain",
    ActivityState.CANCELLED: "plain",
}


class Timed(Protocol):
    """Anything from a moment until a moment."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...


def time_words(row: JointActivity | Timed) -> str:
    """11月26日（星期四）10:00到11:30; what has no time says how it goes on."""
    if isinstance(row, JointActivity):
        if row.slot is None:
            return _("照片复查，不用到场") if row.by_photo else _("时间还没有定")
        row = row.slot
    start, end = timezone.localtime(row.start), timezone.localtime(row.end)
    return _("%(day)s %(from)s到%(to)s") % {
        "day": prose_date(start.date()), "from": start.strftime("%H:%M"), "to": end.strftime("%H:%M"),
    }  # fmt: skip


def visit_tag(activity: JointActivity) -> dict[str, str]:
    """The one word about its state, with a tone; a visit that did not count says so."""
    state = activity.activity_state
    if state is ActivityState.CLOSED and activity.is_valid is False:
        return {"state": _("到场不够，不算数"), "tone": "error"}
    if state is ActivityState.PROPOSED and activity.declined_reason:
        return {"state": _("申请人要换时间"), "tone": "warning"}
    return {"state": str(activity.get_state_display()), "tone": TONES[state]}


def head_of(activity: JointActivity) -> dict[str, Any]:
    """The facts on top of a page of one visit."""
    facts = [
        {"label": _("申请编号"), "value": activity.case.number},
        {"label": _("一件事"), "value": activity.case.onething_name},
        {"label": _("时间"), "value": time_words(activity)},
        {"label": _("地点"), "value": activity.place or _("申请表上填的地址")},
    ]
    if activity.invited:
        facts.append({"label": _("邀请"), "value": activity.invited})
    return {"facts": facts, **visit_tag(activity)}


def body_rows(parts: Iterable[Participation]) -> list[dict[str, str]]:
    """One row per item's body: who, whether it came, what it says."""
    return [
        {
            "body": one.organisation.name,
            "item": one.item.name,
            "came": str(one.get_state_display()),
            "opinion": str(one.get_opinion_display()) if one.opinion else "",
            "who": one.inspector.account.display_name if one.inspector is not None else "",
        }
        for one in parts
    ]


def moment_of(text: str) -> datetime | None:
    """A moment with its time zone as a form or a device wrote it; None for anything else."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
