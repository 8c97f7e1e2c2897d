"""The texts of a one-thing that people read, told apart from its data: for translators, and for pages in another language.

Pure. `say` gives the words of one text; keys, values of options, answers, citations of laws and the lines of a sample (they
show a Chinese paper) are data and stay as they are.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

__all__ = ["is_citation", "texts_of", "translated"]

Say = Callable[[str], str]

TEXTS: Final = frozenset({
    "name", "label", "question", "why", "unsure", "hint", "message", "summary", "audience", "outcome", "conditions",
    "department", "look_for", "mistakes", "limit", "says", "starts_on", "text", "unit", "delivery", "note", "loses",
    "start_event", "title", "basis", "why_not_needed", "party_name", "route_name", "image_alt", "place_name", "target_place",
})  # fmt: skip
# What is never read as words, whatever stands below it.
DATA: Final = frozenset({
    "key", "id", "value", "values", "answer", "answers", "fills", "aliases", "keywords", "sources", "when",
    "provenance", "listed_in", "published_reductions", "elements", "procedures", "steps", "cooperating", "lead",
    "registry", "asked_by", "place", "produced_by", "source",
})  # fmt: skip
# Dictionaries whose values are words, whatever their keys.
NAMED: Final = frozenset({"functions"})
# `title` is a paper's own only in a sample, elsewhere a law's; the notes of these are for authors.
SAMPLE: Final = "sample"
FOR_AUTHORS: Final = frozenset({"", "items", "codes", "routes", "questions"})
CITATION: Final = re.compile(r"《[^》]*》|第[一二三四五六七八九十百]+条|[发令号]〔\d{4}〕|\d号）?》?$")


def is_citation(text: str) -> bool:
    """Whether a basis cites a law or an official paper, whose name is not translated."""
    return CITATION.search(text) is not None


def translated(value: Any, say: Say, *, key: str = "", above: str = "") -> Any:  # a document or a part of it
    """The same document, plan or list of papers with its texts as `say` gives them. What it was made of stays as it is."""
    if isinstance(value, str):
        return say(value) if _is_text(value, key, above) else value
    if isinstance(value, Mapping):
        return _mapping(value, say, key)
    if isinstance(value, list | tuple):
        if key == "options" and all(isinstance(one, str) for one in value):
            return [{"value": one, "label": say(one)} for one in value]
        made = [translated(one, say, key=key, above=above) for one in value]
        return made if isinstance(value, list) else tuple(made)
    if is_dataclass(value) and not isinstance(value, type):
        known = {one.name: getattr(value, one.name) for one in fields(value)}
        new = {name: _entry(name, part, say, key) for name, part in known.items()}
        return replace(value, **{name: part for name, part in new.items() if part is not known[name]})
    return value


def _mapping(value: Mapping[str, Any], say: Say, key: str) -> dict[str, Any]:
    if key in NAMED:
        return {name: say(words) if isinstance(words, str) else words for name, words in value.items()}
    if key == "code_lists":
        return {name: {**one, "codes": translated(one.get("codes"), say, key="codes")} for name, one in value.items()}
    return {name: _entry(name, part, say, key) for name, part in value.items()}


def _entry(name: str, part: Any, say: Say, key: str) -> Any:
    if name in DATA or (name == "lines" and key == SAMPLE):
        return part
    return translated(part, say, key=name, above=key)


def _is_text(value: str, key: str, above: str) -> bool:
    if key not in TEXTS:
        return False
    if key == "title":
        return above == SAMPLE
    if key == "note":
        return above not in FOR_AUTHORS
    return key != "basis" or not is_citation(value)


def texts_of(document: Mapping[str, Any]) -> list[str]:
    """Every text of a compiled one-thing that a page may show, each once, in the order of the document."""
    found: dict[str, None] = {}

    def collect(text: str) -> str:
        found.setdefault(text)
        return text

    translated(document, collect)
    for element in document.get("elements", {}).values():
        for one in (element.get("hint"), element.get("format"), element.get("unit")):
            if one:
                collect(one)
    for question in document.get("questions", ()):
        for fill in question.get("fills") or ():
            for words in (fill.get("map") or {}).values():
                for one in _listed(words):
                    collect(one)
    for item in document.get("items", ()):
        for material in item.get("materials", ()):
            for one in (material.get("form"), material.get("issued_by")):
                if one:
                    collect(one)
    return [text for text in found if re.search("[\u4e00-\u9fff]", text)]


def _listed(words: object) -> Iterable[str]:
    given = words if isinstance(words, list | tuple) else [words]
    return [one for one in given if isinstance(one, str)]
