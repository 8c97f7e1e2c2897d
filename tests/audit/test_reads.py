"""The log of reads: sealed by the worker, and whoever removes, changes or adds a read is found out (R5.6/1)."""

import datetime as dt
import threading

import pytest
from django.db import connection

from onething.audit import reads
from onething.audit.models import Event, ReadLog
from onething.audit.reads import READS, seal_reads, unsealed_reads, verify_reads
from onething.audit.services import log_read
from onething.audit.verify import verify_chain

AT = dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)
CASE = "32120220261125000042K"
REPLACED = """
DELETE FROM audit_readlog WHERE id = %(second)s;
INSERT INTO audit_readlog (id, account, case_number, what, at, home_division)
VALUES (%(second)s, 9, 'other', 'task', now(), '')
"""
ANOTHER = """
INSERT INTO audit_readlog (id, account, case_number, what, at, home_division) VALUES (-1, 9, 'other', 'task', now(), '')
"""


def look(times: int = 1) -> None:
    for _ in range(times):
        log_read(account=7, case_number=CASE, what="task", at=AT, home_division="321202000000")


def tamper(sql: str, *values: int) -> None:
    """What only the owner of the database can do: switch the guards off."""
    with connection.cursor() as cursor:
        for table in ("audit_readlog", "audit_event"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, values or None)
        for table in ("audit_readlog", "audit_event"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def sealed(db: None) -> list[int]:
    """Six reads under two seals; their ids."""
    look(4)
    assert seal_reads(at=AT) == 4
    look(2)
    assert seal_reads(at=AT) == 2
    return list(ReadLog.objects.order_by("pk").values_list("pk", flat=True))


def test_reads_are_sealed_once_and_nothing_is_sealed_when_nobody_looked(sealed: list[int]) -> None:
    assert seal_reads(at=AT) == 0
    payloads = [seal.payload for seal in Event.objects.filter(case_number=READS).order_by("seq")]
    assert [(one["upto"], one["count"]) for one in payloads] == [(sealed[3], 4), (sealed[5], 2)]
    assert list(verify_reads()) == []
    assert verify_chain(READS) == []
    look()
    assert unsealed_reads() == 1
    assert list(verify_reads()) == []


def test_many_reads_are_sealed_in_portions(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "SEAL_SIZE", 3)
    look(7)
    assert [seal_reads(at=AT) for _ in range(4)] == [3, 3, 1, 0]
    assert (unsealed_reads(), list(verify_reads())) == (0, [])


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("DELETE FROM audit_readlog WHERE id = %(second)s", "4 reads were sealed, 3 are there"),
        ("DELETE FROM audit_readlog WHERE id = %(last)s", "2 reads were sealed, 1 are there"),
        ("DELETE FROM audit_readlog", "4 reads were sealed, 0 are there"),
        ("UPDATE audit_readlog SET account = 8 WHERE id = %(second)s", "one or more of 4 reads were changed"),
        ("UPDATE audit_readlog SET at = at + interval '1 microsecond' WHERE id = %(last)s", "one or more of 2 reads"),
        ("UPDATE audit_readlog SET what = 'lead' WHERE id = %(second)s", "one or more of 4 reads were changed"),
        (REPLACED, "4 reads were changed"),
        (ANOTHER, "never written"),
    ],
)
def test_whoever_changes_removes_or_adds_a_read_is_found_out(sealed: list[int], sql: str, problem: str) -> None:
    for statement in (sql % {"second": sealed[1], "last": sealed[5]}).split(";"):
        tamper(statement)
    assert problem in next(verify_reads()).problem


@pytest.mark.parametrize("seq", [1, 2])
def test_removing_a_seal_with_its_reads_shows_in_the_chain_of_seals(sealed: list[int], seq: int) -> None:
    under = sealed[:4] if seq == 1 else sealed[4:]
    for read in under:
        tamper("DELETE FROM audit_readlog WHERE id = %s", read)
    tamper("DELETE FROM audit_event WHERE case_number = 'reads' AND seq = %s", seq)
    assert verify_chain(READS)
    if seq == 1:
        assert "the seal over these is missing" in next(verify_reads()).problem


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_read_that_is_being_written_is_never_left_out_below_a_seal() -> None:
    """The lower id is seen last: without the lock the seal would lie over it, and the read would look put in by somebody."""
    written, looked = threading.Event(), threading.Event()

    def slow_reader() -> None:
        connection.set_autocommit(False)
        try:
            look()  # takes its id, and is not seen yet
            written.set()
            looked.wait(timeout=5)
            connection.commit()
        finally:
            connection.set_autocommit(True)
            connection.close()

    thread = threading.Thread(target=slow_reader)
    thread.start()
    assert written.wait(timeout=5)
    look()  # a higher id, and there at once
    threading.Timer(0.3, looked.set).start()
    assert seal_reads(at=AT) == 2
    thread.join()
    assert (ReadLog.objects.count(), list(verify_reads())) == (2, [])
