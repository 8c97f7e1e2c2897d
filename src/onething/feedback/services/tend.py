"""What happens in a round by itself: the notice, silence, the reminder, the end of waiting (R2.7.a/2, 行政许可法 art. 32).

`tend` does whatever is due for one locked case and may be called at any time: by every verb of this app, and by the worker
once the moment has come. Killed at any point, the next call does the rest.
"""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models.functions import Coalesce

from onething.cases.calendar import working_calendar
from onething.cases.clock import day_words
from onething.cases.models import ItemCase
from onething.cases.services import SYSTEM, Acting, LockedCase, lock_case, move_item, record, settle_bundle
from onething.cases.states import ItemState, Trigger
from onething.dispatch.services.flow import follow_up, terminate
from onething.feedback.board import Board, raised_of, window_for
from onething.feedback.models import CorrectionPoint, CorrectionRound, Finding
from onething.feedback.rules import LEGAL_DAYS, merge
from onething.feedback.services.letter import write_notice
from onething.feedback.states import LIVE_FINDINGS, FindingState, RoundState, check_round
from onething.kit import db
from onething.kit.workdays import LEGAL_ZONE, legal_date

__all__ = ["cases_to_tend", "count_findings", "day_start", "end_round", "tend", "tend_case"]

TOLD_BEFORE = "补正告知书写明：{day}前没有补正的，需要补正的事项不再办理"
NOT_CORRECTED = "到期没有补正，这一项不再办理。以后要办，可以重新申请"


@db.transaction
def tend_case(*, case_id: int, at: datetime) -> None:
    """Do what is due for a case. Safe to repeat; two at once take turns at the case's lock."""
    tend(lock_case(case_id), at=at)


@db.transaction_required
def tend(locked: LockedCase, *, at: datetime) -> None:
    """Do what is due for a locked case: silence first, because what is accepted is not corrected any more."""
    _accept_silent(locked, at=at)
    board = Board(locked)
    for one in board.rounds:
        if one.round_state is RoundState.COLLECTING:
            _tend_gathering(board, one, at=at)
        else:
            _tend_noticed(board, one, at=at)


def cases_to_tend(*, at: datetime, most: int) -> list[int]:
    """Keys of cases in which something is due: a round's moment, or an item whose body was silent. Two queries."""
    rounds = CorrectionRound.objects.due(at=at).order_by("due_at", "pk").values_list("case_id", flat=True)[:most]
    silent = (
        ItemCase.objects.filter(state=ItemState.RECEIVED, trigger=Trigger.APPLICATION.value, organisation__isnull=False)
        .annotate(since=Coalesce("window_from", "started_on"))
        .filter(since__lte=working_calendar().latest_start(LEGAL_DAYS, over_by=legal_date(at)))
        .order_by("since", "pk")
        .values_list("case_id", flat=True)[:most]
    )
    return list(dict.fromkeys([*rounds, *silent]))[:most]


@db.transaction_required
def count_findings(item: ItemCase) -> None:
    """Write on the locked item how much of it is to be corrected: what keeps it from being accepted."""
    count = Finding.objects.filter(item=item, state__in=LIVE_FINDINGS).count()
    if item.open_findings != count:
        item.open_findings = count
        item.save(update_fields=["open_findings"])


def _accept_silent(locked: LockedCase, *, at: datetime) -> None:
    """Items whose bodies said nothing in five working days count as accepted from the day of receipt (art. 32(4)).

    Only applications: nobody applies for an event or a check. What no body has was received by none. What was found but not
    told in time is told no more.
    """
    for item in locked.items:
        window = window_for(item)
        if (
            window is None
            or item.item_state is not ItemState.RECEIVED
            or item.trigger != Trigger.APPLICATION
            or item.organisation_id is None
            or not window.is_silent(legal_date(at))
        ):
            continue
        untold = Finding.objects.filter(item=item, state__in=[FindingState.ENTERED, FindingState.PROPOSED])
        lapsed = untold.update(state=FindingState.LAPSED)
        count_findings(item)
        move_item(
            locked, item, ItemState.ACCEPTED, by=SYSTEM, at=at, accepted_on=window.opened_on,
            payload={"deemed": True, "silent_until": window.last_on.isoformat(), "untold": lapsed},
        )  # fmt: skip
        follow_up(locked, item, at=at)


def _tend_gathering(board: Board, of: CorrectionRound, *, at: datetime) -> None:
    live = board.live(of)
    if not live:
        end_round(board, of, RoundState.CLOSED, at=at)
        return
    if at < of.cut_off and board.awaited(at):
        _plan(of, of.cut_off)
        return
    if at < of.latest_notice and board.contradicting(of):
        if of.held_at is None:
            of.held_at = at
            of.save(update_fields=["held_at"])
            record(board.case, "case.correction_held", by=SYSTEM, at=at, payload={"round": of.ordinal})
        _plan(of, of.latest_notice)
        return
    _send_notice(board, of, live, at=at)


def _send_notice(board: Board, of: CorrectionRound, live: list[Finding], *, at: datetime) -> None:
    """One notice for everything: its points are frozen, its items wait for the applicant, the others go on (I8)."""
    calendar, by_key = working_calendar(), {one.pk: one for one in live}
    points = merge(raised_of(live))
    for ordinal, merged in enumerate(points, start=1):
        target = merged.target
        point = CorrectionPoint.objects.create(
            round=of, ordinal=ordinal, kind=target.kind, key=target.key, subject=target.subject
        )
        for raised in merged.findings:
            row = by_key[raised.id]
            row.point, row.state = point, FindingState.NOTICED.value
            row.save(update_fields=["point", "state"])
    check_round(of.round_state, RoundState.NOTICED)
    of.state, of.noticed_at = RoundState.NOTICED.value, at
    of.answer_by = calendar.add_working_days(legal_date(at), settings.ONETHING_CORRECTION_ANSWER_DAYS)
    of.save(update_fields=["state", "noticed_at", "answer_by"])
    asked = {one.item_id for one in live}
    items = [item for item in board.locked.items if item.pk in asked]
    for item in items:
        move_item(board.locked, item, ItemState.IN_CORRECTION, by=SYSTEM, at=at, payload={"round": of.ordinal})
    record(
        board.case, "case.correction_noticed", by=SYSTEM, at=at,
        payload={
            "round": of.ordinal,
            "points": len(points),
            "answer_by": of.answer_by.isoformat(),
            "items": [item.number for item in items],
        },
    )  # fmt: skip
    write_notice(board.locked, of, points, by_key, at=at)
    settle_bundle(board.locked, at=at)
    _plan(of, day_start(_reminder_day(of.answer_by)))


def _tend_noticed(board: Board, of: CorrectionRound, *, at: datetime) -> None:
    live, today = board.live(of), legal_date(at)
    if of.answer_by is None:
        return
    if not live:
        end_round(board, of, RoundState.CLOSED, at=at)
    elif today > of.answer_by:
        _end_unanswered(board, of, live, last=of.answer_by, at=at)
    elif today >= _reminder_day(of.answer_by):
        if of.reminded_at is None:
            of.reminded_at = at
            of.save(update_fields=["reminded_at"])
            payload = {"round": of.ordinal, "answer_by": of.answer_by.isoformat()}
            record(board.case, "case.correction_reminded", by=SYSTEM, at=at, payload=payload)
        _plan(of, day_start(of.answer_by + timedelta(days=1)))
    else:
        _plan(of, day_start(_reminder_day(of.answer_by)))


def _end_unanswered(board: Board, of: CorrectionRound, live: list[Finding], *, last: date, at: datetime) -> None:
    """Nobody answered: what was to be corrected ends with the reason, what hangs on it by the existing rules, the rest goes on."""
    items = [board.locked.by_id[pk] for pk in dict.fromkeys(one.item_id for one in live)]
    end_round(board, of, RoundState.LAPSED, at=at)
    for item in items:
        payload = {"round": of.ordinal, "not_corrected": True}
        terminate(
            board.locked,
            item,
            reason=NOT_CORRECTED,
            basis=TOLD_BEFORE.format(day=day_words(last)),
            at=at,
            payload=payload,
        )
        follow_up(board.locked, item, at=at)


def end_round(board: Board, of: CorrectionRound, new: RoundState, *, at: datetime, by: Acting = SYSTEM) -> None:
    """End a round and what is left of its findings, so that nothing of it holds an item back any longer."""
    check_round(of.round_state, new)
    own = Finding.objects.filter(round=of)
    own.filter(state=FindingState.ENTERED).update(state=FindingState.WITHDRAWN)
    own.filter(state=FindingState.NOTICED).update(state=FindingState.CLOSED)
    _count_all(board, of)
    of.state, of.ended_at, of.due_at = new.value, at, None
    of.answered_at = at if new is RoundState.ANSWERED else None
    of.save(update_fields=["state", "ended_at", "due_at", "answered_at"])
    record(board.case, f"case.correction_{new.value}", by=by, at=at, payload={"round": of.ordinal})


def _count_all(board: Board, of: CorrectionRound) -> None:
    for pk in {one.item_id for one in board.findings if one.round_id == of.pk}:
        count_findings(board.locked.by_id[pk])


def _reminder_day(answer_by: date) -> date:
    """The day of the reminder: so many working days before the last one."""
    calendar, day, left = working_calendar(), answer_by, settings.ONETHING_CORRECTION_REMINDER_DAYS
    while left:
        left -= calendar.is_working_day(day)
        day -= timedelta(days=1)
    return day


def day_start(day: date) -> datetime:
    """Midnight in China, when a legal day begins."""
    return datetime.combine(day, time.min, tzinfo=LEGAL_ZONE)


def _plan(of: CorrectionRound, when: datetime) -> None:
    """Note when something next happens by itself."""
    if of.due_at != when:
        of.due_at = when
        of.save(update_fields=["due_at"])
