"""当场改好: what can be put right at once is put right at once, with the applicant there (行政许可法 art. 32(1)(3), R2.2.c).

The officer enters or scans what the applicant corrects, names who confirmed it, and the review is over. No notice goes out, no
clock stops and none begins anew: the application counts as complete from its receipt. What stood there before is kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import Acting, LockedCase, lock_case, record
from onething.cases.states import ItemState
from onething.dispatch.services import announce_start
from onething.feedback.board import demands_for
from onething.feedback.editing import EMPTY, Editor, clean_point, editors, stored
from onething.feedback.rules import Target, TargetKind, marks_to_reset, touched
from onething.feedback.services import put_values, replace_paper
from onething.feedback.wording import Asked, asked_targets
from onething.files.models import StoredFile
from onething.intake.models import PreliminaryReview, SpotChange
from onething.intake.services.review import NotReviewed, close_review, demand_outcome, own_review
from onething.intake.states import Outcome, Verdict
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.oneform.rules import party_subjects
from onething.parties.models import Officer

__all__ = ["NotPutRight", "SpotAnswer", "SpotPart", "correct_on_the_spot", "spot_parts"]

LONGEST_NAME = 100


class NotPutRight(Refused):
    """Something to correct was not corrected, or not rightly: `faults` are sentences by control, `unchanged` by part."""

    code = "not_put_right"

    def __init__(self, faults: Mapping[str, str], unchanged: Mapping[Target, str]) -> None:
        super().__init__("还有没有改好的地方")
        self.faults, self.unchanged = faults, unchanged


@dataclass(frozen=True, slots=True)
class SpotAnswer:
    """What was corrected of one part: texts by control of a section, or the files of a paper with their names."""

    typed: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    files: Sequence[tuple[StoredFile, str]] = ()


@dataclass(frozen=True, slots=True)
class SpotPart:
    """One part to correct: how it is called, and the controls of a section. A paper takes files."""

    target: Target
    asked: Asked
    editor: Editor
    now: Mapping[str, Any]

    @property
    def takes_files(self) -> bool:
        """Whether it is corrected by another file."""
        return self.target.kind is TargetKind.MATERIAL


def spot_parts(case: OneThingCase, items: Iterable[ItemCase], wrong: Collection[Target]) -> list[SpotPart]:
    """The parts judged 要补正, in their order, with the controls of the data that open items ask. No query."""
    asked = asked_targets(case.plan, party_subjects(case.plan, case.form_values))
    demands = [demands_for(item) for item in items if item.is_open]
    targets = [target for target in asked if target in wrong]
    data = {
        place: {one for demand in demands if target in demand.targets for one in demand.fields_of(target)}
        for place, target in enumerate(targets)
    }
    drawn = editors(case.plan, case.form_values, list(enumerate(targets)), data)
    nothing = Editor(())
    return [
        SpotPart(target, asked[target], editor, stored(editor, case.form_values))
        for place, target in enumerate(targets)
        for editor in [drawn.get(place, nothing)]
    ]


@db.transaction
def correct_on_the_spot(
    *,
    case_id: int,
    officer: Officer,
    answers: Mapping[Target, SpotAnswer],
    confirmed_by: str,
    at: datetime,
    reason: str = "",
) -> PreliminaryReview:
    """Write the corrections into the case, tell the bodies what changed, and end the review. All parts or none.

    A sensitive field left empty stays as it is: its value is not shown. Raises Forbidden, NotReviewed for a review that cannot
    end so or a confirmation by nobody, and NotPutRight naming every part that was not changed and every value that is wrong.
    """
    locked = lock_case(case_id)
    review = own_review(locked.case, officer)
    verdicts = demand_outcome(locked, review, Outcome.ON_THE_SPOT)
    if not confirmed_by.strip():
        raise NotReviewed("写明谁当面看过并确认了改后的内容", gaps=())
    wrong = {target for target, verdict in verdicts.items() if verdict is Verdict.TO_CORRECT}
    parts = spot_parts(locked.case, locked.items, wrong)
    new = _read(parts, answers, at)
    changed = _write(locked, review, parts, new, answers, at=at)
    review.confirmed_by = confirmed_by.strip()[:LONGEST_NAME]
    review.save(update_fields=["confirmed_by"])
    by = Acting.of_officer(officer)
    record(
        locked.case, "case.corrected_on_the_spot", by=by, at=at,
        payload={"review": review.pk, "parts": len(parts), "changed": sorted(one.code for one in changed)},
    )  # fmt: skip
    _tell(locked, changed, by=by, at=at)
    close_review(locked, review, Outcome.ON_THE_SPOT, officer, reason, to_correct=len(parts), at=at)
    return review


def _read(
    parts: Sequence[SpotPart], answers: Mapping[Target, SpotAnswer], at: datetime
) -> dict[Target, dict[str, Any]]:
    """New values by part and control, of those that differ. Raises NotPutRight with everything that is wrong at once."""
    faults: dict[str, str] = {}
    unchanged: dict[Target, str] = {}
    found: dict[Target, dict[str, Any]] = {}
    for part in parts:
        answer = answers.get(part.target, SpotAnswer())
        cleaned = clean_point(part.editor, answer.typed, today=legal_date(at), demonstration=settings.ONETHING_DEMO)
        faults |= {fault.key: fault.message for fault in cleaned.faults}
        values: dict[str, Any] = {}
        for one in part.editor.fields:
            if one.key not in answer.typed or one.key in cleaned.typed or (one.sensitive and not answer.typed[one.key]):
                continue
            value = cleaned.values.get(one.subject, {}).get(one.element, "")
            if value in EMPTY and one.required:
                faults[one.key] = f"填写{one.label}"
            elif value != part.now[one.key] and not (value in EMPTY and part.now[one.key] in EMPTY):
                values[one.key] = value
        found[part.target] = values
        if not values and not answer.files:
            act = "选改好的文件，或拍照" if part.takes_files else "改成对的"
            unchanged[part.target] = f"{part.asked.label}：{act}"
    if faults or unchanged:
        raise NotPutRight(faults, unchanged)
    return found


def _write(
    locked: LockedCase,
    review: PreliminaryReview,
    parts: Sequence[SpotPart],
    new: Mapping[Target, Mapping[str, Any]],
    answers: Mapping[Target, SpotAnswer],
    *,
    at: datetime,
) -> set[Target]:
    """The corrections into the case, what stood there before beside them; gives what changed."""
    case, changed = locked.case, set[Target]()
    for part in parts:
        target, values, answer = part.target, new[part.target], answers.get(part.target, SpotAnswer())
        before: dict[str, Any] = {"values": {key: part.now[key] for key in values}}
        after: dict[str, Any] = {"values": dict(values)}
        changed |= put_values(case, part.editor, values)
        if part.takes_files:
            paper = replace_paper(locked, target, answer.files, label=part.asked.label, at=at)
            before["files"], after["files"] = paper.old, paper.new
            changed.add(target)
        SpotChange.objects.create(
            review=review, kind=target.kind, key=target.key, subject=target.subject, before=before, after=after
        )
    case.changed_on_spot = sorted({*case.changed_on_spot, *(one.code for one in changed)})
    case.save(update_fields=["form_values", "changed_on_spot"])
    return changed


def _tell(locked: LockedCase, changed: Collection[Target], *, by: Acting, at: datetime) -> None:
    """Whoever has what changed looks at it again; the item goes on where it stands."""
    for item in locked.items:
        mine = touched(changed, demands_for(item))
        if not mine or not item.is_open or item.item_state is ItemState.WAITING:
            continue
        item.checks = marks_to_reset(item.checks, mine)
        item.save(update_fields=["checks"])
        payload = {"item": item.number, "on_the_spot": True, "changed": sorted(one.code for one in mine)}
        record(locked.case, "item.input_changed", by=by, at=at, payload=payload)
        announce_start(item, at=at)
