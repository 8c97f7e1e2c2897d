"""Fills any draft of any one-thing by the very verbs that pages call, until nothing is missing but the declaration."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any, Final

from onething.catalogue.conditions import questions_of
from onething.catalogue.models import Edition
from onething.catalogue.published import edition_document
from onething.files.models import StoredFile
from onething.kit.workdays import legal_date
from onething.materials.rules import Checklist, Lack
from onething.oneform.rules import Section, sections
from onething.submission.models import Draft
from onething.submission.services import (
    Owner,
    add_instance,
    answer_question,
    attach_material,
    checklist_of,
    gaps_of,
    plan_for,
    plan_of_draft,
    save_section,
    tick_commitment,
    values_of,
)
from onething.town.values import NoSample, Writer

__all__ = ["Filler", "NotFilled", "draw_answers"]

MOST_TRIES: Final = 200
MOST_PAPERS: Final = 200
# Counts stay small: a form with a hundred employees is a form nobody would look at.
MOST_COUNTED: Final = 3
ANOTHER: Final = 0.25
VOLUNTARY: Final = 0.25
A_DAY: Final = "2026-03-05"


class NotFilled(LookupError):
    """A draft that could not be filled. The message names the one-thing and what is missing."""


@dataclass
class Filler:
    """Answers, fills and hands in for one owner. `paper` gives a file for a material by its name."""

    owner: Owner
    writer: Writer
    paper: Callable[[str, datetime], StoredFile]

    @property
    def chance(self) -> Random:
        """The one source of chance of a case."""
        return self.writer.chance

    def answer(self, draft: Draft, answers: Mapping[str, Any], *, at: datetime) -> Draft:
        """Answer the questions as the draft comes to ask them. What is not in `answers` is drawn."""
        while open_questions := _open(plan_of_draft(draft, on=legal_date(at))):
            question = open_questions[0]
            answer = answers.get(question["key"])
            if answer is None:
                answer = draw_answer(question, self.chance)
            draft = answer_question(draft_id=draft.pk, owner=self.owner, question=question["key"], answer=answer, at=at)
        return draft

    def fill(self, draft: Draft, *, at: datetime, only: int | None = None) -> None:
        """Fill the sections of the form, or the first of them. Raises NoSample."""
        plan = plan_of_draft(draft, on=legal_date(at))
        self._introduce(plan)
        for section in sections(plan, values_of(draft))[:only]:
            self._fill(draft, plan, section, at)

    def hand_in(self, draft: Draft, *, at: datetime) -> None:
        """Attach and promise what is missing: of papers of which one is enough, some one. Raises NotFilled."""
        for _ in range(MOST_PAPERS):
            papers = checklist_of(draft, at=at)
            if not papers.missing:
                return
            draft = self._settle(draft, papers, papers.missing[0], at)
        msg = f"{draft.onething}: the papers are never complete, the last missing: {papers.missing[0].message}"
        raise NotFilled(msg)

    def check(self, draft: Draft, *, at: datetime) -> Draft:
        """The draft as it stands. Raises NotFilled when something besides the declaration is missing."""
        filled = self.owner.drafts().with_edition().get(pk=draft.pk)
        if gaps := gaps_of(filled, at=at):
            told = "; ".join(f"{gap.where} {gap.key}: {gap.message}" for gap in gaps[:5])
            msg = f"{draft.onething} could not be filled: {told}"
            raise NotFilled(msg)
        return filled

    def _introduce(self, plan: Mapping[str, Any]) -> None:
        """Whoever applies has the account's own name and number."""
        account = self.owner.account
        mine = [party for party in plan["parties"] if party.get("applicant")]
        for party in mine if account is not None else []:
            for subject in [party["key"], *(party.get("instances") or ())][:2]:
                self.writer.introduce(subject, person=self.writer.person("account"), firm=self.writer.firm("account"))

    def _fill(self, draft: Draft, plan: Mapping[str, Any], section: Section, at: datetime) -> None:
        revision = 0
        if section.may_add and self.chance.random() < ANOTHER:
            added = add_instance(draft_id=draft.pk, owner=self.owner, section=section.key, at=at)
            revision = added.revision
            section = next(one for one in sections(plan, values_of(draft)) if one.key == section.key)
        typed: dict[str, str | list[str]] = {}
        for one in section.fields:
            if one.required:
                typed[one.key] = self.writer.typed(one, section.kind)
            elif self.chance.random() < VOLUNTARY:
                with suppress(NoSample):
                    typed[one.key] = self.writer.typed(one, section.kind)
        save_section(
            draft_id=draft.pk, owner=self.owner, section=section.key, typed=typed, expected_revision=revision, at=at
        )

    def _settle(self, draft: Draft, papers: Checklist, lack: Lack, at: datetime) -> Draft:
        key, subject = self.chance.choice(lack.slots)
        if any(row.key == key for row in papers.promises):
            return tick_commitment(draft_id=draft.pk, owner=self.owner, key=key, ticked=True, at=at)
        name = next((row.name for row in papers.uploads if row.slot == (key, subject)), key)
        attach_material(
            draft_id=draft.pk,
            owner=self.owner,
            key=key,
            subject=subject,
            file=self.paper(name, at),
            file_name=f"{name[:60]}.png",
            at=at,
        )
        return draft


def draw_answers(edition: Edition, *, place: str, on: date, chance: Random) -> dict[str, Any]:
    """Answers by chance that the gate lets through and that leave something to handle. Raises NotFilled."""
    answers: dict[str, Any] = {}
    gates = {gate["key"]: questions_of(gate["when"]) for gate in edition_document(edition.edition_hash)["gate"]}
    for _ in range(MOST_TRIES):
        plan = plan_for(edition, place=place, answers=answers, chosen=None, on=on).plan
        if open_questions := _open(plan):
            answers |= {question["key"]: draw_answer(question, chance) for question in open_questions}
        elif refusals := plan["gate"]["refusals"]:
            for refusal in refusals:
                for key in gates[refusal["key"]]:
                    answers.pop(key, None)
        elif plan["items"]:
            asked = {question["key"] for question in plan["questions"]}
            return {key: value for key, value in answers.items() if key in asked}
        else:
            answers = {}
    msg = f"{edition.onething}: no answers found that lead past the gate to an item"
    raise NotFilled(msg)


def draw_answer(question: Mapping[str, Any], chance: Random) -> Any:  # noqa: ANN401  # any JSON
    """One answer by chance. A count stays small; an option that excludes the others stands alone."""
    if question["type"] == "number":
        least = int(question["min"] or 0)
        most = question["max"] if question["max"] is not None else least + 100
        counted = max(least, MOST_COUNTED) if question["unit"] in {"人", "位", "个"} else least + 300
        return chance.randint(least, max(least, min(int(most), counted)))
    options = question["options"] or []
    if not options:
        return A_DAY
    if not question["multiple"]:
        return chance.choice(options)["value"]
    alone = [one["value"] for one in options if one.get("exclusive")]
    others = [one["value"] for one in options if not one.get("exclusive")]
    if alone and (not others or chance.random() < 1 / 2):
        return [chance.choice(alone)]
    return sorted(chance.sample(others, k=min(len(others), chance.randint(1, 2))))


def _open(plan: Mapping[str, Any]) -> list[Any]:
    return [one for one in plan["questions"] if one["status"] == "open"]
