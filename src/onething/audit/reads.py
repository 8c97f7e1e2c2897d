"""Seals over the log of reads, so that removing, changing or adding a read shows (R5.6/1).

A read is written by a page that somebody waits for, so nothing is added there. The worker seals what has come since: one event
of a chain of its own says how many reads lie between two ids and what their keyed digest is. Chain, head and their verification
are those of every case; a read not sealed yet is not protected, which is why it happens every few minutes (decision record 0017).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection

from onething.audit.models import Event, EventHead, ReadLog
from onething.audit.services import NewEvent, append_event
from onething.kit import db
from onething.kit.hashing import canonical_json, keyed_digest

__all__ = ["READS", "SEALED", "SEAL_SIZE", "ReadFault", "seal_reads", "unsealed_reads", "verify_reads"]

READS = "reads"
"""The name of the chain of seals, where a case has its number."""
SEALED = "reads.sealed"
SEAL_SIZE = 5000
PATIENCE = "2s"
COLUMNS = ("id", "account", "case_number", "what", "at", "home_division")


@dataclass(frozen=True, slots=True)
class ReadFault:
    """A stretch of the log of reads that is not what was sealed: ids above `after`, up to `upto`."""

    after: int
    upto: int
    problem: str


def seal_reads(*, at: datetime) -> int:
    """Seal the reads since the last seal, at most `SEAL_SIZE`. Gives how many; 0 also when the table was too busy just now."""
    settled = _last_settled()
    return 0 if settled is None else _seal(settled, at=at)


def verify_reads() -> Iterator[ReadFault]:
    """Every sealed stretch that is not as it was. Reads one stretch at a time; the chain of seals itself is `verify_chain`'s."""
    upto = 0
    if ReadLog.objects.filter(id__lte=0).exists():
        yield ReadFault(-1, 0, "reads that were never written")
    for seal in Event.objects.filter(case_number=READS, kind=SEALED).order_by("seq").iterator():
        facts = seal.payload
        if facts["after"] != upto:
            yield ReadFault(upto, facts["after"], "the seal over these is missing")
        rows = _rows_between(facts["after"], facts["upto"])
        upto = facts["upto"]
        if len(rows) != facts["count"]:
            yield ReadFault(facts["after"], upto, f"{facts['count']} reads were sealed, {len(rows)} are there")
        elif _digest(rows) != facts["digest"]:
            yield ReadFault(facts["after"], upto, f"one or more of {len(rows)} reads were changed")


def unsealed_reads() -> int:
    """How many reads no seal protects yet."""
    last = Event.objects.filter(case_number=READS, kind=SEALED).order_by("-seq").first()
    return ReadLog.objects.filter(id__gt=last.payload["upto"] if last else 0).count()


@db.transaction
def _seal(settled: int, *, at: datetime) -> int:
    # Whoever seals holds the head of the chain, so that two never seal the same stretch.
    EventHead.objects.select_for_update(no_key=True).filter(case_number=READS).first()
    last = Event.objects.filter(case_number=READS, kind=SEALED).order_by("-seq").first()
    after = last.payload["upto"] if last else 0
    rows = _rows_between(after, settled, limit=SEAL_SIZE)
    if rows:
        upto = rows[-1][0] if len(rows) == SEAL_SIZE else settled
        payload = {"after": after, "upto": upto, "count": len(rows), "digest": _digest(rows)}
        append_event(NewEvent(READS, SEALED, at, channel="system", payload=payload))
    return len(rows)


def _last_settled() -> int | None:
    """The last id below which no read can come any more; None when writers did not let the table go in time.

    Ids are given out before rows are seen by others, so a seal up to the highest id seen could be broken by a read that was being
    written. This lock waits for such writers: who comes after it takes a higher id.
    """
    try:
        with db.open_transaction("seal_reads"), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            cursor.execute("LOCK TABLE audit_readlog IN SHARE MODE")
            cursor.execute("SELECT coalesce(max(id), 0) FROM audit_readlog")
            return int(cursor.fetchone()[0])
    except OperationalError:
        return None


def _rows_between(after: int, upto: int, limit: int | None = None) -> list[tuple[Any, ...]]:
    rows = ReadLog.objects.filter(id__gt=after, id__lte=upto).order_by("id")
    return list(rows.values_list(*COLUMNS)[:limit])


def _digest(rows: list[tuple[Any, ...]]) -> str:
    plain = [[_plain(value) for value in row] for row in rows]
    return keyed_digest(canonical_json(plain), key=settings.ONETHING_CONTENT_KEY.encode())


def _plain(value: object) -> object:
    """Moments in UTC, to the microsecond the database keeps."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
