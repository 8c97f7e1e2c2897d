"""What was corrected on the spot, before and after, for the page of the preliminary review (R2.2.c)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from onething.cases.models import OneThingCase
from onething.feedback.wording import asked_targets
from onething.intake.models import PreliminaryReview
from onething.intake.reading import changes_of
from onething.intake.states import Outcome
from onething.oneform.rules import Field, party_subjects, sections
from onething.web.review import words
from onething.web.ui.addresses import link_to
from onething.web.ui.form_fields import value_words
from onething.web.ui.formats import file_size
from onething.web.ui.spoken import whose_paper

__all__ = ["shown_changes"]


def shown_changes(case: OneThingCase, review: PreliminaryReview) -> list[dict[str, Any]]:
    """What was corrected on the spot: before and after, papers as links. Two queries; none for another outcome."""
    if review.outcome != Outcome.ON_THE_SPOT:
        return []
    rows = changes_of(review)
    files = {one.pk: one for one in case.materials.select_related("file").exclude(file=None)}
    fields = {field.key: field for section in sections(case.plan, case.form_values) for field in section.fields}
    asked = asked_targets(case.plan, party_subjects(case.plan, case.form_values))
    return [
        {
            "title": whose_paper(asked[row.target].whose, asked[row.target].label) if row.target in asked else row.key,
            "values": [
                {
                    "label": fields[key].label,
                    "old": _words(fields[key], old),
                    "new": _words(fields[key], row.after.get("values", {}).get(key)),
                }
                for key, old in row.before.get("values", {}).items()
                if key in fields
            ],
            "old_files": _links(case, files, row.before.get("files", [])),
            "new_files": _links(case, files, row.after.get("files", [])),
        }
        for row in rows
    ]


def _words(field: Field, value: Any) -> str:  # noqa: ANN401  # a value as it is stored: any JSON
    text = value_words(field, value)
    return (words.masked(text) if field.sensitive else text) or _("没有填写")


def _links(case: OneThingCase, files: Mapping[int, Any], keys: Sequence[int]) -> list[dict[str, str]]:
    return [
        {
            "name": files[pk].file_name or files[pk].name,
            "size": file_size(files[pk].file.size),
            "url": link_to("review:preliminary_material", case.number, pk),
        }
        for pk in keys
        if pk in files
    ]
