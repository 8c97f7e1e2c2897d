"""The open points of a noticed round as the applicant's page and the verbs see them: what is wrong, what may be changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.cases.states import ItemState
from onething.feedback.areas import Area
from onething.feedback.editing import EMPTY, Editor, editors, stored
from onething.feedback.models import CorrectionPoint, CorrectionRound, Finding, PointFile
from onething.feedback.rules import Target, TargetKind, demands_of
from onething.feedback.states import FindingState
from onething.feedback.wording import Asked, asked_targets
from onething.oneform.rules import party_subjects

__all__ = ["OpenPoint", "open_points", "points_of_round"]


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One point with its findings, its controls, the papers there are and the files chosen for it."""

    row: CorrectionPoint
    asked: Asked
    findings: tuple[Finding, ...]
    editor: Editor
    now: Mapping[str, Any]
    materials: tuple[MaterialInstance, ...]
    files: tuple[PointFile, ...]

    @property
    def takes_files(self) -> bool:
        """Whether the point is answered by handing in a paper."""
        return self.row.target.kind is TargetKind.MATERIAL

    @property
    def changes(self) -> dict[str, Any]:
        """New values by control, of those that are not what stands there."""
        given: Mapping[str, Any] = self.row.answer.get("values", {})
        return {
            key: value
            for key, value in given.items()
            if key in self.now and value != self.now[key] and not (value in EMPTY and self.now[key] in EMPTY)
        }

    @property
    def explanation(self) -> str:
        """What the applicant says instead of changing anything, or beside it."""
        return str(self.row.answer.get("explanation", ""))

    @property
    def marked(self) -> dict[int, list[Area]]:
        """The places that were marked, by the row of the file they are on."""
        found: dict[int, list[Area]] = {}
        for one in self.findings:
            for area in one.marked:
                found.setdefault(area.material, []).append(area)
        return found

    def lacks(self) -> str:
        """What keeps the point from being handed in; empty when it is answered (g5)."""
        typed: Mapping[str, str] = self.row.answer.get("typed", {})
        if typed:
            return f"{self.asked.label}：填的内容要改"
        emptied = next((f for f in self.editor.fields if f.required and self.changes.get(f.key, 0) in EMPTY), None)
        if emptied is not None:
            return f"填写{emptied.label}"
        if self.files or self.changes or self.explanation:
            return ""
        if self.takes_files:
            return f"{self.asked.label}：上传改好的材料，或者写明不用改的理由"
        return f"{self.asked.label}：改成对的，或者写明不用改的理由"


def open_points(case: OneThingCase, of: CorrectionRound, items: Sequence[ItemCase]) -> list[OpenPoint]:
    """The points of a noticed round of which something is still asked, in their order. Four queries."""
    waiting = {item.pk for item in items if item.item_state is ItemState.IN_CORRECTION}
    rows = of.findings.filter(state=FindingState.NOTICED, item_id__in=waiting)
    return _drawn(case, of, list(rows.select_related("organisation", "item").in_order()))


def points_of_round(case: OneThingCase, of: CorrectionRound) -> list[OpenPoint]:
    """All points of a round that was noticed, over or not, for looking at. Four queries."""
    rows = of.findings.filter(point__isnull=False)
    return _drawn(case, of, list(rows.select_related("organisation", "item").in_order()))


def _drawn(case: OneThingCase, of: CorrectionRound, found: Sequence[Finding]) -> list[OpenPoint]:
    by_point: dict[int, list[Finding]] = {}
    for one in found:
        if one.point_id is not None:
            by_point.setdefault(one.point_id, []).append(one)
    rows = [row for row in of.points.order_by("ordinal") if row.pk in by_point]
    subjects = party_subjects(case.plan, case.form_values)
    words = asked_targets(case.plan, subjects)
    asked = {key: _data(case, subjects, findings) for key, findings in by_point.items()}
    drawn = editors(case.plan, case.form_values, [(row.pk, row.target) for row in rows], asked)
    papers = _papers(case, [row.target for row in rows])
    files: dict[int, list[PointFile]] = {}
    for file in PointFile.objects.filter(point__in=rows).select_related("file").order_by("pk"):
        files.setdefault(file.point_id, []).append(file)
    nothing = Editor(())
    return [
        OpenPoint(
            row=row,
            asked=words.get(row.target) or Asked(row.key, "", {}),
            findings=tuple(by_point[row.pk]),
            editor=drawn.get(row.pk, nothing),
            now=stored(drawn.get(row.pk, nothing), case.form_values),
            materials=tuple(papers.get((row.key, row.subject), ())),
            files=tuple(files.get(row.pk, ())),
        )
        for row in rows
    ]


def _data(case: OneThingCase, subjects: Mapping[str, Sequence[str]], findings: Sequence[Finding]) -> set[Target]:
    """The data a point stands for at those who found something about it."""
    found: set[Target] = set()
    for one in findings:
        demands = demands_of(case.plan, one.item.key, subjects, instance=one.item.instance)
        found |= demands.fields_of(one.target)
    return found


def _papers(case: OneThingCase, targets: Sequence[Target]) -> dict[tuple[str, str], list[MaterialInstance]]:
    keys = [one.key for one in targets if one.kind is TargetKind.MATERIAL]
    found: dict[tuple[str, str], list[MaterialInstance]] = {}
    if keys:
        rows = MaterialInstance.objects.filter(case=case, key__in=keys, file__isnull=False).current()
        for row in rows.select_related("file").order_by("page"):
            found.setdefault((row.key, row.subject), []).append(row)
    return found
