"""What a run of the bench says: one figure per budget, as a table for people and as JSON. Knows no Django."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from statistics import median

__all__ = ["Bound", "Figure", "Verdict", "as_json", "as_table", "missed", "ratio_of_rounds", "spread"]


class Bound(StrEnum):
    """Which side of the budget is good."""

    AT_LEAST = "≥"
    AT_MOST = "≤"


class Verdict(StrEnum):
    """What came of a figure. Only `OK` counts as kept; what could not be measured is never passed over in silence."""

    OK = "ok"
    MISSED = "missed"
    NOT_THERE = "not there yet"
    FAILED = "failed"
    INFO = "for information"


@dataclass(frozen=True)
class Figure:
    """One line: what was measured, against what, the ratio, the budget, and the raw figures both came from.

    `value` is None when there was nothing to measure; `note` then says what was missing. Without a budget the figure only
    explains another one.
    """

    name: str
    what: str
    against: str
    value: float | None
    budget: float | None = None
    bound: Bound = Bound.AT_MOST
    unit: str = "×"
    raw: Mapping[str, float | Sequence[float]] = field(default_factory=dict)
    note: str = ""
    failed: bool = False

    @property
    def verdict(self) -> Verdict:
        """Whether the budget is kept."""
        if self.failed:
            return Verdict.FAILED
        if self.value is None:
            return Verdict.NOT_THERE
        if self.budget is None:
            return Verdict.INFO
        kept = self.value >= self.budget if self.bound is Bound.AT_LEAST else self.value <= self.budget
        return Verdict.OK if kept else Verdict.MISSED


def missed(figures: Sequence[Figure]) -> list[Figure]:
    """The figures that keep the run from being a success."""
    return [one for one in figures if one.verdict not in {Verdict.OK, Verdict.INFO}]


def ratio_of_rounds(ours: Sequence[float], floor: Sequence[float]) -> float:
    """The median of the ratios of rounds taken next to one another: what disturbs the machine for a while disturbs both sides."""
    return median(mine / other for mine, other in zip(ours, floor, strict=True))


def spread(ours: Sequence[float], floor: Sequence[float]) -> str:
    """The lowest and the highest ratio of a single round, to see how far the median can be trusted."""
    ratios = [mine / other for mine, other in zip(ours, floor, strict=True)]
    return f"{min(ratios):.2f} to {max(ratios):.2f}"


def as_json(figures: Sequence[Figure], about: Mapping[str, object]) -> str:
    """The whole run for machines."""
    rows = [{**asdict(one), "bound": one.bound.value, "verdict": one.verdict.value} for one in figures]
    return json.dumps(
        {"about": dict(about), "ok": not missed(figures), "figures": rows}, ensure_ascii=False, indent=2, default=str
    )


def as_table(figures: Sequence[Figure]) -> str:
    """The whole run for people: a line per figure, below it the raw figures."""
    heads = ("figure", "value", "budget", "", "what, against what")
    rows = [heads, *(_cells(one) for one in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = []
    for number, row in enumerate(rows):
        cells = [row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].rjust(widths[2]), row[3].ljust(widths[3])]
        lines.append("  ".join([*cells, row[4]]).rstrip())
        if number == 0:
            lines.append("-" * min(118, sum(widths) + 8 + len(heads[4])))
            continue
        one = figures[number - 1]
        told = ", ".join(f"{key} {_plain(value)}" for key, value in one.raw.items())
        lines += [f"    {text}" for text in (told, one.note) if text]
    return "\n".join(lines)


def _cells(one: Figure) -> tuple[str, str, str, str, str]:
    value = "–" if one.value is None else f"{_short(one.value)} {one.unit}"
    budget = "" if one.budget is None else f"{one.bound.value} {_short(one.budget)}"
    return one.name, value, budget, one.verdict.value, f"{one.what} / {one.against}" if one.against else one.what


def _plain(value: float | Sequence[float]) -> str:
    return f"[{' '.join(_short(one) for one in value)}]" if isinstance(value, Sequence) else _short(value)


def _short(value: float) -> str:
    """Three digits that mean something."""
    if value == 0 or abs(value) >= 100:  # noqa: PLR2004  # three figures that count
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"  # noqa: PLR2004  # three figures that count
