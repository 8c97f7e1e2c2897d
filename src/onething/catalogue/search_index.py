"""The words of one release, ready to be searched: written forms, sounds, synonyms, and where each piece of a word occurs. Pure.

A city has sixteen to some three hundred one-things with up to ten thousand items. Their words fit into the memory of a process,
which allows what an index in the database cannot do cheaply: sounds, near misses, synonyms. So that a search does not compare
with every word, the index knows which words hold which characters, pairs of characters, syllables and letters.
"""

import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pypinyin import lazy_pinyin
from pypinyin.seg.mmseg import seg

__all__ = ["Item", "SearchIndex", "Term", "build_index", "normalise", "pairs_of", "stretches", "syllables_of"]

# What a word is worth by where it stands.
WEIGHTS = (
    ("name", 1.0),
    ("aliases", 1.0),
    ("keywords", 0.95),
    ("items", 0.7),
    ("outcome", 0.55),
    ("stages", 0.5),
    ("summary", 0.35),
)


@dataclass(frozen=True, slots=True)
class Term:
    """One word: as shown, as compared, its syllables, and who has it: one-things (with what its place is worth) and items."""

    shown: str
    text: str
    syllables: tuple[str, ...]
    sound: str
    initials: str
    owners: dict[int, float] = field(default_factory=dict)
    items: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of one one-thing; `identity` is the same wherever the same item is."""

    thing: int
    key: str
    identity: str
    name: str


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """All words of one release. `grams` tells which terms hold a piece of text or sound, `pairs` which one-things do."""

    keys: tuple[str, ...]
    items: Sequence[Item]
    terms: Sequence[Term]
    numbers: Mapping[str, int]
    grams: Mapping[str, "array[int]"]
    pairs: Mapping[str, "array[int]"]
    synonyms: Mapping[str, tuple[str, ...]]


def build_index(documents: Iterable[Mapping[str, Any]], synonyms: Iterable[Sequence[str]] = ()) -> SearchIndex:
    """The index over the documents of editions, and over groups of words that mean the same."""
    ordered = sorted(documents, key=lambda document: str(document["key"]))
    terms: dict[str, Term] = {}
    items: list[Item] = []
    known: dict[str, array[int]] = {}
    for number, document in enumerate(ordered):
        pairs: set[str] = set()
        for shown, weight in _words(document):
            if text := normalise(shown):
                owners = terms.setdefault(text, _term(shown, text)).owners
                owners[number] = max(weight, owners.get(number, 0.0))
                pairs |= pairs_of(text)
        for pair in pairs:
            known.setdefault(pair, array("I")).append(number)
        for item in document["items"]:
            if text := normalise(str(item["name"])):
                terms[text].items.append(len(items))
                items.append(Item(number, str(item["key"]), str(item.get("id", item["key"])), str(item["name"])))
    grams: dict[str, array[int]] = {}
    for number, term in enumerate(terms.values()):
        for gram in _grams_of(term):
            grams.setdefault(gram, array("I")).append(number)
    numbers = {text: number for number, text in enumerate(terms)}
    keys = tuple(str(document["key"]) for document in ordered)
    return SearchIndex(keys, items, tuple(terms.values()), numbers, grams, known, _others(synonyms))


def normalise(text: str) -> str:
    """One form for full-width and half-width, capitals and small letters; spaces and punctuation fall away."""
    return "".join(mark for mark in unicodedata.normalize("NFKC", text).casefold() if mark.isalnum())


def _others(groups: Iterable[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """For each word of a group, the others of it."""
    cleaned = [[normalise(word) for word in group] for group in groups]
    return {word: tuple(other for other in group if other != word) for group in cleaned for word in group}


def _words(document: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for place, weight in WEIGHTS:
        value = document.get(place) or []
        for one in [value] if isinstance(value, str) else value:
            yield str(one["name"]) if isinstance(one, Mapping) else str(one), weight


def _term(shown: str, text: str) -> Term:
    syllables = syllables_of(text)
    return Term(shown, text, syllables, "".join(syllables), "".join(one[:1] for one in syllables))


def syllables_of(text: str) -> tuple[str, ...]:
    """The sounds of a text, one per character; letters and digits stand for themselves."""
    return tuple(syllable for phrase in seg.cut(text) for syllable in _spoken(phrase))


@lru_cache(maxsize=8192)
def _spoken(phrase: str) -> tuple[str, ...]:
    """A phrase by its sounds. Names of items are made of few phrases, so that remembering them makes an index nine times sooner."""
    return tuple(lazy_pinyin([phrase], errors=list))  # type: ignore[arg-type]  # it takes one syllable per letter too


def pairs_of(text: str) -> frozenset[str]:
    if len(text) == 1:
        return frozenset(text)
    return stretches("", text, 2)


def stretches(kind: str, whole: Sequence[str], size: int) -> frozenset[str]:
    """Every stretch of a text or of syllables, marked with its kind."""
    return frozenset(kind + " ".join(whole[at : at + size]) if kind else "".join(whole[at : at + size])
                     for at in range(len(whole) - size + 1))  # fmt: skip


def _grams_of(term: Term) -> frozenset[str]:
    """The pieces under which a term is found: characters and pairs, syllables and pairs, pairs of initials and of letters."""
    return (
        stretches("1:", term.text, 1)
        | stretches("2:", term.text, 2)
        | stretches("syllable:", term.syllables, 1)
        | stretches("sound:", term.syllables, 2)
        | stretches("initials:", term.initials, 2)
        | stretches("letters:", term.sound, 2)
    )
