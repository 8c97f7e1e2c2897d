"""Databases with very many cases, written set-based: the same open work everywhere, only the past grows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from onething.bench.scratch import Scratch
from onething.cases.models import ItemCase, OneThingCase
from onething.town.copies import copy_rows, unchecked

__all__ = ["Town", "fill", "inside"]

FIRST_CASE = 100_000_000
ITEM_STEP = 100
PORTION = 25_000
YEARS_DAYS = 365


@dataclass(frozen=True)
class Town:
    """One database and how Django connects to it."""

    scratch: Scratch
    wrapper: BaseDatabaseWrapper


def connect(scratch: Scratch) -> Town:
    """A lasting connection: what a server has in its pool."""
    like = connections["default"]
    options = {key: value for key, value in like.settings_dict["OPTIONS"].items() if key != "pool"}
    told = {**like.settings_dict, "NAME": scratch.name, "CONN_MAX_AGE": None, "OPTIONS": options}
    return Town(scratch, like.__class__(told, alias="default"))


@contextmanager
def inside(town: Town) -> Iterator[None]:
    """Everything in the block reads and writes this town."""
    before = connections["default"]
    connections["default"] = town.wrapper
    try:
        yield
    finally:
        connections["default"] = before


def fill(case: OneThingCase, *, items: int, open_cases: int) -> Iterator[int]:
    """Copy a case and its items until there are so many items; the first `open_cases` are open, the others have ended.

    Gives the number of cases after every portion. The large texts of a copy are empty: lists never read them.
    """
    originals = list(case.items.order_by("ordinal"))
    wanted = items // len(originals)
    with unchecked():
        for first in range(0, wanted, PORTION):
            last = min(first + PORTION, wanted)
            _copies(case, originals, first, min(last, max(first, open_cases)), is_open=True)
            _copies(case, originals, max(first, open_cases), last, is_open=False)
            yield last
    with connection.cursor() as cursor:
        for table in ("cases_onethingcase", "cases_itemcase"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _copies(case: OneThingCase, originals: list[ItemCase], first: int, last: int, *, is_open: bool) -> None:
    if first >= last:
        return
    begin, end = FIRST_CASE + first, FIRST_CASE + last - 1
    day = f"make_interval(days => mod(n, {YEARS_DAYS}))"
    moment = "r.submitted_at" if is_open else f"r.submitted_at - {day}"
    changed = {"id": "n", "number": "'G' || n", "idempotency_key": "'copy-' || n", "submitted_at": moment}
    changed |= {"plan": "'{}'", "answers": "'{}'", "form_values": "'{}'"}
    if not is_open:
        changed |= {"state": "'granted_all'", "closed_at": "r.submitted_at"}
    copy_rows(OneThingCase, {"id": case.pk}, begin, end, changed)
    for item in originals:
        number = f"n::bigint * {ITEM_STEP} + {item.ordinal}"
        moved = {"id": number, "number": f"'G' || ({number})", "case_id": "n", "submitted_at": moment}
        if is_open and item.state == "received":
            # Days differ, so that all lights are lit and the order of the list means something.
            moved |= {"promised_due": "r.promised_due + mod(n, 20)::int", "near_from": "r.near_from + mod(n, 20)::int"}
        elif not is_open:
            ended = {"state": "'delivered'", "outcome": "'granted'", "decided_at": moment, "accepted_at": moment}
            days = dict.fromkeys(("started_on", "accepted_on"), "r.submitted_at::date")
            moved |= ended | days | {"started_at": moment}
        copy_rows(ItemCase, {"id": item.pk}, begin, end, moved)
