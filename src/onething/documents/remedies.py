"""What a person may do against a decision, as data: within what time, by which article. Pure; the one place for it.

Every refusal names it (行政许可法 art. 38(2)). Against a department's act there are two ways that do not wait for one another;
who is no department (a hospital, a supplier) makes no administrative act, and an objection is what remains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from onething.cases.clock_rules import LICENCE_KIND

__all__ = ["LAWSUIT", "OBJECTION", "RECONSIDERATION", "Remedy", "remedies_of", "remedies_text", "stored_remedies"]


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way. `within` counts in `unit` (day, month) from the day on which the decision is known; None: no last day."""

    kind: str
    words: str
    within: int | None = None
    unit: str = ""
    basis: str = ""


RECONSIDERATION: Final = Remedy(
    "reconsideration", "可以自知道本决定之日起{within}日内申请行政复议", 60, "day", "行政复议法第二十条第一款"
)
LAWSUIT: Final = Remedy(
    "lawsuit", "也可以在{within}个月内向人民法院提起行政诉讼", 6, "month", "行政诉讼法第四十六条第一款"
)
OBJECTION: Final = Remedy("objection", "可以到{body}的服务窗口申请复核，也可以拨打12345反映")


def remedies_of(plan_item: Mapping[str, Any]) -> tuple[Remedy, ...]:
    """The ways open against what was decided on an item of a plan."""
    if plan_item.get("kind") == LICENCE_KIND or plan_item.get("body") == "department":
        return (RECONSIDERATION, LAWSUIT)
    return (OBJECTION,)


def remedies_text(remedies: Sequence[Remedy], body: str) -> str:
    """The ways in the words of a document."""
    begins = "有不同意见的，" if OBJECTION in remedies else "不服本决定的，"
    return begins + "，".join(one.words.format(within=one.within, body=body) for one in remedies) + "。"


def stored_remedies(remedies: Sequence[Remedy], said: object, body: str) -> list[dict[str, Any]]:
    """The ways as a document keeps them; none where its words are an officer's own, since another law may give more time."""
    if said != remedies_text(remedies, body):
        return []
    return [{name: value for name, value in asdict(one).items() if name != "words"} for one in remedies]
