"""跨区办理: what was accepted in one place and is decided in another, and who has taken it (R3.1.g)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onething.cases.models import ItemCase
from onething.dispatch.handover import (
    acknowledge_by,
    exchanges,
    is_unacknowledged,
    originals_on_their_way,
    unacknowledged,
)
from onething.parties.models import Division
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.frame import Role, page, today
from onething.web.review.task import address
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import table_date

__all__ = ["handover_words", "handovers", "place_names"]

DAYS: Final = 365
MOST_SHOWN: Final = 50
A_DAY: Final = timedelta(days=1)
AN_HOUR: Final = timedelta(hours=1)


@require_safe
@officer_required(Role.LEAD, Role.COORDINATOR)
def handovers(request: OfficerRequest) -> HttpResponse:
    """Nobody there has taken these yet; and how it went between the places in the past year. Four queries of its own."""
    day = today()
    open_rows = unacknowledged(request.officer, most=MOST_SHOWN)
    pairs = exchanges(request.officer, since=timezone.now() - timedelta(days=DAYS))
    names = place_names([*(row.accepted_in for row in pairs), *(row.decided_in for row in pairs)])
    context = {
        "open_rows": [
            {
                "name": item.name,
                "number": item.number,
                "url": link_to("review:case", item.case.number),
                "body": item.organisation.name if item.organisation is not None else "",
                "words": handover_words(item, names, day),
                "is_late": item.started_on is not None and day > acknowledge_by(item.started_on),
            }
            for item in open_rows
        ],
        "originals": [
            {
                "name": one.key,
                "item": one.item.name,
                "number": one.item.number,
                "url": address(one.item, "originals"),
                "words": _("%(here)s交给%(there)s，%(at)s")
                % {
                    "here": one.sender.name,
                    "there": one.receiver.name,
                    "at": table_date(one.sent_at),
                },
            }
            for one in originals_on_their_way(request.officer, most=MOST_SHOWN)
        ],
        "follows_papers": request.officer.role == Role.LEAD,
        "pairs": [
            {
                "accepted_in": names.get(row.accepted_in, row.accepted_in),
                "decided_in": names.get(row.decided_in, row.decided_in),
                "handed_over": row.handed_over,
                "acknowledged": row.acknowledged,
                "ended": row.ended,
                "until_acknowledged": _long(row.until_acknowledged),
                "until_ended": _long(row.until_ended),
            }
            for row in pairs
        ],
    }
    return page(request, "review/handovers.html", context, current="handovers")


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of some divisions. One query, none for none."""
    wanted = {code for code in codes if code}
    return dict(Division.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def handover_words(item: ItemCase, names: Mapping[str, str], day: date) -> str:
    """Where it was accepted, who decides and whether they have it; nothing for what was not handed over."""
    if not item.handed_over_from:
        return ""
    places = {
        "here": names.get(item.handed_over_from, item.handed_over_from),
        "there": names.get(item.responsible_division, item.responsible_division),
    }
    if item.handover_acknowledged_at is not None:
        taken = timezone.localtime(item.handover_acknowledged_at)
        return _("%(here)s收件，%(there)s办，%(m)s月%(d)s日%(clock)s已接收") % {
            **places, "m": taken.month, "d": taken.day, "clock": taken.strftime("%H:%M"),
        }  # fmt: skip
    if not is_unacknowledged(item) or item.started_on is None:
        return _("%(here)s收件，%(there)s办") % places
    if day > (until := acknowledge_by(item.started_on)):
        return _("%(here)s收件，%(there)s办，%(m)s月%(d)s日前应接收，还没有接收") % {
            **places, "m": until.month, "d": until.day,
        }  # fmt: skip
    return _("%(here)s收件，%(there)s办，还没有接收") % places


def _long(spent: timedelta | None) -> str:
    """A mean time as people say it: hours below a day, then days."""
    if spent is None:
        return ""
    if spent < A_DAY:
        return _("%(n)s小时") % {"n": round(spent / AN_HOUR, 1)}
    return _("%(n)s天") % {"n": round(spent / A_DAY, 1)}
