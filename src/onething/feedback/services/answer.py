"""What the applicant does in a round: answer point by point, hand everything in at once, ask for more time (R2.7.a/5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from onething.cases.calendar import working_calendar
from onething.cases.services import Acting, LockedCase, lock_case, record, settle_bundle
from onething.feedback.board import Board
from onething.feedback.editing import clean_point
from onething.feedback.errors import NotNow, OpenPoints
from onething.feedback.models import CorrectionPoint, CorrectionRound, PointFile
from onething.feedback.paper import open_points
from onething.feedback.services.bring_back import bring_back
from onething.feedback.services.tend import end_round, tend
from onething.feedback.states import RoundState
from onething.files.models import StoredFile
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.parties.models import Account

__all__ = [
    "PointAnswer",
    "ask_more_time",
    "attach_file",
    "detach_file",
    "hand_in_answers",
    "keep_answers",
]

LONGEST = 1000
MOST_FILES = 20
NAME_LENGTH = 255


@dataclass(frozen=True, slots=True)
class PointAnswer:
    """What was typed for one point: texts by control, and an explanation instead of a change."""

    typed: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    explanation: str = ""


@db.transaction
def keep_answers(
    *, round_id: int, account: Account, answers: Mapping[int, PointAnswer], at: datetime
) -> dict[str, str]:
    """Keep what is being written, by key of the point; gives faults by control. Decides nothing: no event (ux X6).

    Points of other rounds and controls of no point are not looked at. Raises NotNow when nothing is to be answered any more.
    """
    locked, _board, of = _asked(round_id, account)
    faults: dict[str, str] = {}
    for point in open_points(locked.case, of, locked.items):
        given = answers.get(point.row.pk)
        if given is None:
            continue
        cleaned = clean_point(point.editor, given.typed, today=legal_date(at), demonstration=settings.ONETHING_DEMO)
        values = {
            one.key: cleaned.values.get(one.subject, {}).get(one.element, "")
            for one in point.editor.fields
            if one.key in given.typed and one.key not in cleaned.typed
        }
        point.row.answer = {
            "values": values,
            "typed": cleaned.typed,
            "explanation": given.explanation.strip()[:LONGEST],
        }
        point.row.saved_at = at
        point.row.save(update_fields=["answer", "saved_at"])
        faults |= {fault.key: fault.message for fault in cleaned.faults}
    return faults


@db.transaction
def attach_file(*, point_id: int, account: Account, file: StoredFile, file_name: str, at: datetime) -> PointFile:
    """Choose a file for a point about a paper. The same content twice is one file. Raises NotNow, Refused."""
    point = CorrectionPoint.objects.get(pk=point_id)
    locked, _board, of = _asked(point.round_id, account)
    if not any(one.row.pk == point.pk and one.takes_files for one in open_points(locked.case, of, locked.items)):
        raise NotNow("这一处不用上传文件")
    if point.files.count() >= MOST_FILES:
        raise Refused(f"一份材料最多{MOST_FILES}个文件，可以合成一个PDF再传", code="too_many_pages")
    row, _ = PointFile.objects.get_or_create(point=point, file=file, defaults={"file_name": file_name[-NAME_LENGTH:]})
    point.saved_at = at
    point.save(update_fields=["saved_at"])
    return row


@db.transaction
def detach_file(*, point_id: int, account: Account, file_id: int) -> None:
    """Take a chosen file out again; one that is gone already is no fault. Raises NotNow."""
    point = CorrectionPoint.objects.get(pk=point_id)
    _asked(point.round_id, account)
    PointFile.objects.filter(point=point, pk=file_id).delete()


@db.transaction
def hand_in_answers(*, round_id: int, account: Account, at: datetime) -> CorrectionRound:
    """Hand in the answers of a round: every point by a change or an explanation, all of it in one go. Safe to repeat.

    What changed goes to exactly the items that ask it; those with points have a new time to speak from the day of receipt, the
    others keep their state and clocks (I8). Raises OpenPoints naming every point without an answer, NotNow.
    """
    locked, board, of = _own(round_id, account)
    if of.round_state is RoundState.ANSWERED:
        return of
    _demand_waiting(of)
    points = open_points(locked.case, of, locked.items)
    missing = {one.row.pk: words for one in points if (words := one.lacks())}
    if missing:
        raise OpenPoints("还有没有答复的地方", points=missing)
    by = Acting.of_account(account)
    bring_back(locked, board, of, points, by=by, at=at)
    end_round(board, of, RoundState.ANSWERED, at=at, by=by)
    settle_bundle(locked, at=at)
    tend(locked, at=at)
    return of


@db.transaction
def ask_more_time(*, round_id: int, account: Account, at: datetime) -> CorrectionRound:
    """As much time again, once, by one click; more than that only the lead gives. A second click changes nothing.

    Raises NotNow when nothing is to be answered any more.
    """
    locked, _board, of = _asked(round_id, account)
    if of.extended_times:
        return of
    give_time(locked, of, by=Acting.of_account(account), at=at)
    tend(locked, at=at)
    return of


@db.transaction_required
def give_time(
    locked: LockedCase, of: CorrectionRound, *, by: Acting, at: datetime, payload: Mapping[str, Any] | None = None
) -> None:
    """Move the last day for the answer on by the same length again, and write it down."""
    if of.answer_by is None:
        raise NotNow("补正通知还没有发出")
    of.answer_by = working_calendar().add_working_days(of.answer_by, settings.ONETHING_CORRECTION_ANSWER_DAYS)
    of.extended_times, of.reminded_at = of.extended_times + 1, None
    of.save(update_fields=["answer_by", "extended_times", "reminded_at"])
    told = {"round": of.ordinal, "answer_by": of.answer_by.isoformat(), **(payload or {})}
    record(locked.case, "case.correction_extended", by=by, at=at, payload=told)


def _own(round_id: int, account: Account) -> tuple[LockedCase, Board, CorrectionRound]:
    """The locked case of an own round, and the round read under the lock. Raises Refused."""
    locked = lock_case(CorrectionRound.objects.values_list("case_id", flat=True).get(pk=round_id))
    if locked.case.account_id != account.pk:
        raise Refused("这不是您的申请", code="not_yours")
    return locked, Board(locked), CorrectionRound.objects.get(pk=round_id)


def _asked(round_id: int, account: Account) -> tuple[LockedCase, Board, CorrectionRound]:
    locked, board, of = _own(round_id, account)
    _demand_waiting(of)
    return locked, board, of


def _demand_waiting(of: CorrectionRound) -> None:
    """Raises NotNow with what holds now."""
    if of.round_state is RoundState.ANSWERED:
        raise NotNow("补正已经提交过了，不用再交")
    if of.round_state is RoundState.LAPSED:
        raise NotNow("补正的时间已经过了，这些事不再办理。以后要办，可以重新申请")
    if of.round_state is not RoundState.NOTICED:
        raise NotNow("现在没有要补正的")
