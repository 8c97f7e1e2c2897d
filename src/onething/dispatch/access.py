"""Who may act on an item: the right body, the right office, and whoever has taken the task (I10)."""

from datetime import datetime

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import Acting, LockedCase, record
from onething.kit.errors import Refused
from onething.kit.workdays import LEGAL_ZONE
from onething.parties.models import Account, Officer

__all__ = [
    "Forbidden",
    "TaskTaken",
    "demand_extender",
    "hold",
    "may_coordinate",
    "may_extend",
    "may_head",
    "may_review",
]


class Forbidden(Refused):
    """This officer may not act on this item."""

    code = "forbidden"


class TaskTaken(Refused):
    """A colleague has the task. The message says who and since when; facts: `officer`, `since`."""

    code = "task_taken"


def may_review(officer: Officer, item: ItemCase) -> bool:
    """Whether the officer reviews for the body that has this item now."""
    return (
        officer.is_active
        and officer.role == Officer.Role.REVIEWER
        and item.organisation_id is not None
        and item.organisation_id == officer.organisation_id
    )


def may_coordinate(officer: Officer) -> bool:
    """Whether the officer finds the body for what found none."""
    return officer.is_active and officer.role == Officer.Role.COORDINATOR


def may_head(officer: Officer, item: ItemCase) -> bool:
    """Whether the officer heads the body that has this item now."""
    return officer.is_active and officer.role == Officer.Role.HEAD and item.organisation_id == officer.organisation_id


def may_extend(officer: Officer, item: ItemCase) -> bool:
    """Whether the officer may allow more time (行政许可法 art. 42): the head of the body, or for what is handled jointly the head
    of the government at the level of the body."""
    if not item.joint_handling:
        return may_head(officer, item)
    body, governs = item.organisation, officer.is_active and officer.role == Officer.Role.GOVERNMENT
    return governs and body is not None and body.division_id == officer.organisation.division_id


def demand_extender(officer: Officer, item: ItemCase) -> None:
    """Raises Forbidden: more time is allowed by one person and by nobody else."""
    if not may_extend(officer, item):
        who = "本级人民政府的负责人" if item.joint_handling else "办理单位的负责人"
        raise Forbidden(f"只有{who}可以批准", item=item.number)


def demand_reviewer(officer: Officer, item: ItemCase) -> None:
    """Raises Forbidden, naming who has the item."""
    if may_review(officer, item):
        return
    body = item.organisation.name if item.organisation is not None else "协调员"
    raise Forbidden(f"这一项由{body}在办，您不能操作", item=item.number)


def hold(locked: LockedCase, item_id: int, officer: Officer, *, at: datetime) -> ItemCase:
    """The item, taken by this officer: acting on what nobody has takes it. Raises Forbidden, TaskTaken.

    A body's own system acts and holds nothing: when it falls silent, the people of the body go on at once (R5.11/2).
    """
    item = locked.by_id[item_id]
    demand_reviewer(officer, item)
    if item.claimed_by_id is None:
        if officer.account.kind != Account.Kind.SYSTEM:
            take(locked.case, item, officer, at=at)
    elif item.claimed_by_id != officer.pk:
        raise taken_by_other(item)
    return item


def take(case: OneThingCase, item: ItemCase, officer: Officer, *, at: datetime) -> None:
    """Write the claim and its event; the item's row is locked.

    The first claim of what was accepted elsewhere acknowledges the hand-over (R3.1.g): from here on the body answers for it.
    """
    item.claimed_by, item.claimed_at = officer, at
    changed = ["claimed_by", "claimed_at"]
    payload: dict[str, object] = {"item": item.number, "officer": officer.pk}
    if item.handed_over_from and item.handover_acknowledged_at is None:
        item.handover_acknowledged_at, item.handover_acknowledged_by = at, officer
        changed += ["handover_acknowledged_at", "handover_acknowledged_by"]
        payload["handed_over_from"] = item.handed_over_from
    item.save(update_fields=changed)
    record(case, "item.claimed", by=Acting.of_officer(officer), at=at, payload=payload)


def taken_by_other(item: ItemCase) -> TaskTaken:
    """The refusal that names the colleague."""
    holders = Officer.objects.select_related("account").filter(claimed_items=item)
    colleague = holders.first()
    since = item.claimed_at
    name = colleague.account.display_name if colleague is not None else ""
    clock = since.astimezone(LEGAL_ZONE).strftime("%H:%M") if since is not None else ""
    return TaskTaken(f"{name}在{clock}已经领了这一件，您可以领下一件", officer=name, since=clock)
