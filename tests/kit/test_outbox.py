"""The outbox on a real PostgreSQL: bound to the transaction, at least once, dead with an alarm."""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from procrastinate.connector import BaseAsyncConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from onething.kit import db, outbox
from onething.kit.errors import Unavailable
from onething.kit.models import OutboxMessage

AT = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _no_jobs_of_others(db: None) -> None:  # the database fixture, not the module
    """The queue's tables are not Django's: emptying the test database leaves them as they are."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def delivered() -> Iterator[list[tuple[str, outbox.Payload]]]:
    """A topic `test` whose handler writes down what it gets and fails as the payload says."""
    seen: list[tuple[str, outbox.Payload]] = []

    def handle(*, key: str, payload: outbox.Payload, at: dt.datetime) -> None:
        assert not db.in_transaction()
        assert at.tzinfo is not None
        seen.append((key, payload))
        if payload.get("fails"):
            raise Unavailable("the other side is closed", permanent=payload["fails"] == "for good")

    outbox.handler("test")(handle)
    yield seen
    del outbox._handlers["test"]


@contextmanager
def worker() -> Iterator[None]:
    """Work off what is waiting, the way the worker process does."""
    with app.replace_connector(worker_connector()) as running:
        running.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
        yield


def worker_connector() -> BaseAsyncConnector:
    assert isinstance(app.connector, DjangoConnector)
    return app.connector.get_worker_connector()


@db.transaction
def enqueue_and_fail() -> None:
    outbox.enqueue("test", "case-1", {}, at=AT)
    raise LookupError


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name="kit.deliver_messages").order_by("id"))


@pytest.mark.django_db(transaction=True)
def test_a_message_is_worked_off_after_the_commit(delivered: list[tuple[str, outbox.Payload]]) -> None:
    with db.open_transaction():
        assert outbox.enqueue("test", "case-1", {"item": 7, "name": "䶮"}, at=AT)
    with worker():
        pass
    message = OutboxMessage.objects.get()
    assert delivered == [("case-1", {"item": 7, "name": "䶮"})]
    assert message.delivered_at is not None
    assert message.attempts == 1


@pytest.mark.django_db(transaction=True)
def test_rolling_back_leaves_neither_message_nor_job() -> None:
    with pytest.raises(LookupError):
        enqueue_and_fail()
    assert not OutboxMessage.objects.exists()
    assert jobs() == []


@pytest.mark.django_db(transaction=True)
def test_inside_a_worker_too_the_job_belongs_to_the_transaction() -> None:
    with app.replace_connector(worker_connector()), pytest.raises(LookupError):
        enqueue_and_fail()
    assert jobs() == []


@pytest.mark.django_db
def test_enqueuing_needs_a_transaction() -> None:
    with pytest.raises(db.NoTransaction):
        outbox.enqueue("test", "case-1", {}, at=AT)


@pytest.mark.django_db
def test_an_effect_is_enqueued_once() -> None:
    with db.open_transaction():
        assert outbox.enqueue("test", "case-1", {"n": 1}, at=AT)
    with db.open_transaction():
        assert not outbox.enqueue("test", "case-1", {"n": 2}, at=AT)
        assert outbox.enqueue_many([outbox.Message("test", "case-1"), outbox.Message("test", "case-2")], at=AT) == 1
    assert list(OutboxMessage.objects.order_by("pk").values_list("key", "payload")) == [
        ("case-1", {"n": 1}),
        ("case-2", {}),
    ]
    assert len(jobs()) == 2


@pytest.mark.django_db
def test_many_messages_are_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    many = [outbox.Message("test", f"case-{n}", {"n": n}) for n in range(20)]
    with db.open_transaction(), django_assert_num_queries(2):
        assert outbox.enqueue_many(many, at=AT) == 20
        assert outbox.enqueue_many([], at=AT) == 0


def one_message(payload: outbox.Payload, topic: str = "test") -> OutboxMessage:
    with db.open_transaction():
        outbox.enqueue(topic, "case-1", payload, at=AT)
    return OutboxMessage.objects.get()


@pytest.mark.django_db
def test_a_failure_is_noted_and_tried_again_later(delivered: list[tuple[str, outbox.Payload]]) -> None:
    message = one_message({"fails": "today"})
    outbox.deliver(message_id=message.pk, at=AT)
    message.refresh_from_db()
    assert (message.attempts, message.delivered_at, message.dead_at) == (1, None, None)
    assert message.last_error == "Unavailable: the other side is closed"
    assert message.next_attempt_at == AT + dt.timedelta(seconds=30)
    assert [job.scheduled_at for job in jobs()] == [None, message.next_attempt_at]
    OutboxMessage.objects.update(payload={})
    outbox.deliver(message_id=message.pk, at=AT)
    outbox.deliver(message_id=message.pk, at=AT)
    assert len(delivered) == 2  # the third call found it delivered


@pytest.mark.django_db
def test_a_message_dies_with_an_alarm(
    delivered: list[tuple[str, outbox.Payload]], caplog: pytest.LogCaptureFixture
) -> None:
    message = one_message({"fails": "today"})
    with caplog.at_level(logging.ERROR):
        for _ in range(outbox.MAX_ATTEMPTS + 2):
            outbox.deliver(message_id=message.pk, at=AT)
    assert len(delivered) == outbox.MAX_ATTEMPTS
    assert list(OutboxMessage.objects.dead()) == [message]
    assert [record.message for record in caplog.records] == [
        "outbox: gave up test case-1 after 10 attempts, last error Unavailable"
    ]
    caplog.clear()
    assert outbox.report_dead() == 1
    assert "1 messages are given up, the oldest since 2026-11-25" in caplog.text
    outbox.redrive(at=AT)
    caplog.clear()
    assert (outbox.report_dead(), caplog.text) == (0, "")


@pytest.mark.django_db
def test_a_permanent_refusal_is_not_tried_again(delivered: list[tuple[str, outbox.Payload]]) -> None:
    message = one_message({"fails": "for good"})
    outbox.deliver(message_id=message.pk, at=AT)
    message.refresh_from_db()
    assert message.dead_at == AT
    assert len(delivered) == 1
    assert len(jobs()) == 1


@pytest.mark.django_db
def test_a_topic_without_handler_waits_for_the_process_that_has_one() -> None:
    message = one_message({}, topic="nobody")
    outbox.deliver(message_id=message.pk, at=AT)
    message.refresh_from_db()
    assert message.attempts == 1
    assert "no handler for the topic 'nobody'" in message.last_error


@pytest.mark.django_db
def test_a_message_without_job_gets_one() -> None:
    message = one_message({})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert outbox.redeliver_overdue(at=AT + dt.timedelta(minutes=4)) == 0
    assert outbox.redeliver_overdue(at=AT + dt.timedelta(minutes=6)) == 1
    assert outbox.redeliver_overdue(at=AT + dt.timedelta(minutes=7)) == 0
    assert [job.args for job in jobs()] == [{"ids": [message.pk]}]


@pytest.mark.django_db(transaction=True)
def test_jobs_of_a_killed_worker_run_again(delivered: list[tuple[str, outbox.Payload]]) -> None:
    one_message({})
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
        )
        dead_worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [dead_worker])
    app.configure_task("kit.retry_stalled_jobs").defer(timestamp=0)
    with worker():
        pass
    with worker():
        pass
    assert len(delivered) == 1


def test_two_handlers_for_one_topic_are_refused(delivered: list[tuple[str, outbox.Payload]]) -> None:
    with pytest.raises(ValueError, match="has a handler already"):
        outbox.handler("test")(lambda **_: None)


def test_waits_double_up_to_six_hours() -> None:
    waits = [outbox.wait_before(n).total_seconds() for n in range(2, 14)]
    assert waits[:3] == [30, 60, 120]
    assert waits == sorted(waits)
    assert waits[-1] == 6 * 3600
