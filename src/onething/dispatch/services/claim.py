"""Taking a task and giving it back (ux e2, e5)."""

from datetime import datetime

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import Acting, IllegalMove, record
from onething.cases.states import ItemState
from onething.dispatch.access import demand_reviewer, take, taken_by_other
from onething.kit import db
from onething.parties.models import Officer

__all__ = ["claim_task", "next_task", "release_task"]


@db.transaction
def claim_task(*, item_id: int, officer: Officer, at: datetime) -> ItemCase:
    """Take one task. Claiming again what one has is no fault. Raises TaskTaken, Forbidden, IllegalMove.

    Only the item's row is locked: a claim moves nothing, so it need not wait for the case.
    """
    item = _locked(item_id)
    demand_reviewer(officer, item)
    if not item.is_open or item.item_state is ItemState.WAITING:
        raise IllegalMove(f"“{item.name}”{item.get_state_display()}，不用领", item=item.number)
    if item.claimed_by_id == officer.pk:
        return item
    if item.claimed_by_id is not None:
        raise taken_by_other(item)
    return _claim(item, officer, at=at)


@db.transaction
def release_task(*, item_id: int, officer: Officer, at: datetime) -> ItemCase:
    """Give a task back, so that a colleague can take it. Raises TaskTaken, Forbidden."""
    item = _locked(item_id)
    demand_reviewer(officer, item)
    if item.claimed_by_id is None:
        return item
    if item.claimed_by_id != officer.pk:
        raise taken_by_other(item)
    item.claimed_by, item.claimed_at = None, None
    item.save(update_fields=["claimed_by", "claimed_at"])
    payload = {"item": item.number, "officer": officer.pk}
    record(_case(item), "item.released", by=Acting.of_officer(officer), at=at, payload=payload)
    return item


@db.transaction
def next_task(*, officer: Officer, at: datetime) -> ItemCase | None:
    """Take the most urgent task of the officer's body that nobody has; None when there is none.

    Rows that somebody is taking at this moment are skipped, so that two who press at once get two different tasks.
    """
    if not officer.is_active or officer.role != Officer.Role.REVIEWER:
        return None
    item = (
        ItemCase.objects.visible_to(officer)
        .at_hand()
        .filter(claimed_by__isnull=True)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .by_deadline()
        .first()
    )
    return None if item is None else _claim(item, officer, at=at)


def _locked(item_id: int) -> ItemCase:
    return (
        # No joins: a row that was waited for is read again, what is joined to it is not.
        ItemCase.objects.select_for_update(of=("self",), no_key=True).get(pk=item_id)
    )


def _claim(item: ItemCase, officer: Officer, *, at: datetime) -> ItemCase:
    take(_case(item), item, officer, at=at)
    return item


def _case(item: ItemCase) -> OneThingCase:
    return OneThingCase.objects.without_content().get(pk=item.case_id)
