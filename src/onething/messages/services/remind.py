"""What is told because time went by: a day that is over without an answer, a result that nobody has looked at (R5.7/1).

Nothing is written down of having looked: what was told has a message with the key of its cause, and what has none is due. So it does
not matter when the worker comes by, whether it was killed, or whether two look at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase
from onething.delivery.models import ResultDocument
from onething.dispatch.models import Card
from onething.kit import db
from onething.kit.workdays import LEGAL_ZONE, legal_date
from onething.messages.models import Message
from onething.messages.services.tell import make_message

__all__ = ["Due", "due_reminders", "remind"]

# A worker that was away for longer tells nothing of what lies so far back.
LATE_LOOK_BACK: Final = timedelta(days=7)
WAITING_LOOK_BACK: Final = timedelta(days=60)
STEP_OF: Final = {Card.Clock.PROMISED: "item.late_promised", Card.Clock.STATUTORY: "item.late_statutory"}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to tell: which step of which item, and the key of its cause."""

    step: str
    item_id: int
    key: str
    since: datetime
    facts: dict[str, str] = field(default_factory=dict)


def due_reminders(*, at: datetime, most: int) -> Iterator[Due]:
    """What is to be told now, at most so many of each kind. Two queries."""
    late = Card.objects.filter(colour=Card.Colour.RED, cured_at__isnull=True, given_at__gt=at - LATE_LOOK_BACK)
    for card in _untold(late, "late", "pk").order_by("given_at", "pk")[:most]:
        facts = {"until": card.due.isoformat()}
        yield Due(STEP_OF[Card.Clock(card.clock)], card.item_id, f"late:{card.pk}", card.given_at, facts)
    # Issued on a day since which so many whole working days have gone by.
    last = working_calendar().latest_start(settings.ONETHING_WAITING_RESULT_DAYS, over_by=legal_date(at))
    until = datetime.combine(last + timedelta(days=1), time(), LEGAL_ZONE)
    waiting = ResultDocument.objects.waiting().filter(issued_at__lt=until, issued_at__gt=at - WAITING_LOOK_BACK)
    told: set[int] = set()
    for document in (
        _untold(waiting, "waiting", "item_id").order_by("issued_at", "pk").only("item_id", "issued_at")[:most]
    ):
        if document.item_id not in told:
            told.add(document.item_id)
            yield Due("result.waiting", document.item_id, f"waiting:{document.item_id}", document.issued_at)


@db.transaction
def remind(due: Due, *, at: datetime) -> None:
    """Make the message of one thing that is due. Safe to repeat: a cause makes one message."""
    item = ItemCase.objects.select_related("case", "organisation").defer("opinion").get(pk=due.item_id)
    facts = {
        "thing": item.case.onething_name,
        "item": item.name,
        "body": item.organisation.name if item.organisation is not None else "",
        **due.facts,
    }
    message = Message(
        account_id=item.case.account_id,
        case_number=item.case.number,
        step=due.step,
        facts=facts,
        key=due.key,
        happened_at=due.since,
        created_at=at,
    )
    make_message(message, state=item.case.state, at=at)


def _untold(rows: "QuerySet[Any]", prefix: str, column: str) -> "QuerySet[Any]":
    """Those of whose cause there is no message yet."""
    key = Concat(Value(f"{prefix}:"), Cast(F(column), CharField()))
    found: QuerySet[Any] = rows.annotate(cause=key).exclude(Exists(Message.objects.filter(key=OuterRef("cause"))))
    return found
