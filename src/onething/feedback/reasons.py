"""The counted reasons of a finding, as data: what is wrong, in words an applicant understands (R2.7.a/1).

A list instead of free text, so that reasons can be counted and the same fault found by two bodies is one point. The list is
the product's own, put together from what correction notices say; a city may not change it, but "other" takes any words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from onething.feedback.rules import TargetKind

__all__ = ["OTHER", "REASONS", "Reason", "reasons_for"]

F, M, S = TargetKind.FIELD, TargetKind.MATERIAL, TargetKind.SECTION
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: where it may be given, what it says, what helps, and which reason asks the very opposite."""

    code: str
    kinds: frozenset[TargetKind]
    words: str
    help: str
    opposite: str = ""


def _reason(code: str, words: str, help_: str, *kinds: TargetKind, opposite: str = "") -> Reason:
    return Reason(code, frozenset(kinds), words, help_, opposite)


REASONS: Final[Mapping[str, Reason]] = {
    one.code: one
    for one in (
        _reason("missing_pages", "缺页，没有交全", "把缺的页补上，和原来的一起重新上传", M),
        _reason("illegible", "看不清楚", "在亮的地方把整页拍清楚，重新上传", M),
        _reason("wrong_paper", "不是要的这份材料", "换成要的这份材料", M),
        _reason("out_of_date", "过了有效期", "换成还在有效期内的", M),
        _reason("not_signed", "没有签名或者盖章", "签名或者盖章后重新上传", M),
        _reason("not_as_required", "格式不符合要求", "按要求的格式重新做一份", M),
        _reason("original_wanted", "要交原件，不要复印件", "上传原件的照片或扫描件", M, opposite="copy_wanted"),
        _reason("copy_wanted", "要交复印件，不要原件", "上传复印件", M, opposite="original_wanted"),
        _reason("wrong", "填错了", "对照证件或材料，改成对的", F),
        _reason("unclear", "写得不清楚", "写清楚，让人一看就明白", F, S),
        _reason("too_short", "写得太简单", "写详细一些", F, S, opposite="too_long"),
        _reason("too_long", "写得太多", "只写要紧的", F, S, opposite="too_short"),
        _reason("differs", "和别的内容对不上", "核对后改成一致的；本来就不一样的，写明原因", F, M, S),
        _reason("incomplete", "没有填全", "把没有填的补上", S),
        _reason(OTHER, "其他问题", "", F, M, S),
    )
}


def reasons_for(kind: TargetKind) -> list[Reason]:
    """The reasons that fit what a finding is about, in their order."""
    return [one for one in REASONS.values() if kind in one.kinds]
