"""Finds one-things by everyday words, pinyin or its initials, and in spite of typing errors (R2.1.a, ux a1). Pure.

A city has sixteen to some three hundred one-things, so their words fit into memory and are compared one by one: that costs
milliseconds and allows what an index in the database cannot do cheaply (sounds and near misses). Texts that grow without
end, such as cases and knowledge entries, are searched by a bigram tsvector instead (design section 5).

Three ways a query can match a word, best one counts, each weighed by where the word stands (name before keyword before item):
as written, as it sounds (a wrong character of the right sound is the usual slip of a pinyin keyboard), and nearly.
What is left in doubt is decided by how many of the query's character pairs the one-thing knows at all, rare ones counting more.
"""

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pypinyin import lazy_pinyin

__all__ = ["Hit", "SearchIndex", "build_index", "search"]

MAX_QUERY = 40
# Below this a match is chance; found by the table in the tests.
THRESHOLD = 0.34
SURE = 0.6
# Near misses count from this likeness, and only against names, aliases, keywords and items.
NEAR_ENOUGH = 0.6
NEAR_WEIGHT = 0.6
WEIGHTS = (
    ("name", 1.0),
    ("aliases", 1.0),
    ("keywords", 0.95),
    ("items", 0.7),
    ("outcome", 0.55),
    ("stages", 0.5),
    ("summary", 0.35),
)
# What every name ends in tells nothing about which is meant; compared by sound, so that 一件是 counts too.
TAIL = "一件事"
TAIL_SOUND = ("yi", "jian", "shi")

# How people ask, apart from what they ask for. Longer ones first, since a shorter one may stand inside.
FILLERS = (
    "我想要",
    "怎么办理",
    "我想",
    "我要",
    "怎么",
    "如何",
    "哪里",
    "需要",
    "手续",
    "办理",
    "一个",
    "一家",
    "个",
    "的",
    "了",
    "吗",
    "呢",
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A one-thing that was found, how well, and the word that it was found by (to show beside its name)."""

    key: str
    score: float
    matched: str


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a one-thing: as shown, as compared, its syllables, and what its place is worth."""

    shown: str
    text: str
    syllables: tuple[str, ...]
    sound: str
    initials: str
    weight: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One one-thing in the index."""

    key: str
    terms: tuple[Term, ...]
    pairs: frozenset[str]


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """All one-things of one release, and how telling each pair of characters is among them."""

    entries: tuple[Entry, ...]
    rarity: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, prepared once for all comparisons."""

    text: str
    syllables: tuple[str, ...]
    sound: str
    latin: bool
    pairs: frozenset[str]


def build_index(documents: Iterable[Mapping[str, Any]]) -> SearchIndex:
    """The index over the documents of editions."""
    entries = tuple(sorted((_entry(document) for document in documents), key=lambda entry: entry.key))
    count: dict[str, int] = {}
    for entry in entries:
        for pair in entry.pairs:
            count[pair] = count.get(pair, 0) + 1
    return SearchIndex(entries, {pair: math.log(1 + len(entries) / known) for pair, known in count.items()})


def search(index: SearchIndex, text: str) -> list[Hit]:
    """The one-things a query points to, best first; an empty query points to none. The same index and query, the same list."""
    query = _query(text)
    if not query.text:
        return []
    found = [(_best(query, entry, near=False), _coverage(query, entry, index)) for entry in index.entries]
    if max((match[0] for match, _ in found), default=0.0) < SURE:
        # Comparing nearly is the dearer way and only misleads where something fits as it stands.
        found = [
            (_best(query, entry, near=True), coverage)
            for entry, (_, coverage) in zip(index.entries, found, strict=True)
        ]
    hits = []
    for entry, ((score, term), coverage) in zip(index.entries, found, strict=True):
        total = max(score, 0.75 * coverage) + 0.1 * coverage
        if total >= THRESHOLD:
            hits.append(Hit(entry.key, round(total, 4), term))
    return sorted(hits, key=lambda hit: (-hit.score, hit.key))


def normalise(text: str) -> str:
    """One form for full-width and half-width, capitals and small letters; spaces and punctuation fall away."""
    return "".join(mark for mark in unicodedata.normalize("NFKC", text).casefold() if mark.isalnum())


def _query(text: str) -> Query:
    cleaned = normalise(text[: 4 * MAX_QUERY])[:MAX_QUERY]
    core = cleaned
    for filler in FILLERS:
        core = core.replace(filler, "")
    cleaned = core or cleaned
    syllables = _syllables(cleaned)
    if len(cleaned) > len(TAIL) and len(syllables) == len(cleaned) and syllables[-len(TAIL) :] == TAIL_SOUND:
        cleaned, syllables = cleaned[: -len(TAIL)], syllables[: -len(TAIL)]
    return Query(cleaned, syllables, "".join(syllables), cleaned.isascii(), _pairs(cleaned))


def _entry(document: Mapping[str, Any]) -> Entry:
    terms: dict[str, Term] = {}
    for place, weight in WEIGHTS:
        for shown in _words(document, place):
            text = normalise(shown)
            if text and (text not in terms or terms[text].weight < weight):
                terms[text] = _term(shown, text, weight)
    return Entry(str(document["key"]), tuple(terms.values()), frozenset().union(*(_pairs(text) for text in terms)))


def _words(document: Mapping[str, Any], place: str) -> list[str]:
    value = document.get(place)
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    return [str(one["name"]) if isinstance(one, Mapping) else str(one) for one in value]


def _term(shown: str, text: str, weight: float) -> Term:
    syllables = _syllables(text)
    return Term(shown, text, syllables, "".join(syllables), "".join(one[:1] for one in syllables), weight)


def _syllables(text: str) -> tuple[str, ...]:
    """The sounds of a text, one per character; letters and digits stand for themselves."""
    return tuple(lazy_pinyin(text, errors=list))  # type: ignore[arg-type]  # it takes one syllable per letter too


def _pairs(text: str) -> frozenset[str]:
    if len(text) == 1:
        return frozenset(text)
    return frozenset(text[start : start + 2] for start in range(len(text) - 1))


def _best(query: Query, entry: Entry, *, near: bool) -> tuple[float, str]:
    best, shown = 0.0, ""
    for term in entry.terms:
        score = term.weight * max(
            _as_written(query, term), _as_sounds(query, term), _nearly(query, term) if near else 0.0
        )
        if score > best:
            best, shown = score, term.shown
    return best, shown


def _as_written(query: Query, term: Term) -> float:
    if query.text == term.text:
        return 1.0
    if query.text in term.text:
        return 0.8 + 0.15 * len(query.text) / len(term.text)
    if len(term.text) > 1 and term.text in query.text:
        return 0.55 + 0.35 * len(term.text) / len(query.text)
    return 0.0


def _as_sounds(query: Query, term: Term) -> float:
    if query.latin:
        return max(_inside(query.text, term.initials, 2, 0.95), _inside(query.text, term.sound, 3, 0.92))
    if len(query.syllables) == 1:
        return 0.0
    if query.syllables == term.syllables:
        return 0.9
    return 0.78 if _run_of(query.syllables, term.syllables) else 0.0


def _inside(letters: str, whole: str, least: int, top: float) -> float:
    """How well typed letters fit initials or pinyin: all of it, its beginning, or somewhere inside."""
    if len(letters) < least:
        return 0.0
    if letters == whole:
        return top
    if whole.startswith(letters):
        return top - 0.2 + 0.1 * len(letters) / len(whole)
    return top - 0.3 + 0.1 * len(letters) / len(whole) if letters in whole else 0.0


def _run_of(part: Sequence[str], whole: Sequence[str]) -> bool:
    size = len(part)
    return any(tuple(whole[start : start + size]) == tuple(part) for start in range(len(whole) - size + 1))


def _nearly(query: Query, term: Term) -> float:
    """How near the query comes to some stretch of the word, counted in syllables, or in letters when letters were typed."""
    part: Sequence[str] = query.text if query.latin else query.syllables
    whole: Sequence[str] = term.sound if query.latin else term.syllables
    if len(part) < (5 if query.latin else 3) or len(whole) == 1 or term.weight < NEAR_WEIGHT:
        return 0.0
    errors = _distance_to_stretch(part, whole)
    likeness = 1 - errors / len(part)
    return 0.75 * likeness if likeness >= NEAR_ENOUGH else 0.0


def _distance_to_stretch(part: Sequence[str], whole: Sequence[str]) -> int:
    """Fewest insertions, removals and exchanges that turn `part` into some stretch of `whole`."""
    row = [0] * (len(whole) + 1)
    for position, mark in enumerate(part, start=1):
        above, row = row, [position, *row[1:]]
        for column, other in enumerate(whole, start=1):
            row[column] = min(above[column] + 1, row[column - 1] + 1, above[column - 1] + (mark != other))
    return min(row)


def _coverage(query: Query, entry: Entry, index: SearchIndex) -> float:
    """What share of the query's pairs of characters the one-thing knows, by how telling they are."""
    unknown = math.log(1 + len(index.entries))
    weights = {pair: index.rarity.get(pair, unknown) for pair in query.pairs}
    whole = sum(weights.values())
    return sum(weight for pair, weight in weights.items() if pair in entry.pairs) / whole if whole else 0.0
