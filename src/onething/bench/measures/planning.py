"""Making a plan against reading the document it is made of."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from onething.bench.report import Bound, Figure, ratio_of_rounds, spread
from onething.bench.run import Run, interleaved
from onething.bench.situation import ANSWERS
from onething.cases.calendar import working_calendar
from onething.catalogue.plan import make_plan
from onething.catalogue.services import current_entries, edition_document
from onething.kit.workdays import legal_date
from onething.parties.demo import PLACE

__all__ = ["measure"]

REPEATS = 10
BUDGET = 10
KNOWN_HASH = "0" * 64


def measure(run: Run) -> list[Figure]:
    """The largest one-thing of the release, every question answered so that as many items as possible are planned."""
    on = legal_date(run.at)
    documents = [edition_document(entry.edition.edition_hash) for entry in current_entries(at=run.at)]
    document = max(documents, key=lambda one: len(json.dumps(one)))
    text = json.dumps(document, ensure_ascii=False)
    answers = widest_answers(document, on)
    plan = _plan(document, answers, on)
    times = interleaved(
        run,
        "milliseconds",
        {
            "plan": lambda: _milliseconds(lambda: _plan(document, answers, on)),
            "read": lambda: _milliseconds(lambda: json.loads(text)),
        },
    )
    return [
        Figure(
            "plan",
            f"plan {document['key']}: {len(plan['items'])} items, {len(plan['form'])} fields, {len(answers)} answers",
            f"json.loads of its edition, {len(text.encode()) / 1000:.0f} kB",
            ratio_of_rounds(times["plan"], times["read"]),
            BUDGET,
            Bound.AT_MOST,
            raw={"plan ms": times["plan"], "json.loads ms": times["read"]},
            note=f"single rounds {spread(times['plan'], times['read'])}; pages keep a plan by what went into it",
        )
    ]


def widest_answers(document: Mapping[str, Any], on: date) -> dict[str, Any]:
    """One answer per question that matters, each the one that leaves the largest plan."""
    answers: dict[str, Any] = {}
    while True:
        plan = _plan(document, answers, on)
        question = next((one for one in plan["questions"] if one["status"] == "open"), None)
        if question is None:
            return answers
        tried = [{**answers, question["key"]: one} for one in _choices(question)]
        answers = max(tried, key=lambda one: _size(_plan(document, one, on)))


def _choices(question: Mapping[str, Any]) -> list[Any]:
    if question["key"] in ANSWERS:
        return [ANSWERS[question["key"]]]
    if question["type"] == "number":
        return [question["min"] or 1, 10_000 if question["max"] is None else question["max"]]
    if question["type"] != "choice":
        return ["2026-03-05"]
    values = [option["value"] for option in question["options"]]
    return [[value] for value in values] if question["multiple"] else values


def _size(plan: Mapping[str, Any]) -> tuple[int, int]:
    return len(plan["items"]) + len(plan["possible"]), len(plan["form"])


def _plan(document: Mapping[str, Any], answers: Mapping[str, Any], on: date) -> dict[str, Any]:
    """As the product asks for it: the edition comes from the database together with its hash."""
    calendar = working_calendar()
    return make_plan(document, place=PLACE, answers=answers, on=on, calendar=calendar, edition=KNOWN_HASH)


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(REPEATS):
        act()
    return (time.perf_counter() - began) / REPEATS * 1000
