"""New content into a locked case, whoever brings it: data into the one form, files in the place of the old ones (I8, R2.7.a/5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from onething.cases.models import MaterialInstance, OneThingCase
from onething.cases.services import LockedCase
from onething.feedback.editing import Editor, written
from onething.feedback.rules import Target, TargetKind
from onething.files.models import StoredFile
from onething.kit import db
from onething.materials.rules import HAND_IN, requirement_of
from onething.oneform.rules import party_subjects

__all__ = ["Replaced", "put_values", "replace_paper"]


@dataclass(frozen=True, slots=True)
class Replaced:
    """The rows of a paper before and after."""

    old: list[int]
    new: list[int]


def put_values(case: OneThingCase, editor: Editor, new: Mapping[str, Any]) -> set[Target]:
    """New values by control into the form of a locked case, which the caller saves; gives what changed."""
    if not new:
        return set()
    case.form_values = written(editor, case.form_values, new)
    return {Target(TargetKind.FIELD, f.element, f.subject) for f in editor.fields if f.key in new}


@db.transaction_required
def replace_paper(
    locked: LockedCase, target: Target, files: Iterable[tuple[StoredFile, str]], *, label: str, at: datetime
) -> Replaced:
    """Put files in the place of a paper's old ones, which stay as what was there before.

    A place kept empty is taken by the first, so that nothing waits for it any more. `label` names a paper that had no place.
    """
    case = locked.case
    rows = MaterialInstance.objects.filter(case=case, key=target.key, subject=target.subject)
    page = rows.aggregate(last=Max("page"))["last"] or 0
    like = rows.order_by("page").first()
    current = rows.filter(file__isnull=False).current()
    old = list(current.order_by("page").values_list("pk", flat=True))
    current.update(superseded_at=at)
    rows.filter(file__isnull=True).delete()
    paper = requirement_of(case.plan, (target.key, target.subject), party_subjects(case.plan, case.form_values))
    items = like.items if like is not None else list(paper.items) if paper is not None else []
    new = []
    for place, (file, file_name) in enumerate(files, start=1):
        row = MaterialInstance.objects.create(
            case=case,
            key=target.key,
            subject=target.subject,
            name=like.name if like is not None else label,
            obtained=HAND_IN,
            file=file,
            file_name=file_name,
            page=page + place,
            items=items,
            home_division=case.home_division,
        )
        new.append(row.pk)
    return Replaced(old, new)
