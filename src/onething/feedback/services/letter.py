"""补正告知书: the one notice of a round in writing, numbered and with a verification code (行政许可法 art. 32(4))."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from onething.cases.services import SYSTEM, LockedCase
from onething.documents.kinds import DocumentKind
from onething.documents.services import issue_document
from onething.feedback.models import CorrectionRound, Finding
from onething.feedback.reasons import OTHER, REASONS
from onething.feedback.rules import Line, Merged, Target
from onething.feedback.wording import Asked, asked_targets
from onething.kit import db
from onething.oneform.rules import party_subjects

__all__ = ["write_notice"]

HOW = "在网上打开这份申请的“补正”页面，逐处修改、重新上传或者写明理由，一次提交；也可以到窗口办理。"
CONSEQUENCE = "到期没有补正的，需要补正的事项不再办理；其他事项照常办理。以后要办，可以重新申请。"


@db.transaction_required
def write_notice(
    locked: LockedCase, of: CorrectionRound, points: Sequence[Merged], findings: Mapping[int, Finding], *, at: datetime
) -> None:
    """Issue the document of a round that has just been noticed, in the name of the body that leads the case."""
    case = locked.case
    asked = next((one for one in findings.values()), None)
    body = case.lead_organisation or (asked.organisation if asked is not None else None)
    if body is None or of.answer_by is None:
        return
    titles = asked_targets(case.plan, party_subjects(case.plan, case.form_values))
    day = of.answer_by
    said = {
        "points": [_point(one, findings, titles) for one in points],
        "until": f"{day.year}年{day.month}月{day.day}日。等您补正的时间不计入办理期限。",
        "how": HOW,
        "consequence": CONSEQUENCE,
    }
    issue_document(locked, DocumentKind.CORRECTION, organisation=body, said=said, at=at, by=SYSTEM)


def _point(point: Merged, findings: Mapping[int, Finding], titles: Mapping[Target, Asked]) -> str:
    asked = titles.get(point.target)
    label = f"{asked.whose}{asked.label}" if asked is not None else point.target.key
    return f"{label}：" + "；".join(_line(line, findings) for line in point.lines)


def _line(line: Line, findings: Mapping[int, Finding]) -> str:
    """One reason with the bodies that found it, their words, what it must be, the article, and why it comes late."""
    rows = [findings[one.id] for one in line.findings]
    parts = [] if line.reason == OTHER else [REASONS[line.reason].words]
    for row in rows:
        parts += [row.words] if row.words else []
        parts += [f"位置：{'、'.join(one.words for one in row.marked)}"] if row.areas else []
        parts += [f"应当是{row.required}"] if row.required else []
        parts += [f"牵头部门说明：{row.lead_words}"] if row.lead_words else []
        parts += [f"现在才提出的原因：{row.exception_reason}"] if row.exception_reason else []
    basis = "、".join(dict.fromkeys(row.basis for row in rows if row.basis))
    ground = f"，依据{basis}" if basis else ""
    return f"{'，'.join(dict.fromkeys(parts))}（{'、'.join(line.bodies)}提出{ground}）"
