"""What may stop and extend a body's clock, and what has to be said for it (R5.4). Pure.

行政许可法 art. 45 names eight procedures whose time does not count, and nothing else: a site visit, publicity, an internal
circulation, a failing system or an absent superior stop no clock. The law of an item may name another; then it stands in the
catalogue as a special procedure that stops the clock, with its basis. Art. 42: the head of the body may once allow 10 working
days more for a licence; what is handled jointly (art. 26) has 45 and may once get 15 more from the head of the government.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from onething.cases.clock_rules import LICENCE_KIND, PROCEDURES, ExtensionKind, StopKind

__all__ = [
    "EXTENSION_BASIS",
    "LONGEST_STOP",
    "NO_STOP",
    "Procedure",
    "extension_bar",
    "extension_kind",
    "procedures_of",
    "result_day_fault",
    "stop_gaps",
]

# No law says how long a procedure may take; this is a guard against slips of the hand, about a year.
LONGEST_STOP: Final = 250
SPECIAL_BASIS: Final = "行政许可法第四十五条"
EXTENSION_BASIS: Final[Mapping[ExtensionKind, str]] = {
    ExtensionKind.OWN: "行政许可法第四十二条第一款",
    ExtensionKind.JOINT: "行政许可法第四十二条第二款",
}
NO_STOP: Final = (
    "只有听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审这八种程序的时间不算（行政许可法第四十五条），"
    "或者这一项自己的法律写明的程序；现场勘验、公示、内部会签、系统故障都照常计时"
)


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure that stops the clock of an item. `days` is what the catalogue says it takes; None: it says nothing."""

    key: str
    kind: StopKind
    name: str
    basis: str
    days: int | None = None


def procedures_of(item: Mapping[str, Any]) -> list[Procedure]:
    """What may stop the clock of an item of a plan: first what its own law names, then the eight of art. 45."""
    own = [
        Procedure(f"own-{number}", StopKind.OWN_LAW, str(step["name"]), str(step["basis"]), step.get("working_days"))
        for number, step in enumerate(item.get("steps", ()), start=1)
        if step.get("stops_clock") and step.get("basis")
    ]
    return own + [Procedure(kind.value, kind, name, SPECIAL_BASIS) for kind, name in PROCEDURES.items()]


def stop_gaps(*, basis: str, expected_days: int | None) -> tuple[str, ...]:
    """What a stop still lacks: the applicant is told in writing how long it takes and why (art. 45)."""
    gaps = [] if basis.strip() else ["写明依据的条文"]
    if expected_days is None or not 1 <= expected_days <= LONGEST_STOP:
        gaps.append(f"写明预计需要多少个工作日（1到{LONGEST_STOP}）")
    return tuple(gaps)


def result_day_fault(day: date, *, started_on: date, today: date) -> str:
    """Why a day cannot be the one on which the result was in; empty when it can."""
    if started_on <= day <= today:
        return ""
    first, last = (f"{one.year}年{one.month}月{one.day}日" for one in (started_on, today))
    return f"结果出来的日子只能在暂停开始的{first}和今天{last}之间"


def extension_kind(item: Mapping[str, Any]) -> ExtensionKind:
    """Which extension art. 42 knows for an item of a plan: its own by (1), the one for joint handling by (2)."""
    return ExtensionKind.JOINT if item.get("joint_handling") else ExtensionKind.OWN


def extension_bar(item: Mapping[str, Any], *, due: date | None, today: date, extended: bool) -> str:
    """Why nobody can extend the limit now; empty when art. 42 allows it. `due` is the limit by law, else the promise."""
    if item.get("kind") != LICENCE_KIND:
        return "这一项不是行政许可，行政许可法第四十二条的延长用不上"
    if extended:
        return "已经延长过一次，不能再延长"
    if due is None:
        return "这一项没有公布期限，不用延长"
    if today > due:
        return f"期限{due.year}年{due.month}月{due.day}日已经过了，过了再批延长没有用"
    return ""
