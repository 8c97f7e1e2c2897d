"""Reads of one case that pages of several faces share. Each function says how many queries it makes."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F

from onething.cases.calendar import working_calendar
from onething.cases.clock import extensions_of, stops_of
from onething.cases.expected import ItemNow, Line, expected_day
from onething.cases.models import ClockExtension, ClockStop, ItemCase, OneThingCase
from onething.cases.rules import item_of_plan
from onething.cases.states import ItemState, Outcome
from onething.cases.waiting import Wait, waits_of
from onething.kit.statements import Parameter, Statement
from onething.kit.workdays import legal_date
from onething.parties.models import Account

__all__ = ["expected_of", "items_of_case", "own_case", "stops_of_items", "waits_of_item"]

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


STANDING = frozenset({ItemState.SUSPENDED.value, ItemState.IN_CORRECTION.value})
BAD = frozenset({Outcome.REFUSED.value, Outcome.NOT_ACCEPTED.value, Outcome.WITHDRAWN.value, Outcome.TERMINATED.value})


def stops_of_items(items: Sequence[ItemCase]) -> dict[int, list[ClockStop]]:
    """The stops of items by item, the first first, without their reasons. One query, none where no clock was ever moved."""
    wanted = [item.pk for item in items if _moved(item)]
    found: dict[int, list[ClockStop]] = {}
    if wanted:
        for stop in ClockStop.objects.filter(item_id__in=wanted).defer("reason").order_by("item_id", "number"):
            found.setdefault(stop.item_id, []).append(stop)
    return found


def expected_of(
    case: OneThingCase, items: Sequence[ItemCase], stops: dict[int, list[ClockStop]]
) -> tuple[date | None, list[Line]]:
    """When the whole will be done as things stand, and why (`expected_day`). At most one query."""
    wanted = [item.pk for item in items if _moved(item)]
    more: dict[int, list[ClockExtension]] = {}
    if wanted:
        for one in ClockExtension.objects.filter(item_id__in=wanted).defer("reason").order_by("item_id", "pk"):
            more.setdefault(one.item_id, []).append(one)
    rows = [_now(item, stops.get(item.pk, []), more.get(item.pk, [])) for item in items]
    return expected_day(rows, received_on=case.received_on, promised_on=case.promised_on, calendar=working_calendar())


def _moved(item: ItemCase) -> bool:
    """Whether a stop or an extension shows in an item: it stands still, or its day is not the one told."""
    return item.state in STANDING or (item.started_on is not None and item.promised_due != item.planned_due)


def _now(item: ItemCase, stops: list[ClockStop], extensions: list[ClockExtension]) -> ItemNow:
    return ItemNow(
        number=item.number,
        key=item.key,
        after=tuple(item.after),
        after_acceptance=tuple(item.after_acceptance),
        planned_due=item.planned_due,
        promised_due=item.promised_due,
        started_on=item.started_on,
        decided_on=legal_date(item.decided_at) if item.decided_at is not None else None,
        ended_badly=item.outcome in BAD,
        stops=stops_of(stops),
        extensions=extensions_of(extensions),
    )


def waits_of_item(item: ItemCase) -> tuple[Wait, ...]:
    """The waiting periods of an item on their days, the last to end at the end; none before acceptance. The item comes with its case.

    No query when the case came with its content.
    """
    if item.waits_until is None or item.accepted_on is None:
        return ()
    planned = item_of_plan(item.case.plan, item.key)
    return waits_of(planned, item.case.form_values, since=item.accepted_on, calendar=working_calendar())
