"""A draft and the edition that holds now: it stays with its own until its owner agrees, and is told first what would not fit.

Nothing typed is lost (design decision 19): answers and choices the new edition cannot take are named and asked again, values
its form refuses stay as texts beside the words why, and what it no longer asks is kept and simply not handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from onething.catalogue.models import Edition
from onething.catalogue.plan import BadAnswers
from onething.catalogue.published import current_entry, edition_document
from onething.kit import db
from onething.kit.workdays import legal_date
from onething.materials.rules import promised_words
from onething.oneform.rules import Section, clean_section, find_section
from onething.submission.access import Owner, lock_draft, sections_of, touch
from onething.submission.models import Draft, DraftSection
from onething.submission.planning import Planned, plan_for, planned_of_draft
from onething.submission.services.sections import faulty_texts

__all__ = ["Offer", "Renewal", "Unfit", "adopt_current_edition", "newer_edition", "offer_now", "renewal_of"]


@dataclass(frozen=True, slots=True)
class Unfit:
    """One value of the form that another edition does not take: whose, which, and why."""

    section: str
    title: str
    label: str
    message: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """What becomes of a draft under another edition. `dropped` are the questions whose answers it cannot take, `unticked` the
    promises whose words are others now: nobody has promised what he has not read."""

    edition: Edition
    planned: Planned
    answers: dict[str, Any]
    dropped: tuple[str, ...]
    chosen: list[str] | None
    sections: tuple[DraftSection, ...]
    unfit: tuple[Unfit, ...]
    unticked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """How a draft stands to what is offered now: the edition that holds, when it is another one, or that none does any more."""

    newer: Edition | None = None
    is_retired: bool = False


def offer_now(draft: Draft, *, at: datetime) -> Offer:
    """What is offered now of the one-thing of a draft. One query. The draft stays pinned until its owner agrees."""
    entry = current_entry(draft.onething, at=at)
    if entry is None or entry.retired:
        return Offer(is_retired=True)
    return Offer(newer=None if entry.edition_id == draft.edition_id else entry.edition)


def newer_edition(draft: Draft, *, at: datetime) -> Edition | None:
    """The edition that holds now, when it is another than the draft's. One query."""
    return offer_now(draft, at=at).newer


def renewal_of(draft: Draft, edition: Edition, *, at: datetime) -> Renewal:
    """What a draft would be by another edition; nothing is written. `sections` are those whose rows would change."""
    today = legal_date(at)
    answers = _fitting(draft, edition, on=today)
    known = {item["key"] for item in edition_document(edition.edition_hash)["items"]}
    chosen = None if draft.chosen is None else [key for key in draft.chosen if key in known]
    if draft.chosen and not chosen:
        chosen = None
    planned = plan_for(edition, place=draft.place, answers=answers, chosen=chosen, on=today)
    changed: list[DraftSection] = []
    unfit: list[Unfit] = []
    for row in sections_of(draft):
        form = find_section(planned.plan, {row.key: row.data}, row.key)
        if form is not None and (found := _checked_again(row, form, today=today)) is not None:
            changed.append(row)
            unfit += found
    dropped = tuple(key for key in draft.answers if key not in answers)
    before, after = promised_words(planned_of_draft(draft, on=today).plan), promised_words(planned.plan)
    unticked = tuple(key for key in draft.commitments if before.get(key) != after.get(key))
    return Renewal(edition, planned, answers, dropped, chosen, tuple(changed), tuple(unfit), unticked)


@db.transaction
def adopt_current_edition(*, draft_id: int, owner: Owner, at: datetime) -> Draft:
    """The owner agrees to go on by the new edition. What fits stays, the rest is asked again. Raises DraftGone."""
    draft = lock_draft(draft_id, owner, at=at)
    edition = newer_edition(draft, at=at)
    if edition is None:
        return draft
    renewal = renewal_of(draft, edition, at=at)
    for row in renewal.sections:
        row.revision += 1  # a tab that still shows the form of before does not overwrite it
        row.save(update_fields=["data", "faulty", "revision"])
    draft.edition, draft.answers, draft.chosen, draft.notice = edition, renewal.answers, renewal.chosen, None
    draft.commitments = [key for key in draft.commitments if key not in renewal.unticked]
    return touch(draft, "edition", "answers", "chosen", "notice", "commitments", at=at)


def _checked_again(row: DraftSection, form: Section, *, today: date) -> list[Unfit] | None:
    """Put a section's values and faulty texts through another form, in the row. None when that changes nothing."""
    asked = {field.key: (instance.title, field) for instance in form.instances for field in instance.fields}
    typed = _as_typed(row.data, {key for key, (_, field) in asked.items() if field.multiple})
    typed |= {key: fault["text"] for key, fault in row.faulty.items()}
    cleaned = clean_section(form, typed, today=today, demonstration=settings.ONETHING_DEMO)
    data = {
        subject: {element: value for element, value in values.items() if f"{subject}.{element}" not in asked}
        for subject, values in row.data.items()
    }
    for subject, values in cleaned.values.items():
        if values:
            data.setdefault(subject, {}).update(values)
    refused = faulty_texts(cleaned)
    for key in refused.keys() - row.faulty.keys():
        if asked[key][1].options:  # choices show no text that is none of them
            refused[key]["message"] += f"（原来填的是“{refused[key]['text']}”）"
    faulty = {key: fault for key, fault in row.faulty.items() if key not in asked} | refused
    unfit = [
        Unfit(row.key, title, field.label, refused[key]["message"])
        for key, (title, field) in asked.items()
        if key in refused and key not in row.faulty
    ]
    if (data, faulty) == (row.data, row.faulty):
        return None
    row.data, row.faulty = data, faulty
    return unfit


def _as_typed(data: Mapping[str, Mapping[str, Any]], multiple: set[str]) -> dict[str, Any]:
    """Stored values as a form would send them; several choices where now one is asked are one text that does not fit."""
    typed: dict[str, Any] = {}
    for subject, values in data.items():
        for element, value in values.items():
            key = f"{subject}.{element}"
            typed[key] = value if key in multiple or not isinstance(value, list) else "、".join(value)
    return typed


def _fitting(draft: Draft, edition: Edition, *, on: date) -> dict[str, Any]:
    """The answers another edition can take, tried one after the other: one that fails takes no other with it."""
    kept: dict[str, Any] = {}
    for key, value in draft.answers.items():
        try:
            plan_for(edition, place=draft.place, answers={**kept, key: value}, chosen=None, on=on)
        except BadAnswers:
            continue
        kept[key] = value
    return kept
