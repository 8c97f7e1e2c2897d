"""Delivering outbox messages: to a handler that does nothing, and to a body's own system over HTTP."""

import sys
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from onething.bench.children import Child, child
from onething.bench.report import Bound, Figure, ratio_of_rounds, spread
from onething.bench.run import Run, interleaved
from onething.bench.tasks import TOPIC
from onething.bench.visitors import hand_in
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import TOPIC_MOVED
from onething.exchange.services import add_client, end_client
from onething.kit import db, outbox
from onething.kit.models import OutboxMessage
from onething.launcher.ports import HOST
from onething.referencedept.listener import Listener, listening

if TYPE_CHECKING:
    from procrastinate.types import JSONValue

__all__ = ["measure"]

BUDGET = 0.5
PATH = "/told"
_numbers = count()


def measure(run: Run) -> list[Figure]:
    """Both with one job for each message, worked off by one worker of the same kind."""
    return [*_local(run), _to_system(run)]


def _local(run: Run) -> list[Figure]:
    size = 300 if run.quick else 1000
    with child([sys.executable, "-m", "onething.bench.drain"], run.scratch.env) as worker:
        rates = interleaved(
            run,
            "per second",
            {"messages": partial(_messages, worker, size), "jobs": partial(_jobs, worker, size)},
            rounds=3 if run.quick else 5,
        )
    return [_figure("outbox", "outbox messages delivered to a local handler", rates)]


def _to_system(run: Run) -> Figure:
    """Each message about a task of another case, so that none waits for another one of its case."""
    size = 60 if run.quick else 200
    numbers = _tasks(hand_in(run.crowd, size))
    body = ItemCase.objects.select_related("organisation").get(number=numbers[0]).organisation
    if body is None:
        msg = "the task to be told of has no body"
        raise LookupError(msg)
    listener = Listener("")
    with (
        listening(listener, 0) as port,
        child([sys.executable, "-m", "onething.bench.drain"], run.scratch.env) as worker,
    ):
        key = add_client(organisation=body.key, push_url=f"http://{HOST}:{port}{PATH}", at=timezone.now())
        listener.secret = key.secret
        rates = interleaved(
            run,
            "told per second",
            {"messages": partial(_told, worker, numbers, listener), "jobs": partial(_jobs, worker, size)},
            rounds=3 if run.quick else 5,
        )
    end_client(key_id=key.key_id, at=timezone.now())
    return _figure("outbox-system", "outbox messages delivered to a body's own system, signed, over HTTP", rates)


def _figure(name: str, what: str, rates: dict[str, list[float]]) -> Figure:
    return Figure(
        name,
        what,
        "jobs that do nothing, same worker",
        ratio_of_rounds(rates["messages"], rates["jobs"]),
        BUDGET,
        Bound.AT_LEAST,
        raw={"messages/s": rates["messages"], "jobs/s": rates["jobs"]},
        note=f"single rounds {spread(rates['messages'], rates['jobs'])}",
    )


def _tasks(cases: list[OneThingCase]) -> list[str]:
    """The first task of each case, all at the same body."""
    first = ItemCase.objects.filter(case__in=cases, state="received", organisation__isnull=False)
    key = first.order_by("ordinal").values_list("key", flat=True)[0]
    return list(first.filter(key=key).values_list("number", flat=True))


def _told(worker: Child, numbers: list[str], listener: Listener) -> float:
    _empty_queue()
    before = listener.heard
    for number in numbers:
        _enqueue(f"bench-{next(_numbers)}", TOPIC_MOVED, {"item": number})
    seconds = _work(worker)
    if listener.heard - before != len(numbers):
        msg = f"{listener.heard - before} of {len(numbers)} messages were heard"
        raise LookupError(msg)
    return len(numbers) / seconds


def _messages(worker: Child, size: int) -> float:
    _empty_queue()
    for _ in range(size):
        _enqueue(f"bench-{next(_numbers)}", TOPIC, {})
    seconds = _work(worker)
    left = OutboxMessage.objects.open().filter(topic=TOPIC).count()
    if left:
        msg = f"{left} of {size} messages were not delivered"
        raise LookupError(msg)
    return size / seconds


@db.transaction
def _enqueue(key: str, topic: str, payload: outbox.Payload) -> None:
    outbox.enqueue(topic, key, payload, at=timezone.now())


def _jobs(worker: Child, size: int) -> float:
    _empty_queue()
    jobs: list[dict[str, JSONValue]] = [{"number": number} for number in range(size)]
    app.configure_task("bench.idle").batch_defer(*jobs)
    return size / _work(worker)


def _work(worker: Child) -> float:
    worker.tell("go")
    return float(worker.answer())


def _empty_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
