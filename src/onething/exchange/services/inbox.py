"""Requests that come in: each once, in the order of their case (R5.11/1).

An act is asked for under an idempotency key. The first time it is written down as begun, then a verb of `dispatch` does it in
a transaction of its own, then the answer is kept. Killed in between, the row has no answer; the next request with that key
asks the event log whether the act has happened (`begun_at` is the moment the event bears) and does it only if it has not.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from onething.exchange.models import ApiClient, ApiRequest, CaseExchange
from onething.exchange.rules import Order, place_in_order
from onething.kit import db

__all__ = ["Reservation", "Reserved", "answered", "one_at_a_time", "reserve", "start_again"]

LOOK_AGAIN_SECONDS = 0.05


class Reserved(StrEnum):
    """What a key and a number stand for when they arrive."""

    FIRST = "first"
    INTERRUPTED = "interrupted"
    ANSWERED = "answered"
    OTHER_REQUEST = "other_request"
    OLD = "old"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Reservation:
    """How a request stands. `expected` is the number that comes next for this case and body."""

    how: Reserved
    request: ApiRequest | None
    expected: int


@contextmanager
def held(name: str, *, patience: float = 0) -> Iterator[bool]:
    """Hold a name for the time of the block; False when another process holds it, also after `patience` seconds.

    The database's session holds it, so that it is free at once when the process was killed.
    """
    until = time.monotonic() + patience
    while not (mine := _taken(name)) and time.monotonic() < until:
        time.sleep(LOOK_AGAIN_SECONDS)
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _taken(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def one_at_a_time(client: ApiClient, key: str) -> AbstractContextManager[bool]:
    """Hold a client's key: False when another request with it is being answered now."""
    return held(f"request {client.pk} {key}")


@db.transaction
def reserve(*, client: ApiClient, key: str, digest: str, case_id: int, sequence: int, at: datetime) -> Reservation:
    """Write a request down as begun and take its number, or say what its key already stands for."""
    body = client.system.organisation_id
    CaseExchange.objects.bulk_create([CaseExchange(organisation_id=body, case_id=case_id)], ignore_conflicts=True)
    place = CaseExchange.objects.select_for_update(no_key=True).get(organisation_id=body, case_id=case_id)
    known = ApiRequest.objects.filter(client=client, key=key).first()
    if known is not None:
        if known.digest != digest:
            return Reservation(Reserved.OTHER_REQUEST, known, place.sequence + 1)
        how = Reserved.INTERRUPTED if known.status is None else Reserved.ANSWERED
        return Reservation(how, known, place.sequence + 1)
    order = place_in_order(place.sequence, sequence)
    if order is not Order.NEXT:
        return Reservation(Reserved.OLD if order is Order.OLD else Reserved.GAP, None, place.sequence + 1)
    place.sequence, place.heard_at = sequence, at
    place.save(update_fields=["sequence", "heard_at"])
    request = ApiRequest.objects.create(client=client, key=key, digest=digest, begun_at=at)
    return Reservation(Reserved.FIRST, request, sequence + 1)


@db.transaction
def start_again(request: ApiRequest, *, at: datetime) -> None:
    """Give an interrupted request whose act did not happen a new moment: nothing is dated back."""
    request.begun_at = at
    request.save(update_fields=["begun_at"])


@db.transaction
def answered(request: ApiRequest, *, status: int, answer: Mapping[str, Any]) -> None:
    """Keep the answer: the same key is given it again."""
    request.status, request.answer = status, dict(answer)
    request.save(update_fields=["status", "answer"])
