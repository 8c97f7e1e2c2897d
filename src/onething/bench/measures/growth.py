"""Lists and cases when there is a hundred times as much behind them, and a list against a published figure."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from io import BytesIO
from statistics import median
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, connections

from onething.bench.client import Connection
from onething.bench.measures.pages import milliseconds
from onething.bench.report import Bound, Figure, ratio_of_rounds, spread
from onething.bench.run import Run, interleaved
from onething.bench.server import web_server
from onething.bench.towns import Town, connect, fill, inside
from onething.bench.visitors import Visit, hand_in, visits_of_case
from onething.cases.models import OneThingCase
from onething.launcher.ports import HOST

__all__ = ["measure"]

SMALL, LARGE, LARGE_QUICK = 10_000, 1_000_000, 100_000
OPEN_CASES = 100
REPEATS = 10
BUDGET = 1.2
# Open Zaak 1.x, its list of cases, 20 on a page, 100 000 cases, one client, as published by its makers.
OPEN_ZAAK_LIST_MS = 112
OPEN_ZAAK_CASES = 100_000
LIST_BUDGET = 20


def measure(run: Run) -> list[Figure]:
    """Two copies of one installation, filled to different sizes, looked at in turn."""
    case = hand_in(run.crowd, 1)[0]
    visits = visits_of_case(case, at=run.at)
    connections["default"].close_pool()  # type: ignore[attr-defined]  # a database that is copied must be left alone
    connections.close_all()
    large = LARGE_QUICK if run.quick else LARGE
    towns = {name: _filled(run, case, name, items) for name, items in (("small", SMALL), ("large", large))}
    figures = [_growth(run, visit, towns, large) for visit in visits]
    cases = large // case.items.count()
    worklist = next((one for one in visits if one.name == "worklist"), None)
    figures.append(_list(run, worklist, towns["large"], cases))
    for town in towns.values():
        town.wrapper.close()
    return figures


def _filled(run: Run, case: OneThingCase, name: str, items: int) -> Town:
    town = connect(run.scratch.sibling(name))
    with inside(town):
        began = time.monotonic()
        for cases in fill(case, items=items, open_cases=OPEN_CASES):
            run.say(f"{name}: {cases:,} cases, {time.monotonic() - began:.0f} s")
    return town


def _growth(run: Run, visit: Visit, towns: dict[str, Town], large: int) -> Figure:
    name, what = f"growth-{visit.name}", f"queries of {visit.what} at {large:,} items"
    against = f"the same at {SMALL:,}, with the same open work"
    if not visit.path:
        return Figure(name, what, against, None, BUDGET, note="there is no such page, or nobody who may see it")
    times = interleaved(run, f"{visit.name} ms", {key: partial(_queries, town, visit) for key, town in towns.items()})
    quick = "; 100 000 because of --quick" if run.quick else ""
    return Figure(
        name,
        what,
        against,
        ratio_of_rounds(times["large"], times["small"]),
        BUDGET,
        Bound.AT_MOST,
        raw={"large ms": times["large"], "small ms": times["small"]},
        note=f"single rounds {spread(times['large'], times['small'])}{quick}",
    )


def _queries(town: Town, visit: Visit) -> float:
    """The time all queries of a page take together: the median of several views."""
    spent: list[float] = []

    def timed(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001  # Django's
        began = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            spent[-1] += time.perf_counter() - began

    with inside(town), connection.execute_wrapper(timed):
        for _ in range(REPEATS):
            spent.append(0)
            _ask(visit)
    return median(spent) * 1000


def _ask(visit: Visit) -> None:
    """The page, through every layer but the web server."""
    path, _, query = visit.path.partition("?")
    told: list[str] = []

    def begin(status: str, *_: Any) -> Callable[[bytes], object]:  # noqa: ANN401  # headers, error
        told.append(status)
        return bytes  # the old way to write, which Django never uses

    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": HOST, "SERVER_PORT": "80",
        "HTTP_HOST": HOST, "HTTP_COOKIE": f"sessionid={visit.session}", "wsgi.input": BytesIO(), "wsgi.url_scheme": "http",
    }  # fmt: skip
    answer = _application()(environ, begin)
    b"".join(answer)
    answer.close()
    if not told[0].startswith("200"):
        msg = f"{visit.path} answered {told[0]}"
        raise LookupError(msg)


_handlers: list[WSGIHandler] = []


def _application() -> WSGIHandler:
    if not _handlers:
        _handlers.append(WSGIHandler())
    return _handlers[0]


def _list(run: Run, visit: Visit | None, town: Town, cases: int) -> Figure:
    """The page of 50 over HTTP, everything included."""
    published = (
        f"Open Zaak's page of 20, published: {OPEN_ZAAK_LIST_MS} ms at {OPEN_ZAAK_CASES:,} cases, another machine"
    )
    what = f"a list of 50 at {cases:,} cases, one client, over HTTP"
    if visit is None or not visit.path:
        return Figure("list-openzaak", what, published, None, LIST_BUDGET, Bound.AT_LEAST, note="there is no list yet")
    with ExitStack() as stack:
        port = stack.enter_context(web_server(town.scratch))
        client = stack.enter_context(Connection(port, {"sessionid": visit.session}))
        times = interleaved(run, "list ms", {"list": lambda: milliseconds(client, visit.path)})
    smaller = f"; fewer than {OPEN_ZAAK_CASES:,} because of --quick" if cases < OPEN_ZAAK_CASES else ""
    return Figure(
        "list-openzaak",
        what,
        published,
        OPEN_ZAAK_LIST_MS / median(times["list"]),
        LIST_BUDGET,
        Bound.AT_LEAST,
        raw={"ms": times["list"]},
        note=f"another machine, another day: an order of magnitude, no more{smaller}",
    )
