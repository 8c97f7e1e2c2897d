"""Handing in a six-item application: over HTTP and in process, against pgbench writing the same rows."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from statistics import median

from onething.bench.children import Child, child
from onething.bench.client import Connection
from onething.bench.crowd import CSRF, Person
from onething.bench.floor import Floor, make_floor
from onething.bench.report import Bound, Figure, ratio_of_rounds, spread
from onething.bench.run import Run, interleaved
from onething.bench.server import web_server
from onething.bench.situation import ITEMS
from onething.cases.models import OneThingCase
from onething.parties.models import Account
from onething.submission.services import Owner, submit

__all__ = ["measure"]

CLIENTS = 4
PROCESSES = 2
FOUND = 302
# Open Zaak 1.x through its own API on two cores, as published: one application of six cases is 78 commits.
OPEN_ZAAK_APPLICATIONS = 1.45


def measure(run: Run) -> list[Figure]:
    """Both figures, and the comparison with the published one."""
    floor = _floor(run)
    inside = [sys.executable, "-m", "onething.bench.inside"]
    with ExitStack() as stack:
        port = stack.enter_context(web_server(run.scratch))
        processes = [stack.enter_context(child(inside, run.scratch.env)) for _ in range(PROCESSES)]
        rates = interleaved(
            run,
            "submissions per second",
            {
                "floor": lambda: floor.run(run.submissions * 2),
                "http": lambda: over_http(run.crowd.next(run.submissions), port),
                "inside": lambda: _inside(run.crowd.next(run.submissions), processes),
            },
        )
    return _figures(rates, floor)


def _floor(run: Run) -> Floor:
    """Hand in once and read back what that wrote."""
    person = run.crowd.next(1)[0]
    owner = Owner(Account.objects.get(pk=person.number))
    done = submit(draft_id=person.number, owner=owner, idempotency_key="floor", declaration=True, at=run.at)
    case = OneThingCase.objects.get(pk=done.case_id)
    found = case.items.count()
    if found != ITEMS:
        msg = f"the application to be measured has {found} items, not {ITEMS}; mend bench/situation.py"
        raise LookupError(msg)
    return make_floor(case, url=run.scratch.url, folder=run.scratch.state)


def over_http(people: Sequence[Person], port: int) -> float:
    """Hand in one draft per person from four kept connections; gives submissions per second."""
    waiting: Iterator[Person] = iter(people)
    lock, faults = threading.Lock(), list[str]()

    def work() -> None:
        with Connection(port) as connection:
            while True:
                with lock:
                    person = next(waiting, None)
                if person is None or faults:
                    return
                connection.cookies = {"sessionid": person.session, "csrftoken": CSRF}
                address = f"/drafts/{person.number}/check/"
                answer = connection.post(address, {"declared": "yes", "csrfmiddlewaretoken": CSRF})
                if answer.status != FOUND or "/receipt/" not in answer.header("Location"):
                    faults.append(f"{address} answered {answer.status} {answer.header('Location')}")

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise LookupError(faults[0])
    return len(people) / (time.perf_counter() - began)


def _inside(people: Sequence[Person], processes: Sequence[Child]) -> float:
    """The verb itself, in two processes at once; gives submissions per second of both together."""
    share = len(people) // len(processes)
    for number, process in enumerate(processes):
        process.tell(f"{people[number * share].number} {share}")
    return sum(share / float(process.answer()) for process in processes)


def _figures(rates: dict[str, list[float]], floor: Floor) -> list[Figure]:
    against = f"the same {floor.rows} rows and {floor.sent_bytes / 1000:.0f} kB by pgbench, {CLIENTS} clients"
    base = {"pgbench/s": rates["floor"]}
    return [
        Figure(
            "submit",
            f"hand in a {ITEMS}-item application over HTTP, session and CSRF, {CLIENTS} connections",
            against,
            ratio_of_rounds(rates["http"], rates["floor"]),
            0.15,
            Bound.AT_LEAST,
            raw={"http/s": rates["http"], **base},
            note=f"single rounds {spread(rates['http'], rates['floor'])}",
        ),
        Figure(
            "submit-inside",
            f"the same verb called in {PROCESSES} processes",
            against,
            ratio_of_rounds(rates["inside"], rates["floor"]),
            0.25,
            Bound.AT_LEAST,
            raw={"in process/s": rates["inside"], **base},
            note=f"single rounds {spread(rates['inside'], rates['floor'])}",
        ),
        Figure(
            "submit-openzaak",
            f"{ITEMS}-item applications stored and dispatched over HTTP",
            f"Open Zaak through its API, published: {OPEN_ZAAK_APPLICATIONS}/s on 2 cores of another machine",
            median(rates["http"]) / OPEN_ZAAK_APPLICATIONS,
            50,
            Bound.AT_LEAST,
            raw={"http/s": median(rates["http"])},
            note="another machine, another day: an order of magnitude, no more",
        ),
    ]
