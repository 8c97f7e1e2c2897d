"""Finds one-things and their items by everyday words, pinyin or its initials, and in spite of typing errors (R2.1.a, ux a1). Pure.

Only words that share something with the query are compared (`search_index`). Texts that grow without end, such as cases and
knowledge entries, are searched by a bigram tsvector instead (design section 5).

Three ways a query can match a word, best one counts, each weighed by where the word stands (name before keyword before item):
as written, as it sounds (a wrong character of the right sound is the usual slip of a pinyin keyboard), and nearly.
The query is also asked in the other words of its synonyms, which count a little less than what was typed.
What is left in doubt is decided by how many of the query's character pairs the one-thing knows at all, rare ones counting more.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from onething.catalogue.search_index import SearchIndex, Term, normalise, pairs_of, stretches, syllables_of

__all__ = ["Found", "Hit", "ItemHit", "search"]

MAX_QUERY = 40
# Below this a match is chance; found by the table in the tests.
THRESHOLD = 0.34
SURE = 0.6
# An item is meant by itself when the query fits its own name at least so well.
ITEM_MEANT = 0.6
# Near misses count from this likeness, and only against names, aliases, keywords and items.
NEAR_ENOUGH = 0.6
NEAR_WEIGHT = 0.6
# Words compared nearly, those that share most with the query first: bounds the dearest step whatever the size of the catalogue.
NEAR_TRIED = 200
NEAR_LETTERS, NEAR_SYLLABLES = 5, 3
# What another word for the same is worth beside the word that was typed, and how many ways of saying a query are tried.
SYNONYM_WORTH = 0.95
MOST_WORDINGS = 32
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
class ItemHit:
    """One item whose own name was meant: its one-thing, its key in it, its name, and how well it fits."""

    onething: str
    key: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """All that a query points to, best first; an item that several one-things hold stands once, in the best of them."""

    things: list[Hit]
    items: list[ItemHit]


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, prepared once for all comparisons."""

    text: str
    syllables: tuple[str, ...]
    sound: str
    latin: bool
    pairs: frozenset[str]


def search(index: SearchIndex, text: str) -> Found:
    """What a query points to, best first; an empty query points to nothing. The same index and query, the same lists.

    Compares with words that share something with the query, and nearly with at most `NEAR_TRIED` of them.
    """
    cleaned = normalise(text[: 4 * MAX_QUERY])[:MAX_QUERY]
    if not cleaned:
        return Found([], [])
    tried = []
    for number, wording in enumerate(_wordings(index, cleaned)):
        query = _query(wording)
        tried.append((query, SYNONYM_WORTH if number else 1.0, _fitting(index, query)))
    if all(score * max(index.terms[one].owners.values()) < SURE for _, _, fits in tried for one, score in fits.items()):
        # Comparing nearly is the dearer way and only misleads where something fits as it stands.
        query, _, fits = tried[0]
        fits |= {one: score for one, score in _near(index, query).items() if score > fits.get(one, 0.0)}
    things: dict[int, Hit] = {}
    items: dict[int, float] = {}
    for query, worth, fits in tried:
        _add_things(index, query, worth, fits, things)
        _add_items(index, worth, fits, items)
    hits = sorted(things.values(), key=lambda hit: (-hit.score, hit.key))
    return Found(hits, _distinct(index, hits, items))


def _wordings(index: SearchIndex, text: str) -> Iterator[str]:
    """What was typed, then the same with its words exchanged for their synonyms, the longest word at each place."""
    choices: list[tuple[str, ...]] = []
    longest = max(map(len, index.synonyms), default=0)
    start = 0
    while start < len(text):
        sizes = range(min(longest, len(text) - start), 1, -1)
        size = next((size for size in sizes if text[start : start + size] in index.synonyms), 1)
        word = text[start : start + size]
        choices.append((word, *index.synonyms.get(word, ())))
        start += size
    for chosen in islice(product(*choices), MOST_WORDINGS):
        yield "".join(chosen)[:MAX_QUERY]


def _query(cleaned: str) -> Query:
    core = cleaned
    for filler in FILLERS:
        core = core.replace(filler, "")
    cleaned = core or cleaned
    syllables = syllables_of(cleaned)
    if len(cleaned) > len(TAIL) and len(syllables) == len(cleaned) and syllables[-len(TAIL) :] == TAIL_SOUND:
        cleaned, syllables = cleaned[: -len(TAIL)], syllables[: -len(TAIL)]
    return Query(cleaned, syllables, "".join(syllables), cleaned.isascii(), pairs_of(cleaned))


def _holding(index: SearchIndex, grams: frozenset[str]) -> set[int]:
    """The terms that hold all of some pieces; none when there are no pieces."""
    postings = sorted((index.grams.get(gram, ()) for gram in grams), key=len)
    return set(postings[0]).intersection(*postings[1:]) if postings else set()


def _fitting(index: SearchIndex, query: Query) -> dict[int, float]:
    """The terms that the query fits as written or as it sounds, and how well, without the weight of their place."""
    size = len(query.text)
    able = _holding(index, stretches("1:" if size == 1 else "2:", query.text, min(size, 2)))
    if query.latin:
        able |= _holding(index, stretches("initials:", query.text, 2))
        able |= _holding(index, stretches("letters:", query.text, 2))
    else:
        able |= _holding(index, stretches("sound:", query.syllables, 2))
    for start in range(size):
        parts = (query.text[start:end] for end in range(start + 1, size + 1))
        able |= {index.numbers[part] for part in parts if part in index.numbers}
    scores = {one: max(_as_written(query, index.terms[one]), _as_sounds(query, index.terms[one])) for one in able}
    return {one: score for one, score in scores.items() if score}


def _near(index: SearchIndex, query: Query) -> dict[int, float]:
    """The terms that nearly match, of those that share most with the query."""
    part: Sequence[str] = query.text if query.latin else query.syllables
    if len(part) < (NEAR_LETTERS if query.latin else NEAR_SYLLABLES):
        return {}
    errors = int(len(part) * (1 - NEAR_ENOUGH) + 1e-9)
    shared: Counter[int] = Counter()
    for gram in stretches("letters:", part, 2) if query.latin else stretches("syllable:", part, 1):
        shared.update(index.grams.get(gram, ()))
    # An error takes away one syllable, or two pairs of letters.
    least = 1 if query.latin else len(set(part)) - errors
    likely = sorted((-count, one) for one, count in shared.items() if count >= least)[:NEAR_TRIED]
    return {
        one: score
        for _, one in likely
        if max(index.terms[one].owners.values()) >= NEAR_WEIGHT and (score := _nearly(query, index.terms[one]))
    }


def _add_things(
    index: SearchIndex, query: Query, worth: float, fits: Mapping[int, float], things: dict[int, Hit]
) -> None:
    """Keep for each one-thing the best of what this wording says about it."""
    best: dict[int, tuple[float, str]] = {}
    for one in sorted(fits):
        term = index.terms[one]
        for owner, weight in term.owners.items():
            score = weight * fits[one]
            if score > best.get(owner, (0.0, ""))[0]:
                best[owner] = (score, term.shown)
    coverage = _coverage(index, query)
    for owner in best.keys() | coverage.keys():
        score, shown = best.get(owner, (0.0, ""))
        share = coverage.get(owner, 0.0)
        total = round(worth * (max(score, 0.75 * share) + 0.1 * share), 4)
        if total >= THRESHOLD and (owner not in things or total > things[owner].score):
            things[owner] = Hit(index.keys[owner], total, shown)


def _add_items(index: SearchIndex, worth: float, fits: Mapping[int, float], items: dict[int, float]) -> None:
    for one, score in fits.items():
        if score * worth >= ITEM_MEANT:
            for item in index.terms[one].items:
                items[item] = max(score * worth, items.get(item, 0.0))


def _distinct(index: SearchIndex, hits: Sequence[Hit], items: Mapping[int, float]) -> list[ItemHit]:
    rank = {hit.key: number for number, hit in enumerate(hits)}

    def order(number: int) -> tuple[float, int, int]:
        return -items[number], rank.get(index.keys[index.items[number].thing], len(rank)), number

    first: dict[str, ItemHit] = {}
    for number in sorted(items, key=order):
        item = index.items[number]
        first.setdefault(item.identity, ItemHit(index.keys[item.thing], item.key, item.name, round(items[number], 4)))
    return list(first.values())


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
    if len(whole) == 1:
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


def _coverage(index: SearchIndex, query: Query) -> dict[int, float]:
    """What share of the query's pairs of characters each one-thing knows, by how telling they are."""
    shares: dict[int, float] = {}
    whole = 0.0
    for pair in sorted(query.pairs):
        owners = index.pairs.get(pair, ())
        weight = math.log(1 + len(index.keys) / (len(owners) or 1))
        whole += weight
        for owner in owners:
            shares[owner] = shares.get(owner, 0.0) + weight
    return {owner: share / whole for owner, share in shares.items()} if whole else {}
