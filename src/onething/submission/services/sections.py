"""Saving the form, section by section; two tabs never overwrite one another silently (ux X6, b4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings

from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.oneform.rules import Cleaned, Fault, Section, clean_section, find_section, missing, sections
from onething.submission.access import Owner, lock_draft, sections_of, touch
from onething.submission.models import Draft, DraftMaterial, DraftSection
from onething.submission.planning import plan_of_draft

__all__ = [
    "NoSuchSection",
    "SavedSection",
    "SectionConflict",
    "SectionState",
    "add_instance",
    "faulty_texts",
    "remove_instance",
    "save_section",
    "section_states",
    "values_of",
]

SectionValues = dict[str, dict[str, Any]]


class NoSuchSection(Refused):
    """The form of this situation has no such section or instance."""

    code = "no_section"


class SectionConflict(Refused):
    """The section was saved elsewhere since this page was loaded. Nothing was overwritten.

    Facts: `section`, `mine` (values as typed now), `mine_typed` (what could not be kept), `theirs` (values stored),
    `theirs_revision` (save again with it to keep mine), `saved_at`.
    """

    code = "section_conflict"


class SectionState(StrEnum):
    """How far a section is (ux b7)."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class SavedSection:
    """What was stored: revision for the next save, faults still to put right, and when (「已保存 14:32」)."""

    key: str
    revision: int
    saved_at: datetime
    values: Mapping[str, Mapping[str, Any]]
    faults: tuple[Fault, ...] = ()
    subject: str = ""


@db.transaction
def save_section(
    *,
    draft_id: int,
    owner: Owner,
    section: str,
    typed: Mapping[str, str | Sequence[str]],
    expected_revision: int,
    at: datetime,
) -> SavedSection:
    """Store a section as typed (`{"mother.person_name": "…"}`), faulty texts too. Raises SectionConflict, NoSuchSection, DraftGone.

    Faults do not stop the saving: they come back, stay beside their fields, and are listed at the end.
    """
    draft, row, form = _open(draft_id, owner, section, at)
    cleaned = clean_section(form, typed, today=legal_date(at), demonstration=settings.ONETHING_DEMO)
    faulty = faulty_texts(cleaned)
    if row.revision != expected_revision:
        if row.data == cleaned.values and row.faulty == faulty:
            return SavedSection(section, row.revision, row.saved_at, row.data, cleaned.faults)
        raise SectionConflict(
            "这一部分刚才在别处改过，两份都在下面，请选要哪一份",
            section=section,
            mine=cleaned.values,
            mine_typed=cleaned.typed,
            theirs=row.data,
            theirs_revision=row.revision,
            saved_at=row.saved_at,
        )
    row.faulty = faulty
    return _store(draft, row, cleaned.values, at=at, faults=cleaned.faults)


@db.transaction
def add_instance(*, draft_id: int, owner: Owner, section: str, at: datetime) -> SavedSection:
    """Add one more person or body to a repeating section; its `subject` is in the answer. Raises NoSuchSection."""
    draft, row, form = _open(draft_id, owner, section, at)
    if not form.may_add:
        raise NoSuchSection(f"{form.title}最多填{form.most}个", section=section, most=form.most)
    data: SectionValues = {one.subject: dict(row.data.get(one.subject, {})) for one in form.instances}
    used = [int(tail) for one in data if (tail := one.rpartition("-")[2]).isdigit()]
    row.last_instance = max(row.last_instance, *used, 0) + 1
    subject = f"{section}-{row.last_instance}"
    data[subject] = {}
    saved = _store(draft, row, data, at=at)
    return SavedSection(saved.key, saved.revision, saved.saved_at, saved.values, subject=subject)


@db.transaction
def remove_instance(
    *, draft_id: int, owner: Owner, section: str, subject: str, expected_revision: int, at: datetime
) -> SavedSection:
    """Take one instance away, with its values and its files. Raises SectionConflict, NoSuchSection."""
    draft, row, form = _open(draft_id, owner, section, at)
    if row.revision != expected_revision:
        raise SectionConflict(
            "这一部分刚才在别处改过，请先看新的内容",
            section=section, mine={}, mine_typed={}, theirs=row.data, theirs_revision=row.revision, saved_at=row.saved_at,
        )  # fmt: skip
    if subject not in {one.subject for one in form.instances}:
        raise NoSuchSection(f"没有这一个{form.title}，可能已经删掉了", section=section)
    if not form.may_remove:
        raise NoSuchSection(f"{form.title}至少填{form.least}个，不能再删", section=section, least=form.least)
    numbers = [int(tail) for one in form.instances if (tail := one.subject.rpartition("-")[2]).isdigit()]
    row.last_instance = max(row.last_instance, *numbers, 0)
    data = {one.subject: dict(row.data.get(one.subject, {})) for one in form.instances if one.subject != subject}
    row.faulty = {key: value for key, value in row.faulty.items() if key.rpartition(".")[0] != subject}
    DraftMaterial.objects.filter(draft=draft, subject=subject).delete()
    return _store(draft, row, data, at=at)


def values_of(draft: Draft) -> dict[str, SectionValues]:
    """All saved values of a draft, by section. One query."""
    return {row.key: row.data for row in sections_of(draft)}


def section_states(draft: Draft, rows: Sequence[DraftSection], *, at: datetime) -> list[tuple[Section, SectionState]]:
    """The sections of the form with how far each is: 未开始, 进行中, 已完成."""
    plan = plan_of_draft(draft, on=legal_date(at))
    values = {row.key: row.data for row in rows}
    faulty = {row.key for row in rows if row.faulty}
    open_sections = {gap.section for gap in missing(plan, values)} | faulty
    begun = {row.key for row in rows if any(row.data.values()) or row.faulty}
    found = []
    for section in sections(plan, values):
        if section.key not in open_sections and (section.key in begun or not section.fields):
            state = SectionState.COMPLETE
        else:
            state = SectionState.IN_PROGRESS if section.key in begun else SectionState.NOT_STARTED
        found.append((section, state))
    return found


def _open(draft_id: int, owner: Owner, section: str, at: datetime) -> tuple[Draft, DraftSection, Section]:
    """The locked draft, the section's row (made if it is not there) and its form."""
    draft = lock_draft(draft_id, owner, at=at)
    row = DraftSection.objects.filter(draft=draft, key=section).first() or DraftSection(
        draft=draft, key=section, saved_at=at
    )
    form = find_section(plan_of_draft(draft, on=legal_date(at)), {section: row.data}, section)
    if form is None:
        raise NoSuchSection("您的情况不用填这一部分，请回到任务列表", section=section)
    return draft, row, form


def _store(
    draft: Draft, row: DraftSection, data: SectionValues, *, at: datetime, faults: tuple[Fault, ...] = ()
) -> SavedSection:
    row.data, row.saved_at = data, at
    row.revision += 1
    row.save()
    touch(draft, at=at)
    return SavedSection(row.key, row.revision, at, data, faults)


def faulty_texts(cleaned: Cleaned) -> dict[str, dict[str, str]]:
    """What could not be kept, by the name of its control: the text as typed and the words beside it."""
    return {fault.key: {"text": cleaned.typed.get(fault.key, ""), "message": fault.message} for fault in cleaned.faults}
