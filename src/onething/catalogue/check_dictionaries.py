"""Dictionaries by themselves: what they name is there, places form no ring, and the calendar's days stand in one order."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from onething.catalogue.findings import Finding, Findings
from onething.catalogue.loader import Catalogue, Reference

__all__ = ["dictionaries"]

KINDS = ("off", "make_up_workdays")
JOINED = ("elements", "document_types", "functions", "code_lists")


def dictionaries(catalogue: Catalogue) -> list[Finding]:
    """The findings about dictionaries, places and calendars together. What only serves a single file (`context`) is not judged."""
    rows: list[Finding] = []
    parents = {
        entry["code"]: entry["parent"]
        for reference in catalogue.references
        for entry in reference.root.get("divisions", [])
        if "parent" in entry
    }
    days: dict[str, str] = {}
    for reference in catalogue.references:
        findings = Findings(reference.file)
        _elements(reference, catalogue, findings)
        _joins(reference, catalogue, findings)
        _rings(reference, parents, findings)
        _calendar(reference, days, findings)
        rows += [] if reference.context else findings.rows
    return rows


def _entries(reference: Reference, section: str) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    for index, entry in enumerate(reference.root.get(section, [])):
        yield f"{section}[{index}]", int(entry.get("_line", 0)), entry


def _elements(reference: Reference, catalogue: Catalogue, findings: Findings) -> None:
    """Also of elements that no one-thing uses yet."""
    words = catalogue.dictionaries
    for at, line, entry in _entries(reference, "elements"):
        codes = entry.get("code_list")
        if codes is not None and codes not in words.code_lists:
            reason = f"“{entry['name']}”的代码表“{codes}”不存在"
            findings.error(f"{at}.code_list", "unknown-code-list", reason, "在 code_lists.yaml 里补上", line=line)
        for source in entry.get("derived_from", []):
            if words.element(source) is None:
                reason = f"“{entry['name']}”由“{source}”推出，字典里没有它"
                findings.error(f"{at}.derived_from", "unknown-element", reason, "改成字典里有的数据元", line=line)


def _joins(reference: Reference, catalogue: Catalogue, findings: Findings) -> None:
    """What was merged must still be there under what it was merged into."""
    words = catalogue.dictionaries
    for at, line, entry in _entries(reference, "joins"):
        for name in [*entry.get("keys", []), *entry.get("into", [])]:
            if not any(name in getattr(words, section) for section in JOINED) and words.element(name) is None:
                reason = f"合并记录里的“{name}”不在字典里"
                findings.error(at, "unknown-join", reason, "改成合并后的 key，或删掉这条记录", line=line)


def _rings(reference: Reference, parents: Mapping[str, str], findings: Findings) -> None:
    """A place inside itself by way of others; one that names itself is told where references are followed."""
    for at, line, entry in _entries(reference, "divisions"):
        way: list[str] = [entry["code"]]
        while (above := parents.get(way[-1])) is not None and above not in way:
            way.append(above)
        if above == way[0] and len(way) > 1 and above == min(way):
            reason = f"上级绕成一圈：{' → '.join([*way, above])}"
            findings.error(f"{at}.parent", "cycle", reason, "改成真正的上级", line=line)


def _calendar(reference: Reference, days: dict[str, str], findings: Findings) -> None:
    """`days` holds what each day is in the years looked into so far, of all files."""
    root = reference.root
    years = root.get("years")
    if not isinstance(years, Mapping):
        return
    first, last = root.get("published_from"), root.get("published_through")
    if first and last and first > last:
        findings.error("published_through", "wrong-range", f"{last} 早于 published_from {first}", "对调或改正日期")
    elif first and last:
        held = {str(year) for year in years}
        # It may begin or end with a holiday's days over the turn of the year.
        spans = range((date.fromisoformat(first) + timedelta(days=31)).year, date.fromisoformat(last).year + 1)
        for year in (str(number) for number in spans if str(number) not in held):
            findings.error("years", "missing-year", f"公布到 {last}，却没有 {year} 年", "补上这一年，或改公布的起止")
    for year, kind, day in _listed(years):
        known = days.setdefault(day, f"{year}.{kind}")
        if known.partition(".")[0] != year:
            findings.error(f"years.{year}.{kind}", "double-key", f"{day} 在 {known} 里已经写了", "只留一处")


def _listed(years: Mapping[Any, Any]) -> Iterator[tuple[str, str, str]]:
    for year, entry in years.items():
        for kind in KINDS if isinstance(entry, Mapping) else ():
            for row in entry.get(kind) or []:
                yield str(year), kind, str(row.get("date") if isinstance(row, Mapping) else row)
