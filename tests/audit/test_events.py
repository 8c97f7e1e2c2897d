"""The event log: appended in order, and whoever edits or removes is found out."""

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from onething.audit.models import Event, EventHead, ReadLog
from onething.audit.services import GENESIS, NewEvent, append_event, append_events, log_read
from onething.audit.verify import verify_chain
from onething.kit import db
from onething.kit.hashing import CanonicalError

AT = dt.datetime(2026, 11, 25, 2, 0, 0, 123456, tzinfo=dt.UTC)
CASE = "32120220261125000042K"
FOREIGN_EVENT = """
INSERT INTO audit_event (case_number, seq, kind, at, acting_for, assurance, channel, accepting_division,
                         home_division, payload, previous_hash, hash)
SELECT case_number, 5, 'refused', at, '', '', '', '', '', '{}', hash, repeat('1', 64) FROM audit_event WHERE seq = 4
"""


def event(kind: str, case_number: str = CASE, **payload: object) -> NewEvent:
    return NewEvent(
        case_number=case_number, kind=kind, at=AT, actor=7, channel="web", assurance="real_name", payload=payload
    )


@db.transaction
def append(*events: NewEvent) -> list[Event]:
    return append_events(list(events))


@pytest.fixture
def chain(db: None) -> list[Event]:
    return append(event("submitted", items=[1, 2]), event("received"), event("accepted", item=1), event("granted"))


def test_events_form_a_chain(chain: list[Event]) -> None:
    rows = list(Event.objects.order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3, 4]
    assert [row.previous_hash for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert verify_chain(CASE) == []
    append(event("delivered"))
    assert Event.objects.get(seq=5).previous_hash == rows[-1].hash
    assert verify_chain(CASE) == []


def test_cases_have_chains_of_their_own(chain: list[Event]) -> None:
    append(event("submitted", "B"), event("closed"), event("received", "B"))
    assert [row.kind for row in Event.objects.filter(case_number="B").order_by("seq")] == ["submitted", "received"]
    assert Event.objects.get(case_number=CASE, kind="closed").seq == 5
    assert verify_chain("B") == verify_chain(CASE) == []


@pytest.mark.django_db
def test_a_new_case_costs_one_statement_a_known_one_two(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with db.open_transaction(), django_assert_num_queries(1):
        append_events([event("submitted"), event("received"), event("dispatched")], new_case=True)
    with db.open_transaction(), django_assert_num_queries(2):
        append_events([event("accepted"), event("submitted", "B")])
    assert verify_chain(CASE) == verify_chain("B") == []
    assert list(Event.objects.order_by("pk").values_list("seq", flat=True)) == [1, 2, 3, 4, 1]


@pytest.mark.django_db
def test_every_column_is_kept_as_given() -> None:
    whole = NewEvent(
        case_number=CASE, kind="submitted", at=AT, actor=None, acting_for="91321202MA00000007", assurance="real_name",
        channel="web", accepting_division="321202000000", home_division="321200000000", payload={"a": [1, "䶮", None]},
    )  # fmt: skip
    append(whole)
    row = Event.objects.get()
    assert {name: getattr(row, name) for name in whole.__dataclass_fields__} == {**whole.__dict__}


@pytest.mark.django_db
def test_the_first_events_of_a_chain_that_is_there_are_refused(chain: list[Event]) -> None:
    with pytest.raises(IntegrityError), db.open_transaction():
        append_events([event("submitted")], new_case=True)
    assert verify_chain(CASE) == []


def tamper(sql: str) -> None:
    """What only the owner of the database can do: switch the guard off."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("sql", "seq"),
    [
        ("UPDATE audit_event SET payload = '{\"item\": 2}' WHERE seq = 3", 3),
        ("UPDATE audit_event SET at = at + interval '1 microsecond' WHERE seq = 2", 2),
        ("UPDATE audit_event SET actor = 8 WHERE seq = 4", 4),
        ("UPDATE audit_event SET actor = NULL WHERE seq = 1", 1),
        ("UPDATE audit_event SET kind = 'refused' WHERE seq = 4", 4),
        ("DELETE FROM audit_event WHERE seq = 1", 1),
        ("DELETE FROM audit_event WHERE seq = 2", 2),
        ("DELETE FROM audit_event WHERE seq = 4", 4),
        ("DELETE FROM audit_event", 1),
        ("DELETE FROM audit_eventhead", 4),
        ("UPDATE audit_eventhead SET seq = 3", 4),
        ("UPDATE audit_event SET seq = seq + 10 WHERE seq > 2", 3),
        ("UPDATE audit_event SET case_number = 'B' WHERE seq = 4", 4),
        (FOREIGN_EVENT, 5),
    ],
)
def test_whoever_edits_or_removes_is_found_out(chain: list[Event], sql: str, seq: int) -> None:
    tamper(sql)
    faults = verify_chain(CASE)
    assert faults
    assert faults[0].seq == seq


@pytest.mark.parametrize("table", ["audit_event", "audit_readlog"])
@pytest.mark.parametrize("act", ["UPDATE {} SET case_number = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_changes(chain: list[Event], table: str, act: str) -> None:
    log_read(account=7, case_number=CASE, what="case", at=AT)
    with pytest.raises(IntegrityError, match="only appended"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table))


def test_the_orm_is_refused_as_well(chain: list[Event]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(seq=1).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(kind="x")


@pytest.mark.django_db
def test_appending_needs_a_transaction_and_a_canonical_payload() -> None:
    with pytest.raises(db.NoTransaction):
        append_event(event("submitted"))
    with pytest.raises(CanonicalError, match=r"payload\.share: a float"):
        append(event("submitted", share=0.5))
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_reads_are_logged() -> None:
    log_read(account=7, case_number=CASE, what="material:birth-certificate", at=AT, home_division="321202000000")
    row = ReadLog.objects.get()
    assert (row.account, row.case_number, row.what, row.at) == (7, CASE, "material:birth-certificate", AT)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_unbroken_chain() -> None:
    append(event("submitted"))
    ready = threading.Barrier(4)

    def write() -> None:
        try:
            ready.wait()
            for _ in range(5):
                append(event("noted"), event("noted"))
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Event.objects.filter(case_number=CASE).count() == 41
    assert EventHead.objects.get().seq == 41
    assert verify_chain(CASE) == []
