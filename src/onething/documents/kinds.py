"""The documents a body gives in the course of a case, and what the law wants each to say. Data; imports nothing of Django.

Sources: 行政许可法 (2019) art. 32 (acceptance and its refusals, in writing, with seal and date), 38 (refusal), 42 (extension), 45
(what does not count towards the limit); remedies are in `remedies.py`. For the receipt and for a termination the law names no
contents; theirs are what windows are used to giving.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["TYPES", "DocumentKind", "DocumentType", "Part"]


class DocumentKind(StrEnum):
    """The nine kinds."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"
    NOT_ACCEPTED = "not_accepted"
    NOT_REQUIRED = "not_required"
    CORRECTION = "correction"
    SPECIAL_PROCEDURE = "special_procedure"
    EXTENSION = "extension"
    REFUSAL = "refusal"
    TERMINATION = "termination"


@dataclass(frozen=True, slots=True)
class Part:
    """Something a document has to say: its name in `said`, the words before it, and the article that wants it.

    What is optional stands where somebody had something to say.
    """

    name: str
    label: str
    basis: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One kind: its title, the word in its number, its first sentence ({what} is the matter), and its parts in their order.

    `plain_title` and `plain_opening` are for matters that are no administrative licence: the licensing law's words would claim a
    ground that is not there.
    """

    title: str
    word: str
    opening: str
    parts: tuple[Part, ...]
    plain_title: str = ""
    plain_opening: str = ""


RECEIVED: Final = "您提出的“{what}”申请收到了。"
_REMEDIES: Final = Part("remedies", "救济途径", "行政许可法第三十八条第二款")

TYPES: Final[Mapping[DocumentKind, DocumentType]] = {
    DocumentKind.RECEIPT: DocumentType(
        title="收件回执",
        word="收",
        opening="现收到您为“{what}”提交的下列材料。",
        parts=(
            Part("materials", "收到的材料"),
            Part("received_on", "收到时间"),
            Part("received_by", "收件方式"),
            Part("items", "要办的事"),
            Part("inquiry", "查询方式"),
        ),
    ),
    DocumentKind.ACCEPTANCE: DocumentType(
        title="受理通知书",
        word="受",
        opening=RECEIVED + "申请材料齐全，符合法定形式，现予受理。",
        plain_opening=RECEIVED + "申请材料齐全，符合规定的形式，现予受理。",
        parts=(
            Part("accepted_on", "受理日期", "行政许可法第三十二条第二款"),
            Part("statutory", "法定期限", "行政许可法第四十二条"),
            Part("promised", "承诺期限"),
            Part("special", "可能的特别程序", "行政许可法第四十五条"),
            Part("materials", "收到的材料"),
            Part("inquiry", "查询方式"),
        ),
    ),
    DocumentKind.NOT_ACCEPTED: DocumentType(
        title="不予受理通知书",
        word="不予受",
        opening=RECEIVED + "申请事项依法不属于本单位职权范围，决定不予受理。",
        parts=(
            Part("reason", "理由", "行政许可法第三十二条第一款第二项"),
            Part("basis", "依据"),
            Part("right_body", "应当找的单位", "行政许可法第三十二条第一款第二项"),
            _REMEDIES,
        ),
    ),
    DocumentKind.NOT_REQUIRED: DocumentType(
        title="不受理告知书",
        word="不受",
        opening=RECEIVED + "申请事项依法不需要取得行政许可，现告知您不受理；您不用再办这一项。",
        plain_opening=RECEIVED + "这一项依规定不需要办理，现告知您不受理；您不用再办这一项。",
        parts=(Part("reason", "理由", "行政许可法第三十二条第一款第一项"), Part("basis", "依据")),
    ),
    DocumentKind.CORRECTION: DocumentType(
        title="补正告知书",
        word="补",
        opening="您提出的“{what}”申请，有下列内容需要补正，现一次告知您需要补正的全部内容。",
        parts=(
            Part("points", "需要补正的内容", "行政许可法第三十二条第一款第四项"),
            Part("until", "补正期限"),
            Part("how", "补正方式"),
            Part("consequence", "逾期不补的后果"),
        ),
    ),
    DocumentKind.SPECIAL_PROCEDURE: DocumentType(
        title="特别程序告知书",
        word="特",
        opening="办理您的“{what}”申请，依法需要进行下列程序，所需时间不计算在办理期限内。",
        parts=(
            Part("procedure", "程序", "行政许可法第四十五条"),
            Part("time_needed", "所需时间", "行政许可法第四十五条"),
            Part("starts_on", "开始日期"),
            Part("basis", "依据"),
            Part("note", "说明", optional=True),
            Part("limits", "办理期限"),
        ),
    ),
    DocumentKind.EXTENSION: DocumentType(
        title="延长期限告知书",
        word="延",
        opening="您提出的“{what}”申请，不能在规定的期限内作出决定，经批准延长期限，现告知您。",
        parts=(
            Part("reason", "延长的理由", "行政许可法第四十二条"),
            Part("days", "延长的时间"),
            Part("new_date", "延长后的期限"),
            Part("approver", "批准人", "行政许可法第四十二条"),
            Part("basis", "依据"),
        ),
    ),
    DocumentKind.REFUSAL: DocumentType(
        title="不予行政许可决定书",
        plain_title="不予办理决定书",
        word="不许",
        opening="您提出的“{what}”申请，经审查，不符合法定条件，决定不予行政许可。",
        plain_opening="您提出的“{what}”申请，经审查，不符合规定的条件，决定不予办理。",
        parts=(
            Part("reason", "理由", "行政许可法第三十八条第二款"),
            Part("basis", "依据", "行政许可法第三十八条第二款"),
            _REMEDIES,
        ),
    ),
    DocumentKind.TERMINATION: DocumentType(
        title="终止办理通知书",
        word="终",
        opening="您提出的“{what}”申请，现终止办理。",
        parts=(Part("reason", "理由"), Part("basis", "依据"), Part("returned", "材料退还"), _REMEDIES),
    ),
}
