"""The dictionaries that things refer to: elements, document types, code lists, norms, functions, stages.

One datum has one definition (R2.4.a/1), one paper one document type (R2.5.a/1). Names are matched exactly, by the
dictionary's name or a recorded alias, never by likeness (design decision 2).
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from onething.catalogue.author import clean
from onething.catalogue.findings import Findings
from onething.catalogue.yaml_reader import line_of

_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千0-9]+条.*$")
_CITED = re.compile(r"《([^》]+)》")
_BETWEEN = re.compile(r"[;；、\n]")
_MARKS = str.maketrans("", "", "《》〈〉")

SECTIONS = {
    "elements": "ELEMENT",
    "document_types": "DOCUMENT",
    "code_lists": "CODELIST",
    "norms": "NORM",
    "stages": "STAGE",
    "functions": "FUNCTION",
}


def title_of(wording: str) -> str:
    """Return a norm's title as it is compared: without title marks and spaces, half and full width alike."""
    return "".join(unicodedata.normalize("NFKC", wording).translate(_MARKS).split())


@dataclass
class Dictionaries:
    """Everything a thing's words are looked up in. An empty one is fine: then names stand for themselves."""

    elements: dict[str, dict[str, Any]] = field(default_factory=dict)
    document_types: dict[str, dict[str, Any]] = field(default_factory=dict)
    code_lists: dict[str, dict[str, Any]] = field(default_factory=dict)
    norms: dict[str, dict[str, Any]] = field(default_factory=dict)
    stages: dict[str, dict[str, Any]] = field(default_factory=dict)
    functions: dict[str, dict[str, Any]] = field(default_factory=dict)
    _names: dict[str, dict[str, tuple[str, str | None]]] = field(default_factory=dict)

    def element(self, name: str) -> str | None:
        """Return the key of the element that has this key, name or alias."""
        return self._find("elements", name)[0]

    def document(self, name: str) -> tuple[str | None, str | None]:
        """Return key and party of the document type with this key, name or alias."""
        return self._find("document_types", name)

    def norm(self, title: str) -> dict[str, Any] | None:
        """Return the norm with this title or alias; an article written behind the title is no part of it."""
        for wording in (title, _ARTICLE.sub("", title)):
            key, _ = self._find("norms", title_of(wording))
            if key:
                return self.norms[key]
        return None

    def cited(self, text: str) -> list[dict[str, Any]]:
        """Return the norms that a text cites: each title in 《》, or else the text itself, which may name several."""
        titles = _CITED.findall(text) or [text, *_BETWEEN.split(text)]
        norms = {norm["key"]: norm for norm in map(self.norm, titles) if norm is not None}
        return list(norms.values())

    def function(self, wording: str) -> str | None:
        """Return the function slot that a department's wording names."""
        return self._find("functions", wording)[0]

    def stage(self, word: str) -> str | None:
        """Return the life stage that a word names."""
        return self._find("stages", word)[0]

    def _find(self, section: str, name: str) -> tuple[str | None, str | None]:
        if name in getattr(self, section):
            return name, None
        return self._names.get(section, {}).get(name, (None, None))

    def read(self, section: str, nodes: Any, findings: Findings) -> None:
        """Take the entries of one section of a dictionary file."""
        if not isinstance(nodes, list):
            findings.error(section, "wrong-kind", "这里要写成列表", "每项前面加“- ”", line=line_of(nodes))
            return
        for index, node in enumerate(nodes):
            entry = clean(node, SECTIONS[section], f"{section}[{index}]", findings)
            if entry is not None:
                self._add(section, entry, f"{section}[{index}]", line_of(node), findings)

    def _add(self, section: str, entry: dict[str, Any], at: str, line: int, findings: Findings) -> None:
        name = entry.get("name") or title_of(entry.get("title", ""))
        if section == "norms":
            entry["title"] = entry["title"].strip("《》 ")
            entry["aliases"] = [title_of(alias) for alias in entry.get("aliases", [])]
        key = entry.get("key") or entry.get("english_name") or name
        entry["key"] = key
        table: dict[str, dict[str, Any]] = getattr(self, section)
        if key in table:
            self._second(section, table[key], entry, at, line, findings)
            return
        table[key] = entry
        self._inspect(section, entry, at, line, findings)
        words: list[tuple[str, str | None]] = [(name, None)]
        words += [(a["name"], a.get("of")) if isinstance(a, dict) else (a, None) for a in entry.get("aliases", [])]
        words += [(word, None) for word in entry.get("words", [])]
        names = self._names.setdefault(section, {})
        for word, party in words:
            if word != key and word in table:
                findings.error(
                    at,
                    "defined-twice",
                    f"“{word}”已经是另一个定义的 key",
                    "一个名称只归一个定义，改名或合并",
                    line=line,
                )
            other = names.setdefault(word, (key, party))[0]
            if other != key and section != "functions":
                findings.error(
                    at, "defined-twice", f"“{word}”已经是“{other}”的名称", "一个名称只归一个定义，改名或合并", line=line
                )

    @staticmethod
    def _inspect(section: str, entry: dict[str, Any], at: str, line: int, findings: Findings) -> None:
        """Report what is wrong inside one entry by itself."""
        if section == "elements" and (pattern := entry.get("pattern")):
            try:
                re.compile(pattern)
            except re.error as fault:
                findings.error(at, "bad-pattern", f"pattern 写得不对：{fault}", "改成正确的正则表达式", line=line)
                del entry["pattern"]
        if "valid_from" in entry and entry.get("valid_to", entry["valid_from"]) < entry["valid_from"]:
            reason = f"valid_to {entry['valid_to']} 早于 valid_from {entry['valid_from']}"
            findings.error(at, "wrong-range", reason, "对调或改正日期", line=line)
        if section == "code_lists":
            codes = [code["code"] for code in entry["codes"]]
            for code in sorted({code for code in codes if codes.count(code) > 1}):
                findings.error(at, "defined-twice", f"代码“{code}”出现了两次", "一个代码只有一个意思", line=line)

    @staticmethod
    def _second(
        section: str, first: dict[str, Any], second: dict[str, Any], at: str, line: int, findings: Findings
    ) -> None:
        """Report a key defined a second time: always an error, with the difference named when there is one."""
        differing = [
            key for key in first.keys() | second.keys()
            if key not in ("note", "sources", "_line", "of", "aliases") and first.get(key) != second.get(key)
        ]  # fmt: skip
        reason = f"“{second['key']}”定义了两次" + (f"，{'、'.join(sorted(differing))}不一样" if differing else "")
        findings.error(at, "defined-twice", reason, f"{section} 里只留一处定义，把别的写成 aliases", line=line)
