"""Decisions of the preliminary review: what the machine finds, which outcomes the verdicts allow (R2.2.c/1-2). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from onething.feedback.rules import Target, TargetKind
from onething.intake.states import Outcome, Verdict
from onething.oneform.checks import check_value, type_of_number
from onething.oneform.rules import Field, sections

__all__ = ["Alarm", "AlarmKind", "Paper", "alarms_of", "gaps_of", "judged_parts", "outcomes_for"]

IDENTITY: Final = frozenset({"id_number", "uscc"})
# The last day of a validity, by the name of its datum; a day that is past is told, and judged by a person.
LAST_DAY: Final = ("有效期至", "有效期止", "到期日")


class AlarmKind(StrEnum):
    """What a machine can see before a person looks."""

    SAME_FILE = "same_file"
    SAME_CASE = "same_case"
    IDENTITY = "identity"
    VALIDITY = "validity"
    FORMAT = "format"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing a check saw, in a sentence without the value itself; `about` is the part of the case it is about, if one."""

    kind: AlarmKind
    text: str
    about: Target | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One file of a material as the checks see it: whose place it fills, and which content it is."""

    key: str
    subject: str
    name: str
    file: int | None

    @property
    def target(self) -> Target:
        """The material as a part that can be judged."""
        return Target(TargetKind.MATERIAL, self.key, self.subject)


def alarms_of(
    plan: Mapping[str, Any],
    values: Mapping[str, Any],
    papers: Sequence[Paper],
    *,
    same_cases: Sequence[str],
    today: date,
    demonstration: bool,
) -> list[Alarm]:
    """All that the machine finds, in the order of the kinds. `same_cases` are numbers of open cases of the same applicant and thing."""
    found = [Alarm(AlarmKind.SAME_CASE, f"同一申请人的同一件事还有一份没有办完：{number}") for number in same_cases]
    found += _same_files(papers)
    for section in sections(plan, values):
        target = Target(TargetKind.SECTION, section.key)
        known = values.get(section.key, {})
        for instance in section.instances:
            mine = known.get(instance.subject, {})
            for field in instance.fields:
                found += _of_field(field, mine, target, today, demonstration=demonstration)
    order = list(AlarmKind)
    return sorted(found, key=lambda alarm: order.index(alarm.kind))


def _same_files(papers: Sequence[Paper]) -> list[Alarm]:
    """One content in two places: the same paper handed in under two names is one of them missing."""
    places: dict[int, list[Paper]] = {}
    for one in papers:
        if one.file is not None:
            places.setdefault(one.file, []).append(one)
    found = []
    for same in places.values():
        first = same[0]
        found += [
            Alarm(AlarmKind.SAME_FILE, f"“{other.name}”和“{first.name}”是同一个文件", other.target)
            for other in same[1:]
            if (other.key, other.subject) != (first.key, first.subject)
        ]
    return found


def _of_field(
    field: Field, mine: Mapping[str, Any], target: Target, today: date, *, demonstration: bool
) -> list[Alarm]:
    value = mine.get(field.element)
    if value in (None, "", []):
        return []
    _value, fault = check_value(field, value, today=today, demonstration=demonstration)
    if fault is not None:
        kind = AlarmKind.IDENTITY if type_of_number(field, None) in IDENTITY else AlarmKind.FORMAT
        return [Alarm(kind, f"“{field.label}”：{fault.message}", target)]
    if field.type == "date" and any(words in field.label for words in LAST_DAY) and str(value) < today.isoformat():
        return [Alarm(AlarmKind.VALIDITY, f"“{field.label}”已经过了", target)]
    return []


def judged_parts(targets: Iterable[Target]) -> list[Target]:
    """What gets a verdict: every section and every material; single data are found by the bodies that need them."""
    return [target for target in targets if target.kind is not TargetKind.FIELD]


def outcomes_for(parts: Iterable[Target], verdicts: Mapping[Target, Verdict]) -> list[Outcome]:
    """The outcomes the verdicts allow. The two that judge no part, not ours and not needed, end items and are no matter of verdicts."""
    said = [verdicts.get(part) for part in parts]
    if any(one is None for one in said):
        return []
    return [Outcome.CORRECTION, Outcome.ON_THE_SPOT] if Verdict.TO_CORRECT in said else [Outcome.COMPLETE]


def gaps_of(outcome: Outcome, parts: Sequence[Target], verdicts: Mapping[Target, Verdict]) -> tuple[str, ...]:
    """What keeps a review from ending so, in sentences. What an end of items must say is asked where items end (`dispatch`)."""
    if outcome in outcomes_for(parts, verdicts):
        return ()
    left = sum(part not in verdicts for part in parts)
    return (f"还有{left}项没有核对" if left else "结论和逐项核对的结果不一致",)
