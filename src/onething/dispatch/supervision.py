"""How a body is held to its days: cards, reminders and escalations, per item and per body (R4.2.c). Reads, one query each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from onething.cases.models import ItemCase, OneThingCase
from onething.dispatch.models import Card, Escalation, Reminder
from onething.dispatch.rules import UNDO_SECONDS
from onething.parties.models import Officer

__all__ = [
    "LATEST_REMINDER",
    "WORST_CARD",
    "Asked",
    "BodyCounts",
    "Held",
    "Punctuality",
    "counts_of_bodies",
    "escalated_to",
    "held_of",
    "led_item",
    "punctuality_of_bodies",
]

# Columns of a list of items: an index look-up per row inside the list's own query. Red sorts before yellow.
WORST_CARD: Final = Subquery(
    Card.objects.filter(item=OuterRef("pk"), cured_at__isnull=True).order_by("colour").values("colour")[:1]
)
LATEST_REMINDER: Final = Subquery(
    Reminder.objects.filter(item=OuterRef("pk")).order_by("-sent_at").values("sent_at")[:1]
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One escalation as both sides see it."""

    to: str
    at: datetime
    reason: str


@dataclass
class Held:
    """What was done about one item: cards that hold (`red`, `yellow` by clock), reminders, escalations, oldest first; and how often
    a body sent it back.
    """

    cards: list[tuple[str, str]] = field(default_factory=list)
    reminded: list[datetime] = field(default_factory=list)
    escalated: list[Asked] = field(default_factory=list)
    returned: int = 0


OF_ITEMS: Final = """
    SELECT item_id, 'card' AS what, earned_on::timestamptz AS at, clock AS one, colour AS other
      FROM dispatch_card WHERE item_id = ANY(%(items)s) AND cured_at IS NULL
    UNION ALL
    SELECT item_id, 'reminder', sent_at, '', '' FROM dispatch_reminder WHERE item_id = ANY(%(items)s)
    UNION ALL
    SELECT escalation.item_id, 'escalation', escalation.sent_at, account.display_name, escalation.reason
      FROM dispatch_escalation escalation
      JOIN parties_officer officer ON officer.id = escalation.to_id
      JOIN parties_account account ON account.id = officer.account_id
     WHERE escalation.item_id = ANY(%(items)s)
    UNION ALL
    SELECT item_id, 'return', returned_at, '', '' FROM dispatch_dispatch
     WHERE item_id = ANY(%(items)s) AND returned_at IS NOT NULL
     ORDER BY 3, 1, 5
"""


def held_of(items: Sequence[int]) -> dict[int, Held]:
    """What was done about some items, by their keys. One query."""
    found: dict[int, Held] = {key: Held() for key in items}
    for item, what, at, one, other in _rows(OF_ITEMS, {"items": list(items)}):
        held = found[item]
        if what == "card":
            held.cards.append((one, other))
        elif what == "reminder":
            held.reminded.append(at)
        elif what == "return":
            held.returned += 1
        else:
            held.escalated.append(Asked(one, at, other))
    return found


@dataclass(frozen=True, slots=True)
class BodyCounts:
    """What one body has come to in the cases of one lead."""

    name: str
    yellow: int
    red: int
    reminders: int
    escalations: int


OF_BODIES: Final = """
    SELECT body.name, count(*) FILTER (WHERE what = 'yellow'), count(*) FILTER (WHERE what = 'red'),
           count(*) FILTER (WHERE what = 'reminder'), count(*) FILTER (WHERE what = 'escalation')
      FROM (SELECT item_id, organisation_id, colour AS what FROM dispatch_card WHERE given_at >= %(since)s
            UNION ALL SELECT item_id, organisation_id, 'reminder' FROM dispatch_reminder WHERE sent_at >= %(since)s
            UNION ALL SELECT item_id, organisation_id, 'escalation' FROM dispatch_escalation WHERE sent_at >= %(since)s
           ) AS act
      JOIN cases_itemcase item ON item.id = act.item_id
      JOIN cases_onethingcase bundle ON bundle.id = item.case_id
      JOIN parties_organisation body ON body.id = act.organisation_id
     WHERE bundle.lead_organisation_id = %(lead)s
     GROUP BY body.id ORDER BY 3 DESC, 2 DESC, 4 DESC, body.id
"""


def counts_of_bodies(lead: Officer, *, since: datetime) -> list[BodyCounts]:
    """Cards, reminders and escalations since a moment, per body, in the cases this lead's body leads; most red first. One query."""
    return [BodyCounts(*row) for row in _rows(OF_BODIES, {"lead": lead.organisation_id, "since": since})]


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How often one body kept its days in the cases of one lead: decided, of those with a promised day how many by it, of those
    with a limit by law how many within it.
    """

    name: str
    decided: int
    promised: int
    by_promise: int
    limited: int
    by_law: int


# Counted is what a body decided on: not what was withdrawn, ended by itself or was never taken up. Days are those stored with the
# item, in which stops and extensions are in already. A decision that can still be taken back does not count yet.
PUNCTUALITY: Final = """
    SELECT body.name, count(*), count(item.promised_due),
           count(*) FILTER (WHERE day.decided_on <= item.promised_due), count(item.statutory_due),
           count(*) FILTER (WHERE day.decided_on <= item.statutory_due)
      FROM parties_organisation body
      JOIN cases_itemcase item ON item.organisation_id = body.id AND item.outcome <> ''
      JOIN cases_onethingcase bundle ON bundle.id = item.case_id
     CROSS JOIN LATERAL (SELECT (item.decided_at AT TIME ZONE 'Asia/Shanghai')::date AS decided_on) AS day
     WHERE bundle.lead_organisation_id = %(lead)s AND item.outcome IN ('granted', 'refused', 'done')
       AND item.decided_at >= %(since)s AND item.decided_at < %(settled)s
     GROUP BY body.id
     ORDER BY (count(*) FILTER (WHERE day.decided_on <= item.promised_due))::numeric / nullif(count(item.promised_due), 0)
              NULLS LAST, body.id
"""


def punctuality_of_bodies(lead: Officer, *, since: datetime, until: datetime) -> list[Punctuality]:
    """How often each body kept its days in what it decided between two moments, in the cases this lead's body leads; the lowest share
    of kept promises first. One query.
    """
    settled = until - timedelta(seconds=UNDO_SECONDS)
    values = {"lead": lead.organisation_id, "since": since, "settled": settled}
    return [Punctuality(*row) for row in _rows(PUNCTUALITY, values)]


def escalated_to(officer: Officer) -> QuerySet[Escalation]:
    """What was taken to this person and is still open, newest first; with item, case, body and who sent it."""
    return (
        Escalation.objects.filter(to__account_id=officer.account_id, item__outcome="")
        .select_related("item__case", "organisation", "sent_by__account", "sent_by__organisation")
        .order_by("-sent_at", "-pk")
    )


def led_item(lead: Officer, number: str) -> ItemCase | None:
    """The item of a number in a case that this lead's body leads, with case and body: how it stands. One query."""
    cases = OneThingCase.objects.led_by(lead)
    return ItemCase.objects.filter(number=number, case__in=cases).select_related("case", "organisation").first()


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
