"""Judge what differs in places: each variant like the one-thing itself, and that no promise grows (design decision 4)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from onething.catalogue.edition import Compiled
from onething.catalogue.findings import Finding, Findings, Severity
from onething.catalogue.limits import longer
from onething.catalogue.local import at_variant

__all__ = ["judge_places"]

# What is unused everywhere is a fault; what only one place uses is not.
UNUSED = {"dead-item", "dead-party", "dead-question", "idle-question"}


def judge_places(
    compiled: Compiled, rows: Iterable[Finding], *, judge: Callable[[Compiled], list[Finding]], file: str
) -> list[Finding]:
    """The findings of a one-thing (`rows`) with those of its places. `judge` gives the findings of one document."""
    document = compiled.document
    base, more = list(rows), Findings(file)
    unused = {(row.at, row.code) for row in base if row.code in UNUSED}
    known = {(row.at, row.code) for row in base}
    for variant in document.get("local", ()):
        # Examples are situations of the one-thing as it holds everywhere; one place may well refuse one.
        there = {**at_variant(document, variant), "examples": []}
        found = judge(Compiled(there, compiled.lines))
        unused &= {(row.at, row.code) for row in found}
        for row in found:
            if row.severity is Severity.ERROR and row.code not in UNUSED and (row.at, row.code) not in known:
                known.add((row.at, row.code))
                more.error(row.at, row.code, f"{_named(variant)}：{row.reason}", row.remedy, line=row.line)
        _promises(document, variant, more, compiled.lines)
    kept = [row for row in base if row.code not in UNUSED or (row.at, row.code) in unused]
    return [*kept, *more.rows]


def _promises(
    document: Mapping[str, Any], variant: Mapping[str, Any], findings: Findings, lines: Mapping[str, int]
) -> None:
    """A promise may only shrink on the way from the nation to the district."""
    for item in document["items"]:
        there = variant["items"].get(item["key"], item)["limits"]["promised"]
        here = item["limits"]["promised"]
        if there and here and longer(there, here):
            at = f"items.{item['key']}"
            findings.error(
                at, "promise-grows", f"{_named(variant)}承诺{there['value']}，比全国的{here['value']}还长",
                "地方只能缩短承诺时限", line=lines.get(at, 0),
            )  # fmt: skip


def _named(variant: Mapping[str, Any]) -> str:
    since = f"（{variant['valid_from']}起）" if variant["valid_from"] else ""
    return f"{variant['name']}{since}"
