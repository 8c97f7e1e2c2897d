"""What holds at a moment, read from the database once and then from memory.

Editions and releases never change (I7), so what is keyed by their hash can be kept by each process without asking whether
it is still true. Only the question *which* release holds goes to the database, one short query each time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from onething.catalogue.models import Edition, Release, ReleaseEntry
from onething.catalogue.search import Hit, ItemHit, search
from onething.catalogue.search_index import SearchIndex, build_index
from onething.kit.statements import Parameter, Statement

__all__ = [
    "Current",
    "FoundNow",
    "current_edition",
    "current_entries",
    "current_entry",
    "edition_document",
    "edition_documents",
    "find_things",
]

# An edition of the largest one-thing is a few hundred kilobytes as Python objects; 256 of them stay below 100 MB.
DOCUMENTS_KEPT = 256
ENTRIES = Statement(lambda: ReleaseEntry.objects.of_first(Release.objects.in_force(at=Parameter("at"))))
ENTRY = Statement(
    lambda: ReleaseEntry.objects.of_first(Release.objects.in_force(at=Parameter("at"))).filter(
        onething=Parameter("key")
    )
)


@dataclass(frozen=True)
class Current:
    """One one-thing as it stands at a moment: its edition, its document, and whether it can still be started."""

    edition: Edition
    document: dict[str, Any]
    retired: bool


def current_entries(*, at: datetime) -> Sequence[ReleaseEntry]:
    """The entries of the release in force, editions joined, documents left out. One query."""
    return ENTRIES(at=at)


def current_entry(key: str, *, at: datetime) -> ReleaseEntry | None:
    """The entry of one one-thing in the release in force, retired or not; None when nobody ever published it. One query."""
    return next(iter(ENTRY(at=at, key=key)), None)


def current_edition(key: str, *, at: datetime) -> Current | None:
    """One one-thing with its document as it stands at a moment. One query, and one more the first time a process sees it."""
    entry = current_entry(key, at=at)
    if entry is None:
        return None
    return Current(entry.edition, edition_document(entry.edition.edition_hash), entry.retired)


_documents: dict[str, dict[str, Any]] = {}


def edition_documents(hashes: Collection[str]) -> dict[str, dict[str, Any]]:
    """The documents with these hashes, by hash. They are shared by everybody in the process: never change them.

    One query for all that this process has not seen yet. Raises Edition.DoesNotExist.
    """
    found = {edition_hash: _documents[edition_hash] for edition_hash in hashes if edition_hash in _documents}
    if missing := set(hashes) - found.keys():
        read = dict(Edition.objects.with_hashes(missing).values_list("edition_hash", "document"))
        if missing - read.keys():
            raise Edition.DoesNotExist
        found |= read
        _documents.update(read)
        while len(_documents) > DOCUMENTS_KEPT:
            _documents.pop(next(iter(_documents)), None)
    return found


def edition_document(edition_hash: str) -> dict[str, Any]:
    """One document by its hash; see `edition_documents`."""
    return edition_documents([edition_hash])[edition_hash]


@dataclass(frozen=True)
class FoundNow:
    """What a search finds among what is offered now, best first: one-things, and items meant by their own name."""

    things: list[tuple[ReleaseEntry, Hit]]
    items: list[ItemHit]


def find_things(text: str, *, at: datetime) -> FoundNow:
    """What everyday words, their synonyms, pinyin or a mistyped name point to (ux a1).

    One query, and two more the first time a process searches a release.
    """
    offered = {entry.onething: entry for entry in current_entries(at=at) if not entry.retired}
    if not offered:
        return FoundNow([], [])
    found = search(_index(next(iter(offered.values())).release.entries_hash), text)
    return FoundNow([(offered[hit.key], hit) for hit in found.things], found.items)


@lru_cache(maxsize=2)
def _index(entries_hash: str) -> SearchIndex:
    """The search index of a release, built once per process. The hash names what is offered, every edition and the synonyms."""
    releases = Release.objects.filter(entries_hash=entries_hash)
    entries = ReleaseEntry.objects.of_first(releases).offered()
    return build_index(
        entries.values_list("edition__document", flat=True).iterator(),
        releases.values_list("synonyms", flat=True)[0],
    )
