"""Who may act on a joint activity, and the rows a verb works on (I10).

Locks go case → items → joint activity → bodies → event head. Nothing here moves an item, so most verbs begin at the activity.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from onething.activities.models import JointActivity, Participation
from onething.activities.states import ActivityState, IllegalActivityStep, check_step
from onething.cases.models import OneThingCase
from onething.cases.services import Acting, record
from onething.dispatch.access import Forbidden
from onething.kit import db
from onething.kit.errors import Refused
from onething.parties.models import Account, Officer, Organisation

__all__ = [
    "ActivityChanged", "Incomplete", "demand_applicant", "demand_inspector", "demand_lead", "lock_activity", "lock_bodies",
    "may_lead", "move", "note",
]  # fmt: skip


class ActivityChanged(Refused):
    """The activity is no longer where the page thought it to be: somebody was faster. The message says what holds now."""

    code = "activity_changed"


class Incomplete(Refused):
    """Something is still lacking. Facts: `gaps`, a tuple of sentences."""

    code = "incomplete"


def may_lead(officer: Officer, case: OneThingCase) -> bool:
    """Whether the officer arranges joint activities of this case: a lead's of the body that leads it."""
    return (
        officer.is_active
        and officer.role == Officer.Role.LEAD
        and case.lead_organisation_id is not None
        and case.lead_organisation_id == officer.organisation_id
    )


def demand_lead(officer: Officer, case: OneThingCase) -> None:
    """Raises Forbidden."""
    if not may_lead(officer, case):
        raise Forbidden("联合活动由这件事的牵头部门安排，您不能操作", case=case.number)


def demand_inspector(officer: Officer, row: Participation) -> None:
    """Raises Forbidden unless the officer reviews for the body of this participation."""
    mine = row.organisation_id == officer.organisation_id
    if not (officer.is_active and officer.role == Officer.Role.REVIEWER and mine):
        raise Forbidden("这一份由参加的单位自己填写，您不能操作", participation=row.pk)


def demand_applicant(account: Account, activity: JointActivity) -> None:
    """Raises Forbidden unless the account handed the case in."""
    if activity.case.account_id != account.pk:
        raise Forbidden("这不是您的申请", activity=activity.pk)


@db.transaction_required
def lock_activity(activity_id: int) -> JointActivity:
    """Lock an activity; its case is read without content and not locked. Two queries."""
    row = JointActivity.objects.select_for_update(of=("self",), no_key=True).get(pk=activity_id)
    row.case = OneThingCase.objects.without_content().get(pk=row.case_id)
    return row


@db.transaction_required
def lock_bodies(bodies: Iterable[int]) -> None:
    """Lock bodies while a time of theirs is taken, so that two activities cannot take the same one. One query."""
    rows = Organisation.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(bodies))
    list(rows.order_by("pk").values_list("pk"))


@db.transaction_required
def move(
    activity: JointActivity,
    new: ActivityState,
    *,
    by: Acting,
    at: datetime,
    fields: Iterable[str] = (),
    payload: Mapping[str, object] | None = None,
) -> None:
    """Move a locked activity and write it down. Raises ActivityChanged, saying what holds now."""
    try:
        check_step(activity.activity_state, new)
    except IllegalActivityStep:
        raise ActivityChanged(
            f"这次{activity.get_kind_display()}现在是“{activity.get_state_display()}”，做不了这一步。刷新页面看最新情况",
            old=activity.state,
            new=new.value,
        ) from None
    activity.state = new.value
    activity.save(update_fields=sorted({"state", *fields}))
    note(activity, new.value, by=by, at=at, payload=payload)


@db.transaction_required
def note(
    activity: JointActivity, what: str, *, by: Acting, at: datetime, payload: Mapping[str, object] | None = None
) -> None:
    """Write one event of an activity: which one, of which kind, never what was found."""
    facts = {"activity": activity.ordinal, "kind": activity.kind, **(payload or {})}
    record(activity.case, f"activity.{what}", by=by, at=at, payload=facts)
