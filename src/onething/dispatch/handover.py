"""Accepted here, decided there: hand-overs between places, with the credit and the clock of both kept apart (R3.1.g)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Avg, Count, F, Q

from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase
from onething.cases.querysets import ItemCaseQuerySet
from onething.cases.states import ItemState
from onething.dispatch.models import OriginalMove
from onething.parties.models import Officer

__all__ = ["Exchange", "acknowledge_by", "exchanges", "is_unacknowledged", "originals_on_their_way", "unacknowledged"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one place accepted and another decides. The first's clock ends where the second's begins: at the acknowledgement."""

    accepted_in: str
    decided_in: str
    handed_over: int
    acknowledged: int
    ended: int
    until_acknowledged: timedelta | None
    until_ended: timedelta | None


def acknowledge_by(started_on: date) -> date:
    """The last day on which a body acknowledges what was handed over to it; the city chooses how long that takes."""
    return working_calendar().add_working_days(started_on, settings.ONETHING_HANDOVER_DAYS)


def is_unacknowledged(item: ItemCase) -> bool:
    """Whether the item was handed over, has started, and nobody there has taken it yet."""
    return bool(
        item.handed_over_from
        and item.is_open
        and item.item_state is not ItemState.WAITING
        and item.handover_acknowledged_at is None
    )


def exchanges(officer: Officer, *, since: datetime) -> list[Exchange]:
    """Hand-overs of the cases this officer follows, by pair of places, most first. One query, over handed-over items alone."""
    rows = (
        _followed(officer)
        .filter(submitted_at__gte=since)
        .values("handed_over_from", "responsible_division")
        .annotate(
            handed_over=Count("pk"),
            acknowledged=Count("handover_acknowledged_at"),
            ended=Count("decided_at"),
            until_acknowledged=Avg(F("handover_acknowledged_at") - F("started_at")),
            until_ended=Avg(F("decided_at") - F("handover_acknowledged_at")),
        )
        .order_by("-handed_over", "handed_over_from", "responsible_division")
    )
    return [
        Exchange(
            row["handed_over_from"],
            row["responsible_division"],
            row["handed_over"],
            row["acknowledged"],
            row["ended"],
            row["until_acknowledged"],
            row["until_ended"],
        )
        for row in rows
    ]


def unacknowledged(officer: Officer, *, most: int) -> Sequence[ItemCase]:
    """Handed over, started and not taken yet, the oldest first, with case and body. One query."""
    waiting = _followed(officer).at_hand().filter(handover_acknowledged_at__isnull=True)
    return list(waiting.select_related("case", "organisation").order_by("started_on", "pk")[:most])


def originals_on_their_way(officer: Officer, *, most: int) -> list[OriginalMove]:
    """Paper originals that were sent and nobody has acknowledged yet, the oldest first, with item and bodies. One query."""
    rows = OriginalMove.objects.filter(received_at__isnull=True, item__in=_followed(officer).values("pk"))
    return list(rows.select_related("item", "sender", "receiver", "sent_by__account").order_by("sent_at", "pk")[:most])


def _followed(officer: Officer) -> ItemCaseQuerySet:
    """A coordinator sees the whole installation's hand-overs, a lead those of the cases it leads."""
    handed_over = ItemCase.objects.filter(~Q(handed_over_from=""))
    if officer.role == Officer.Role.COORDINATOR:
        return handed_over
    return handed_over.filter(case__lead_organisation_id=officer.organisation_id)
