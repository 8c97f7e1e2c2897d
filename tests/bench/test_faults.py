"""The count after faults sees what is lost, doubled or stuck; and a short run of everything finds nothing (R5.11, I6, I12)."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.cases import World, item_of, make_case, make_world
from tests.factories.systems import make_system

from onething.audit.models import EventHead
from onething.audit.services import NewEvent, append_event
from onething.bench.crowd import Person
from onething.bench.faults.check import of_cases, of_log, of_outbox, of_results, of_submissions, of_systems
from onething.bench.faults.people import Handed
from onething.bench.faults.schedule import STAGES, VICTIMS, draw
from onething.cases.models import ItemCase, OneThingCase
from onething.dispatch.models import Dispatch
from onething.exchange.services import reserve
from onething.kit import db, outbox
from onething.kit.models import OutboxMessage

COMMAND = [sys.executable, "-m", "onething.cli", "faults"]


@given(seed=st.integers(0, 10**9), cases=st.integers(1, 50), seconds=st.floats(5, 600))
def test_a_seed_gives_the_same_run_with_both_processes_killed_and_every_fault_once(
    seed: int, cases: int, seconds: float
) -> None:
    drawn = draw(seed=seed, cases=cases, seconds=seconds)
    assert drawn == draw(seed=seed, cases=cases, seconds=seconds)
    assert {victim for _moment, victim in drawn.kills} == set(VICTIMS)
    assert sorted(name for _moment, name in drawn.stages) == sorted(STAGES)
    assert len(drawn.hand_ins) == cases
    assert all(0 <= moment <= seconds for moment in [*drawn.hand_ins, *(moment for moment, _name in drawn.kills)])


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def case(world: World) -> OneThingCase:
    return make_case(world, at=timezone.now())


def handed_in(case: OneThingCase) -> Handed:
    return Handed(Person(case.account_id), tries=2, receipts=[case.number, case.number])


def some(found: Iterable[str], words: str) -> bool:
    return any(words in one for one in found)


def test_a_submission_that_is_lost_doubled_or_answered_otherwise_is_seen(case: OneThingCase) -> None:
    assert list(of_submissions([handed_in(case)])) == []
    assert some(of_submissions([Handed(Person(case.account_id))]), "never got a receipt")
    assert some(of_submissions([Handed(Person(-1), receipts=[case.number])]), "the submission is lost")
    assert some(of_submissions([Handed(Person(case.account_id), receipts=["OT-1"])]), "receipt of another case")
    odd = handed_in(case)
    odd.other.append("500 ")
    assert some(of_submissions([odd]), "was answered 500")
    number = case.number
    case.pk, case.number, case.idempotency_key = None, "OT-2", "second"
    case.save(force_insert=True)
    case.number = number
    assert some(of_submissions([handed_in(case)]), "2 cases of one submission")


def test_items_lost_stuck_sent_twice_or_moved_twice_are_seen(case: OneThingCase) -> None:
    size, licence = case.items.count(), item_of(case, "licence")
    found = list(of_cases([case], items=size + 1))
    assert some(found, f"has {size} items, not {size + 1}")
    assert some(found, f"{case.number} is stuck")
    assert some(found, f"{licence.number} is stuck: received")
    assert not some(found, f"{licence.number} was sent")
    Dispatch.objects.filter(item=licence).delete()
    assert some(of_cases([case], items=size), f"{licence.number} was sent 0 times")
    for _ in range(2):
        payload: dict[str, object] = {"item": licence.number, "old": "received", "new": "accepted"}
        append_event_now(NewEvent(case.number, "item.accepted", at=timezone.now(), payload=payload))
    assert some(of_cases([case], items=size), f"{licence.number} became accepted 2 times")


@db.transaction
def append_event_now(event: NewEvent) -> None:
    append_event(event)


def test_a_grant_without_its_document_and_a_silent_inbox_are_seen(case: OneThingCase) -> None:
    licence = item_of(case, "licence")
    assert not some(of_results([case]), "documents")
    ItemCase.objects.filter(pk=licence.pk).update(outcome="granted", state="granted", decided_at=timezone.now())
    assert some(of_results([case]), f"{licence.number}: 0 documents")
    assert some(of_results([case]), "told nothing")


def test_messages_jobs_and_acts_that_hang_are_seen(world: World, case: OneThingCase) -> None:
    OutboxMessage.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    assert list(of_outbox()) == []
    enqueue_now()
    assert some(of_outbox(), "message x y is on its way")
    assert some(of_outbox(), "1 jobs are not done")
    OutboxMessage.objects.update(dead_at=timezone.now())
    assert some(of_outbox(), "given up without a reason")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert some(of_outbox(), "1 jobs failed for good")
    licence = item_of(case, "licence")
    assert licence.organisation is not None
    client = make_system(licence.organisation).row
    reserve(client=client, key="accept-1", digest="d", case_id=case.pk, sequence=1, at=timezone.now())
    assert some(of_outbox(), "1 acts of systems were begun")


@db.transaction
def enqueue_now() -> None:
    outbox.enqueue("x", "y", {}, at=timezone.now())


def test_a_log_that_says_otherwise_is_seen(case: OneThingCase) -> None:
    assert list(of_log([case])) == []
    ItemCase.objects.filter(pk=item_of(case, "licence").pk).update(promised_due=None)
    assert some(of_log([case]), "promised_due")
    EventHead.objects.filter(case_number=case.number).update(seq=1)
    assert some(of_log([case]), f"log of {case.number}")


def test_an_act_that_was_answered_and_is_not_in_the_log_is_seen(case: OneThingCase, tmp_path: Path) -> None:
    number, file = item_of(case, "licence").number, tmp_path / "body"
    with sqlite3.connect(file) as known:
        known.execute("CREATE TABLE act (number TEXT, kind TEXT, status INTEGER)")
        known.execute("INSERT INTO act VALUES (?, 'acceptance', 200), (?, 'decision', NULL)", (number, number))
    known.close()
    found = list(of_systems([file], [case]))
    assert some(found, f"{number}: acceptance was answered, the log has it 0 times")
    assert some(found, f"{number}: body still waits for an answer to decision")


@pytest.mark.django_db(transaction=True)
def test_with_everything_going_wrong_a_few_cases_are_neither_lost_doubled_nor_stuck(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    words = [*COMMAND, "--cases", "6", "--seconds", "24", "--json", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=600)
    told = json.loads(file.read_text("utf-8"))
    assert (told["ok"], told["faults"], done.returncode) == (True, [], 0), done.stderr
    assert told["figures"]["receipts"] == 12
    assert told["figures"]["acts of systems"] > 0
