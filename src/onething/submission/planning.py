"""The plan of a draft: computed, never stored with it. A pure function of hashed inputs may be remembered by each process."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from onething.cases.calendar import working_calendar
from onething.catalogue.plan import make_plan
from onething.catalogue.published import edition_document
from onething.kit.hashing import canonical_json
from onething.kit.sealed import pack_json
from onething.materials.rules import Requirement, requirements
from onething.notice.rules import plan_hash
from onething.oneform.rules import Section, Values, sections, subjects_in

if TYPE_CHECKING:
    from onething.catalogue.models import Edition
    from onething.submission.models import Draft

__all__ = ["Planned", "plan_for", "plan_of_draft", "planned_of_draft"]

PLANS_KEPT = 128
DRAWN_KEPT = 16


class Planned:
    """One plan with what is drawn of it once: hash, packed bytes, form and papers for the instances there are.

    Shared by everybody in the process: never change it.
    """

    __slots__ = ("_drawn", "hash", "packed", "plan")

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.hash = plan_hash(plan)
        self.packed = pack_json(plan)
        self._drawn: dict[object, tuple[tuple[Section, ...], tuple[Requirement, ...]]] = {}

    def drawn(self, values: Values) -> tuple[tuple[Section, ...], tuple[Requirement, ...]]:
        """Form and papers. Of the values they depend on nothing but which instances there are."""
        instances = tuple(sorted((key, tuple(subjects)) for key, subjects in values.items()))
        found = self._drawn.get(instances)
        if found is None:
            form = tuple(sections(self.plan, values))
            found = form, tuple(requirements(self.plan, subjects_in(form)))
            if len(self._drawn) < DRAWN_KEPT:
                self._drawn[instances] = found
        return found


def plan_for(
    edition: "Edition", *, place: str, answers: Mapping[str, Any], chosen: Sequence[str] | None, on: date
) -> Planned:
    """Plan a situation by a published edition. Raises catalogue.plan.BadAnswers."""
    return _planned(
        edition.edition_hash,
        edition.version,
        place,
        canonical_json(answers).decode(),
        None if chosen is None else tuple(sorted(set(chosen))),
        on,
    )


def planned_of_draft(draft: "Draft", *, on: date) -> Planned:
    """The plan of a draft with its hash, as of a day."""
    return plan_for(draft.edition, place=draft.place, answers=draft.answers, chosen=draft.chosen, on=on)


def plan_of_draft(draft: "Draft", *, on: date) -> dict[str, Any]:
    """The plan of a draft as of a day. Shared: never change it."""
    return planned_of_draft(draft, on=on).plan


@lru_cache(maxsize=PLANS_KEPT)
def _planned(
    edition_hash: str, version: str, place: str, answers: str, chosen: tuple[str, ...] | None, on: date
) -> Planned:
    return Planned(
        make_plan(
            edition_document(edition_hash),
            place=place,
            answers=json.loads(answers),
            chosen=chosen,
            on=on,
            calendar=working_calendar(),
            version=version,
            edition=edition_hash,
        )
    )
