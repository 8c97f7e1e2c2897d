"""Decisions about an item at its department: what follows what, what is seen, how near the deadline is (R2.8).

Pure: no clock, no table. Days come in as `today`, the working-day calendar as an object that counts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from onething.cases.states import ItemState, Outcome
from onething.oneform.rules import concerned, party_subjects
from onething.parties.rules import full_code

__all__ = [
    "LIGHT_RULE",
    "UNDO_SECONDS",
    "Consequence",
    "DaysCounter",
    "Filled",
    "ItemSlice",
    "Light",
    "Node",
    "ProducedField",
    "SliceField",
    "consequences",
    "fill_template",
    "may_undo",
    "produced_fields",
    "produced_gaps",
    "refusal_gaps",
    "responsible_divisions",
    "slice_of_item",
    "traffic_light",
]

UNDO_SECONDS: Final = 60
NEAR_DAYS: Final = 1
NEAR_SHARE: Final = 3

UNDER_WAY: Final = frozenset({ItemState.ACCEPTED, ItemState.IN_REVIEW, ItemState.SUSPENDED, ItemState.IN_CORRECTION})
# Masked wherever they stand, whatever the element says of itself (ux X12).
MASKED_TYPES: Final = frozenset({"id_number", "phone", "bank_account"})

BAD: Final = frozenset({Outcome.REFUSED, Outcome.NOT_ACCEPTED, Outcome.WITHDRAWN, Outcome.TERMINATED})
ENDS: Final = "end"
HELD: Final = frozenset({"ask", "wait"})
ENDED_BADLY_WORDS: Final[Mapping[Outcome, str]] = {
    Outcome.REFUSED: "没有同意",
    Outcome.NOT_ACCEPTED: "没有受理",
    Outcome.WITHDRAWN: "已撤回",
    Outcome.TERMINATED: "不再办理",
}


class Light(StrEnum):
    """How near the deadline is, by the promised clock (ux e1). Sorted from most to least urgent."""

    OVERDUE = "overdue"
    TODAY = "today"
    NEAR = "near"
    NORMAL = "normal"
    PAUSED = "paused"


LIGHT_RULE: Final = (
    "超期：过了承诺的那一天；今天到期：就是今天；临期：剩下不到三分之一的时间，或者只剩1个工作日；暂停：时间停着不走"
)


class DaysCounter(Protocol):
    """What the light needs of the calendar."""

    def working_days_between(self, start: date, end: date) -> int: ...


def traffic_light(
    *, due: date | None, started: date | None, today: date, calendar: DaysCounter, paused: bool = False
) -> Light:
    """The light of one open item. Without a promised day there is nothing to be late for."""
    if paused:
        return Light.PAUSED
    if due is None:
        return Light.NORMAL
    if today >= due:
        return Light.TODAY if today == due else Light.OVERDUE
    left = calendar.working_days_between(today, due)
    whole = calendar.working_days_between(started, due) if started is not None else left
    return Light.NEAR if left <= NEAR_DAYS or left * NEAR_SHARE <= whole else Light.NORMAL


@dataclass(frozen=True, slots=True)
class Node:
    """One item as far as order looks at it."""

    id: int
    key: str
    instance: str
    name: str
    state: ItemState
    outcome: Outcome | None
    after: tuple[str, ...]
    after_acceptance: tuple[str, ...] = ()
    # What the refusal of one it follows means, by its key: "go_on", "ask", "wait"; silence means that this one ends too.
    if_refused: Mapping[str, str] = field(default_factory=dict)
    # Refused ones without which the applicant goes on.
    released: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Consequence:
    """What the end of some items means for one that waits: it starts, or it ends with a reason. `cause` is the item behind it.

    With a `rule` ("ask", "wait") it does neither yet: the refusal of `cause` leaves it to the applicant.
    """

    id: int
    starts: bool
    cause: int
    reason: str = ""
    rule: str = ""


def consequences(nodes: Iterable[Node], cause: int) -> list[Consequence]:
    """What now starts and what can no longer be done, following the chain to its end (I5, R2.8.e/2).

    An item starts when all active predecessors ended well, or were accepted where that is enough; one that is not required
    counts as done. When one ended badly,
    what needs its result ends too, and says because of what. Others go on. For a refusal its file may say otherwise.
    """
    rows = list(nodes)
    outcomes = {row.id: row.outcome for row in rows}
    by_key: dict[str, list[Node]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    pending = [row for row in rows if row.state is ItemState.WAITING]
    found: list[Consequence] = []
    moved = True
    while moved:
        moved = False
        for row in list(pending):
            before = [one for one in _predecessors(row, by_key) if one.key not in row.released]
            bad = next((one for one in before if _means(row, one, outcomes[one.id]) == ENDS), None)
            held = [(one, rule) for one in before if (rule := _means(row, one, outcomes[one.id])) in HELD]
            if bad is not None:
                outcome = outcomes[bad.id]
                words = ENDED_BADLY_WORDS[outcome] if outcome is not None else ""
                found.append(
                    Consequence(
                        row.id, starts=False, cause=cause, reason=f"要先办的“{bad.name}”{words}，这一项办不下去了"
                    )
                )
                outcomes[row.id] = Outcome.TERMINATED
            elif held:
                found.extend(Consequence(row.id, starts=False, cause=one.id, rule=rule) for one, rule in held)
            elif all(outcomes[one.id] is not None or _enough(row, one) for one in before):
                found.append(Consequence(row.id, starts=True, cause=cause))
            else:
                continue
            pending.remove(row)
            moved = True
    return found


def _means(row: Node, before: Node, outcome: Outcome | None) -> str:
    """What the end of one before means for a row: "" when it was good or is still to come, else a rule."""
    if outcome not in BAD:
        return ""
    return row.if_refused.get(before.key, ENDS) if outcome is Outcome.REFUSED else ENDS


def _enough(row: Node, before: Node) -> bool:
    """True when the acceptance of the one before is all that is waited for, and it is there."""
    return before.key in row.after_acceptance and before.state in UNDER_WAY


def _predecessors(row: Node, by_key: Mapping[str, Sequence[Node]]) -> list[Node]:
    """The items before one: of items run once per person, the same person's, if there is one."""
    before: list[Node] = []
    for key in row.after:
        candidates = by_key.get(key, ())
        same = [one for one in candidates if one.instance == row.instance]
        before.extend(same or candidates)
    return before


def responsible_divisions(
    plan: Mapping[str, Any], values: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> dict[tuple[str, str], str]:
    """Where the items are decided that a datum of the form sends to a place, by item and instance (R3.1.g/1).

    `values` are those of the form, by section and subject. "" is a place outside the installation: nobody is known there. An
    item whose datum was not asked in this situation is not in the answer, nor is one without such a rule.
    """
    ruled = [item for item in plan["items"] if item.get("jurisdiction")]
    subjects = party_subjects(plan, values) if ruled else {}
    found: dict[tuple[str, str], str] = {}
    for item in ruled:
        rule = item["jurisdiction"]
        own = item.get("per") == rule["party"]
        whose = subjects.get(rule["party"]) or ()
        for instance in subjects.get(item.get("per") or "") or ("",):
            subject = instance if own else next(iter(whose), "")
            place = next(
                (
                    rule["places"].get(str(saved[subject].get(rule["element"])))
                    for saved in values.values()
                    if subject in saved
                ),
                None,
            )
            if place is not None:
                found[item["key"], instance] = full_code(place) if place else ""
    return found


def refusal_gaps(*, basis: str, reason: str, remedies: str) -> tuple[str, ...]:
    """What a refusal still lacks, named (行政许可法 art. 38, ux e6)."""
    parts = {
        "basis": (basis, "写明依据的条文"),
        "reason": (reason, "写明不同意的理由"),
        "remedies": (remedies, "写明申请人可以怎样救济"),
    }
    return tuple(words for text, words in parts.values() if not text.strip())


@dataclass(frozen=True, slots=True)
class ProducedField:
    """One datum that a grant brings forth for later items: whose, which, and whether they cannot do without."""

    subject: str
    element: str
    label: str
    type: str
    required: bool

    @property
    def key(self) -> str:
        """The name of its control in a page."""
        return f"{self.subject}.{self.element}"


def produced_fields(
    plan: Mapping[str, Any], item_key: str, subjects: Mapping[str, Sequence[str]], *, instance: str = ""
) -> list[ProducedField]:
    """The data that other items take from this item's result, once per person or body of the party (I2)."""
    found = []
    for row in plan.get("supplied", ()):
        source = row.get("source", {})
        if source.get("kind") != "produced" or source.get("item") != item_key:
            continue
        whose = subjects.get(row["party"]) or [row["subject"]]
        mine = concerned(row, whose)
        for ordinal, subject in enumerate(whose, start=1):
            if subject not in mine or (instance in whose and subject != instance):
                continue
            title = str(row.get("party_name") or "") + (str(ordinal) if len(whose) > 1 else "")
            label = row["label"] if len(whose) == 1 and title in row["label"] else f"{title}的{row['label']}"
            found.append(ProducedField(subject, row["element"], label, str(row["type"]), bool(row.get("required"))))
    return found


def produced_gaps(wanted: Iterable[ProducedField], produced: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """What a grant must still say because later items take it from here instead of asking the applicant."""
    return tuple(
        f"填写{one.label}"
        for one in wanted
        if one.required and not str(produced.get(one.subject, {}).get(one.element, "")).strip()
    )


def may_undo(*, decided_at: datetime | None, at: datetime, document_out: bool) -> bool:
    """Whether a decision can still be taken back (ux e5)."""
    if decided_at is None or document_out:
        return False
    return at - decided_at <= timedelta(seconds=UNDO_SECONDS)


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its places filled; `missing` are the names of places nothing is known for. They stay visible."""

    text: str
    missing: tuple[str, ...]


def fill_template(text: str, known: Mapping[str, str]) -> Filled:
    """Fill `{申请人}` and the like. A place without a value stays as 【申请人：待填】 and is named (ux e6), never blank."""
    missing: list[str] = []

    def put(found: re.Match[str]) -> str:
        name = found[1].strip()
        value = known.get(name, "")
        if value:
            return value
        missing.append(name)
        return f"【{name}：待填】"

    filled = re.sub(r"\{([^{}\n]{1,40})\}", put, text)
    missing.extend(name for name in re.findall(r"【([^【】：]{1,40})：待填】", filled) if name not in missing)
    return Filled(filled, tuple(dict.fromkeys(missing)))


@dataclass(frozen=True, slots=True)
class SliceField:
    """One datum as the department sees it, with the basis on which its item asks it."""

    subject: str
    element: str
    label: str
    value: str
    sensitive: bool
    source: str
    basis: str


@dataclass(frozen=True, slots=True)
class ItemSlice:
    """All that one item's body may see of a case (I10, ux e7): its own fields, by party, and its own materials' keys."""

    item: Mapping[str, Any]
    groups: tuple[tuple[str, tuple[SliceField, ...]], ...]
    material_keys: frozenset[str]


def slice_of_item(
    plan: Mapping[str, Any],
    known: Mapping[str, Mapping[str, Any]],
    item_key: str,
    sections: Mapping[str, Sequence[str]],
    *,
    instance: str = "",
) -> ItemSlice:
    """Cut one item out of a plan. `known` is every datum by subject and element, `sections` the subjects of each party.

    An item that runs once per person sees that person of its party and not the others.
    """
    item: Mapping[str, Any] = next((one for one in plan.get("items", ()) if one["key"] == item_key), {})
    grouped: dict[str, list[SliceField]] = {}
    for row in [*plan.get("form", ()), *plan.get("supplied", ())]:
        basis = next((str(a.get("basis") or "") for a in row.get("asked_by", ()) if a["item"] == item_key), None)
        if basis is None or row["type"] == "file":
            continue
        subjects = sections.get(row["party"]) or [row["subject"]]
        mine = concerned(row, subjects)
        for ordinal, subject in enumerate(subjects, start=1):
            if subject not in mine or (instance in subjects and subject != instance):
                continue
            title = str(row.get("party_name") or row["party"]) + (str(ordinal) if len(subjects) > 1 else "")
            value = known.get(subject, {}).get(row["element"])
            grouped.setdefault(title, []).append(
                SliceField(
                    subject=subject,
                    element=row["element"],
                    label=str(row["label"]),
                    value=_words(value, row),
                    sensitive=bool(row.get("sensitive")) or row["type"] in MASKED_TYPES,
                    source=str(row.get("source", {}).get("kind") or ""),
                    basis=basis,
                )
            )
    materials = frozenset(
        row["key"] for row in plan.get("materials", ()) if any(a["item"] == item_key for a in row.get("asked_by", ()))
    ) | frozenset(
        f"field:{row['element']}"
        for row in plan.get("form", ())
        if row["type"] == "file" and any(a["item"] == item_key for a in row.get("asked_by", ()))
    )
    return ItemSlice(item, tuple((title, tuple(fields)) for title, fields in grouped.items()), materials)


def _words(value: object, row: Mapping[str, Any]) -> str:
    """A value as people read it: the words of choices, the unit of numbers."""
    if value is None or value == "":
        return ""
    if isinstance(value, (list, tuple)):
        return "、".join(_words(one, row) for one in value)
    for option in row.get("options") or ():
        if isinstance(option, Mapping) and str(option.get("value", option.get("code"))) == str(value):
            return str(option.get("label", option.get("name", value)))
    if row.get("type") == "boolean":
        return {"yes": "是", "no": "否"}.get(str(value), str(value))
    return f"{value}{row.get('unit') or ''}"
