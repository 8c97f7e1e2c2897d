"""Judge compiled one-things: what is wrong (error) and what nobody has sourced yet (unverified).

Structure is analysed exactly over all situations (`analysis.py`). The rules come from R0.a/3 (two items, two bodies),
R2.0.a/2 (unreachable and contradictory branches), R2.3.a/2 (six elements), R2.5.d (basis of every material),
R5.4/3 (a promise is never longer than the law allows) and the invariants I1, I2, I4 and I5.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from onething.catalogue import check_data, check_examples, check_facts, check_order, check_periods, check_structure
from onething.catalogue.analysis import Analysis, TooTangled
from onething.catalogue.check_dictionaries import dictionaries
from onething.catalogue.check_local import judge_places
from onething.catalogue.check_references import references
from onething.catalogue.conditions import Condition, conjunction
from onething.catalogue.edition import Compiled
from onething.catalogue.findings import Finding, Findings
from onething.catalogue.loader import Catalogue, load

# The parts of an item that may have a condition of their own.
PARTS_WITH_WHEN = (
    "routes", "materials", "fields", "fees", "procedures", "results", "application_periods", "waiting_periods",
)  # fmt: skip


class Inspection:
    """One one-thing under inspection: its document, its situations, and where to write what is found."""

    def __init__(self, compiled: Compiled, findings: Findings, on: date) -> None:
        self.document = compiled.document
        self.lines = compiled.lines
        self.findings = findings
        self.on = on
        self.analysis = Analysis(self.document["questions"])
        self.items: dict[str, dict[str, Any]] = {item["key"]: item for item in self.document["items"]}
        self.parties: dict[str, dict[str, Any]] = {party["key"]: party for party in self.document["parties"]}

    def line(self, at: str) -> int:
        """Return the line of the part named by `at`, or of the nearest part around it."""
        while at:
            if at in self.lines:
                return self.lines[at]
            at = at.rpartition(".")[0]
        return 0

    def error(self, at: str, code: str, reason: str, remedy: str) -> None:
        """Report a fault of structure."""
        self.findings.error(at, code, reason, remedy, line=self.line(at))

    def unverified(self, at: str, code: str, reason: str, remedy: str) -> None:
        """Report a fact without source."""
        self.findings.unverified(at, code, reason, remedy, line=self.line(at))

    def situation(self, condition: Condition, at: str) -> dict[str, Any] | None:
        """Return answers that make the condition true; None when there are none or it was reported as too tangled."""
        try:
            return self.analysis.find_situation(condition)
        except TooTangled:
            self.error(at, "too-tangled", "条件牵涉的问题太多，逐一推算超出上限", "拆开条件，或减少可多选的选项")
            return None

    def possible(self, condition: Condition, at: str) -> bool:
        """True when some situation makes the condition true, or when that could not be decided (and was reported)."""
        try:
            return self.analysis.possible(condition)
        except TooTangled:
            self.error(at, "too-tangled", "条件牵涉的问题太多，逐一推算超出上限", "拆开条件，或减少可多选的选项")
            return True

    def conditions(self) -> Iterator[tuple[str, Condition]]:
        """Yield every condition of the document with the path of its owner."""
        for question in self.document["questions"]:
            yield f"scenarios.{question['key']}", question["when"]
        for party in self.document["parties"]:
            yield f"parties.{party['key']}", party["when"]
            for same in party["same_as"]:
                yield f"parties.{party['key']}.same_as", same["when"]
        for gate in self.document["gate"]:
            yield f"gate.{gate['key']}", gate["when"]
        for item in self.document["items"]:
            at = f"items.{item['key']}"
            yield at, item["when"]
            for kind in PARTS_WITH_WHEN:
                for part in item[kind]:
                    place = f"{at}.{kind}.{part.get('name') or part.get('key') or ''}"
                    yield place, conjunction(item["when"], part["when"])  # a part of what is never done changes nothing


def inspect(compiled: Compiled, file: str, *, on: date) -> list[Finding]:
    """Return the findings of one compiled one-thing as of a day, in every place where it differs too."""
    rows = _inspect(compiled, file, on)
    return judge_places(compiled, rows, judge=lambda variant: _inspect(variant, file, on), file=file)


def _inspect(compiled: Compiled, file: str, on: date) -> list[Finding]:
    findings = Findings(file)
    inspection = Inspection(compiled, findings, on)
    check_structure.run(inspection)
    check_periods.run(inspection)
    check_order.run(inspection)
    check_data.run(inspection)
    check_facts.run(inspection)
    check_examples.run(inspection)
    return findings.rows


def check(
    path: Path, *, on: date, words: Path | None = None, progress: Callable[[str], None] = lambda _: None
) -> tuple[Catalogue, list[Finding]]:
    """Load and inspect a file or folder. Returns the catalogue and all findings, errors first, in a stable order."""
    catalogue = load(path, words=words)
    findings = list(catalogue.findings)
    for key in sorted(catalogue.things):
        progress(catalogue.files[key])
        findings += inspect(catalogue.things[key], catalogue.files[key], on=on)
    findings += check_facts.across(catalogue)
    findings += references(catalogue)
    findings += dictionaries(catalogue)
    return catalogue, sorted(set(findings), key=lambda row: (row.severity, row.file, row.line, row.at, row.code))
