"""Handing in materials: each once, for every item that asks it (R2.5.c)."""

from datetime import datetime

from django.db.models import Max

from onething.files.models import StoredFile
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.materials.rules import Checklist, checklist, requirement_of, requirements
from onething.oneform.rules import party_subjects
from onething.submission.access import Owner, lock_draft, touch
from onething.submission.models import Draft, DraftMaterial
from onething.submission.planning import plan_of_draft
from onething.submission.services.sections import values_of

__all__ = [
    "NotAsked",
    "TooManyPages",
    "attach_material",
    "checklist_of",
    "detach_material",
    "move_material",
    "tick_commitment",
    "turn_material",
]

MOST_FILES = 20
NAME_LENGTH = 255


class NotAsked(Refused):
    """This situation asks no such material: nothing is collected that no item asks (I2)."""

    code = "not_asked"


class TooManyPages(Refused):
    """More files for one material than anybody will look at."""

    code = "too_many_pages"


@db.transaction
def attach_material(
    *, draft_id: int, owner: Owner, key: str, subject: str, file: StoredFile, file_name: str, at: datetime
) -> DraftMaterial:
    """Hand in one file for one material of the owner's own draft. Raises NotAsked, TooManyPages, DraftGone.

    `file` is what `files.store_upload` gave for this very upload: never look a file up by an id that came from a page, content
    is shared by whoever handed in the same bytes. The same content twice for one material is one file.
    """
    draft = lock_draft(draft_id, owner, at=at)
    wanted = requirement_of(plan_of_draft(draft, on=legal_date(at)), (key, subject), party_subjects_of(draft, at=at))
    if wanted is None or not (wanted.upload or wanted.promise):
        raise NotAsked("您的情况不用交这份材料", key=key)
    rows = DraftMaterial.objects.filter(draft=draft, key=key, subject=subject)
    if (same := rows.filter(file=file).first()) is not None:
        return same
    last = rows.aggregate(last=Max("page"))["last"] or 0
    if rows.count() >= MOST_FILES:
        raise TooManyPages(f"一份材料最多{MOST_FILES}个文件，可以合成一个PDF再传", most=MOST_FILES)
    row = DraftMaterial.objects.create(
        draft=draft,
        key=key,
        subject=subject,
        page=last + 1,
        file=file,
        file_name=file_name[-NAME_LENGTH:],
        attached_at=at,
    )
    touch(draft, at=at)
    return row


@db.transaction
def detach_material(*, draft_id: int, owner: Owner, material_id: int, at: datetime) -> None:
    """Take a file out of the owner's draft; gone already is no fault. Raises DraftGone."""
    draft = lock_draft(draft_id, owner, at=at)
    DraftMaterial.objects.filter(draft=draft, pk=material_id).delete()
    touch(draft, at=at)


@db.transaction
def move_material(*, draft_id: int, owner: Owner, material_id: int, later: bool, at: datetime) -> None:
    """Let a page of a paper change places with the one after it (`later`) or before it. Gone, or at the end: nothing. Raises DraftGone.

    The draft's lock keeps two tabs from moving at once: the places are read and then given away.
    """
    draft = lock_draft(draft_id, owner, at=at)
    row = _page_of(draft, material_id)
    if row is None:
        return
    pages = list(DraftMaterial.objects.filter(draft=draft, key=row.key, subject=row.subject).order_by("page"))
    place = pages.index(row)
    other = place + 1 if later else place - 1
    if not 0 <= other < len(pages):
        return
    _swap(pages[place], pages[other], free=pages[-1].page + 1)
    touch(draft, at=at)


@db.transaction
def turn_material(
    *, draft_id: int, owner: Owner, material_id: int, seen: StoredFile, turned: StoredFile, at: datetime
) -> None:
    """Let a page show `turned`, which `files.store_turned` made of `seen`. A page that shows another file by now stays. Raises DraftGone."""
    draft = lock_draft(draft_id, owner, at=at)
    row = _page_of(draft, material_id)
    if row is None or row.file_id != seen.pk:
        return
    row.file = turned
    row.save(update_fields=["file"])
    touch(draft, at=at)


def _page_of(draft: Draft, material_id: int) -> DraftMaterial | None:
    return DraftMaterial.objects.filter(draft=draft, pk=material_id).first()


def _swap(one: DraftMaterial, other: DraftMaterial, *, free: int) -> None:
    """Change the places of two pages by way of one that is free: no place is ever held by two, which the database forbids."""
    places = one.page, other.page
    for row, page in ((one, free), (other, places[0]), (one, places[1])):
        row.page = page
        row.save(update_fields=["page"])


@db.transaction
def tick_commitment(*, draft_id: int, owner: Owner, key: str, ticked: bool, at: datetime) -> Draft:
    """Promise in writing instead of handing in a proof (告知承诺), or take the promise back. Raises NotAsked, DraftGone."""
    draft = lock_draft(draft_id, owner, at=at)
    rows = requirements(plan_of_draft(draft, on=legal_date(at)))
    if ticked and not any(row.key == key and row.promise for row in rows):
        raise NotAsked("这份材料不能用承诺代替", key=key)
    ticks = {one for one in draft.commitments if one != key} | ({key} if ticked else set())
    draft.commitments = sorted(ticks)
    return touch(draft, "commitments", at=at)


def checklist_of(draft: Draft, *, at: datetime) -> Checklist:
    """What is to be handed in for a draft and what is still missing. Two queries."""
    handed_in = {(row.key, row.subject) for row in draft.materials.all()}
    return checklist(
        plan_of_draft(draft, on=legal_date(at)),
        handed_in=handed_in,
        promised=draft.commitments,
        subjects=party_subjects_of(draft, at=at),
    )


def party_subjects_of(draft: Draft, *, at: datetime) -> dict[str, tuple[str, ...]]:
    """The instances of every party as the draft has them. One query."""
    return party_subjects(plan_of_draft(draft, on=legal_date(at)), values_of(draft))
