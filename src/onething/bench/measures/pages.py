"""Signed-in pages, as one client sees them, against a signed-in page with nothing in it."""

import time
from contextlib import ExitStack
from functools import partial
from statistics import median

from onething.bench.client import Connection
from onething.bench.report import Bound, Figure, ratio_of_rounds, spread
from onething.bench.run import Run, interleaved
from onething.bench.server import web_server
from onething.bench.visitors import Visit, hand_in, visits_of_case, visits_of_draft
from onething.submission.models import Draft

__all__ = ["measure", "milliseconds"]

REPEATS = 12
OPEN_CASES = 60
BUDGET = 3
FINE = 200
EMPTY, FRAME = "/bench/empty/", "/bench/frame/"


def measure(run: Run) -> list[Figure]:
    """One figure per page; a page the product does not have yet is a figure too."""
    cases = hand_in(run.crowd, OPEN_CASES)
    draft = Draft.objects.with_edition().get(pk=run.crowd.next(1)[0].number)
    visits = [*visits_of_case(cases[0], at=run.at), *visits_of_draft(draft, at=run.at)]
    there = [one for one in visits if one.path]
    session = there[0].session if there else ""
    with ExitStack() as stack:
        port = stack.enter_context(web_server(run.scratch))

        def side(path: str, cookie: str) -> "partial[float]":
            connection = stack.enter_context(Connection(port, {"sessionid": cookie}))
            return partial(milliseconds, connection, path)

        sides = {"empty": side(EMPTY, session), "frame": side(FRAME, session)}
        sides |= {one.name: side(one.path, one.session) for one in there}
        times = interleaved(run, "milliseconds", sides)
    frame = Figure(
        "page-frame",
        "the frame of every page",
        "an empty signed-in page",
        ratio_of_rounds(times["frame"], times["empty"]),
        raw={"ms": times["frame"], "empty ms": times["empty"]},
    )
    return [frame, *(_figure(one, times) for one in visits)]


def _figure(visit: Visit, times: dict[str, list[float]]) -> Figure:
    name, against = f"page-{visit.name}", "an empty signed-in page"
    if not visit.path:
        return Figure(name, visit.what, against, None, BUDGET, note="there is no such page, or nobody who may see it")
    mine = times[visit.name]
    return Figure(
        name,
        visit.what,
        against,
        ratio_of_rounds(mine, times["empty"]),
        BUDGET,
        Bound.AT_MOST,
        raw={"ms": mine, "empty ms": times["empty"]},
        note=f"single rounds {spread(mine, times['empty'])}; {ratio_of_rounds(mine, times['frame']):.1f} × the empty frame",
    )


def milliseconds(connection: Connection, path: str) -> float:
    """The median time of one answer, asked one after the other. Raises LookupError when it is not a page."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        answer = connection.get(path)
        times.append(time.perf_counter() - began)
        if answer.status != FINE:
            msg = f"{path} answered {answer.status} {answer.header('Location')}"
            raise LookupError(msg)
    return median(times) * 1000
