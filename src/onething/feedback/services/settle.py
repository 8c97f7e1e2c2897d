"""What the lead does in a round: settle contradictions before the notice goes out, give more time (g1, R2.7.a)."""

from datetime import datetime

from onething.cases.services import Acting, LockedCase, lock_case, record
from onething.dispatch.access import Forbidden
from onething.feedback.board import Board
from onething.feedback.errors import NotNow
from onething.feedback.models import CorrectionRound, Finding
from onething.feedback.rules import Target
from onething.feedback.services.answer import give_time
from onething.feedback.services.tend import count_findings, tend
from onething.feedback.states import FindingState, RoundState
from onething.kit import db
from onething.kit.errors import Refused
from onething.parties.models import Officer

__all__ = ["grant_more_time", "may_lead", "send_both", "set_aside_finding"]

LONGEST = 1000


def may_lead(officer: Officer, of: CorrectionRound) -> bool:
    """Whether the officer speaks for the body that leads the case."""
    lead = of.case.lead_organisation_id
    return officer.is_active and officer.role == Officer.Role.LEAD and lead == officer.organisation_id


@db.transaction
def set_aside_finding(*, finding_id: int, officer: Officer, reason: str, at: datetime) -> Finding:
    """Leave out one of two findings that contradict one another, for a reason its body can read. Raises Forbidden, NotNow, Refused."""
    words = _worded(reason, "写明为什么不采用，提出的单位会看到")
    round_id = Finding.objects.values_list("round_id", flat=True).get(pk=finding_id)
    locked, board, of = _gathering(round_id, officer)
    row = Finding.objects.get(pk=finding_id)
    if row.state != FindingState.ENTERED or not any(row.pk in {a.id, b.id} for a, b in board.contradicting(of)):
        raise NotNow("这一条没有和别的单位矛盾，不能不采用")
    row.state, row.settled_by, row.settled_at, row.lead_words = FindingState.SET_ASIDE, officer, at, words
    row.save(update_fields=["state", "settled_by", "settled_at", "lead_words"])
    count_findings(locked.by_id[row.item_id])
    payload = {"item": locked.by_id[row.item_id].number, "finding": row.pk, "round": of.ordinal}
    record(locked.case, "item.finding_set_aside", by=Acting.of_officer(officer), at=at, payload=payload)
    tend(locked, at=at)
    return row


@db.transaction
def send_both(*, round_id: int, officer: Officer, target: Target, words: str, at: datetime) -> CorrectionRound:
    """Tell both of what contradicts on one target, with words that say what to do. Raises Forbidden, NotNow, Refused."""
    said = _worded(words, "写明申请人该怎么办，会一起告诉申请人")
    locked, board, of = _gathering(round_id, officer)
    pairs = [pair for pair in board.contradicting(of) if pair[0].target == target]
    if not pairs:
        raise NotNow("这一处没有互相矛盾的问题了，刷新页面看最新情况")
    found = {one.id for pair in pairs for one in pair}
    Finding.objects.filter(pk__in=found).update(settled_by=officer, settled_at=at, lead_words=said)
    payload = {"round": of.ordinal, "target": target.code, "findings": sorted(found)}
    record(locked.case, "case.correction_settled", by=Acting.of_officer(officer), at=at, payload=payload)
    tend(locked, at=at)
    return of


@db.transaction
def grant_more_time(*, round_id: int, officer: Officer, reason: str, at: datetime) -> CorrectionRound:
    """Give the applicant as much time again, as often as the lead finds it right. Raises Forbidden, NotNow, Refused."""
    _worded(reason, "写明为什么延长")
    locked, of = _led(round_id, officer)
    if of.round_state is not RoundState.NOTICED:
        raise NotNow("现在没有在等申请人补正")
    give_time(locked, of, by=Acting.of_officer(officer), at=at, payload={"officer": officer.pk})
    tend(locked, at=at)
    return of


def _worded(text: str, wanted: str) -> str:
    words = text.strip()
    if not words:
        raise Refused(wanted, code="incomplete")
    return words[:LONGEST]


def _gathering(round_id: int | None, officer: Officer) -> tuple[LockedCase, Board, CorrectionRound]:
    locked, of = _led(round_id, officer)
    if of.round_state is not RoundState.COLLECTING:
        raise NotNow("补正通知已经发出，不能再改")
    return locked, Board(locked), of


def _led(round_id: int | None, officer: Officer) -> tuple[LockedCase, CorrectionRound]:
    if round_id is None:
        raise NotNow("这个问题还没有进入汇总")
    locked = lock_case(CorrectionRound.objects.values_list("case_id", flat=True).get(pk=round_id))
    of = CorrectionRound.objects.select_related("case").get(pk=round_id)
    if not may_lead(officer, of):
        raise Forbidden("只有牵头部门可以处理")
    return locked, of
