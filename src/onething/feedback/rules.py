"""Decisions of the correction round: what may be found, until when, what is the same, what contradicts (R2.7.a, R2.3.c/2).

Pure: no clock, no table. A finding lies within what the notice told and the item asked; the five working days of
行政许可法 art. 32(4) run from receipt, and the city's earlier cut-off leaves time to put one notice together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from onething.kit.workdays import LEGAL_ZONE, OFFICE_CLOSES
from onething.materials.rules import is_paper_for, requirements
from onething.oneform.rules import concerned

__all__ = [
    "LEGAL_DAYS",
    "Demands",
    "Line",
    "Merged",
    "Raised",
    "Target",
    "TargetKind",
    "Window",
    "contradictions",
    "demands_of",
    "marks_to_reset",
    "merge",
    "needs_approval",
    "touched",
    "window_of",
]

# 行政许可法 art. 32(4): told at once or within five working days, else the application counts as accepted from receipt.
LEGAL_DAYS: Final = 5


class TargetKind(StrEnum):
    """What a finding is about."""

    FIELD = "field"
    MATERIAL = "material"
    SECTION = "section"


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One thing that can be wrong: a datum of a subject, a paper of a subject, or a whole section of the form."""

    kind: TargetKind
    key: str
    subject: str = ""

    @property
    def code(self) -> str:
        """The target as one text, for a control of a page and the event log."""
        return f"{self.kind}|{self.subject}|{self.key}"

    @classmethod
    def parse(cls, code: str) -> "Target | None":
        """The target of a code; None when it is none."""
        kind, _bar, rest = code.partition("|")
        subject, bar, key = rest.partition("|")
        if kind not in set(TargetKind) or not bar or not key:
            return None
        return cls(TargetKind(kind), key, subject)


@dataclass(frozen=True, slots=True)
class Demands:
    """What one item asks the applicant for. `inputs` is all of it that a change can touch, what data are derived from included."""

    targets: frozenset[Target]
    inputs: frozenset[Target]
    members: Mapping[Target, frozenset[Target]]

    def fields_of(self, target: Target) -> frozenset[Target]:
        """The data a target stands for: a section is its fields, anything else is itself."""
        return self.members.get(target, frozenset({target}))


def demands_of(
    plan: Mapping[str, Any], item_key: str, subjects: Mapping[str, Sequence[str]], *, instance: str = ""
) -> Demands:
    """What an item asks: only the data and papers that the notice named for it and the applicant gives (R2.3.c/2, I10)."""
    fields: set[Target] = set()
    members: dict[Target, frozenset[Target]] = {}
    for row in plan.get("form", ()):
        if row["type"] == "file" or not _asks(row, item_key):
            continue
        whose = subjects.get(row["party"]) or [row["subject"]]
        mine = {
            Target(TargetKind.FIELD, row["element"], subject)
            for subject in concerned(row, whose)
            if subject == instance or instance not in whose
        }
        section = Target(TargetKind.SECTION, row["party"])
        members[section] = members.get(section, frozenset()) | mine
        fields |= mine
    papers = {
        Target(TargetKind.MATERIAL, one.key, one.subject)
        for one in requirements(plan, subjects)
        if item_key in one.items and one.upload and is_paper_for(instance, one.subject, subjects)
    }
    derived = _derived_from(plan, item_key, subjects)
    return Demands(frozenset(fields | papers | members.keys()), frozenset(fields | papers | derived), members)


def _asks(row: Mapping[str, Any], item_key: str) -> bool:
    return any(asker["item"] == item_key for asker in row.get("asked_by", ()))


def _derived_from(plan: Mapping[str, Any], item_key: str, subjects: Mapping[str, Sequence[str]]) -> set[Target]:
    """The data out of which what the item asks is computed: a birth date changes with the citizen number."""
    found: set[Target] = set()
    for row in plan.get("supplied", ()):
        source = row.get("source", {})
        if source.get("kind") != "derived" or not _asks(row, item_key):
            continue
        names = source.get("from") or ()
        for name in [names] if isinstance(names, (str, Mapping)) else names:
            element = str(name.get("element")) if isinstance(name, Mapping) else str(name).rpartition(".")[2]
            whose = subjects.get(row["party"]) or [row["subject"]]
            found |= {Target(TargetKind.FIELD, element, subject) for subject in concerned(row, whose)}
    return found


def touched(changed: Iterable[Target], demands: Demands) -> frozenset[Target]:
    """What of a change an item asks; nothing means that it goes on as if nothing had been (I8)."""
    return frozenset(changed) & demands.inputs


def marks_to_reset(marks: Mapping[str, str], changed: Iterable[Target]) -> dict[str, str]:
    """The marks of a checklist that still hold: those of changed papers go, and with a changed datum those of all conditions."""
    gone = {
        f"material:{one.key}:{one.subject}" if one.subject else f"material:{one.key}"
        for one in changed
        if one.kind is TargetKind.MATERIAL
    }
    data = any(one.kind is TargetKind.FIELD for one in changed)
    return {key: mark for key, mark in marks.items() if key not in gone and not (data and key.startswith("condition:"))}


class WorkingDays(Protocol):
    """What the windows need of the calendar."""

    def add_working_days(self, start: date, count: int) -> date: ...


@dataclass(frozen=True, slots=True)
class Window:
    """The time a body has for one item: findings until `cut_off`, a word at all until the end of `last_on`."""

    opened_on: date
    cut_off_on: date
    last_on: date

    @property
    def cut_off(self) -> datetime:
        """The moment after which a finding comes too late: the end of the cut-off day in China."""
        return datetime.combine(self.cut_off_on + timedelta(days=1), time.min, tzinfo=LEGAL_ZONE)

    @property
    def latest_notice(self) -> datetime:
        """When a notice goes out even with open contradictions: at closing time of the last day."""
        return datetime.combine(self.last_on, OFFICE_CLOSES, tzinfo=LEGAL_ZONE)

    def is_silent(self, today: date) -> bool:
        """Whether the legal limit is over, so that the item counts as accepted from the day of receipt."""
        return today > self.last_on


def window_of(opened_on: date, calendar: WorkingDays, *, finding_days: int) -> Window:
    """The window of an item received on a day, which is not counted itself. The cut-off is never after the legal limit."""
    last = calendar.add_working_days(opened_on, LEGAL_DAYS)
    return Window(opened_on, min(calendar.add_working_days(opened_on, finding_days), last), last)


def needs_approval(
    target: Target, demands: Demands, *, returned: bool, changed: frozenset[Target], window: Window, at: datetime
) -> str:
    """Why a finding needs a superior's approval; empty when it is free (R2.7.a/3, standard rule P04).

    `returned`: the item has been corrected before, `changed` is what of its input changed then. What was on the table in
    an earlier round unchanged could have been seen then; so could whatever is found after the cut-off.
    """
    if at >= window.cut_off:
        return "late"
    if returned and not demands.fields_of(target) & changed:
        return "unchanged"
    return ""


@dataclass(frozen=True, slots=True)
class Raised:
    """One live finding as the merge sees it. `required` is what the value or paper must be, if the body says so."""

    id: int
    item: int
    body: str
    target: Target
    reason: str
    required: str = ""
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What is wrong with a target for one reason, by however many bodies."""

    reason: str
    findings: tuple[Raised, ...]

    @property
    def bodies(self) -> tuple[str, ...]:
        """The bodies that found it, each once."""
        return tuple(dict.fromkeys(one.body for one in self.findings))


@dataclass(frozen=True, slots=True)
class Merged:
    """One point of the notice: one target, with a line per reason."""

    target: Target
    lines: tuple[Line, ...]

    @property
    def findings(self) -> tuple[Raised, ...]:
        """All findings of the point."""
        return tuple(one for line in self.lines for one in line.findings)


def merge(raised: Iterable[Raised]) -> list[Merged]:
    """The points of a notice: one per target, one line per reason, so that the same fault found twice is told once (g1).

    "Other" with different words stays apart only as findings of one line; the words of both are shown.
    """
    grouped: dict[Target, dict[str, list[Raised]]] = {}
    for one in raised:
        grouped.setdefault(one.target, {}).setdefault(one.reason, []).append(one)
    return [
        Merged(target, tuple(Line(reason, tuple(found)) for reason, found in reasons.items()))
        for target, reasons in grouped.items()
    ]


def contradictions(point: Merged, opposite_of: Callable[[str], str]) -> list[tuple[Raised, Raised]]:
    """Pairs of findings on one target that cannot both be done, as long as the lead has not settled them.

    Exactly two ways: their reasons are listed as opposites, or both say what it must be and do not say the same.
    """
    found = point.findings
    return [
        (one, other)
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        if one.item != other.item and not (one.settled and other.settled) and _against(one, other, opposite_of)
    ]


def _against(one: Raised, other: Raised, opposite_of: Callable[[str], str]) -> bool:
    if opposite_of(one.reason) == other.reason:
        return True
    return bool(one.required and other.required) and "".join(one.required.split()) != "".join(other.required.split())
