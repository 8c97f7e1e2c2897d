"""Publishing one-things: the only writer of editions and releases, and the catalogue's public face (R2.1.a, R2.1.c, R5.3)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from onething.catalogue.check import check
from onething.catalogue.edition import edition_hash
from onething.catalogue.findings import Finding, Severity
from onething.catalogue.models import Edition, Release, ReleaseEntry
from onething.catalogue.published import (
    Current,
    current_edition,
    current_entries,
    current_entry,
    edition_document,
    edition_documents,
    find_things,
)
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.hashing import hash_of
from onething.parties.models import Account

__all__ = [
    "Current",
    "PublishRefused",
    "current_edition",
    "current_entries",
    "current_entry",
    "edition_document",
    "edition_documents",
    "find_things",
    "publish",
    "publish_folder",
]

# Names the one lock under which releases are numbered; publishing is rare, so all of it takes turns.
PUBLISH_LOCK = 7_301_001


class PublishRefused(Refused):
    """Nothing was published. `findings` holds the errors of the check when those are the reason."""

    code = "publish_refused"

    def __init__(
        self, message: str, *, code: str | None = None, findings: Sequence[Finding] = (), **facts: object
    ) -> None:
        super().__init__(message, code=code, **facts)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a release to be: the hash of the edition a one-thing shall hold in, and whether it is still offered."""

    edition_hash: str
    retired: bool = False


def publish_folder(
    path: Path,
    *,
    effective_at: datetime,
    at: datetime,
    on: date | None = None,
    note: str = "",
    by: Account | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Release:
    """Check, compile and publish a folder as the complete catalogue; a one-thing it no longer holds is retired.

    It is judged by the law of the day `on`: that of publishing, when none is named. Raises PublishRefused with all errors
    of the check (findings that are only unverified do not block).
    """
    catalogue, findings = check(path, on=on or timezone.localtime(at).date(), progress=progress)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        told = "\n".join(finding.sentence() for finding in errors[:20])
        raise PublishRefused(
            f"目录有 {len(errors)} 处错误，没有发布：\n{told}", code="check_errors", findings=errors, errors=len(errors)
        )
    if not catalogue.things:
        raise PublishRefused(f"{path.name} 里没有一件事，没有发布", code="nothing")
    documents = [compiled.document for compiled in catalogue.things.values()]
    return publish(
        documents, synonyms=catalogue.synonyms, effective_at=effective_at, at=at, note=note, by=by, complete=True
    )


@db.transaction
def publish(
    documents: Iterable[Mapping[str, Any]],
    *,
    effective_at: datetime,
    at: datetime,
    note: str = "",
    by: Account | None = None,
    synonyms: Sequence[Sequence[str]] | None = None,
    complete: bool = False,
) -> Release:
    """Make editions of what changed, and one release that names every one-thing from `effective_at` on.

    What is not among the documents stays as it is in the release before, or is retired when the documents are `complete`;
    `synonyms` stay too when none are given.
    Published again without a change, nothing is written and the release that already says so is returned. Raises PublishRefused for a moment that is past, or that
    lies before a release already announced: that one would silently take the change back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISH_LOCK])
    last = Release.objects.latest_first().first()
    by_hash = {edition_hash(dict(document)): dict(document) for document in documents}
    _refuse_twice(by_hash.values())
    lines = {key: replace(line, retired=line.retired or complete) for key, line in _lines_of(last).items()}
    lines |= {str(document["key"]): Line(digest) for digest, document in by_hash.items()}
    words = [list(group) for group in (last.synonyms if synonyms is None and last else synonyms or ())]
    entries = {key: [line.edition_hash, line.retired] for key, line in lines.items()}
    entries_hash = hash_of({"entries": entries, "synonyms": words})
    if last is not None and last.entries_hash == entries_hash:
        return last
    _refuse_moment(last, effective_at=effective_at, at=at)
    _create_editions(by_hash, at=at, by=by)
    release = Release.objects.create(
        number=_next_number(),
        effective_at=effective_at,
        published_at=at,
        note=note,
        entries_hash=entries_hash,
        synonyms=words,
        created_by=by,
    )
    _create_entries(release, lines)
    return release


def _refuse_moment(last: Release | None, *, effective_at: datetime, at: datetime) -> None:
    if effective_at < at:
        raise PublishRefused("生效时间不能早于发布时间：过去的办件按当时的版本办", code="past")
    if last is not None and effective_at < last.effective_at:
        told = timezone.localtime(last.effective_at).strftime("%Y-%m-%d %H:%M")
        raise PublishRefused(
            f"第 {last.number} 次发布已定于 {told} 生效，新的生效时间不能更早，否则到时会被它改回去",
            code="announced",
            number=last.number,
        )


def _refuse_twice(documents: Iterable[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for document in documents:
        key = str(document["key"])
        if key in seen:
            raise PublishRefused(f"“{key}”给了两份不同的内容", code="twice", key=key)
        seen.add(key)


def _lines_of(release: Release | None) -> dict[str, Line]:
    if release is None:
        return {}
    rows = ReleaseEntry.objects.filter(release=release).values_list("onething", "edition__edition_hash", "retired")
    return {key: Line(digest, retired) for key, digest, retired in rows}


@db.transaction_required
def _create_editions(by_hash: Mapping[str, Mapping[str, Any]], *, at: datetime, by: Account | None) -> None:
    """Write the editions that do not exist yet, numbered on from the last of their one-thing."""
    known = set(Edition.objects.with_hashes(by_hash).values_list("edition_hash", flat=True))
    new = {digest: document for digest, document in by_hash.items() if digest not in known}
    year = timezone.localtime(at).year
    numbers = _numbers(str(document["key"]) for document in new.values())
    rows = []
    for digest, document in new.items():
        key = str(document["key"])
        ordinal, in_year = numbers.get(key, (0, {}))
        rows.append(
            Edition(
                onething=key,
                version=f"{year}.{in_year.get(year, 0) + 1}",
                ordinal=ordinal + 1,
                edition_hash=digest,
                schema=document["schema"],
                document=document,
                name=document["name"],
                subject=document["subject"],
                stages=list(document["stages"]),
                published_at=at,
                created_by=by,
            )
        )
    Edition.objects.bulk_create(rows)


def _numbers(keys: Iterable[str]) -> dict[str, tuple[int, dict[int, int]]]:
    """The last ordinal of each one-thing, and its last version number in each year."""
    found: dict[str, tuple[int, dict[int, int]]] = {}
    for key, ordinal, version in Edition.objects.of_onethings(keys).values_list("onething", "ordinal", "version"):
        year, number = (int(part) for part in version.split("."))
        _, years = found.get(key, (0, {}))
        found[key] = (ordinal, years | {year: max(number, years.get(year, 0))})
    return found


@db.transaction_required
def _create_entries(release: Release, lines: Mapping[str, Line]) -> None:
    wanted = {line.edition_hash for line in lines.values()}
    ids = dict(Edition.objects.with_hashes(wanted).values_list("edition_hash", "pk"))
    ReleaseEntry.objects.bulk_create(
        ReleaseEntry(release=release, onething=key, edition_id=ids[line.edition_hash], retired=line.retired)
        for key, line in sorted(lines.items())
    )


def _next_number() -> int:
    last = Release.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1
