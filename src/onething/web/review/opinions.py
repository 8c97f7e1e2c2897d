"""Texts an officer starts from: those of the body, those of the platform, and a first set that ships with the product (ux e6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy

from onething.cases.models import ItemCase
from onething.dispatch.models import OpinionTemplate
from onething.dispatch.rules import Filled, ItemSlice, fill_template
from onething.documents.wording import basis_of
from onething.web.ui.formats import prose_date

__all__ = ["Template", "fill", "known_words", "templates_for"]

Purpose = OpinionTemplate.Purpose


@dataclass(frozen=True, slots=True)
class Template:
    """One text with named places. `key` is what the page's select sends back."""

    key: str
    title: str
    text: str


SHIPPED: Final[Mapping[str, Sequence[tuple[Any, Any]]]] = {
    Purpose.GRANT: (
        (
            gettext_lazy("同意"),
            gettext_lazy("经审查，申请材料齐全，符合{依据}规定的条件，同意为{申请人}办理“{事项}”。"),
        ),
        (
            gettext_lazy("同意，附要求"),
            gettext_lazy("经审查，符合{依据}规定的条件，同意为{申请人}办理“{事项}”，并请做到：{附加要求}。"),
        ),
    ),
    Purpose.REFUSE: (
        (
            gettext_lazy("条件不符合"),
            gettext_lazy("经审查，{不符合的要点}不符合{依据}的规定，不同意办理“{事项}”。"),
        ),
        (
            gettext_lazy("材料与实际不一致"),
            gettext_lazy("经核对，{材料名称}与实际情况不一致：{不一致的内容}。依据{依据}，不同意办理“{事项}”。"),
        ),
    ),
    Purpose.NOT_ACCEPT: (
        (
            gettext_lazy("不归本单位办"),
            gettext_lazy("“{事项}”不属于{单位}的职责，请向{应当找的单位}申请。"),
        ),
    ),
}  # the places in braces are names of data, the same in every language of the page


def templates_for(item: ItemCase, purpose: str) -> list[Template]:
    """The texts for one act on one item, the body's own first. One query."""
    rows = OpinionTemplate.objects.filter(
        Q(organisation_id=item.organisation_id) | Q(organisation__isnull=True),
        Q(item_id=item.item_id) | Q(item_id=""),
        purpose=purpose,
    ).order_by("order", "pk")
    own = sorted(rows, key=lambda row: (row.organisation_id is None, row.item_id == "", row.order, row.pk))
    kept = [Template(f"t{row.pk}", row.title, row.text) for row in own]
    shipped = [
        Template(f"s{place}", str(title), str(text)) for place, (title, text) in enumerate(SHIPPED.get(purpose, ()))
    ]
    return kept + shipped


def fill(text: str, known: Mapping[str, str]) -> Filled:
    """Fill a text; what is not known stays visible and is named."""
    return fill_template(text, known)


def known_words(item: ItemCase, cut: ItemSlice, *, today: date, not_ok: Sequence[str]) -> dict[str, str]:
    """What the places of a text may be called. Sensitive values are never filled in: who wants one writes it."""
    case = item.case
    known = {
        field.label: field.value
        for _title, fields in cut.groups
        for field in fields
        if field.value and not field.sensitive
    }
    return known | {
        "申请人": case.principal_name,
        "申请编号": case.number,
        "办件编号": item.number,
        "一件事": case.onething_name,
        "事项": item.name,
        "单位": item.organisation.name if item.organisation is not None else "",
        "日期": prose_date(today),
        "承诺日期": prose_date(item.promised_due) if item.promised_due else "",
        "法定日期": prose_date(item.statutory_due) if item.statutory_due else "",
        "依据": basis_of(cut.item),
        "不符合的要点": "、".join(f"“{title}”" for title in not_ok),
    }
