"""The receipt as PDF: the facts of the page, drawn by the product's one document maker."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from onething.cases.models import OneThingCase
from onething.kit.documents import render_document, verification
from onething.notice.paper import site
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import prose_date

__all__ = ["draw_receipt"]


def draw_receipt(case: OneThingCase, lines: Sequence[Mapping[str, str]], lacking: Sequence[str] = ()) -> bytes:
    """The PDF of a receipt. The moment is that of the submission, so that the same receipt is the same file;
    `lacking` is what was still to be handed in then."""
    address = site() + link_to("public:case", case.number)
    facts = [
        [_("申请编号"), case.number],
        [_("申请人"), case.principal_name],
        [_("提交时间"), prose_date(timezone.localtime(case.submitted_at))],
    ]
    if case.promised_on:
        facts.append([_("承诺的日期"), _("%(day)s前") % {"day": prose_date(case.promised_on)}])
    rows = [
        [line["who"], line["what"], "，".join(part for part in (line["due"], line["after"]) if part)] for line in lines
    ]
    data = {
        "title": _("申请回执"),
        "subtitle": case.onething_name,
        "facts": facts,
        "blocks": [
            {"kind": "heading", "text": _("谁来办，几时办好"), "level": 1},
            {"kind": "table", "columns": [_("办理单位"), _("要办的事"), _("时间")], "rows": rows, "widths": [2, 2, 2]},
            *_lacking(lacking),
            {"kind": "heading", "text": _("接下来"), "level": 1},
            {
                "kind": "list",
                "items": [
                    _("不用再去各个部门，材料已经分给上面的单位。"),
                    _("在网上“我的”里看进度；不清楚的，打12345，报申请编号。"),
                ],
                "ordered": False,
            },
        ],
        "verify": verification(address, [_("扫码看办理进度，要先登录。")]),
    }
    if settings.ONETHING_DEMO:
        data["mark"] = _("演示文书，没有法律效力")
    return render_document("receipt", data, at=case.submitted_at)


def _lacking(papers: Sequence[str]) -> list[dict[str, Any]]:
    if not papers:
        return []
    return [
        {"kind": "heading", "text": _("还要补交的材料"), "level": 1},
        {"kind": "list", "items": list(papers), "ordered": False},
        {"kind": "paragraph", "text": _("提交时还没有交，可以先办后补（容缺受理）。在网上“我的”里打开这份申请补交。")},
    ]
