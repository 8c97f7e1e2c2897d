"""One run: applications come in, processes are killed, systems misbehave; then everything is left to settle and counted."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from onething.bench.client import Connection
from onething.bench.crowd import CSRF, Crowd, sign_in
from onething.bench.faults.check import acts_of, all_faults, at_rest, outbox_figures
from onething.bench.faults.people import Applicants, Desk, Handed
from onething.bench.faults.processes import Processes, System
from onething.bench.faults.schedule import draw
from onething.bench.scratch import Scratch
from onething.bench.situation import ITEMS, filled_draft
from onething.bench.visitors import hand_in
from onething.cases.models import OneThingCase
from onething.delivery.models import ResultDocument
from onething.exchange.services import add_client
from onething.launcher.ports import random_free_port
from onething.parties.demo import RESIDENTS
from onething.parties.models import Account, Officer, Organisation

__all__ = ["Outcome", "run"]

# How long everything may take to come to rest once nothing goes wrong any more: a message that failed some times waits
# minutes, a result one minute, the job of a killed worker a minute and a half.
PATIENCE_SECONDS: Final = 300
PER_CASE_SECONDS: Final = 2
FINE: Final = 200
MOST_LINES: Final = 40


@dataclass
class Outcome:
    """What was done and what came of it. No faults: nothing lost, doubled or stuck."""

    seed: int
    faults: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def as_table(self) -> str:
        """For people."""
        width = max(map(len, self.figures))
        lines = [f"{name.ljust(width)}  {value}" for name, value in self.figures.items()]
        lines += [f"FAULT  {one}" for one in self.faults] or ["Nothing lost, doubled or stuck."]
        return "\n".join(lines)

    def as_json(self) -> str:
        """For machines."""
        told = {"seed": self.seed, "ok": not self.faults, "faults": self.faults, "figures": self.figures}
        return json.dumps(told, ensure_ascii=False, indent=2)


def run(scratch: Scratch, *, cases: int, seconds: float, seed: int) -> Outcome:
    """Everything, in this order: people, systems, the storm, the calm, the count."""
    at, began = timezone.now(), time.monotonic()
    username = next(one.username for one in RESIDENTS if one.principal_name)
    crowd = Crowd(filled_draft(Account.objects.get(username=username), at=at), at=at)
    bodies = _bodies(hand_in(crowd, 1)[0])
    people = crowd.next(cases)
    accounts = range(people[0].number, people[-1].number + 1)
    processes = Processes(scratch)
    processes.systems = [_system(scratch, body) for body in bodies]
    schedule = draw(seed=seed, cases=cases, seconds=seconds)
    applicants = Applicants(people, schedule, processes.port)
    desk = Desk([_officer(body) for body in bodies], processes.port, accounts)
    outcome = Outcome(seed)
    try:
        _up(processes)
        threads = [*applicants.start(), desk.start()]
        _storm(processes, list(schedule.kills), list(schedule.stages), seconds)
        for one in threads[:-1]:
            one.join()
        desk.over.set()
        threads[-1].join()
        storm = dict(processes.kills)
        patience = PATIENCE_SECONDS + PER_CASE_SECONDS * cases
        rested = _calm(accounts, patience)
        _fetch_results(applicants.handed, processes.port)
        rested = _calm(accounts, patience) and rested  # opening results makes messages, too
        outcome.faults += processes.ended
    finally:
        processes.stop()
    files = [one.file for one in processes.systems]
    outcome.faults += [] if rested else ["it did not come to rest in time"]
    outcome.faults += all_faults(applicants.handed, items=ITEMS, files=files)
    outcome.faults += [
        f"the worklist answered {status} {n} times" for status, n in desk.looked.items() if status > FINE
    ]
    if outcome.faults:
        _say("the last that was said by the processes:")
        for line in processes.log.read_text("utf-8", "replace").splitlines()[-MOST_LINES:]:
            _say(line)
    outcome.figures = {
        "seed": seed,
        "cases": f"{OneThingCase.objects.filter(account_id__in=accounts).count()} of {cases} applications, {ITEMS} items each",
        "kill -9": ", ".join(f"{name} {n}" for name, n in sorted(storm.items())),
        "systems behaved": ", ".join(name or "well" for _moment, name in schedule.stages),
        "cut off while handing in": _cut(applicants.handed),
        "receipts": sum(len(one.receipts) for one in applicants.handed),
        "acts of systems": sum(status == FINE for file in files for _number, _kind, status in acts_of(file)),
        "tasks done by hand": ", ".join(f"{name} {n}" for name, n in sorted(desk.done.items())) or "none",
        "worklist": f"{desk.looked[FINE]} answered, slowest {desk.slowest:.1f} s; {desk.looked[0]} while nobody listened",
        "outbox": ", ".join(f"{n} {name}" for name, n in outbox_figures().items()),
        "results": ResultDocument.objects.filter(item__case__account_id__in=accounts).count(),
        "seconds": round(time.monotonic() - began),
    }
    return outcome


def _bodies(case: OneThingCase) -> list[Organisation]:
    """Every body that gets an item."""
    return list(Organisation.objects.filter(item_cases__case=case).distinct().order_by("pk"))


def _system(scratch: Scratch, body: Organisation) -> System:
    port = random_free_port()
    made = System(body.key, port, "", "", scratch.state / f"{body.key}.sqlite3")
    key = add_client(organisation=body.key, push_url=made.push_url, at=timezone.now())
    return System(body.key, port, key.key_id, key.secret, made.file)


def _officer(body: Organisation) -> tuple[Officer, str]:
    """A reviewer of the body, signed in."""
    rows = Officer.objects.serving().filter(organisation=body, role=Officer.Role.REVIEWER)
    officer = (
        rows.exclude(account__kind=Account.Kind.SYSTEM).select_related("account", "organisation").order_by("pk")[0]
    )
    session = f"desk{officer.account_id:028d}"
    sign_in([(session, officer.account_id)], officer.account, at=timezone.now())
    return officer, session


def _up(processes: Processes) -> None:
    for name in ("web", "worker"):
        processes.start(name)
    processes.behave("")
    _until(lambda: _answers(processes.port), 60)


def _answers(port: int) -> bool:
    try:
        with Connection(port) as line:
            return line.get("/accessibility/").status == FINE
    except OSError:
        return False


def _storm(
    processes: Processes, kills: list[tuple[float, str]], stages: list[tuple[float, str]], seconds: float
) -> None:
    """Kill and misbehave by the schedule; what was killed is started at once, as a supervisor does."""
    began = time.monotonic()
    todo = sorted(
        [(moment, "kill", name) for moment, name in kills] + [(moment, "behave", name) for moment, name in stages]
    )
    for moment, what, name in todo:
        time.sleep(max(0.0, began + moment - time.monotonic()))
        if what == "behave":
            processes.behave(name)
            _say(f"{moment:5.0f} s  systems: {name or 'well'}")
        else:
            processes.kill(name)
            processes.start(name)
            _say(f"{moment:5.0f} s  kill -9 {name}")
    time.sleep(max(0.0, began + seconds - time.monotonic()))
    processes.behave("")
    _say(f"{seconds:5.0f} s  all is well again")


def _calm(accounts: range, patience: float) -> bool:
    return _until(lambda: at_rest(accounts), patience)


def _until(holds: Callable[[], bool], patience: float) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if holds():
            return True
        connection.close()
        time.sleep(1)
    return False


def _fetch_results(handed: list[Handed], port: int) -> None:
    """Each applicant opens each result, twice."""
    for one in handed:
        rows = ResultDocument.objects.filter(item__case__account_id=one.person.number).values_list("pk", flat=True)
        with Connection(port, {"sessionid": one.person.session, "csrftoken": CSRF}) as line:
            for key in [*rows, *rows]:
                status = line.get(f"/results/{key}/").status
                if status != FINE:
                    one.other.append(f"{status} for result {key}")


def _cut(handed: list[Handed]) -> str:
    cut, written = sum(one.cut for one in handed), sum(one.written_when_cut for one in handed)
    return f"{cut}, of which {written} had been written; each pressed again"


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
