"""Dates, fees and the four reductions of a plan (R2.3.a/1, R5.4; design 2.2).

The promised date is the longest path through the items that count, line by line, never the sum. The published figure
stays beside it as a target. Items without a published limit are left out of the path and named; what runs outside
the clock (card making, payouts) is shown but does not count.

Whoever waits for an item's result waits for as long as it takes, whether or not it counts: its own published limit
moves those behind it. Where none is published nobody knows how long that is, so the path holds no time for it, and
each line behind it names in `waits_unknown` whom it waits for without a figure.

A waiting period (公示期) comes before the decision: no item ends before the first working day after it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from onething.catalogue.conditions import evaluate
from onething.catalogue.periods import ready_day
from onething.catalogue.plan_items import Item, Selection, effective_limit

HOURS_A_DAY = 8


class Calendar(Protocol):
    """The working-day calendar as `kit.workdays` provides it."""

    def add_working_days(self, start: date, days: int) -> date: ...
    def add_natural_days(self, start: date, days: int) -> date: ...
    def working_days_between(self, start: date, end: date) -> int: ...
    def is_provisional(self, day: date) -> bool: ...


def promise_of(document: Mapping[str, Any], selection: Selection, on: date, calendar: Calendar) -> dict[str, Any]:
    """Return the promised working days from the day of receipt `on`, and how each item contributes."""
    starts: dict[str, date] = {}
    ends: dict[str, date] = {}
    waits: dict[str, set[str]] = {}
    lines, due, unpublished = [], on, set[str]()
    # When nothing that counts was chosen, what was chosen is all there is to promise.
    counting = {i["key"] for i in selection.ordered() if i["counts"]} or set(selection.items)
    names = {key: str(item["name"]) for key, item in selection.items.items()}
    untold = {key for key, item in selection.items.items() if _limit(selection, item)["kind"] == "none"}
    for item in selection.ordered():
        key, limit = item["key"], _limit(selection, item)
        before, known, counts = selection.before[key], key not in untold, key in counting
        begun = {other for other in before if (key, other) in selection.loose}  # it waits only until these have begun
        start = max((starts[other] if other in begun else ends[other] for other in before), default=on)
        end = _end(start, limit, selection.waiting_periods(item), calendar) if known else start
        starts[key], ends[key] = start, end
        waits[key] = ((before - begun) & untold).union(*(waits[other] for other in before))
        if counts:
            due = max(due, end) if known else due
            unpublished |= waits[key] if known else {key}
        lines.append(
            {
                "item": key, "name": item["name"], "value": limit["value"], "unit": limit["unit"],
                "kind": limit["kind"], "working_days": calendar.working_days_between(start, end) if known else None,
                "from_day": calendar.working_days_between(on, start), "to_day": calendar.working_days_between(on, end),
                "starts_after": sorted(before), "due_on": end.isoformat() if known else None, "counted": counts and known,
                "waits_unknown": sorted(waits[key]),
                "note": _note(
                    counts=counts, limit=limit["kind"], waits=[names[k] for k in sorted(waits[key])]
                ),
            }
        )  # fmt: skip
    return {
        # Where nobody published a limit there is nothing to promise, least of all “today”.
        "working_days": calendar.working_days_between(on, due) if any(line["counted"] for line in lines) else None,
        "target": document["target_working_days"], "target_place": document.get("target_place"),
        "starts_on": on.isoformat(), "due_on": due.isoformat(),
        "provisional": calendar.is_provisional(due), "lines": lines,
        "unpublished": [line["item"] for line in lines if line["item"] in unpublished],
    }  # fmt: skip


def _limit(selection: Selection, item: Item) -> Mapping[str, Any]:
    return effective_limit(selection.limits(item), selection.waiting_periods(item))


def _end(start: date, limit: Mapping[str, Any], waiting: Sequence[Mapping[str, Any]], calendar: Calendar) -> date:
    match limit["unit"]:
        case "natural_day":
            end = calendar.add_natural_days(start, limit["value"])
        case "working_hour":
            end = calendar.add_working_days(start, -(-limit["value"] // HOURS_A_DAY))
        case _:
            end = calendar.add_working_days(start, limit["value"])
    return max(end, ready_day(waiting, start, calendar) or end)


def _note(*, counts: bool, limit: str, waits: list[str]) -> str | None:
    said = []
    if limit == "none":
        said.append("没有公布办理时限，不算进总天数")
    elif limit == "waiting":
        said.append("期满以后多久办结没有公布")
    if limit != "none" and not counts:
        said.append("不算进承诺的总天数")
    if waits:
        said.append(f"要先等{'、'.join(f'“{name}”' for name in waits)}办好，等多久没有公布，没有算进去")
    return "；".join(said) or None


def fees_of(selection: Selection, situation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fees item by item. Only an item that says nothing at all about money is listed as not published.

    One whose fees all belong to other situations costs nothing in this one; what an open answer decides is said so.
    """
    return [
        {"item": item["key"], "name": item["name"], **fee}
        for item in selection.ordered()
        for fee in _fees(item, situation)
    ]


def _fees(item: Item, situation: Mapping[str, Any]) -> list[dict[str, Any]]:
    nothing = {"amount_fen": None, "unit": None, "basis": None, "text": None}
    if not item["fees"]:
        return [nothing]
    judged = [(fee, evaluate(fee["when"], situation)) for fee in item["fees"]]
    due = [{key: fee[key] for key in nothing} for fee, holds in judged if holds is True]
    if any(holds is None for _, holds in judged):
        due.append({**nothing, "text": "要不要收费，看您后面的回答"})
    return due or [{**nothing, "amount_fen": 0, "unit": "元", "text": "您的情况不收费"}]


def reductions_of(
    document: Mapping[str, Any],
    selection: Selection,
    form: list[dict[str, Any]],
    materials: list[dict[str, Any]],
    promise: Mapping[str, Any],
) -> dict[str, Any]:
    """Compare with handling the items singly (R0.a/2), counted the same way on both sides.

    Singly: a form, an application and a collection for every item, every field and material it asks by itself, its
    days one after the other. Together: what this plan asks, hands in once and collects once. A trip is an application
    in person or a result that comes neither electronically nor by post; together they fall into at most one.
    """
    items = list(selection.items.values())
    single_fields = sum(len(entry["asked_by"]) for entry in form)
    to_bring = [m for m in materials if m["obtained"] in ("submit", "commitment") and not m["not_needed"]]
    in_person = [item for item in items if not _comes_by_itself(item)]
    surrender = any(m["original"] == "surrender" for m in to_bring)
    days = [line["working_days"] or 0 for line in promise["lines"] if line["item"] in _timed(promise["lines"])]
    departments = len({item["function"] for item in items})
    return {
        "before": {
            "departments": departments, "items": len(items), "forms": len(items), "fields": single_fields,
            "materials": sum(len(m["asked_by"]) for m in materials), "steps": 2 * len(items),
            "working_days": sum(days), "trips": len(items) + len(in_person),
        },
        "after": {
            "departments": departments, "items": len(items), "forms": 1 if form else 0, "fields": len(form),
            "materials": len(to_bring), "steps": 2 if items else 0, "working_days": promise["working_days"] or 0,
            "trips": 1 if in_person or surrender else 0,
        },
        "published": document["published_reductions"],
    }  # fmt: skip


def _timed(lines: list[dict[str, Any]]) -> set[str]:
    """The items whose days the promise is made of: those that count, and whatever they wait for."""
    waits = {line["item"]: line["starts_after"] for line in lines}
    found: set[str] = set()
    following = [line["item"] for line in lines if line["counted"]]
    while following:
        key = following.pop()
        if key not in found:
            found.add(key)
            following += waits[key]
    return found


def _comes_by_itself(item: Item) -> bool:
    return all(r["electronic"] or "邮寄" in r["delivery"] or r["kind"] in ("给付", "登记") for r in item["results"])
