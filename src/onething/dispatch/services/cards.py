"""Yellow and red cards by rule: set-based, in portions, and the same whoever runs it when (R4.2.c/1, ux e1).

A card is earned on a day that *began* with the item open and near or past its day, so that it does not matter at what hour the
worker comes by, nor whether it slept for some days: `EARNED` finds what is missing, also on items that have ended meanwhile. What
stands still (corrections, suspended clocks) earns nothing while it stands. Each portion is one transaction; a killed worker leaves
whole portions behind, and the next run goes on.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from onething.audit.services import append_events
from onething.cases.models import ItemCase
from onething.cases.record import SYSTEM, event_of
from onething.cases.states import OPEN, ItemState
from onething.dispatch.rules import UNDO_SECONDS
from onething.kit import db
from onething.kit.workdays import legal_date
from onething.parties.models import Organisation

__all__ = ["CardsGiven", "give_cards"]

PORTION: Final = 200
# How long after its end an item still gets the card it had earned: as long as a worker may have been away.
LOOK_BACK: Final = timedelta(days=31)
STANDING: Final = (ItemState.SUSPENDED, ItemState.IN_CORRECTION)
# Written into the text and not bound: the index of open items is found by the very words of its condition.
_OPEN_WORDS: Final = ", ".join(f"'{state}'" for state in sorted(OPEN))
_RUNNING_WORDS: Final = ", ".join(f"'{state}'" for state in sorted(OPEN - {*STANDING, ItemState.WAITING}))
RULES: Final = """
    (VALUES ('promised', 'yellow', item.promised_due,
             greatest(coalesce(item.near_from, item.promised_due), item.started_on + 1)),
            ('promised', 'red', item.promised_due, item.promised_due + 1),
            ('statutory', 'red', item.statutory_due, item.statutory_due + 1))
    AS rule (clock, colour, due, earned_on)
"""
COLUMNS: Final = (
    "item.id AS item_id, item.home_division, item.organisation_id, rule.clock, rule.colour, rule.due, rule.earned_on"
)
# Near begins before the day is over, or it is not near but late.
HOLDS: Final = """
    item.organisation_id IS NOT NULL AND item.started_on IS NOT NULL
    AND (rule.colour = 'red' OR rule.earned_on <= rule.due)
    AND NOT EXISTS (SELECT 1 FROM dispatch_card card
                     WHERE card.item_id = item.id AND card.clock = rule.clock AND card.colour = rule.colour)
"""
EARNED: Final = f"""
    WITH found AS (
        SELECT {COLUMNS} FROM cases_itemcase item CROSS JOIN LATERAL {RULES}
         WHERE item.state IN ({_OPEN_WORDS}) AND item.state IN ({_RUNNING_WORDS})
           AND rule.earned_on <= %(today)s AND {HOLDS}
        UNION ALL
        SELECT {COLUMNS} FROM parties_organisation body
          JOIN cases_itemcase item ON item.organisation_id = body.id CROSS JOIN LATERAL {RULES}
         WHERE item.outcome <> '' AND item.decided_at >= %(since)s AND item.decided_at < %(settled)s
           AND rule.earned_on <= (item.decided_at AT TIME ZONE 'Asia/Shanghai')::date AND {HOLDS}
        ORDER BY 1, 4, 5 LIMIT %(portion)s
    ), given AS (
        INSERT INTO dispatch_card (item_id, home_division, organisation_id, clock, colour, due, earned_on, given_at)
        SELECT found.*, %(at)s FROM found
        ON CONFLICT (item_id, clock, colour) DO NOTHING
        RETURNING item_id, organisation_id, clock, colour, due, earned_on
    )
    SELECT item_id, organisation_id, clock, colour, due, earned_on FROM given ORDER BY item_id, clock, colour
"""  # noqa: S608  # only names and values of our own code
# What ended is cured by its end; what runs on is when the rule no longer holds (an extension, a clock that had stood).
CURED: Final = f"""
    UPDATE dispatch_card card SET cured_at = CASE WHEN item.outcome <> '' THEN item.decided_at ELSE %(at)s END
      FROM cases_itemcase item CROSS JOIN LATERAL {RULES}
     WHERE card.item_id = item.id AND card.clock = rule.clock AND card.colour = rule.colour AND card.cured_at IS NULL
       AND (item.outcome <> '' OR item.state = 'waiting'
            OR item.state IN ({_RUNNING_WORDS}) AND (rule.earned_on IS NULL OR rule.earned_on > %(today)s))
"""  # noqa: S608  # as above
# The decision that cured it was taken back, or the clock ran out again: the same card holds again.
NOT_CURED: Final = f"""
    UPDATE dispatch_card card SET cured_at = NULL
      FROM cases_itemcase item CROSS JOIN LATERAL {RULES}
     WHERE card.item_id = item.id AND card.clock = rule.clock AND card.colour = rule.colour AND card.cured_at IS NOT NULL
       AND item.state IN ({_OPEN_WORDS}) AND item.state IN ({_RUNNING_WORDS}) AND rule.earned_on <= %(today)s
"""  # noqa: S608  # as above
TURN: Final = "SELECT pg_advisory_xact_lock(hashtext('dispatch.cards'))"


@dataclass(frozen=True, slots=True)
class CardsGiven:
    """What one run did."""

    given: int
    cured: int


def give_cards(*, at: datetime, portion: int = PORTION) -> CardsGiven:
    """Give every card that has been earned by the legal day of `at` and is not there, then date the cured ones.

    Safe to repeat, to run twice at once and to kill: a card is one row per item, clock and colour, written together with its
    event, and runs take turns portion by portion.
    """
    given = 0
    while wrote := _portion(at, portion):
        given += wrote
    return CardsGiven(given, _cure(at))


@db.transaction
def _portion(at: datetime, portion: int) -> int:
    """The next cards with their events in one transaction; 0 when none is missing."""
    # A decision that may still be taken back has ended nothing yet.
    settled = at - timedelta(seconds=UNDO_SECONDS)
    rows = _run(EARNED, at, since=at - LOOK_BACK, settled=settled, portion=portion)
    numbers = ItemCase.objects.select_related("case").only(
        "number", "case__number", "case__home_division", "case__accepting_division"
    )
    items = numbers.in_bulk([row[0] for row in rows])
    bodies = dict(Organisation.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", "key"))
    append_events(
        [
            event_of(
                items[item].case,
                "item.card_given",
                by=SYSTEM,
                at=at,
                payload={
                    "item": items[item].number,
                    "organisation": bodies[body],
                    "clock": clock,
                    "colour": colour,
                    "due": _iso(due),
                    "earned_on": _iso(earned_on),
                },
            )
            for item, body, clock, colour, due, earned_on in rows
        ]
    )
    return len(rows)


@db.transaction
def _cure(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(TURN)
        cursor.execute(NOT_CURED, {"today": legal_date(at)})
        cursor.execute(CURED, {"today": legal_date(at), "at": at})
        return int(cursor.rowcount)


def _run(statement: str, at: datetime, **values: datetime | int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(TURN)
        cursor.execute(statement, {"at": at, "today": legal_date(at), **values})
        return list(cursor.fetchall())


def _iso(day: date) -> str:
    return day.isoformat()
