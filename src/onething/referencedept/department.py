"""What the reference department does: accept what comes, grant it, tick checks off; and, when told so, behave badly.

An act is written into its own database before it is sent, and sent again with the same key until it is answered: a process
that is killed at any point goes on where it was.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from onething.referencedept.interface import Answer, Interface, NoAnswer

__all__ = ["MINUTE_SECONDS", "Department", "Fault", "run_for_ever"]

OK: Final = 200
TABLE: Final = """
    CREATE TABLE IF NOT EXISTS act (
        number TEXT, kind TEXT, key TEXT, said TEXT, status INTEGER, PRIMARY KEY (number, kind)
    )
"""
# When a task was seen or worked on last, for a department that takes its time.
SEEN: Final = "CREATE TABLE IF NOT EXISTS seen (number TEXT PRIMARY KEY, at REAL)"
CHINA: Final = timezone(timedelta(hours=8))
# What a problem's code says about an act that was not carried out and may be tried anew on what holds then.
TRY_ANEW: Final = frozenset({"stale", "sequence_old", "sequence_gap", "in_progress"})
# Of those, what the platform does not keep under the key, so that a second try may well be answered otherwise.
NOT_KEPT: Final = TRY_ANEW - {"stale"}
MINUTE_SECONDS: Final = 60


class Fault(StrEnum):
    """How another system can fail its partners."""

    SILENT = "silent"
    SLOW = "slow"
    TWICE = "twice"
    OUT_OF_ORDER = "out-of-order"
    RUBBISH = "rubbish"


@dataclass
class Department:
    """One body's system: its file, its line to the platform, and how it misbehaves.

    `pause` is how many seconds it takes over each act; `only_new` leaves alone what was received before today.
    """

    interface: Interface
    file: Path
    faults: frozenset[Fault] = frozenset()
    slow_seconds: float = 1
    pause: float = 0
    only_new: bool = False
    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._acts = sqlite3.connect(self.file, isolation_level=None)
        self._acts.execute(TABLE)
        self._acts.execute(SEEN)

    def close(self) -> None:
        """Close the file."""
        self._acts.close()

    def step(self) -> int:
        """Finish what was begun, then work off what is there; gives how many acts were carried out. Raises NoAnswer."""
        if Fault.SILENT in self.faults:
            return 0
        begun = self._acts.execute("SELECT number, kind, key, said FROM act WHERE status IS NULL").fetchall()
        done = sum(self._send(number, kind, key, json.loads(said)) for number, kind, key, said in begun)
        return done + sum(self._work_off(row["number"]) for row in list(self._tasks()) if self._is_due(row))

    def _tasks(self) -> Iterator[dict[str, Any]]:
        """All open tasks, page by page."""
        after: str | None = ""
        while after is not None:
            page = self.interface.get(f"/api/v1/tasks?limit=200&after={after}").said
            yield from page.get("tasks", ())
            after = page.get("next")

    def _is_due(self, row: dict[str, Any]) -> bool:
        """Whether to work on a task now: nobody has taken it, and it has lain here long enough."""
        if row["claimed"]:
            return False
        if not self.pause and not self.only_new:
            return True
        known = self._acts.execute("SELECT at FROM seen WHERE number = ?", (row["number"],)).fetchone()
        if known is None:
            today = datetime.now(UTC).astimezone(CHINA).date().isoformat()
            if not self.only_new or (row["received_on"] or "") >= today:
                self._acts.execute("INSERT INTO seen VALUES (?, ?)", (row["number"], time.time()))
            return False
        return bool(time.time() - known[0] >= self.pause)

    def _work_off(self, number: str) -> int:
        done = 0
        while True:
            task = self.interface.get(f"/api/v1/tasks/{number}")
            chosen = _next_act(task.said) if task.status == OK else None
            if chosen is None:
                return done
            kind, said = chosen
            known = self._acts.execute("SELECT 1 FROM act WHERE number = ? AND kind = ?", (number, kind)).fetchone()
            if known:
                return done
            said |= {"version": task.said["version"], "sequence": task.said["next_sequence"]}
            key = f"{kind}-{number}-{said['sequence']}"
            self._acts.execute("INSERT INTO act VALUES (?, ?, ?, ?, NULL)", (number, kind, key, json.dumps(said)))
            if not self._send(number, kind, key, said):
                return done
            done += 1
            if self.pause:
                self._acts.execute("UPDATE seen SET at = ? WHERE number = ?", (time.time(), number))
                return done

    def _send(self, number: str, kind: str, key: str, said: dict[str, Any]) -> int:
        """Send one act until its answer is known; 1 when it was carried out. Raises NoAnswer."""
        path = f"/api/v1/tasks/{number}/{kind}"
        self._misbehave(path, key, said)
        answer = self.interface.post(path, said, key)
        if Fault.TWICE in self.faults:
            again = self.interface.post(path, said, key)
            if again != answer and not {answer.said.get("code"), again.said.get("code")} & NOT_KEPT:
                msg = f"{key}: answered {answer.status}, then {again.status}"
                raise AssertionError(msg)
        self.answers.append(answer)
        if answer.status != OK and answer.said.get("code") in TRY_ANEW:
            self._acts.execute("DELETE FROM act WHERE number = ? AND kind = ?", (number, kind))
            return 0
        self._acts.execute("UPDATE act SET status = ? WHERE number = ? AND kind = ?", (answer.status, number, kind))
        return int(answer.status == OK)

    def _misbehave(self, path: str, key: str, said: dict[str, Any]) -> None:
        if Fault.SLOW in self.faults:
            time.sleep(self.slow_seconds)
        if Fault.OUT_OF_ORDER in self.faults:
            self.answers.append(self.interface.post(path, said | {"sequence": said["sequence"] + 5}, f"{key}-early"))
            if said["sequence"] > 1:
                self.answers.append(self.interface.post(path, said | {"sequence": 1}, f"{key}-late"))
        if Fault.RUBBISH in self.faults:
            self.answers.append(self.interface.send("POST", path, b'{"version": [}', f"{key}-broken"))
            self.answers.append(self.interface.post(path, {"granted": "perhaps", "sequence": "one"}, f"{key}-wrong"))


def _next_act(task: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """What a diligent officer would do next."""
    applied, state = task["trigger"] == "application", task["state"]
    if not applied and state in {"received", "accepted", "in_review"}:
        return "check-done", {"note": "已核对"}
    if state == "received":
        return "acceptance", {}
    if state not in {"accepted", "in_review"}:
        return None
    produced: dict[str, dict[str, str]] = {}
    for one in task["wanted"]:
        produced.setdefault(one["subject"], {})[one["element"]] = f"示例{task['number']}"
    return "decision", {"granted": True, "opinion": "符合条件，同意。", "basis": "示例依据", "produced": produced}


def run_for_ever(
    department: Department, *, every: float, wake: threading.Event | None = None, most_wait: float = MINUTE_SECONDS
) -> None:
    """Work until stopped, at once when woken; when the platform does not answer, wait longer and longer up to `most_wait`."""
    wake, wait = wake or threading.Event(), every
    while True:
        wake.clear()
        try:
            department.step()
            wait = every
        except NoAnswer:
            wait = min(wait * 2, most_wait)
        wake.wait(wait)
