"""Making a plan against reading the document it is made of."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from statistics import median
from typing import Any

from onething.bench.report import Bound, Figure, ratio_of_rounds, spread
from onething.bench.run import Run, interleaved
from onething.cases.calendar import working_calendar
from onething.catalogue.plan import make_plan
from onething.catalogue.services import current_entries, edition_document
from onething.kit.workdays import legal_date
from onething.parties.demo import PLACE

__all__ = ["measure"]

REPEATS = 4
BUDGET = 10
KNOWN_HASH = "0" * 64


def measure(run: Run) -> list[Figure]:
    """Every one-thing of the release, every question answered so that as many items as possible are planned."""
    on = legal_date(run.at)
    documents = [edition_document(entry.edition.edition_hash) for entry in current_entries(at=run.at)]
    sides: dict[str, Callable[[], float]] = {}
    for document in documents:
        key, answers, text = document["key"], widest_answers(document, on), json.dumps(document, ensure_ascii=False)
        sides[f"plan {key}"] = partial(_milliseconds, partial(_plan, document, answers, on))
        sides[f"read {key}"] = partial(_milliseconds, partial(json.loads, text))
    times = interleaved(run, "milliseconds", sides)
    ratios = {
        one["key"]: ratio_of_rounds(times[f"plan {one['key']}"], times[f"read {one['key']}"]) for one in documents
    }
    worst = max(ratios, key=lambda key: ratios[key])
    told = ", ".join(f"{key} {ratio:.1f}" for key, ratio in sorted(ratios.items(), key=lambda pair: -pair[1]))
    return [
        Figure(
            "plan",
            f"plan the worst of {len(documents)} one-things, {worst}, in its widest situation",
            "json.loads of its edition",
            ratios[worst],
            BUDGET,
            Bound.AT_MOST,
            raw={"plan ms": times[f"plan {worst}"], "json.loads ms": times[f"read {worst}"]},
            note=f"single rounds {spread(times[f'plan {worst}'], times[f'read {worst}'])}; pages keep a plan by what went into it",
        ),
        Figure(
            "plan-median",
            "the same, the median of all one-things",
            "json.loads of its edition",
            median(ratios.values()),
            note=told,
        ),
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
