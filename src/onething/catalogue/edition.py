"""Compile one authored one-thing into an edition: one immutable document with a canonical hash (design 2.1, decision 3).

What a file does not say takes a documented default and is reported as unverified:

* party: the word in `of` itself, one instance (many when a field has `group`); no `of` means the applicant
* item id: thing/key · function: the department's own wording · document type: the material's exact name
* `multiple`: true when the question or label says 可多选; an option `none` of such a question is exclusive
* limits: promised, else statutory, else “no published limit”; obtaining: 提交; necessity: 必要; trigger: application

The document contains no floats, no times and nothing of the machine: the same files give the same hash anywhere.
Items are sorted by key, so their order in the file changes nothing (I3).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from onething.catalogue.author import Conditions
from onething.catalogue.dictionaries import Dictionaries
from onething.catalogue.edition_items import compile_item, plain
from onething.catalogue.edition_local import compile_local
from onething.catalogue.edition_rules import choices, gates, groups_together, joint_acts
from onething.catalogue.findings import Findings
from onething.kit.hashing import canonical_json, sha256_hex

SCHEMA = "onething.edition/1"
_TITLE = re.compile(r"《([^》]+)》")
APPLICANT = "申请人"
FEWEST_OPTIONS = 2


@dataclass
class Compiled:
    """An edition's document and, beside it, the line of every part in the authored file (for findings only)."""

    document: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)


def edition_hash(document: dict[str, Any]) -> str:
    """Return the canonical SHA-256 of an edition's document."""
    return sha256_hex(canonical_json(document))


def compile_thing(thing: dict[str, Any], dictionaries: Dictionaries, findings: Findings) -> Compiled:
    """Compile one cleaned one-thing. References that lead nowhere are reported; the document is always complete."""
    compiler = Compiler(thing, dictionaries, findings)
    compiled = compiler.run()
    compile_local(
        compiler,
        compiled.document,
        lambda changed, found: Compiler({**changed, "local": []}, dictionaries, found).run().document,
    )
    return compiled


class Compiler:
    """Holds what one compilation looks up: the dictionaries, the questions, the parties, the findings."""

    def __init__(self, thing: dict[str, Any], dictionaries: Dictionaries, findings: Findings) -> None:
        self.thing, self.words, self.findings = thing, dictionaries, findings
        self.lines: dict[str, int] = {}
        self.elements: dict[str, dict[str, Any]] = {}
        self.documents: dict[str, dict[str, Any]] = {}
        self.functions: dict[str, str] = {}
        self.item_keys = {item["key"] for item in thing.get("items", [])}
        self.sources = thing.get("sources") if isinstance(thing.get("sources"), dict) else {}
        self.questions = self._unique("scenarios", thing.get("scenarios", []))
        self.conditions = Conditions({q["key"]: q for q in self.questions}, findings)
        self._mark_multiple()
        self.parties = self._parties()
        self.party_words = {
            word: party["key"] for party in self.parties for word in (party["key"], party["name"], *party["aliases"])
        }

    # -- small helpers ---------------------------------------------------------------------------------------------

    def line(self, node: dict[str, Any], at: str) -> int:
        line: int = node.get("_line", 0)
        self.lines[at] = line
        return line

    def _unique(self, section: str, nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept: dict[str, dict[str, Any]] = {}
        for node in nodes:
            at = f"{section}.{node['key']}"
            line = self.line(node, at)
            if node["key"] in kept:
                self.findings.error(at, "double-key", f"“{node['key']}”出现了两次", "改一个键", line=line)
            else:
                kept[node["key"]] = node
        return list(kept.values())

    def _sources(self, node: Any, at: str, line: int = 0) -> None:
        """Check every `source` and `sources` of the file, wherever it stands."""
        if isinstance(node, list):
            for index, entry in enumerate(node):
                name = entry.get("key") or entry.get("name") or index if isinstance(entry, dict) else index
                self._sources(entry, f"{at}.{name}", line)
        elif isinstance(node, dict):
            line = node.get("_line", line)
            for key, value in node.items():
                place = f"{at}.{key}".lstrip(".")
                if key in ("source", "sources"):
                    for name in value if isinstance(value, list) else [value]:
                        self.source(name, place, line)
                else:
                    self._sources(value, place, line)

    def source(self, name: str | None, at: str, line: int) -> str | None:
        if name is not None and name not in (self.sources or {}):
            self.findings.error(at, "unknown-source", f"来源“{name}”不在 sources 里", "补上来源或改编号", line=line)
        return name

    def condition(self, node: dict[str, Any], at: str) -> Any:
        return self.conditions.compile(node.get("when"), f"{at}.when", node.get("_line", 0))

    def known(self, keys: Iterable[str], at: str, line: int) -> list[str]:
        kept = []
        for key in keys:
            if key in self.item_keys:
                kept.append(key)
            else:
                self.findings.error(at, "unknown-item", f"事项“{key}”不存在", "改成 items 里有的 key", line=line)
        return kept

    def party(self, word: str | None, at: str, line: int) -> str:
        if word is None:
            return next((str(party["key"]) for party in self.parties if party["applicant"]), APPLICANT)
        key = self.party_words.get(word)
        if key is not None:
            return str(key)
        if "parties" in self.thing:
            self.findings.error(
                at, "unknown-party", f"当事人“{word}”没有在 parties 里说明", "补上，或写进 aliases", line=line
            )
        return word

    def element(self, name: str, at: str, line: int) -> str:
        key = self.words.element(name)
        if key is None:
            if self.words.elements:
                self.findings.unverified(
                    at, "unknown-element", f"数据元“{name}”不在字典里", "在 elements.yaml 里补上", line=line
                )
            return name
        self.elements[key] = self.words.elements[key]
        return key

    def document(self, name: str, given: str | None, at: str, line: int) -> tuple[str, str | None]:
        key, party = self.words.document(given or name)
        if key is None:
            if given is not None and self.words.document_types:
                self.findings.error(
                    at, "unknown-document", f"材料类型“{given}”不在字典里", "在 document_types 里补上", line=line
                )
            elif self.words.document_types:
                self.findings.unverified(
                    at,
                    "unknown-document",
                    f"材料“{name}”没有对应的材料类型",
                    "写上 document，或把名称记为别名",
                    line=line,
                )
            return given or name, None
        self.documents[key] = self.words.document_types[key]
        return key, party

    def repealed(self, texts: list[str]) -> dict[str, str]:
        """Return the norms cited in plain texts that end some day, with that day."""
        ends: dict[str, str] = {}
        for text in texts:
            for title in _TITLE.findall(text) or [text]:
                norm = self.words.norm(title)
                if norm is not None and "valid_to" in norm:
                    ends[norm["title"]] = norm["valid_to"]
        return ends

    def end(self, texts: list[str]) -> str | None:
        """Return the day from which none of the norms cited in plain texts holds; None while one does, or none is cited."""
        ends = [self.repealed([text]) for text in texts]
        return max(day for norms in ends for day in norms.values()) if ends and all(ends) else None

    def per_party(self, word: str | None, at: str, line: int) -> str | None:
        """Return the party for each of whose instances something runs or is asked; it must be one of the thing's."""
        if word is not None and word not in self.party_words:
            self.findings.error(at, "unknown-party", f"per 里的当事人“{word}”不存在", "改成 parties 里有的", line=line)
        return self.party_words.get(word, word) if word else None

    # -- parts -----------------------------------------------------------------------------------------------------

    def _mark_multiple(self) -> None:
        for question in self.questions:
            question.setdefault("type", "choice")
            question.setdefault("multiple", question["type"] == "choice" and "可多选" in question["question"])
            for option in question.get("options", []):
                option.setdefault("exclusive", question["multiple"] and option["value"] == "none")

    def _parties(self) -> list[dict[str, Any]]:
        declared = self._unique("parties", self.thing.get("parties", []))
        if not declared:
            declared = self._implied_parties()
        names = {p["key"] for p in declared} | {p.get("name") for p in declared}
        result = []
        for party in declared:
            at = f"parties.{party['key']}"
            line = party.get("_line", 0)
            for other in [s["party"] for s in party.get("same_as", [])] + [party.get("parent", party["key"])]:
                if other not in names:
                    self.findings.error(
                        at, "unknown-party", f"当事人“{other}”没有说明", "改成 parties 里有的", line=line
                    )
            count = party.get("count")
            if count and count not in {q["key"] for q in self.questions if q["type"] == "number"}:
                self.findings.error(
                    at,
                    "unknown-question",
                    f"没有问数字的问题“{count}”",
                    "改成 scenarios 里 type: number 的问题",
                    line=line,
                )
            if party.get("max", party.get("min", 1)) < party.get("min", 1):
                self.findings.error(at, "wrong-range", "min 大于 max", "对调或改正", line=line)
            result.append(
                {
                    "key": party["key"],
                    "name": party.get("name", party["key"]),
                    "kind": party.get("kind", "person"),
                    "many": party.get("cardinality", "one") == "many",
                    "min": party.get("min", 1),
                    "max": party.get("max"),
                    "when": self.condition(party, at),
                    "parent": party.get("parent"),
                    "subject": party.get("subject", False),
                    "applicant": party.get("applicant", party["key"] == APPLICANT),
                    "signs": party.get("signs", False),
                    "count": party.get("count"),
                    "same_as": [
                        {"party": same["party"], "when": self.condition(same, f"{at}.same_as")}
                        for same in party.get("same_as", [])
                    ],
                    "aliases": party.get("aliases", []),
                    "declared": "parties" in self.thing,
                }
            )
        keys = {p["key"]: p["key"] for p in result} | {p["name"]: p["key"] for p in result}
        for party in result:
            party["parent"] = keys.get(party["parent"])
            for same in party["same_as"]:
                same["party"] = keys.get(same["party"], same["party"])
        return result

    def _implied_parties(self) -> list[dict[str, Any]]:
        """Without `parties:` every word in `of` is a party of its own; one that fields repeat in a group is many."""
        many: dict[str, bool] = {}
        for item in sorted(self.thing.get("items", []), key=lambda item: item["key"]):
            for entry in item.get("fields", []):
                word = entry.get("of", APPLICANT)
                many[word] = many.get(word, False) or "group" in entry
        for question in self.questions:
            for fill in question.get("fills", []):
                many.setdefault(fill.get("of", APPLICANT), False)
        return [{"key": word, "cardinality": "many" if repeated else "one"} for word, repeated in many.items()]

    def _question(self, question: dict[str, Any]) -> dict[str, Any]:
        at = f"scenarios.{question['key']}"
        line = question.get("_line", 0)
        if question["type"] == "choice" and len(question.get("options", [])) < FEWEST_OPTIONS:
            self.findings.error(at, "too-few-options", "选择题少于两个选项", "补上选项，或改成 type: number", line=line)
        fills = []
        for fill in question.get("fills", []):
            mapping = fill.get("map")
            mapping = {str(k): v for k, v in mapping.items()} if isinstance(mapping, dict) else None
            options = [option["value"] for option in question.get("options", [])]
            for value in [value for value in mapping or {} if value not in options]:
                self.findings.error(at, "unknown-option", f"fills 里的选项“{value}”不存在", "改成有的选项", line=line)
            if question["type"] == "choice":
                lacking = [value for value in options if value not in (mapping or {})]
                if lacking:
                    self.findings.error(
                        at, "fill-incomplete", f"fills 没有说明{'、'.join(lacking)}填什么", "在 map 里补上", line=line
                    )
            fills.append(
                {
                    "party": self.party(fill.get("of"), at, line),
                    "element": self.element(fill["element"], at, line),
                    "map": mapping,
                }
            )
        low, high = question.get("min"), question.get("max")
        if low is not None and high is not None and low > high:
            self.findings.error(at, "wrong-range", f"min {low} 大于 max {high}", "对调或改正", line=line)
        options = self._options(question, at, line)
        return {
            "key": question["key"], "question": question["question"], "why": question.get("why"),
            "unsure": question.get("unsure"), "type": question["type"], "multiple": question["multiple"],
            "unit": question.get("unit"), "min": question.get("min"), "max": question.get("max"),
            "per": self.per_party(question.get("per"), f"{at}.per", line), "when": self.condition(question, at),
            "options": options, "fills": fills,
        }  # fmt: skip

    def _options(self, question: dict[str, Any], at: str, line: int) -> list[dict[str, Any]]:
        options: dict[str, dict[str, Any]] = {}
        for option in question.get("options", []):
            if option["value"] in options:
                self.findings.error(at, "double-key", f"选项“{option['value']}”出现了两次", "改一个值", line=line)
            options[option["value"]] = {
                "value": option["value"], "label": option.get("label", option["value"]), "hint": option.get("hint"),
                "exclusive": option["exclusive"],
            }  # fmt: skip
        return list(options.values())

    def run(self) -> Compiled:
        thing = self.thing
        self._sources({key: part for key, part in thing.items() if key != "sources"}, "")
        items = [compile_item(self, item) for item in self._unique("items", thing.get("items", []))]
        stages = []
        for word in thing.get("stage", []):
            stage = self.words.stage(word)
            if stage is None and self.words.stages:
                self.findings.error("stage", "unknown-stage", f"阶段“{word}”不在清单里", "改用 stages.yaml 里的阶段")
            stages.append(stage or word)
        target, whose = thing.get("promised_working_days"), thing.get("promised_source")
        published = (self.sources or {}).get(self.source(whose, "promised_source", thing.get("_line", 0)))
        document = {
            "schema": SCHEMA, "key": thing["key"], "name": thing["name"], "subject": thing.get("subject", "person"),
            "stages": stages, "aliases": thing.get("aliases", []), "keywords": thing.get("keywords", []),
            "summary": thing.get("summary"), "audience": thing.get("audience"), "outcome": thing.get("outcome", []),
            "listed_in": [plain(entry) for entry in thing.get("listed_in", [])],
            "lead": self.function(thing.get("lead")),
            "cooperating": [self.function(word) for word in thing.get("cooperating", [])],
            "target_working_days": None if target is None else ceil(target),
            "target_source": whose, "target_place": (published or {}).get("place"),
            "published_reductions": plain(thing.get("reductions")),
            "questions": [self._question(question) for question in self.questions],
            "parties": self.parties, "gate": gates(self), "choose_one": choices(self), "together": groups_together(self),
            "joint": joint_acts(self),
            "items": sorted(items, key=lambda item: str(item["key"])),
            "elements": {key: _entry(value) for key, value in sorted(self.elements.items())},
            "documents": {key: _entry(value) for key, value in sorted(self.documents.items())},
            "code_lists": self._code_lists(), "functions": dict(sorted(self.functions.items())),
            "examples": [{"name": one["name"], "answers": plain(one["answers"])} for one in thing.get("examples", [])],
            "sources": plain(self.sources), "provenance": thing.get("provenance", "derived"), "note": thing.get("note"),
        }  # fmt: skip
        return Compiled(document, self.lines)

    def function(self, wording: str | None) -> dict[str, str | None] | None:
        """Return the function slot of a department's wording, as {key, name}; unknown wordings stand for themselves."""
        if wording is None:
            return None
        key = self.words.function(wording)
        if key is None:
            return {"key": wording, "name": wording}
        self.functions[key] = self.words.functions[key]["name"]
        return {"key": key, "name": wording}

    def _code_lists(self) -> dict[str, Any]:
        wanted = {element.get("code_list") for element in self.elements.values()} - {None}
        result = {}
        for key in sorted(str(key) for key in wanted):
            if key in self.words.code_lists:
                result[key] = _entry(self.words.code_lists[key])
            else:
                self.findings.error(
                    "elements", "unknown-code-list", f"代码表“{key}”不存在", "在 code_lists.yaml 里补上"
                )
        return result


def _entry(value: dict[str, Any]) -> dict[str, Any]:
    """Return a dictionary's entry without what only the dictionary itself needs."""
    entry: dict[str, Any] = plain({k: v for k, v in value.items() if k not in ("aliases", "of", "words", "note")})
    return entry
