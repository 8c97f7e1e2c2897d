"""Effects on the outside, bound to the transaction that causes them (I12).

A verb enqueues messages in its own transaction; a worker delivers each at least once to the handler of its topic and
tries again later and later; after the last attempt the message is dead, an error is logged and the row stays for a
person to see. Handlers must bear repeats: (`topic`, `key`) names the effect.

    @outbox.handler("dispatch.item")
    def send_item(*, key: str, payload: outbox.Payload, at: datetime) -> None: ...

A handler runs outside any transaction, so it may call a verb or wait for another system. Register it in a module that
`AppConfig.ready` or procrastinate's discovery (`tasks.py`) imports.
"""

import datetime as dt
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import connection
from procrastinate.types import JSONValue

from onething.kit import db, jobs
from onething.kit.errors import Unavailable
from onething.kit.models import OutboxMessage

__all__ = [
    "MAX_ATTEMPTS",
    "Message",
    "Payload",
    "deliver",
    "enqueue",
    "enqueue_many",
    "handler",
    "redeliver_overdue",
    "redrive",
    "report_dead",
]

logger = logging.getLogger(__name__)

Payload = Mapping[str, Any]
MAX_ATTEMPTS = 10
FIRST_WAIT = dt.timedelta(seconds=15)
LONGEST_WAIT = dt.timedelta(hours=6)
# A message this late has lost its job (a worker killed between two writes): the sweep gives it a new one.
LOST_AFTER = dt.timedelta(minutes=5)
SWEEP_SIZE = 500
ERROR_LENGTH = 500

# Once for every message there is: built by the model, these two would cost as much as the rest of the job.
FIND_OPEN = """
    SELECT topic, key, payload::text FROM kit_outboxmessage
     WHERE id = %s AND delivered_at IS NULL AND dead_at IS NULL
"""
NOTE_DELIVERED = """
    UPDATE kit_outboxmessage SET delivered_at = %s, attempts = attempts + 1
     WHERE id = %s AND delivered_at IS NULL AND dead_at IS NULL
"""


class Handler(Protocol):
    """Delivers one message. Raises Unavailable(permanent=True) when trying again is useless."""

    def __call__(self, *, key: str, payload: Payload, at: dt.datetime) -> None: ...


@dataclass(frozen=True)
class Message:
    """What `enqueue_many` takes."""

    topic: str
    key: str
    payload: Payload = field(default_factory=dict)
    home_division: str = ""


_handlers: dict[str, Handler] = {}


def handler(topic: str) -> Callable[[Handler], Handler]:
    """Register the one handler of a topic. Raises ValueError when the topic has another already."""

    def register(function: Handler) -> Handler:
        if _handlers.setdefault(topic, function) is not function:
            msg = f"the topic {topic!r} has a handler already"
            raise ValueError(msg)
        return function

    return register


def enqueue(topic: str, key: str, payload: Payload, *, at: dt.datetime, home_division: str = "") -> bool:
    """Write one message in the open transaction. False if this effect was enqueued before: it happens once."""
    return enqueue_many([Message(topic, key, payload, home_division)], at=at) == 1


@db.transaction_required
def enqueue_many(messages: Sequence[Message], *, at: dt.datetime, not_before: dt.datetime | None = None) -> int:
    """Write messages with one statement and one job for all of them, to be delivered at once or not before a moment.

    Gives how many were new.
    """
    first = max(at, not_before or at)
    if not messages:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO kit_outboxmessage
                   (topic, key, payload, home_division, created_at, next_attempt_at, attempts, last_error)
               SELECT m.topic, m.key, m.payload::jsonb, m.home_division, %s, %s, 0, ''
               FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS m (topic, key, payload, home_division)
               ON CONFLICT (topic, key) DO NOTHING
               RETURNING id""",
            [
                at,
                first,
                [message.topic for message in messages],
                [message.key for message in messages],
                [json.dumps(dict(message.payload), ensure_ascii=False) for message in messages],
                [message.home_division for message in messages],
            ],
        )
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        _defer(ids, schedule_at=first if first > at else None)
    return len(ids)


def deliver(*, message_id: int, at: dt.datetime) -> None:
    """Deliver one message if it is still open; note the failure and plan the next attempt otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_OPEN, [message_id])
        found = cursor.fetchone()
    if found is None:
        return
    topic, key, payload = found
    try:
        _handler_of(topic)(key=key, payload=json.loads(payload), at=at)
    except Unavailable as unavailable:
        _note_failure(message_id=message_id, error=unavailable, give_up=unavailable.permanent, at=at)
    except Exception as error:  # noqa: BLE001 - the outer edge: any failure of a handler is a failed attempt
        _note_failure(message_id=message_id, error=error, give_up=False, at=at)
    else:
        with connection.cursor() as cursor:
            cursor.execute(NOTE_DELIVERED, [at, message_id])


@db.transaction
def redeliver_overdue(*, at: dt.datetime) -> int:
    """Give open messages that lost their job a new one. Gives how many."""
    lost = OutboxMessage.objects.overdue(at=at - LOST_AFTER).select_for_update(skip_locked=True, no_key=True)
    ids = list(lost.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:SWEEP_SIZE])
    if ids:
        OutboxMessage.objects.filter(pk__in=ids).update(next_attempt_at=at)
        _defer(ids)
    return len(ids)


@db.transaction
def redrive(*, at: dt.datetime, topic: str = "", message_ids: Sequence[int] = ()) -> int:
    """Open dead messages again, with all attempts before them: those named, or all of a topic, or all. Gives how many."""
    dead = OutboxMessage.objects.dead()
    if topic:
        dead = dead.filter(topic=topic)
    if message_ids:
        dead = dead.filter(pk__in=message_ids)
    ids = list(dead.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))
    if ids:
        OutboxMessage.objects.filter(pk__in=ids).update(dead_at=None, attempts=0, next_attempt_at=at)
        _defer(ids)
    return len(ids)


def report_dead() -> int:
    """Say as an error how many messages were given up and not sent again, so that one line in a log is not the only alarm."""
    dead = OutboxMessage.objects.dead()
    count, oldest = dead.count(), dead.order_by("dead_at").values_list("dead_at", flat=True).first()
    if oldest is not None:
        logger.error("outbox: %s messages are given up, the oldest since %s; see `onething outbox list`", count, oldest)
    return count


def wait_before(attempt: int) -> dt.timedelta:
    """How long to wait before attempt number `attempt` (from 2): doubling, at most six hours."""
    return min(FIRST_WAIT * (1 << (attempt - 1)), LONGEST_WAIT)


@db.transaction
def _note_failure(*, message_id: int, error: Exception, give_up: bool, at: dt.datetime) -> None:
    message = OutboxMessage.objects.open().select_for_update(of=("self",), no_key=True).filter(pk=message_id).first()
    if message is None:
        return
    message.attempts += 1
    message.last_error = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    if give_up or message.attempts >= MAX_ATTEMPTS:
        message.dead_at = at
        logger.error(
            "outbox: gave up %s %s after %s attempts, last error %s",
            message.topic,
            message.key,
            message.attempts,
            type(error).__name__,
        )
    else:
        message.next_attempt_at = at + wait_before(message.attempts + 1)
        _defer([message.pk], schedule_at=message.next_attempt_at)
    message.save(update_fields=["attempts", "last_error", "dead_at", "next_attempt_at"])


def _handler_of(topic: str) -> Handler:
    try:
        return _handlers[topic]
    except KeyError:
        msg = f"no handler for the topic {topic!r} in this process"
        raise Unavailable(msg) from None


def _defer(message_ids: list[int], schedule_at: dt.datetime | None = None) -> None:
    jobs.defer("kit.deliver_messages", arguments={"ids": list[JSONValue](message_ids)}, schedule_at=schedule_at)
