"""Places, bodies, routing, synonyms and holidays: every reference leads somewhere, every key and word stands once, no day is
two things."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from onething.catalogue.findings import Finding, Findings
from onething.catalogue.loader import SYNONYMS, Catalogue, Reference
from onething.catalogue.search_index import normalise

__all__ = ["references"]

WEEKEND = 5
LEAST_GROUP, LEAST_WORD = 2, 2


def references(catalogue: Catalogue) -> list[Finding]:
    """The findings about the dictionaries' own references. What only serves a single file (`context`) is looked into, not judged."""
    known = _Known(catalogue)
    rows: list[Finding] = []
    grouped: dict[str, str] = {}
    for reference in catalogue.references:
        if reference.context:
            continue
        findings = Findings(reference.file)
        _divisions(reference, known, findings)
        _organisations(reference, known, findings)
        _routing(reference, known, findings)
        _synonyms(reference, grouped, findings)
        _calendar(reference, findings)
        rows += findings.rows
    return rows


class _Known:
    """Everything a reference may lead to, from all files together."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.divisions = self._keys(catalogue, "divisions", "code")
        self.organisations = self._keys(catalogue, "organisations", "key")
        self.functions = set(catalogue.dictionaries.functions)
        self.items = {item["id"] for one in catalogue.things.values() for item in one.document["items"]}

    @staticmethod
    def _keys(catalogue: Catalogue, section: str, key: str) -> dict[str, str]:
        """Where each key was written first."""
        found: dict[str, str] = {}
        for reference in catalogue.references:
            for entry in reference.root.get(section, []):
                found.setdefault(entry[key], reference.file)
        return found


def _each(reference: Reference, section: str) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    for index, entry in enumerate(reference.root.get(section, [])):
        yield f"{section}[{index}]", int(entry.get("_line", 0)), entry


def _twice(reference: Reference, section: str, key: str, known: Mapping[str, str], findings: Findings) -> None:
    seen: set[str] = set()
    for at, line, entry in _each(reference, section):
        if entry[key] in seen or known[entry[key]] != reference.file:
            findings.error(at, "double-key", f"“{entry[key]}”出现了两次", "改一个，或合成一条", line=line)
        seen.add(entry[key])
        if entry.get("valid_from", "") > entry.get("valid_to", "9999"):
            findings.error(at, "wrong-range", "valid_to 早于 valid_from", "对调或改正日期", line=line)


def _lead(
    entry: Mapping[str, Any], key: str, known: Any, at: str, line: int, findings: Findings
) -> None:  # any collection
    value = entry.get(key)
    if value is not None and known and value not in known:
        findings.error(f"{at}.{key}", f"unknown-{key}", f"“{value}”没有写在目录里", "补上，或改成有的", line=line)


def _divisions(reference: Reference, known: _Known, findings: Findings) -> None:
    _twice(reference, "divisions", "code", known.divisions, findings)
    for at, line, entry in _each(reference, "divisions"):
        for key in ("parent", "successor"):
            _lead(entry, key, known.divisions, at, line, findings)
        if entry.get("parent") == entry["code"]:
            findings.error(f"{at}.parent", "cycle", f"“{entry['code']}”的上级是它自己", "改成真正的上级", line=line)


def _organisations(reference: Reference, known: _Known, findings: Findings) -> None:
    _twice(reference, "organisations", "key", known.organisations, findings)
    for at, line, entry in _each(reference, "organisations"):
        _lead(entry, "division", known.divisions, at, line, findings)
    for index, entry in enumerate(reference.root.get("functions") or []):
        if isinstance(entry, Mapping):
            _lead(entry, "organisation", known.organisations, f"functions[{index}]", 0, findings)


def _routing(reference: Reference, known: _Known, findings: Findings) -> None:
    seen: set[tuple[str, str]] = set()
    for at, line, entry in _each(reference, "routing"):
        targets = [key for key in ("function", "item") if key in entry]
        if len(targets) != 1:
            findings.error(at, "wrong-target", "要写 function 或 item 中的一个", "只留一个", line=line)
            continue
        _lead(entry, "function", known.functions, at, line, findings)
        _lead(entry, "item", known.items, at, line, findings)
        _lead(entry, "division", known.divisions, at, line, findings)
        _lead(entry, "organisation", known.organisations, at, line, findings)
        where = (str(entry[targets[0]]), str(entry.get("division", "")))
        if where in seen and not ("valid_from" in entry or "valid_to" in entry):
            findings.error(
                at, "double-rule", f"{where[1]} 的“{where[0]}”分给了两个单位", "留一个，或用日期分开", line=line
            )
        seen.add(where)


def _synonyms(reference: Reference, grouped: dict[str, str], findings: Findings) -> None:
    """`grouped` holds the words of all files looked into so far, each with its group as told to the author."""
    for at, line, entry in _each(reference, SYNONYMS):
        words = [normalise(word) for word in entry["words"]]
        group = "、".join(entry["words"])
        if len(set(words)) < LEAST_GROUP:
            findings.error(at, "lone-word", f"“{group}”一组只有一个词", "写上别的说法，或去掉这一组", line=line)
        for word in dict.fromkeys(words):
            if len(word) < LEAST_WORD:
                remedy = "写成两个字以上的词"
                findings.error(at, "too-short", f"“{word}”只有一个字，别的词里到处都有它", remedy, line=line)
            if word in grouped:
                remedy = "一个词只归一组：合成一组，或去掉一处"
                findings.error(at, "defined-twice", f"“{word}”已经在“{grouped[word]}”里", remedy, line=line)
            grouped[word] = group


def _calendar(reference: Reference, findings: Findings) -> None:
    for year, entry in (reference.root.get("years") or {}).items():
        at = f"years.{year}"
        if not isinstance(entry, Mapping):
            findings.error(at, "wrong-kind", "这一年不是键和值", "写 notice、off、make_up_workdays")
            continue
        if not entry.get("notice"):
            findings.error(at, "missing-key", "没有写放假通知的来源（notice）", "写上通知的网址或文号")
        days: dict[str, str] = {}
        for kind in ("off", "make_up_workdays"):
            for row in entry.get(kind) or []:
                _day(year, kind, row, days, findings)


def _day(year: object, kind: str, row: object, days: dict[str, str], findings: Findings) -> None:
    text = str(row.get("date") if isinstance(row, Mapping) else row)
    at = f"years.{year}.{kind}"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        findings.error(at, "wrong-kind", f"“{text[:40]}”不是日期", "写成 '2026-02-17'")
        return
    if not str(year).isdecimal() or abs(day.year - int(str(year))) > 1:  # a holiday may begin on the last of December
        findings.error(at, "wrong-range", f"{text} 不在 {year} 年", "移到那一年，或改正")
    if text in days:
        reason = f"{text} 写了两次" if days[text] == kind else f"{text} 又放假又上班"
        findings.error(at, "double-key", reason, "留一个")
    days[text] = kind
    if kind == "make_up_workdays" and day.weekday() < WEEKEND:
        findings.error(at, "wrong-range", f"{text} 本来就上班", "调休上班的只写周末")
