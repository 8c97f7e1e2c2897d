"""A floor for verbs that write many rows: the very same rows, sent by plain INSERTs in as many transactions.

They go into tables of the same columns without indexes, keys or triggers, which is less work than any design with rules
could do; what a verb reads, checks and changes in place is not in it.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from onething.kit import db

__all__ = ["PlainRows", "rows_written_by"]

COPY = "bench_plain_"
NUMBERED = (
    "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id'"
    " AND data_type IN ('bigint', 'integer') AND table_name NOT LIKE 'bench_plain_%%'"
)


@dataclass(frozen=True)
class PlainRows:
    """Rows by table, as JSON of one row each."""

    rows: list[tuple[str, str]]

    def write(self, *, times: int, transactions: int) -> float:
        """Write them that many times, each time in so many transactions; gives times per second."""
        began = time.perf_counter()
        for _ in range(times):
            for number in range(transactions):
                _insert(self.rows[number::transactions])
        return times / (time.perf_counter() - began)


def rows_written_by(act: Callable[[], object]) -> PlainRows:
    """What an act leaves behind in all tables with a running number, and tables to write the same into."""
    before = _ends()
    act()
    found: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        for table, last in before.items():
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE id > %s ORDER BY id", [last])  # noqa: S608  # a table's own name
            found += [(table, row) for (row,) in cursor.fetchall()]
        for table in {table for table, _row in found}:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {COPY}{table} (LIKE {table})")
    if not found:
        msg = "the act to be measured wrote no rows"
        raise LookupError(msg)
    return PlainRows(found)


@db.transaction
def _insert(rows: list[tuple[str, str]]) -> None:
    """One INSERT for each table among these rows."""
    grouped: dict[str, list[str]] = {}
    for table, row in rows:
        grouped.setdefault(table, []).append(row)
    with connection.cursor() as cursor:
        for table, texts in grouped.items():
            cursor.execute(
                f"INSERT INTO {COPY}{table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)",  # noqa: S608  # a table's own name
                [json.dumps([json.loads(text) for text in texts])] if len(texts) > 1 else [f"[{texts[0]}]"],
            )


def _ends() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED)
        tables = [table for (table,) in cursor.fetchall()]
        ends = {}
        for table in tables:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608  # a table's own name
            ends[table] = int(cursor.fetchone()[0])
    return ends
