"""What the lead does: arrange, offer times, call off, look again at what was left open (R2.8.d, ux f)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onething.activities.access import (
    ActivityChanged,
    Incomplete,
    demand_lead,
    lock_activity,
    move,
    note,
)
from onething.activities.drawings import keep_versions
from onething.activities.models import ChecklistPoint, Defect, JointActivity, Participation, Slot
from onething.activities.rules import OFFERED, Look
from onething.activities.states import ActivityState, Kind
from onething.activities.times import earliest, proposals_for
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import Acting, lock_case
from onething.cases.states import ItemState
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import LEGAL_ZONE
from onething.parties.models import Officer

__all__ = ["AlreadySeen", "Wanted", "arrange_activity", "cancel_activity", "offer_slots", "rule_of", "start_recheck"]

USUAL_MINUTES = 90
SHORTEST, LONGEST = 15, 8 * 60


class AlreadySeen(Refused):
    """There is one visit of a kind: what was looked at is looked at again only where something was left open."""

    code = "already_seen"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that takes part, and what its body looks at."""

    item_id: int
    points: Sequence[Look]


def rule_of(document: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """What the one-thing says of a kind of joint activity; silence means everybody must come, and no photos."""
    found: Mapping[str, Any] = next((one for one in document.get("joint", ()) if one["kind"] == kind), {})
    usual: dict[str, Any] = {
        "items": [],
        "valid_with": "all",
        "quorum": None,
        "photo_recheck": False,
        "minutes": USUAL_MINUTES,
    }
    return {**usual, **found}


@db.transaction
def arrange_activity(
    *,
    case_id: int,
    officer: Officer,
    kind: Kind,
    wanted: Sequence[Wanted],
    at: datetime,
    place: str = "",
    invited: str = "",
    minutes: int | None = None,
) -> JointActivity:
    """Bring the bodies of some items together. Times are offered next (`offer_slots`).

    Only items under way take part, of two bodies or more. Raises Forbidden, Incomplete, AlreadySeen (the same items were seen
    together already, or a visit of this kind is running).
    """
    locked = lock_case(case_id)
    case = locked.case
    demand_lead(officer, case)
    items = _items(locked.by_id, wanted)
    _not_yet_seen(case, kind, items)
    rule = rule_of(case.edition.document, kind)
    activity = _create(
        case, kind, officer, at, place=place.strip(), invited=invited.strip(), minutes=minutes or rule["minutes"],
        valid_with=rule["valid_with"], quorum=rule["quorum"], photo_recheck=rule["photo_recheck"],
    )  # fmt: skip
    for item, one in zip(items, wanted, strict=True):
        row = Participation.objects.create(activity=activity, item=item, organisation_id=item.organisation_id or 0)
        ChecklistPoint.objects.bulk_create(
            ChecklistPoint(participation=row, ordinal=place, title=look.title, basis=look.basis)
            for place, look in enumerate(one.points, start=1)
        )
    keep_versions(case, items, at=at)
    payload = {"items": [item.number for item in items]}
    note(activity, "proposed", by=Acting.of_officer(officer), at=at, payload=payload)
    return activity


def _items(by_id: Mapping[int, ItemCase], wanted: Sequence[Wanted]) -> list[ItemCase]:
    items = [by_id[one.item_id] for one in wanted if one.item_id in by_id]
    gaps = []
    if len(items) < len(wanted) or any(not item.is_open or item.item_state is ItemState.WAITING for item in items):
        gaps.append("只能选正在办的事项，有的已经办完或者还没开始")
    if any(item.organisation_id is None for item in items):
        gaps.append("有的事项还没有办理单位，先请协调员确定")
    if len({item.organisation_id for item in items}) < 2:  # noqa: PLR2004  # two make it joint
        gaps.append("至少选两个单位的事项，一个单位自己去不用联合")
    if any(not one.points for one in wanted):
        gaps.append("每个事项至少选一个要看的要点")
    if gaps:
        raise Incomplete("；".join(gaps), gaps=tuple(gaps))
    return items


def _not_yet_seen(case: OneThingCase, kind: Kind, items: Iterable[ItemCase]) -> None:
    same = JointActivity.objects.filter(case=case, kind=kind)
    if (running := same.running().first()) is not None:
        raise AlreadySeen(
            f"已经有一次{running.get_kind_display()}在安排：{running.get_state_display()}", activity=running.pk
        )
    seen = same.filter(state=ActivityState.CLOSED, is_valid=True, participations__item__in=list(items))
    if (before := seen.first()) is not None:
        raise AlreadySeen(
            f"这些事项已经{before.get_kind_display()}过了，只能复查当时没有解决的几处", activity=before.pk
        )


def _create(
    case: OneThingCase,
    kind: str,
    officer: Officer,
    at: datetime,
    *,
    minutes: int,
    **more: Any,  # noqa: ANN401  # columns
) -> JointActivity:
    if not SHORTEST <= minutes <= LONGEST:
        raise Refused(f"一次要{SHORTEST}到{LONGEST}分钟", code="wrong_minutes", minutes=minutes)
    last = JointActivity.objects.filter(case=case).order_by("-ordinal").values_list("ordinal", flat=True).first()
    values = {"state": ActivityState.PROPOSED.value, **more}
    return JointActivity.objects.create(
        case=case, ordinal=(last or 0) + 1, home_division=case.home_division, kind=kind, arranged_by=officer,
        arranged_at=at, minutes=minutes, **values,
    )  # fmt: skip


@db.transaction
def offer_slots(
    *, activity_id: int, officer: Officer, starts: Sequence[datetime], after: datetime, at: datetime
) -> JointActivity:
    """Offer the applicant three times. `after` is from when the lead looked for them.

    The times are computed again: one that is no longer there is refused with what holds now. Raises Forbidden,
    ActivityChanged, Refused.
    """
    activity = lock_activity(activity_id)
    demand_lead(officer, activity.case)
    known = {one.start: one for one in proposals_for(activity, after=max(after, earliest(at)))}
    chosen = [known[start] for start in dict.fromkeys(starts) if start in known]
    if len(chosen) < len(starts):
        raise ActivityChanged("有的时间刚刚被占了，下面是重新找的时间，请再选")
    if len(chosen) != min(OFFERED, len(known)) or not chosen:
        raise Refused(f"给申请人{OFFERED}个时间选", code="slots_wanted", wanted=OFFERED)
    activity.round += 1
    activity.declined_reason = ""
    Slot.objects.bulk_create(
        Slot(activity=activity, round=activity.round, start=one.start, end=one.end, missing=list(one.missing))
        for one in chosen
    )
    payload = {"round": activity.round, "starts": [one.start.astimezone(LEGAL_ZONE).isoformat() for one in chosen]}
    move(
        activity, ActivityState.OFFERED, by=Acting.of_officer(officer), at=at, fields=["round", "declined_reason"],
        payload=payload,
    )  # fmt: skip
    return activity


@db.transaction
def cancel_activity(*, activity_id: int, officer: Officer, reason: str, at: datetime) -> JointActivity:
    """Call it off before it begins; the applicant reads the reason. Raises Forbidden, Incomplete, ActivityChanged."""
    if not reason.strip():
        raise Incomplete("写明为什么取消", gaps=("写明为什么取消",))
    activity = lock_activity(activity_id)
    demand_lead(officer, activity.case)
    activity.ended_reason, activity.ended_at = reason.strip(), at
    move(activity, ActivityState.CANCELLED, by=Acting.of_officer(officer), at=at, fields=["ended_reason", "ended_at"])
    return activity


@db.transaction
def start_recheck(*, activity_id: int, officer: Officer, by_photo: bool, at: datetime) -> JointActivity:
    """Look again at just what was left open; by photo where the rule allows it, and then nobody has to come.

    Raises Forbidden, AlreadySeen (one is running), Refused: nothing is open, or photos are not enough here.
    """
    ended = JointActivity.objects.select_related("recheck_of", "case").get(pk=activity_id)
    lock_case(ended.case_id)
    demand_lead(officer, ended.case)
    first = ended.recheck_of or ended
    if (
        first.state != ActivityState.CLOSED
        or JointActivity.objects.filter(case=first.case, kind=first.kind).running().exists()
    ):
        raise AlreadySeen("这次还没有结束，或者复查已经在安排了", activity=first.pk)
    defects = open_defects(first)
    if not defects:
        raise Refused("没有要复查的，当时的问题都解决了", code="nothing_open")
    if by_photo and not first.photo_recheck:
        raise Refused("这件事的规则不允许用照片复查，要到现场", code="no_photos")
    again = _create(
        first.case, first.kind, officer, at, minutes=first.minutes, place=first.place, valid_with="all",
        photo_recheck=first.photo_recheck, recheck_of=first, by_photo=by_photo,
        **({"state": ActivityState.BOOKED.value, "booked_at": at} if by_photo else {}),
    )  # fmt: skip
    _points_of_defects(again, defects)
    note(again, "recheck", by=Acting.of_officer(officer), at=at, payload={"of": first.ordinal, "by_photo": by_photo})
    return again


def open_defects(first: JointActivity) -> list[Defect]:
    """What the first visit and its re-checks left open, in the order of finding. One query."""
    chain = [first.pk, *first.rechecks.values_list("pk", flat=True)]
    rows = Defect.objects.filter(participation__activity__in=chain, closed_in__isnull=True)
    return list(rows.select_related("participation__item", "participation__organisation").order_by("pk"))


def _points_of_defects(again: JointActivity, defects: Iterable[Defect]) -> None:
    by_item: dict[int, list[Defect]] = {}
    for defect in defects:
        by_item.setdefault(defect.participation.item_id, []).append(defect)
    for rows in by_item.values():
        item = rows[0].participation.item
        part = Participation.objects.create(
            activity=again, item=item, organisation_id=item.organisation_id or rows[0].participation.organisation_id
        )
        ChecklistPoint.objects.bulk_create(
            ChecklistPoint(participation=part, ordinal=place, title=f"已经改好：{one.text}", defect=one)
            for place, one in enumerate(rows, start=1)
        )
