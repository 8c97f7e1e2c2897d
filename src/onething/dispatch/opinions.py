"""Texts an officer starts an opinion from, with what is known filled in and what is not named (ux e5, e6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from onething.cases.models import ItemCase
from onething.cases.rules import item_of_plan
from onething.dispatch.models import OpinionTemplate
from onething.dispatch.rules import Filled, fill_template
from onething.kit.workdays import legal_date

__all__ = ["STANDARD", "Opinion", "opinions_for"]

Purpose = OpinionTemplate.Purpose
# What every installation has before anybody wrote a text of its own.
STANDARD: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    Purpose.GRANT: (("符合条件", "{申请人}申请的“{事项}”材料齐全，符合{依据}规定的条件，同意办理。"),),
    Purpose.REFUSE: (
        ("条件不符", "{申请人}申请的“{事项}”不符合{依据}规定的条件，具体是：{不符合的地方}。"),
        (
            "救济途径",
            "对本决定不服的，可以在收到之日起60日内向{复议机关}申请行政复议，或者在6个月内向人民法院提起行政诉讼。",
        ),
    ),
    Purpose.NOT_ACCEPT: (("不归本单位办", "“{事项}”不属于{办理单位}的职责，请向{应当办理的单位}提出。"),),
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """One text ready to be edited. `missing` names the places nothing is known for."""

    title: str
    text: str
    missing: tuple[str, ...]


def opinions_for(item: ItemCase, purpose: str) -> list[Opinion]:
    """The texts for one item and purpose: the body's own first, then the platform's. One query."""
    own = (
        OpinionTemplate.objects.filter(purpose=purpose)
        .filter(Q(organisation_id=item.organisation_id) | Q(organisation__isnull=True), item_id__in=["", item.item_id])
        .order_by("-item_id", "organisation_id", "order", "pk")
        .values_list("title", "text")
    )
    known = known_places(item)
    return [_filled(title, fill_template(text, known)) for title, text in [*own, *STANDARD.get(purpose, ())]]


def known_places(item: ItemCase) -> dict[str, str]:
    """What can be said about an item without asking anybody. The item comes with its case and body."""
    planned = item_of_plan(item.case.plan, item.key)
    cited = [str(basis.get("cited") or basis.get("title") or "") for basis in planned.get("basis", ())]
    return {
        "申请人": item.case.principal_name,
        "事项": item.name,
        "申请编号": item.case.number,
        "办理单位": item.organisation.name if item.organisation is not None else "",
        "依据": "、".join(one for one in cited if one),
        "提交日期": legal_date(item.submitted_at).isoformat(),
        "受理日期": legal_date(item.accepted_at).isoformat() if item.accepted_at is not None else "",
        "承诺日期": item.promised_due.isoformat() if item.promised_due is not None else "",
    }


def _filled(title: str, filled: Filled) -> Opinion:
    return Opinion(title, filled.text, filled.missing)
