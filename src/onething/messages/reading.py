"""Reads for operators: how what applicants are told is getting on. And what a demonstration kept instead of sending.

A line is named by the key of its effect in the outbox: `case:place in its log` for a message that is to be made in the product,
`message:channel` for one that is to be sent elsewhere. No line names a person or an address.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from onething.cases.record import TOPIC_EVENT
from onething.kit.models import OutboxMessage
from onething.messages.models import AddressCode, KeptText, Message, Sending
from onething.messages.services.sending import TOPIC_SEND

__all__ = ["DeliveryLine", "given_up", "kept_for", "lines_of_case", "troubled_lines"]

TOPICS: Final = (TOPIC_EVENT, TOPIC_SEND)
PRODUCT: Final = "product"


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One thing told, or not yet: `state` is sent, dropped (the address is gone), waiting, failing or given_up."""

    key: str
    case: str
    step: str
    channel: str
    state: str
    attempts: int = 0
    error: str = ""
    at: datetime | None = None


def lines_of_case(number: str) -> list[DeliveryLine]:
    """All that the applicant of a case was told, in the product and elsewhere, and what is on its way. Three queries."""
    made = list(Message.objects.filter(case_number=number).prefetch_related("sendings").order_by("pk"))
    keys = [str(sending) for one in made for sending in one.sendings.all()]
    rows = OutboxMessage.objects.filter(topic=TOPIC_SEND, key__in=keys)
    on_the_way = {row.key: row for row in rows}
    lines = []
    for one in made:
        lines.append(DeliveryLine(one.key, number, one.step, PRODUCT, "sent", at=one.created_at))
        sendings = sorted(one.sendings.all(), key=lambda sending: sending.channel)
        lines += [_line_of(sending, on_the_way.get(str(sending))) for sending in sendings]
    unmade = OutboxMessage.objects.filter(topic=TOPIC_EVENT, key__startswith=f"{number}:", delivered_at__isnull=True)
    return [*lines, *(_line_of_event(row) for row in unmade.order_by("pk"))]


def troubled_lines(*, given_up_only: bool, most: int) -> list[DeliveryLine]:
    """What was given up, or also what failed and is being tried again, the oldest first. Two queries."""
    rows = OutboxMessage.objects.filter(topic__in=TOPICS, delivered_at__isnull=True, attempts__gt=0)
    if given_up_only:
        rows = rows.filter(dead_at__isnull=False)
    found = list(rows.order_by("pk")[:most])
    return [*_lines_of(found)]


def given_up(keys: Iterable[str] | None) -> dict[str, int]:
    """What was given up, by key, with its number in the outbox: of these keys, or all when None."""
    rows = OutboxMessage.objects.dead().filter(topic__in=TOPICS)
    if keys is not None:
        rows = rows.filter(key__in=list(keys))
    return dict(rows.values_list("key", "pk"))


def kept_for(code: AddressCode) -> KeptText | None:
    """The text that would have brought this code; None while it is on its way. For who asked for the code only."""
    return KeptText.objects.filter(digest=code.digest, key=f"code-{code.pk}").order_by("-pk").first()


def _lines_of(rows: Iterable[OutboxMessage]) -> Iterator[DeliveryLine]:
    listed = list(rows)
    named = [row.payload["message"] for row in listed if row.topic == TOPIC_SEND]
    sendings = {str(one): one for one in Sending.objects.filter(message_id__in=named)}
    for row in listed:
        yield _line_of(sendings[row.key], row) if row.topic == TOPIC_SEND else _line_of_event(row)


def _line_of(sending: Sending, row: OutboxMessage | None) -> DeliveryLine:
    ended = sending.sent_at or sending.dropped_at
    state = "sent" if sending.sent_at else "dropped" if sending.dropped_at else _state_of(row)
    attempts, error = (row.attempts, row.last_error) if row is not None and not ended else (0, "")
    at = ended or sending.created_at
    return DeliveryLine(str(sending), sending.case_number, sending.step, sending.channel, state, attempts, error, at)


def _line_of_event(row: OutboxMessage) -> DeliveryLine:
    return DeliveryLine(
        row.key, row.payload["case"], "", PRODUCT, _state_of(row), row.attempts, row.last_error, row.created_at
    )


def _state_of(row: OutboxMessage | None) -> str:
    if row is None or not row.attempts:
        return "waiting"
    return "given_up" if row.dead_at else "failing"
