"""Delivering outbox messages to a handler that does nothing, against jobs that do nothing."""

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
from onething.kit import db, outbox
from onething.kit.models import OutboxMessage

if TYPE_CHECKING:
    from procrastinate.types import JSONValue

__all__ = ["measure"]

BUDGET = 0.5
_numbers = count()


def measure(run: Run) -> list[Figure]:
    """Both with one job for each, worked off by one worker of the same kind."""
    size = 300 if run.quick else 1000
    with child([sys.executable, "-m", "onething.bench.drain"], run.scratch.env) as worker:
        rates = interleaved(
            run,
            "per second",
            {"messages": partial(_messages, worker, size), "jobs": partial(_jobs, worker, size)},
            rounds=3 if run.quick else 5,
        )
    return [
        Figure(
            "outbox",
            "outbox messages delivered to a local handler",
            "jobs that do nothing, same worker",
            ratio_of_rounds(rates["messages"], rates["jobs"]),
            BUDGET,
            Bound.AT_LEAST,
            raw={"messages/s": rates["messages"], "jobs/s": rates["jobs"]},
            note=f"single rounds {spread(rates['messages'], rates['jobs'])}; the reference department system comes later",
        )
    ]


def _messages(worker: Child, size: int) -> float:
    _empty_queue()
    for _ in range(size):
        _enqueue(f"bench-{next(_numbers)}")
    seconds = _work(worker)
    left = OutboxMessage.objects.open().filter(topic=TOPIC).count()
    if left:
        msg = f"{left} of {size} messages were not delivered"
        raise LookupError(msg)
    return size / seconds


@db.transaction
def _enqueue(key: str) -> None:
    outbox.enqueue(TOPIC, key, {}, at=timezone.now())


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
