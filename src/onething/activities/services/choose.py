"""What the applicant does about the time: pick one of three, or say that none fits (ux f)."""

from datetime import datetime

from onething.activities.access import (
    ActivityChanged,
    Incomplete,
    demand_applicant,
    lock_activity,
    lock_bodies,
    move,
)
from onething.activities.models import JointActivity
from onething.activities.rules import clashes
from onething.activities.states import ActivityState
from onething.activities.times import busy_bodies
from onething.cases.services import Acting
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import LEGAL_ZONE
from onething.parties.models import Account

__all__ = ["SlotTaken", "decline_slots", "pick_slot"]


class SlotTaken(Refused):
    """The chosen time is gone: another visit took a body, or it has passed."""

    code = "slot_taken"


@db.transaction
def pick_slot(*, activity_id: int, account: Account, slot_id: int, at: datetime) -> JointActivity:
    """Take one of the offered times. Picking the same one again is no fault.

    The bodies are locked while it is looked whether they are free, so that two visits cannot take one inspector at once.
    Raises Forbidden, ActivityChanged (chosen already, called off, new times), SlotTaken.
    """
    activity = lock_activity(activity_id)
    demand_applicant(account, activity)
    if activity.activity_state is ActivityState.BOOKED and activity.slot_id == slot_id:
        return activity
    slot = activity.slots.filter(pk=slot_id, round=activity.round).first()
    if slot is None or activity.activity_state is not ActivityState.OFFERED:
        raise ActivityChanged(
            f"时间没有定下来：这次{activity.get_kind_display()}现在是“{activity.get_state_display()}”",
            state=activity.state,
        )
    if slot.start <= at:
        raise SlotTaken("这个时间已经过去了，请选另一个")
    bodies = dict(activity.participations.values_list("organisation", "organisation__key"))
    lock_bodies(bodies)
    coming = [body for body, key in bodies.items() if key not in slot.missing]
    busy = busy_bodies(coming, after=at, leave_out=activity.pk)
    if any(clashes(slot.start, slot.end, taken) for taken in busy.values()):
        raise SlotTaken("这个时间刚刚被占了，请选另一个；都不合适，请写明原因，牵头部门另找时间")
    activity.slot, activity.booked_at = slot, at
    payload = {"round": activity.round, "start": slot.start.astimezone(LEGAL_ZONE).isoformat()}
    move(
        activity,
        ActivityState.BOOKED,
        by=Acting.of_account(account),
        at=at,
        fields=["slot", "booked_at"],
        payload=payload,
    )
    return activity


@db.transaction
def decline_slots(*, activity_id: int, account: Account, reason: str, at: datetime) -> JointActivity:
    """Say that none of the times fits, or that the chosen one no longer does; the lead looks for others.

    Raises Forbidden, Incomplete, ActivityChanged; Refused when the chosen time has begun.
    """
    if not reason.strip():
        raise Incomplete("写一句为什么不合适、什么时候可以", gaps=("写一句为什么不合适、什么时候可以",))
    activity = lock_activity(activity_id)
    demand_applicant(account, activity)
    if activity.by_photo:
        raise Refused("这次用照片复查，不用约时间", code="no_time")
    if activity.slot is not None and activity.slot.start <= at:
        raise Refused("约好的时间已经到了，改时间请打电话给牵头部门", code="too_late")
    activity.slot, activity.booked_at, activity.declined_reason = None, None, reason.strip()
    move(
        activity,
        ActivityState.PROPOSED,
        by=Acting.of_account(account),
        at=at,
        fields=["slot", "booked_at", "declined_reason"],
        payload={"declined": True},
    )
    return activity
