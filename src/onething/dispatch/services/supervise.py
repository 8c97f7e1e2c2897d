"""The lead reminds a body (催办) in one click, and takes an item to a named higher officer with a reason (R4.2.c/2, ux f5)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase
from onething.cases.services import Acting, LockedCase, lock_case, record
from onething.cases.states import ItemState
from onething.dispatch.access import Forbidden
from onething.dispatch.models import Escalation, Reminder
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.parties.models import Officer, Organisation
from onething.parties.routing import division_chain

__all__ = ["escalate_item", "remind_item", "superiors_of"]

STANDING = {ItemState.SUSPENDED, ItemState.IN_CORRECTION}


@db.transaction
def remind_item(*, item_id: int, officer: Officer, at: datetime) -> Reminder:
    """Remind the body that has an item, on behalf of the department that leads the case.

    Raises Forbidden, and Refused (`reminded`: once per item and working day; `nobody_to_remind`: nothing lies before a body,
    or its clock stands and somebody else must act).
    """
    locked, item, body = _lead_of(item_id, officer)
    day = working_calendar().next_working_day(legal_date(at))
    if Reminder.objects.filter(item=item, counts_on=day).exists():
        raise Refused(f"“{item.name}”今天已经催办过，下个工作日才能再催", code="reminded", item=item.number)
    reminder = Reminder.objects.create(
        item=item, home_division=item.home_division, organisation=body, sent_by=officer, sent_at=at,
        counts_on=day,
    )  # fmt: skip
    record(
        locked.case, "item.reminded", by=Acting.of_officer(officer), at=at,
        payload={"item": item.number, "organisation": body.key, "counts_on": day.isoformat()},
    )  # fmt: skip
    return reminder


@db.transaction
def escalate_item(*, item_id: int, officer: Officer, to: int, reason: str, at: datetime) -> Escalation:
    """Take an item to a higher officer (`to`: the officer's key, one of `superiors_of`). The reason is not in the event: free text.

    Raises Forbidden, and Refused (`incomplete` without reason, `no_superior`, `escalated` when this officer has it already).
    """
    if not reason.strip():
        raise Refused("上报要写明理由", code="incomplete")
    locked, item, body = _lead_of(item_id, officer)
    superior = next((one for one in superiors_of(item, at=at) if one.pk == to), None)
    if superior is None:
        raise Refused("不能上报给这个人，请从列表里选", code="no_superior", item=item.number)
    if Escalation.objects.filter(item=item, to=superior).exists():
        name = superior.account.display_name
        raise Refused(f"“{item.name}”已经上报过{name}", code="escalated", item=item.number)
    escalation = Escalation.objects.create(
        item=item, home_division=item.home_division, organisation=body, sent_by=officer, sent_at=at,
        to=superior, reason=reason.strip(),
    )  # fmt: skip
    record(
        locked.case, "item.escalated", by=Acting.of_officer(officer), at=at,
        payload={"item": item.number, "organisation": body.key, "to": superior.pk},
    )  # fmt: skip
    return escalation


def superiors_of(item: ItemCase, *, at: datetime) -> Sequence[Officer]:
    """The higher officers an item can be taken to: the heads of its body, then the coordinators of its place and of what lies
    around it, nearest first. Two queries.
    """
    chain = division_chain(item.home_division, legal_date(at))
    heads = Q(role=Officer.Role.HEAD, organisation_id=item.organisation_id)
    coordinators = Q(role=Officer.Role.COORDINATOR, organisation__division_id__in=list(chain))
    officers = Officer.objects.serving().filter(heads | coordinators).select_related("account", "organisation")
    return sorted(
        officers, key=lambda one: (one.role != Officer.Role.HEAD, chain.get(one.organisation.division_id, 0), one.pk)
    )


def _lead_of(item_id: int, officer: Officer) -> tuple[LockedCase, ItemCase, Organisation]:
    """The locked case, its item and the body that works on it, if this officer's body leads the case."""
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    leads = officer.is_active and officer.role == Officer.Role.LEAD
    if not leads or locked.case.lead_organisation_id != officer.organisation_id:
        raise Forbidden("只有这件事的牵头部门可以催办和上报")
    item = locked.by_id[item_id]
    if not item.is_open or item.item_state in {ItemState.WAITING, *STANDING} or item.organisation is None:
        raise Refused(
            f"“{item.name}”{item.get_state_display()}，现在没有单位可以催", code="nobody_to_remind", item=item.number
        )
    return locked, item, item.organisation
