"""Writing to the event log; `audit.verify` finds out whether somebody else did.

The events of one case form a chain: each hash covers the event and the hash before it, keyed with
`ONETHING_CONTENT_KEY`, so that nobody without the key can write a chain anew. The head says where the chain ends, so
that cutting off its end shows as well. Putting back an older copy of the whole database cannot be seen from inside;
that is what backups and exported heads are for.
"""

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection

from onething.audit.models import Event, EventHead
from onething.kit import db
from onething.kit.hashing import canonical_json, keyed_digest
from onething.kit.statements import Parameter, Statement

__all__ = [
    "GENESIS",
    "NewEvent",
    "append_event",
    "append_events",
    "events_of",
    "hash_of_event",
    "log_read",
]

GENESIS = "0" * 64

# One statement whatever the number of events: the model's own way takes three, and most of its time goes into building them.
# Two transactions that both begin the same chain meet at the heads' key: the second one's insert fails, with its events.
APPEND = """
    WITH events AS (
        INSERT INTO audit_event (case_number, seq, kind, at, actor, acting_for, assurance, channel, accepting_division,
                                 home_division, payload, previous_hash, hash)
        SELECT r.* FROM jsonb_to_recordset(%s::jsonb) AS r (
                   case_number varchar, seq integer, kind varchar, at timestamptz, actor bigint, acting_for varchar,
                   assurance varchar, channel varchar, accepting_division varchar, home_division varchar, payload jsonb,
                   previous_hash varchar, hash varchar)
    ), fresh AS (
        INSERT INTO audit_eventhead (case_number, seq, hash)
        SELECT r.* FROM jsonb_to_recordset(%s::jsonb) AS r (case_number varchar, seq integer, hash varchar)
    )
    UPDATE audit_eventhead head SET seq = r.seq, hash = r.hash
      FROM jsonb_to_recordset(%s::jsonb) AS r (case_number varchar, seq integer, hash varchar)
     WHERE head.case_number = r.case_number
"""
COLUMNS = (
    *("case_number", "seq", "kind", "actor", "acting_for", "assurance", "channel", "accepting_division"),
    *("home_division", "payload", "previous_hash", "hash"),
)


@dataclass(frozen=True)
class NewEvent:
    """What happened. `payload` takes ids, codes and hashes: no names, numbers, phones, addresses, and no floats."""

    case_number: str
    kind: str
    at: dt.datetime
    actor: int | None = None
    acting_for: str = ""
    assurance: str = ""
    channel: str = ""
    accepting_division: str = ""
    home_division: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)


def append_event(event: NewEvent) -> Event:
    """Append one event in the open transaction. Raises CanonicalError for a payload that has no canonical form."""
    return append_events([event])[0]


@db.transaction_required
def append_events(events: Sequence[NewEvent], *, new_case: bool = False) -> list[Event]:
    """Append events, in their order, with one statement for all. Locks the heads of their cases. The rows carry no ids.

    `new_case` says that the cases were made in this very transaction and have no events yet, which spares the look-up;
    if that is wrong the database refuses.
    """
    numbers = sorted({event.case_number for event in events})
    heads = {} if new_case else _locked_heads(numbers)
    ends = {number: (head.seq, head.hash) for number, head in heads.items()}
    rows: list[Event] = []
    for event in events:
        seq, previous = ends.get(event.case_number, (0, GENESIS))
        row = _row(event, seq=seq + 1, previous=previous)
        ends[event.case_number] = (row.seq, row.hash)
        rows.append(row)
    _write(rows, ends, known=heads)
    return rows


# Plain, because every page with personal data waits for it.
WRITE_READ = "INSERT INTO audit_readlog (account, case_number, what, at, home_division) VALUES (%s, %s, %s, %s, %s)"
EVENTS_OF_KINDS = Statement(
    lambda: Event.objects.filter(case_number=Parameter("case"), kind__any=Parameter("kinds")).order_by("-seq")
)


def events_of(case_number: str, kinds: Collection[str]) -> list[Event]:
    """What happened to a case, of some kinds, the latest first. One query; the caller has asked who may see the case."""
    return EVENTS_OF_KINDS(case=case_number, kinds=list(kinds))


def log_read(*, account: int, case_number: str, what: str, at: dt.datetime, home_division: str = "") -> None:
    """Write down that a member of staff saw personal data of a case: call it before showing them (I10). One query."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE_READ, [account, case_number, what, at, home_division])


def hash_of_event(event: Event) -> str:
    """The keyed hash over every column. The moment is written in UTC, to the microsecond the database keeps."""
    content = {
        "case_number": event.case_number,
        "seq": event.seq,
        "kind": event.kind,
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "acting_for": event.acting_for,
        "assurance": event.assurance,
        "channel": event.channel,
        "accepting_division": event.accepting_division,
        "home_division": event.home_division,
        "payload": event.payload,
        "previous_hash": event.previous_hash,
    }
    return keyed_digest(canonical_json(content), key=settings.ONETHING_CONTENT_KEY.encode())


def _locked_heads(numbers: list[str]) -> dict[str, EventHead]:
    heads = EventHead.objects.filter(case_number__in=numbers).order_by("case_number")
    return {head.case_number: head for head in heads.select_for_update(no_key=True)}


def _write(rows: Sequence[Event], ends: Mapping[str, tuple[int, str]], *, known: Mapping[str, EventHead]) -> None:
    if not rows:
        return
    heads = [{"case_number": number, "seq": seq, "hash": last} for number, (seq, last) in sorted(ends.items())]
    with connection.cursor() as cursor:
        cursor.execute(
            APPEND,
            [
                json.dumps([_plain(row) for row in rows], ensure_ascii=False),
                json.dumps([head for head in heads if head["case_number"] not in known]),
                json.dumps([head for head in heads if head["case_number"] in known]),
            ],
        )


def _plain(row: Event) -> dict[str, Any]:
    return {"at": row.at.isoformat(), **{name: getattr(row, name) for name in COLUMNS}}


def _row(event: NewEvent, *, seq: int, previous: str) -> Event:
    row = Event(
        case_number=event.case_number,
        seq=seq,
        kind=event.kind,
        at=event.at,
        actor=event.actor,
        acting_for=event.acting_for,
        assurance=event.assurance,
        channel=event.channel,
        accepting_division=event.accepting_division,
        home_division=event.home_division,
        payload=dict(event.payload),
        previous_hash=previous,
    )
    row.hash = hash_of_event(row)
    return row
