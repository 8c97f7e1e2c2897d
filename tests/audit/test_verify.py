"""All chains at once, in portions, while others write; and what only heads kept elsewhere can tell (R5.6/1)."""

import datetime as dt

import pytest
from django.db import connection

from onething.audit import verify
from onething.audit.models import Event
from onething.audit.services import NewEvent, append_events
from onething.audit.verify import Head, compare_heads, heads, verify_chains
from onething.kit import db

AT = dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)
NUMBERS = ("A", "B", "C", "D", "E")
FOREIGN_CHAIN = """
INSERT INTO audit_event (case_number, seq, kind, at, acting_for, assurance, channel, accepting_division, home_division, payload,
                         previous_hash, hash)
VALUES ('BB', 1, 'x', now(), '', '', '', '', '', '{}', repeat('0', 64), repeat('1', 64))
"""


@db.transaction
def append(number: str, *kinds: str) -> None:
    append_events([NewEvent(number, kind, AT, actor=7) for kind in kinds])


def tamper(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        for sql in statements:
            cursor.execute(sql)
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")


@pytest.fixture(params=[1, 2, 200])
def chains(request: pytest.FixtureRequest, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five chains of three events, looked at in portions of every size."""
    monkeypatch.setattr(verify, "CHAINS_AT_ONCE", request.param)
    for number in NUMBERS:
        append(number, "submitted", "received", "granted")


def test_sound_chains_are_all_looked_at(chains: None) -> None:
    seen: list[tuple[int, int]] = []
    assert list(verify_chains(lambda *counts: seen.append(counts))) == []
    assert seen[-1] == (5, 15)
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("DELETE FROM audit_event WHERE case_number = 'A' AND seq = 3", ("A", 3)),
        ("DELETE FROM audit_event WHERE case_number = 'C'", ("C", 1)),
        ("DELETE FROM audit_eventhead WHERE case_number = 'E'", ("E", 3)),
        ("DELETE FROM audit_eventhead WHERE case_number = 'B'", ("B", 3)),
        ("UPDATE audit_event SET actor = 8 WHERE case_number = 'D' AND seq = 1", ("D", 1)),
        ("UPDATE audit_event SET case_number = 'F' WHERE case_number = 'E'", ("E", 1)),
        (FOREIGN_CHAIN, ("BB", 1)),
    ],
)
def test_a_fault_in_one_of_many_chains_is_named(chains: None, sql: str, found: tuple[str, int]) -> None:
    tamper(sql)
    fault = next(verify_chains())
    assert (fault.case_number, fault.seq) == found


def test_a_chain_written_to_between_two_reads_is_no_fault(chains: None, monkeypatch: pytest.MonkeyPatch) -> None:
    read = verify._heads_after

    def then_somebody_acts(number: str) -> object:
        found = read(number)
        append("A", "delivered")
        append(f"New{Event.objects.count()}", "submitted")
        return found

    monkeypatch.setattr(verify, "_heads_after", then_somebody_acts)
    assert list(verify_chains()) == []


def test_an_end_removed_with_its_head_shows_against_heads_kept_elsewhere(chains: None) -> None:
    kept = list(heads())
    assert [(head.case_number, head.seq) for head in kept] == [(number, 3) for number in NUMBERS]
    append("A", "delivered")
    assert list(compare_heads(kept)) == []
    tamper(
        "DELETE FROM audit_event WHERE case_number = 'D' AND seq = 3",
        "UPDATE audit_eventhead SET seq = 2, hash = (SELECT hash FROM audit_event WHERE case_number = 'D' AND seq = 2)"
        " WHERE case_number = 'D'",
        "DELETE FROM audit_event WHERE case_number = 'B'",
        "DELETE FROM audit_eventhead WHERE case_number = 'B'",
    )
    assert list(verify_chains()) == []  # sound in itself, as an older copy would be
    assert [(fault.case_number, fault.seq) for fault in compare_heads(kept)] == [("B", 3), ("D", 3)]
    append("D", "refused")
    other = [fault for fault in compare_heads(kept) if fault.case_number == "D"]
    assert [fault.problem for fault in other] == ["another event than when the head was written out"]


def test_nothing_is_compared_with_nothing(db: None) -> None:
    assert (list(verify_chains()), list(heads()), list(compare_heads([]))) == ([], [], [])
    assert [fault.case_number for fault in compare_heads([Head("X", 1, "0")])] == ["X"]
