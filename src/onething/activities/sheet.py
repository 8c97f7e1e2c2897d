"""The one sheet of a visit: who came, what each looked at, said and found, and what that makes as a whole (ux f4, R2.8.d/2).

The blocks are what page and paper both show (`kit.documents`). They are computed from rows that no longer change once the
activity is closed, and their hash is kept; what is added later stands apart, with its reason.
"""

from datetime import datetime
from typing import Any

from django.conf import settings

from onething.activities.models import (
    OPINION_WORDS,
    ChecklistPoint,
    Defect,
    JointActivity,
    LateFinding,
    Participation,
    SitePhoto,
)
from onething.activities.rules import Opinion
from onething.kit.documents import render_document
from onething.kit.hashing import canonical_json, sha256_hex
from onething.kit.ids import short_hash
from onething.kit.workdays import LEGAL_ZONE

__all__ = ["checklist_paper", "draw_sheet", "hash_of_sheet", "late_blocks", "moment", "sheet_blocks"]

MARK = "演示文书，没有法律效力"


def moment(at: datetime | None) -> str:
    """A moment as the sheet writes it, in China's time."""
    return at.astimezone(LEGAL_ZONE).strftime("%Y年%-m月%-d日 %H:%M") if at is not None else ""


def sheet_blocks(activity: JointActivity) -> list[dict[str, Any]]:
    """Everything of one visit, item by item. Six queries whatever the number of bodies."""
    rows = list(
        activity.participations.select_related("organisation", "item", "inspector__account")
        .prefetch_related("drawings__material")
        .order_by("item__ordinal", "pk")
    )
    photos: dict[int, int] = {}
    for part in SitePhoto.objects.filter(participation__activity=activity).values_list("participation", flat=True):
        photos[part] = photos.get(part, 0) + 1
    points = _grouped(ChecklistPoint.objects.filter(participation__in=rows).order_by("ordinal"))
    late = set(LateFinding.objects.filter(participation__in=rows).values_list("defect", flat=True))
    defects = _grouped(Defect.objects.filter(participation__in=rows).exclude(pk__in=late).order_by("pk"))
    blocks: list[dict[str, Any]] = [{"kind": "heading", "text": "一、总的意见", "level": 1}, *_whole(activity, rows)]
    blocks.append({"kind": "heading", "text": "二、各单位的意见", "level": 1})
    for row in rows:
        blocks += _part(row, points.get(row.pk, []), defects.get(row.pk, []), photos.get(row.pk, 0))
    blocks += [{"kind": "heading", "text": "三、申请人", "level": 1}, *_applicant(activity)]
    return blocks


def hash_of_sheet(activity: JointActivity) -> str:
    """The hash of what was agreed: photographs and text alike are counted, later additions are not."""
    return sha256_hex(canonical_json({"sheet": sheet_blocks(activity)}))


def late_blocks(activity: JointActivity) -> list[dict[str, Any]]:
    """What bodies added after the sheet was agreed, each with its reason. One query."""
    rows = LateFinding.objects.filter(participation__activity=activity).select_related(
        "defect", "participation__organisation"
    )
    told = [
        [row.participation.organisation.name, row.defect.text, row.reason, moment(row.added_at)]
        for row in rows.order_by("pk")
    ]
    if not told:
        return []
    columns = ["单位", "补充的问题", "当时没有提出的原因", "时间"]
    return [
        {"kind": "heading", "text": "会后补充", "level": 1},
        {"kind": "table", "columns": columns, "rows": told, "widths": [2, 3, 3, 2]},
    ]


def draw_sheet(activity: JointActivity, *, at: datetime) -> bytes:
    """The sheet as PDF, the same for everybody who gets it."""
    case = activity.case
    facts = [
        ["申请编号", case.number],
        ["申请人", case.principal_name],
        ["一件事", case.onething_name],
        ["时间", moment(activity.slot.start) if activity.slot else "照片复查"],
        ["地点", activity.place or "申请表上填的地址"],
    ]
    if activity.invited:
        facts.append(["邀请", activity.invited])
    data = {
        "title": f"{activity.get_kind_display()}{'复查' if activity.recheck_of_id else ''}记录表",
        "facts": facts,
        "blocks": [*sheet_blocks(activity), *late_blocks(activity)],
        "footer": f"内容摘要 {short_hash(activity.sheet_hash)}" if activity.sheet_hash else "",
    }
    return render_document(
        "table", data | ({"mark": MARK} if settings.ONETHING_DEMO else {}), at=activity.ended_at or at
    )


def checklist_paper(row: Participation, *, at: datetime) -> bytes:
    """The checklist of one body on paper, to be filled in by hand where there is no device (ux f3)."""
    activity = row.activity
    rows = [
        [str(point.ordinal), point.title, point.basis or "", "□符合 □不符合 □不涉及", ""]
        for point in row.points.order_by("ordinal")
    ]
    data = {
        "title": f"{activity.get_kind_display()}检查表",
        "facts": [
            ["申请编号", activity.case.number],
            ["事项", row.item.name],
            ["单位", row.organisation.name],
            ["时间", moment(activity.slot.start) if activity.slot else ""],
            ["地点", activity.place or "申请表上填的地址"],
        ],
        "blocks": [
            {
                "kind": "table", "columns": ["序号", "要点", "依据", "结果", "说明"], "rows": rows, "widths": [1, 4, 3, 2, 3],
            },
            {"kind": "paragraph", "text": "要整改的问题："},
            {"kind": "paragraph", "text": "意见：□通过 □有问题要整改 □不通过"},
            {"kind": "paragraph", "text": "检查人签字：　　　　　　　　申请人签字：　　　　　　　　日期："},
        ],
    }  # fmt: skip
    return render_document("table", data | ({"mark": MARK} if settings.ONETHING_DEMO else {}), at=at)


def _grouped(found: Any) -> dict[int, list[Any]]:  # noqa: ANN401  # rows that name their participation
    groups: dict[int, list[Any]] = {}
    for one in found:
        groups.setdefault(one.participation_id, []).append(one)
    return groups


def _whole(activity: JointActivity, rows: list[Participation]) -> list[dict[str, Any]]:
    bodies = {row.organisation_id for row in rows}
    came = {row.organisation_id for row in rows if row.state == Participation.State.PRESENT}
    needed = len(bodies) if activity.valid_with == "all" else min(activity.quorum or len(bodies), len(bodies))
    told = [["到场", f"应到{len(bodies)}个单位，到场{len(came)}个；按规则到场{needed}个算数"]]
    if activity.is_valid is not None:
        told.append(["是否算数", "算数" if activity.is_valid else "不算数，要另约时间再来一次"])
    if activity.opinion:
        told.append(["总的意见", str(OPINION_WORDS[Opinion(activity.opinion)])])
    if len(given := {row.opinion for row in rows if row.opinion}) > 1:
        told.append(["意见不一致", f"有{len(given)}种意见，各单位的意见照原样写在下面"])
    if activity.ended_reason:
        told.append(["没有申请人签字", activity.ended_reason])
    return [{"kind": "facts", "rows": told}]


def _part(row: Participation, points: list[Any], defects: list[Any], photos: int) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [
        {"kind": "heading", "text": f"{row.organisation.name}：{row.item.name}", "level": 2}
    ]
    if row.state == Participation.State.ABSENT:
        return [*blocks, {"kind": "paragraph", "text": "没有到场。"}]
    told = [["到场", moment(row.present_at) or str(row.get_state_display())]]
    if row.opinion:
        told.append(["意见", str(OPINION_WORDS[Opinion(row.opinion)])])
    if row.words:
        told.append(["说明", row.words])
    if drawings := [f"{one.material.name}第{one.ordinal}版" for one in row.drawings.all()]:
        told.append(["所看图纸", "、".join(sorted(drawings))])
    if photos:
        told.append(["现场照片", f"{photos}张"])
    if row.signed_at is not None and row.inspector is not None:
        told.append(["检查人", f"{row.inspector.account.display_name}，{moment(row.signed_at)}签字"])
    blocks.append({"kind": "facts", "rows": told})
    lines = [
        [str(one.ordinal), one.title, str(one.get_answer_display()) if one.answer else "", one.note] for one in points
    ]
    if lines:
        blocks.append(
            {"kind": "table", "columns": ["序号", "要点", "结果", "说明"], "rows": lines, "widths": [1, 5, 2, 4]}
        )
    if defects:
        blocks += [
            {"kind": "paragraph", "text": "要整改的问题："},
            {"kind": "list", "items": [one.text for one in defects], "ordered": True},
        ]
    return blocks


def _applicant(activity: JointActivity) -> list[dict[str, Any]]:
    if activity.applicant_signed_at is None:
        return [{"kind": "paragraph", "text": "没有签字。"}]
    told = [["申请人", activity.case.principal_name], ["签字", moment(activity.applicant_signed_at)]]
    if activity.applicant_words:
        told.append(["申请人的话", activity.applicant_words])
    return [{"kind": "facts", "rows": told}]
