"""The end of a visit: one sheet, agreed on the spot; and what is added later, with its reason (R2.8.d/2, ux f4)."""

from datetime import datetime

from onething.activities.access import (
    ActivityChanged,
    Incomplete,
    demand_applicant,
    demand_inspector,
    demand_lead,
    lock_activity,
    move,
    note,
)
from onething.activities.models import ChecklistPoint, Defect, JointActivity, LateFinding, Participation
from onething.activities.rules import Opinion, ValidWith, consolidated, is_valid
from onething.activities.sheet import hash_of_sheet
from onething.activities.states import ActivityState
from onething.cases.services import Acting
from onething.kit import db
from onething.parties.models import Account, Officer

__all__ = ["add_late_finding", "close_activity", "close_now", "confirm_sheet"]

LONGEST_TEXT = 1000


@db.transaction
def confirm_sheet(*, activity_id: int, account: Account, words: str, at: datetime) -> JointActivity:
    """The applicant has read the sheet and signs it, with own words if wanted: they stand on it beside what the bodies say.

    Everybody invited has signed or is marked absent by then. Confirming again is no fault. Raises Forbidden, Incomplete, ActivityChanged.
    """
    activity = lock_activity(activity_id)
    demand_applicant(account, activity)
    if activity.applicant_signed_at is not None:
        return activity
    _demand_held(activity)
    _demand_signed(activity, [Participation.State.INVITED, Participation.State.PRESENT])
    activity.applicant_words, activity.applicant_signed_at = words.strip()[:LONGEST_TEXT], at
    activity.save(update_fields=["applicant_words", "applicant_signed_at"])
    close_now(activity, by=Acting.of_account(account), at=at)
    return activity


@db.transaction
def close_activity(*, activity_id: int, officer: Officer, reason: str, at: datetime) -> JointActivity:
    """The lead ends it without the applicant's signature, saying why; who did not come is recorded as absent.

    Raises Forbidden, Incomplete (no reason, or somebody who came has not signed), ActivityChanged.
    """
    if not reason.strip():
        raise Incomplete("写明为什么没有申请人签字", gaps=("写明为什么没有申请人签字",))
    activity = lock_activity(activity_id)
    demand_lead(officer, activity.case)
    _demand_held(activity)
    _demand_signed(activity, [Participation.State.PRESENT])
    for row in activity.participations.filter(state=Participation.State.INVITED).select_related("item", "organisation"):
        row.state = Participation.State.ABSENT
        row.save(update_fields=["state"])
        payload = {"item": row.item.number, "organisation": row.organisation.key}
        note(activity, "absent", by=Acting.of_officer(officer), at=at, payload=payload)
    activity.ended_reason = reason.strip()[:LONGEST_TEXT]
    activity.save(update_fields=["ended_reason"])
    close_now(activity, by=Acting.of_officer(officer), at=at)
    return activity


@db.transaction
def add_late_finding(*, participation_id: int, officer: Officer, text: str, reason: str, at: datetime) -> LateFinding:
    """Add an open point after the own signature, with the reason why it was not on the sheet; the applicant reads both (ux f4).

    Raises Forbidden, Incomplete, ActivityChanged before the own signature or after a visit called off.
    """
    gaps = [
        words for given, words in ((text, "写明是什么问题"), (reason, "写明为什么当时没有提出")) if not given.strip()
    ]
    if gaps:
        raise Incomplete("；".join(gaps), gaps=tuple(gaps))
    activity_id = Participation.objects.values_list("activity_id", flat=True).get(pk=participation_id)
    activity = lock_activity(activity_id)
    row = Participation.objects.select_related("item", "organisation").get(pk=participation_id)
    demand_inspector(officer, row)
    if row.signed_at is None and activity.activity_state is not ActivityState.CLOSED:
        raise ActivityChanged("您单位还没有签字，直接写在检查表里就可以")
    defect = Defect.objects.create(participation=row, text=text.strip()[:LONGEST_TEXT], found_at=at)
    added = LateFinding.objects.create(
        participation=row, officer=officer, defect=defect, reason=reason.strip()[:LONGEST_TEXT], added_at=at
    )
    payload = {"item": row.item.number, "organisation": row.organisation.key}
    note(activity, "added", by=Acting.of_officer(officer), at=at, payload=payload)
    return added


@db.transaction_required
def close_now(activity: JointActivity, *, by: Acting, at: datetime) -> None:
    """Judge whether it counts, form the one opinion, close what was found put right, and fix the sheet."""
    rows = list(activity.participations.select_related("organisation"))
    invited = {row.organisation_id for row in rows}
    present = {row.organisation_id for row in rows if row.signed_at is not None}
    activity.is_valid = is_valid(
        ValidWith(activity.valid_with), activity.quorum, invited=len(invited), present=len(present)
    )
    found = consolidated(Opinion(row.opinion) for row in rows if row.opinion)
    activity.opinion, activity.ended_at = (found.value if found else ""), at
    if activity.is_valid:
        _close_defects(activity, at)
    activity.sheet_hash = hash_of_sheet(activity)
    move(
        activity,
        ActivityState.CLOSED,
        by=by,
        at=at,
        fields=["is_valid", "opinion", "ended_at", "sheet_hash"],
        payload={"valid": activity.is_valid, "opinion": activity.opinion, "sheet": activity.sheet_hash},
    )


def _close_defects(activity: JointActivity, at: datetime) -> None:
    right = ChecklistPoint.objects.filter(
        participation__activity=activity, participation__signed_at__isnull=False, defect__isnull=False
    ).exclude(answer=ChecklistPoint.Answer.NOT_OK)
    for point in right:
        Defect.objects.filter(pk=point.defect_id or 0, closed_in__isnull=True).update(
            closed_in=point.participation_id, closed_at=at
        )


def _demand_held(activity: JointActivity) -> None:
    if activity.activity_state is not ActivityState.HELD:
        raise ActivityChanged(
            f"这次{activity.get_kind_display()}现在是“{activity.get_state_display()}”，没有要确认的",
            state=activity.state,
        )


def _demand_signed(activity: JointActivity, among: list[str]) -> None:
    open_rows = activity.participations.filter(state__in=among, signed_at__isnull=True).select_related("organisation")
    names = list(dict.fromkeys(row.organisation.name for row in open_rows.order_by("pk")))
    if names or not activity.participations.filter(signed_at__isnull=False).exists():
        words = f"{'、'.join(names)}还没有签字" if names else "还没有一个单位签字"
        raise Incomplete(words, gaps=tuple(names))
