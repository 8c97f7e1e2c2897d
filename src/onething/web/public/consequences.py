"""What an answer or a choice changes, told before it happens (b1) and beside it. Compares two plans; decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from onething.web.ui.formats import prose_date
from onething.web.ui.spoken import listed, listed_or_counted, whose_paper

__all__ = ["Consequence", "compare", "panel_of", "to_hand_in"]

Plan = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Consequence:
    """The difference between two plans, by the names people read."""

    items_added: tuple[str, ...] = ()
    items_dropped: tuple[str, ...] = ()
    papers_added: tuple[str, ...] = ()
    papers_dropped: tuple[str, ...] = ()
    questions_dropped: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    due: tuple[str, str] | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The difference in sentences; empty when nothing changes."""
        return _lines(self)


def compare(before: Plan, after: Plan) -> Consequence:
    """What comes and goes when one plan becomes the other."""
    items = _changes(_items(before), _items(after))
    papers = _changes(_papers(before), _papers(after))
    answered = {q["key"]: q["question"] for q in before["questions"] if q["status"] == "answered"}
    kept = {q["key"] for q in after["questions"]}
    known = {one["key"] for one in before["gate"]["refusals"]}
    due = (_due(before), _due(after))
    return Consequence(
        items_added=items[0],
        items_dropped=items[1],
        papers_added=papers[0],
        papers_dropped=papers[1],
        questions_dropped=tuple(words for key, words in answered.items() if key not in kept),
        refusals=tuple(one["message"] for one in after["gate"]["refusals"] if one["key"] not in known),
        due=due if due[0] != due[1] and all(due) else None,
    )


def _lines(found: Consequence) -> tuple[str, ...]:
    told = list(found.refusals)
    for words, names in (
        (_("多办：%(names)s"), found.items_added),
        (_("不再办：%(names)s"), found.items_dropped),
        (_("多交：%(names)s"), found.papers_added),
        (_("不用再交：%(names)s"), found.papers_dropped),
        (_("这些回答不再用：%(names)s"), found.questions_dropped),
    ):
        if names:
            told.append(words % {"names": listed(names)})
    if found.due is not None:
        told.append(_("办好的日期从%(old)s变成%(new)s") % {"old": found.due[0], "new": found.due[1]})
    return tuple(told)


def panel_of(plan: Plan, before: Plan | None = None) -> dict[str, Any]:
    """What is known so far, for the panel beside a question; `before` marks what an answer would change."""
    papers = to_hand_in(plan)
    return {
        "entries": [item["name"] for item in plan["items"]],
        "possible": len(plan["possible"]),
        "papers": [_paper_name(paper) for paper in papers],
        "not_needed": sum(1 for paper in plan["materials"] if paper["why_not_needed"]),
        "due": _due(plan),
        "outside": _outside(plan),
        "refusals": [one["message"] for one in plan["gate"]["refusals"]],
        "changes": compare(before, plan).lines if before is not None else (),
        "is_preview": before is not None,
    }


def to_hand_in(plan: Plan) -> list[Mapping[str, Any]]:
    """The papers a person must hand in or promise."""
    return [paper for paper in plan["materials"] if not paper["why_not_needed"]]


def _items(plan: Plan) -> dict[Any, str]:
    return {item["key"]: item["name"] for item in plan["items"]}


def _papers(plan: Plan) -> dict[Any, str]:
    return {(paper["key"], paper["party"]): _paper_name(paper) for paper in to_hand_in(plan)}


def _paper_name(paper: Mapping[str, Any]) -> str:
    party = paper.get("party_name") or ""
    return whose_paper(party, str(paper["name"]))


def _changes(before: Mapping[Any, str], after: Mapping[Any, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    added = [name for key, name in after.items() if key not in before]
    dropped = [name for key, name in before.items() if key not in after]
    return _once(added), _once(dropped)


def _once(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _outside(plan: Plan) -> str:
    """What runs outside the promised day: a card that takes longer, an item without a published limit."""
    promise = plan["promise"]
    if not _due(plan):
        return ""
    late = [line["name"] for line in promise["lines"] if not line["due_on"] or line["due_on"] > promise["due_on"]]
    return listed_or_counted(late)


def _due(plan: Plan) -> str:
    promise = plan["promise"]
    counted = promise["working_days"] is not None and any(line["counted"] for line in promise["lines"])
    return prose_date(date.fromisoformat(promise["due_on"])) if counted else ""
