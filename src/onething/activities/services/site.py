"""What happens on the spot: who comes, answers, open points, photographs, opinions (R2.8.d/2, R2.8.d/4, ux f3).

Entries may come late and more than once, because the device had no network: each has an id and a time of its own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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
from onething.activities.drawings import keep_versions
from onething.activities.models import (
    ChecklistPoint,
    Defect,
    DrawingVersion,
    JointActivity,
    Participation,
    SentEntry,
    SitePhoto,
)
from onething.activities.rules import Opinion, taken_when
from onething.activities.services.close import close_now
from onething.activities.states import ActivityState
from onething.cases.services import Acting
from onething.files.models import StoredFile
from onething.kit import db
from onething.kit.errors import Refused
from onething.parties.models import Account, Officer

__all__ = ["Entry", "EntryKind", "add_applicant_photo", "mark_absent", "sign_opinion", "take_entry"]

LONGEST_TEXT = 1000
LONGEST_ID = 80
MOST_PHOTOS = 60


class EntryKind(StrEnum):
    """What a device can send."""

    ANSWER = "answer"
    DEFECT = "defect"
    PHOTO = "photo"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing noted on the spot. `client_id` is made by the device and never used again; `taken_at` is its clock.

    answer: `point`, `answer`, `text` (a note) · defect: `text`, `point` or None · photo: `file`, `point` or None · sign: `answer` (the
    opinion), `text`, `drawings`. Any of the first three may bring a file.
    """

    client_id: str
    kind: EntryKind
    taken_at: datetime
    point: int | None = None
    answer: str = ""
    text: str = ""
    file: StoredFile | None = None
    drawings: tuple[int, ...] = ()


@db.transaction
def take_entry(*, participation_id: int, officer: Officer, entry: Entry, at: datetime) -> bool:
    """Take one entry; False when it was taken before. The first one of a body says that it came.

    A later answer to a point wins by the time it was given, not by the time it arrived. Raises Forbidden, ActivityChanged (not
    begun, closed, signed already), Incomplete, Refused.
    """
    activity, row = _opened(participation_id)
    demand_inspector(officer, row)
    if not entry.client_id or len(entry.client_id) > LONGEST_ID:
        raise Refused("这一条没有编号，没有收下", code="no_client_id")
    if SentEntry.objects.filter(client_id=entry.client_id).exists():
        return False
    _demand_open(activity, row)
    taken = taken_when(entry.taken_at, booked=activity.booked_at or activity.arranged_at, received=at)
    _come(activity, row, officer, taken=taken, at=at)
    if entry.kind is EntryKind.SIGN:
        _sign(activity, row, officer, Opinion(entry.answer) if entry.answer in set(Opinion) else None, entry.text,
              entry.drawings, taken=taken, at=at)  # fmt: skip
    else:
        _keep(row, entry, taken)
    SentEntry.objects.create(
        client_id=entry.client_id, participation=row, kind=entry.kind.value, taken_at=taken, received_at=at
    )
    return True


@db.transaction
def sign_opinion(
    *,
    participation_id: int,
    officer: Officer,
    opinion: Opinion | None,
    words: str,
    drawings: Collection[int],
    at: datetime,
) -> Participation:
    """Sign the opinion of one body for its item, naming the versions of the drawings it judged (R2.8.d/5).

    A point that does not fit becomes an open point by itself. Raises Forbidden, ActivityChanged, Incomplete with everything that lacks.
    """
    activity, row = _opened(participation_id)
    demand_inspector(officer, row)
    _demand_open(activity, row)
    _come(activity, row, officer, taken=at, at=at)
    _sign(activity, row, officer, opinion, words, tuple(drawings), taken=at, at=at)
    return row


@db.transaction
def mark_absent(*, participation_id: int, officer: Officer, at: datetime) -> Participation:
    """The lead writes down that a body did not come (R2.8.d/4). Raises Forbidden, ActivityChanged, Refused before the time."""
    activity, row = _opened(participation_id)
    demand_lead(officer, activity.case)
    if activity.slot is not None and at < activity.slot.start:
        raise Refused("还没有到约好的时间，不能记没有到场", code="too_early")
    if row.state != Participation.State.INVITED:
        raise ActivityChanged(f"{row.organisation.name}已经记为“{row.get_state_display()}”")
    if activity.activity_state is ActivityState.BOOKED:
        move(activity, ActivityState.HELD, by=Acting.of_officer(officer), at=at)
    _demand_open(activity, row)
    row.state = Participation.State.ABSENT
    row.save(update_fields=["state"])
    note(activity, "absent", by=Acting.of_officer(officer), at=at, payload=_whose(row))
    return row


@db.transaction
def add_applicant_photo(
    *, activity_id: int, account: Account, point_id: int, file: StoredFile, at: datetime
) -> SitePhoto:
    """A photograph of the applicant that shows an open point put right, where the re-check is by photo.

    The same picture twice is one. Raises Forbidden, ActivityChanged, Refused.
    """
    activity = lock_activity(activity_id)
    demand_applicant(account, activity)
    if not (activity.by_photo and activity.is_running):
        raise ActivityChanged(f"这次复查现在是“{activity.get_state_display()}”，不能再加照片")
    point = ChecklistPoint.objects.select_related("participation").filter(
        pk=point_id, participation__activity=activity, participation__signed_at__isnull=True
    ).first()  # fmt: skip
    if point is None:
        raise ActivityChanged("这一处已经看过了，不用再加照片")
    _room_for_photo(point.participation)
    photo, _made = SitePhoto.objects.get_or_create(
        participation=point.participation, point=point, file=file, by_applicant=True, defaults={"taken_at": at}
    )
    return photo


def _opened(participation_id: int) -> tuple[JointActivity, Participation]:
    """The activity, locked, and the row read after it. Raises Participation.DoesNotExist."""
    activity_id = Participation.objects.values_list("activity_id", flat=True).get(pk=participation_id)
    activity = lock_activity(activity_id)
    row = Participation.objects.select_related("organisation", "item").get(pk=participation_id)
    row.activity = activity
    return activity, row


def _demand_open(activity: JointActivity, row: Participation) -> None:
    if activity.activity_state not in {ActivityState.BOOKED, ActivityState.HELD}:
        raise ActivityChanged(
            f"这次{activity.get_kind_display()}现在是“{activity.get_state_display()}”，没有收下。会后补充，请写明原因",
            state=activity.state,
        )
    if row.signed_at is not None:
        raise ActivityChanged("您单位已经签过字，没有收下。要补充，请写明原因", signed=True)


def _come(activity: JointActivity, row: Participation, officer: Officer, *, taken: datetime, at: datetime) -> None:
    """Write down who came and when; the first of all begins the visit."""
    if activity.activity_state is ActivityState.BOOKED:
        move(activity, ActivityState.HELD, by=Acting.of_officer(officer), at=at)
    if row.state != Participation.State.PRESENT:
        row.state, row.inspector, row.present_at = Participation.State.PRESENT, officer, taken
        row.save(update_fields=["state", "inspector", "present_at"])
        keep_versions(activity.case, [row.item], at=at)  # what was handed in since it was arranged
        note(activity, "present", by=Acting.of_officer(officer), at=at, payload=_whose(row))


def _whose(row: Participation) -> dict[str, object]:
    return {"item": row.item.number, "organisation": row.organisation.key}


def _keep(row: Participation, entry: Entry, taken: datetime) -> None:
    text = entry.text.strip()[:LONGEST_TEXT]
    point = row.points.filter(ordinal=entry.point).first() if entry.point is not None else None
    if entry.point is not None and point is None:
        raise Refused("没有这个要点，没有收下", code="no_point", point=entry.point)
    if entry.kind is EntryKind.ANSWER:
        if point is None or entry.answer not in ChecklistPoint.Answer.values:
            raise Refused("选“符合”“不符合”或“不涉及”", code="no_answer")
        if point.answered_at is None or point.answered_at <= taken:
            point.answer, point.note, point.answered_at = entry.answer, text, taken
            point.save(update_fields=["answer", "note", "answered_at"])
    defect = None
    if entry.kind is EntryKind.DEFECT:
        if not text:
            raise Refused("写明是什么问题", code="no_text")
        defect = Defect.objects.create(participation=row, point=point, text=text, found_at=taken)
    if entry.file is not None:
        _room_for_photo(row)
        SitePhoto.objects.create(participation=row, point=point, defect=defect, file=entry.file, taken_at=taken)
    elif entry.kind is EntryKind.PHOTO:
        raise Refused("没有照片", code="no_file")


def _room_for_photo(row: Participation) -> None:
    if row.photos.count() >= MOST_PHOTOS:
        raise Refused(f"一个单位一次最多{MOST_PHOTOS}张照片", code="too_many_photos", most=MOST_PHOTOS)


def _sign(
    activity: JointActivity,
    row: Participation,
    officer: Officer,
    opinion: Opinion | None,
    words: str,
    drawings: tuple[int, ...],
    *,
    taken: datetime,
    at: datetime,
) -> None:
    words = words.strip()[:LONGEST_TEXT]
    known = DrawingVersion.objects.filter(
        pk__in=drawings, material__case=activity.case_id, material__items__contains=[row.item.key]
    )
    judged = list(known)
    gaps = _gaps(activity, row, opinion, words, judged)
    if gaps or opinion is None:
        raise Incomplete("还不能签：" + "；".join(gaps), gaps=tuple(gaps))
    for point in row.points.filter(answer=ChecklistPoint.Answer.NOT_OK, defect__isnull=True, defects__isnull=True):
        Defect.objects.create(
            participation=row, point=point, text=point.note or point.title, found_at=point.answered_at or taken
        )
    row.opinion, row.words, row.signed_at, row.inspector = opinion.value, words, taken, officer
    row.save(update_fields=["opinion", "words", "signed_at", "inspector"])
    row.drawings.set(judged)
    note(activity, "signed", by=Acting.of_officer(officer), at=at, payload=_whose(row))
    if activity.by_photo and not activity.participations.filter(signed_at__isnull=True).exists():
        close_now(activity, by=Acting.of_officer(officer), at=at)


def _gaps(
    activity: JointActivity, row: Participation, opinion: Opinion | None, words: str, judged: list[DrawingVersion]
) -> list[str]:
    """Everything that lacks before an opinion can be signed, as sentences."""
    points = list(row.points.all())
    bad = any(one.answer == ChecklistPoint.Answer.NOT_OK for one in points) or row.defects.exists()
    gaps = []
    if unanswered := [one.ordinal for one in points if not one.answer]:
        gaps.append(f"第{'、'.join(map(str, unanswered))}个要点还没有选")
    if opinion is None:
        gaps.append("选一个意见")
    if opinion is Opinion.PASS and bad:
        gaps.append("有不符合的要点，不能选“通过”")
    if opinion is Opinion.DEFECTS and not bad:
        gaps.append("没有写要整改的问题，选“通过”或者写明问题")
    if opinion is Opinion.FAIL and not words:
        gaps.append("写明为什么不通过")
    asked = DrawingVersion.objects.filter(
        material__case=activity.case_id, material__items__contains=[row.item.key]
    ).values_list("material_id", flat=True)
    if set(asked) - {one.material_id for one in judged} and activity.recheck_of_id is None:
        gaps.append("选看的是哪一版图纸")
    return gaps
