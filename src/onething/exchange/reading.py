"""How the exchange stands: per task for the system, per case for the lead. Each function says how many queries it makes."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.states import ItemState
from onething.exchange.models import CaseExchange
from onething.exchange.rules import DaysCounter, is_silent
from onething.kit.workdays import legal_date

__all__ = ["place_of", "silent_systems"]

# Where the next word is the body's; in the other open states something else is waited for.
BODYS_TURN = frozenset({ItemState.RECEIVED, ItemState.ACCEPTED, ItemState.IN_REVIEW})


def place_of(organisation: int, item: ItemCase) -> tuple[int, str | None]:
    """The last number a body's system used in a case, and the last status it reported of an item. One query."""
    row = CaseExchange.objects.filter(organisation_id=organisation, case_id=item.case_id).first()
    if row is None:
        return 0, None
    status = row.statuses.get(item.number)
    return row.sequence, status[0] if status else None


def silent_systems(
    case: OneThingCase, items: Iterable[ItemCase], *, today: date, calendar: DaysCounter
) -> dict[int, datetime]:
    """Bodies whose own system has said nothing of a case for longer than ONETHING_SILENCE_DAYS, and since when (R2.8.c/3).

    Only where something is the system's to do: a task that a person has taken is that person's. One query, none where no
    body has a system. The items come with their bodies.
    """
    since: dict[int, datetime] = {}
    for item in items:
        body = item.organisation
        if body is None or not body.has_own_system or item.claimed_by_id or item.item_state not in BODYS_TURN:
            continue
        started = item.accepted_at or item.started_at or item.submitted_at
        since[body.pk] = max(started, since.get(body.pk, started))
    rows = CaseExchange.objects.filter(case=case, organisation_id__in=list(since)) if since else ()
    for row in rows:
        if row.heard_at is not None:
            since[row.organisation_id] = max(row.heard_at, since[row.organisation_id])
    limit = settings.ONETHING_SILENCE_DAYS
    return {
        body: last
        for body, last in since.items()
        if is_silent(since=legal_date(last), today=today, calendar=calendar, limit=limit)
    }
