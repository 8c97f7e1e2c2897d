"""Reads of one case that pages of several faces share. Each function says how many queries it makes."""

from django.db.models import F

from onething.cases.models import ItemCase, OneThingCase
from onething.kit.statements import Parameter, Statement
from onething.parties.models import Account

__all__ = ["items_of_case", "own_case"]

OWN_CASE = Statement(
    lambda: (
        OneThingCase.objects.of_account(Parameter("account"))
        .filter(number=Parameter("number"))
        .without_content()
        .annotate(notice_number=F("notice__number"))
    )
)
ITEMS_OF_CASE = Statement(
    lambda: (
        ItemCase.objects.filter(case_id=Parameter("case"))
        .select_related("organisation", "claimed_by__account")
        .in_order()
    )
)


def own_case(account: Account, number: str) -> OneThingCase | None:
    """The case of a number without its content, if this account handed it in (I10); with its `notice_number`. One query."""
    return next(iter(OWN_CASE(account=account.pk, number=number)), None)


def items_of_case(case: OneThingCase) -> list[ItemCase]:
    """All items of a case in the order of its plan, with their bodies and holders. One query.

    The caller has asked who may see the case; what stands in `opinion` is for the body of its item and the applicant.
    """
    items = ITEMS_OF_CASE(case=case.pk)
    for item in items:
        item.case = case
    return items
