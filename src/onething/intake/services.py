"""The preliminary review's verbs: begin, judge, end. One end, one officer of the lead, the whole case (R2.2.c).

What is to be corrected becomes a finding of every item that asks it: one mechanism, one notice (`feedback`). No item is moved
here: acceptance and its refusals are each body's own act, with its own document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onething.cases.models import OneThingCase
from onething.cases.services import Acting, LockedCase, lock_case, record
from onething.cases.states import ItemState
from onething.dispatch.access import Forbidden
from onething.feedback.board import demands_for
from onething.feedback.reasons import OTHER, REASONS
from onething.feedback.rules import Target
from onething.feedback.services import NewFinding, note_finding
from onething.feedback.wording import asked_targets
from onething.intake.models import PreliminaryReview, ReviewVerdict
from onething.intake.rules import gaps_of, judged_parts
from onething.intake.states import Outcome, Verdict
from onething.kit import db
from onething.kit.errors import Refused
from onething.oneform.rules import party_subjects
from onething.parties.models import Officer

__all__ = ["Judgement", "NotReviewed", "finish_review", "judge_parts", "parts_of", "start_review"]

LONGEST = 1000


class NotReviewed(Refused):
    """A review that cannot begin, go on or end so. Facts: `gaps`, a tuple of sentences."""

    code = "not_reviewed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the officer says of one part."""

    target: Target
    verdict: Verdict
    reason: str = ""
    words: str = ""


def parts_of(case: OneThingCase) -> list[Target]:
    """Every section and material of a case, in the order of form and list. No query; the case comes with its content."""
    return judged_parts(asked_targets(case.plan, party_subjects(case.plan, case.form_values)))


@db.transaction
def start_review(*, case_id: int, officer: Officer, at: datetime) -> PreliminaryReview:
    """Begin the review of a case, or go on with the one that is open. Raises Forbidden, and NotReviewed for a closed case."""
    locked = lock_case(case_id)
    _demand_lead(officer, locked.case)
    open_review = _open(locked.case)
    if open_review is not None:
        return open_review
    if locked.case.closed_at is not None:
        raise NotReviewed("这件事已经办完，不用再初审", gaps=())
    review = PreliminaryReview.objects.create(
        case=locked.case, officer=officer, started_at=at, home_division=locked.case.home_division
    )
    record(locked.case, "case.review_started", by=Acting.of_officer(officer), at=at, payload={"officer": officer.pk})
    return review


@db.transaction
def judge_parts(*, case_id: int, officer: Officer, judgements: Sequence[Judgement], at: datetime) -> PreliminaryReview:
    """Keep the verdicts on some parts of the open review; a part judged again gets the new one. Decides nothing: no event.

    Raises Forbidden, and NotReviewed for an unknown part or reason, or when no review is open.
    """
    locked = lock_case(case_id)
    review = _own(locked.case, officer)
    known = set(parts_of(locked.case))
    for one in judgements:
        _check(one, known)
    for one in judgements:
        wrong = one.verdict is Verdict.TO_CORRECT
        ReviewVerdict.objects.update_or_create(
            review=review,
            kind=one.target.kind.value,
            key=one.target.key,
            subject=one.target.subject,
            defaults={
                "verdict": one.verdict.value,
                "reason": one.reason if wrong else "",
                "words": one.words.strip() if wrong else "",
            },
        )
    return review


def _check(one: Judgement, known: set[Target]) -> None:
    if one.target not in known:
        raise NotReviewed("这份申请里没有这一项", gaps=())
    if one.verdict is not Verdict.TO_CORRECT:
        return
    reason = REASONS.get(one.reason)
    if reason is None or one.target.kind not in reason.kinds:
        raise NotReviewed("从列表里选一个原因", gaps=())
    if one.reason == OTHER and not one.words.strip():
        raise NotReviewed("选“其他问题”要写明是什么问题", gaps=())
    if len(one.words) > LONGEST:
        raise NotReviewed(f"最多写{LONGEST}字", gaps=())


@db.transaction
def finish_review(
    *, case_id: int, officer: Officer, outcome: Outcome, at: datetime, reason: str = "", right_body: str = ""
) -> PreliminaryReview:
    """End the open review. With 补正, what is to be corrected becomes findings of the items that ask it.

    Raises Forbidden, NotReviewed naming what is missing, and what `note_finding` raises.
    """
    locked = lock_case(case_id)
    review = _own(locked.case, officer)
    rows = list(review.verdicts.order_by("pk"))
    verdicts = {row.target: Verdict(row.verdict) for row in rows}
    if gaps := gaps_of(outcome, parts_of(locked.case), verdicts, reason=reason, right_body=right_body):
        raise NotReviewed("还不能这样结束初审：" + "；".join(gaps), gaps=gaps)
    review.outcome, review.finished_at = outcome.value, at
    review.reason, review.right_body = reason.strip()[:LONGEST], right_body.strip()[:200]
    review.save(update_fields=["outcome", "finished_at", "reason", "right_body"])
    wrong = [row for row in rows if row.verdict == Verdict.TO_CORRECT]
    record(
        locked.case, "case.review_finished", by=Acting.of_officer(officer), at=at,
        payload={"outcome": outcome.value, "to_correct": len(wrong), "officer": officer.pk},
    )  # fmt: skip
    if outcome is Outcome.CORRECTION:
        _find(locked, wrong, officer, at=at)
    return review


def _find(locked: LockedCase, rows: Sequence[ReviewVerdict], officer: Officer, *, at: datetime) -> None:
    """One finding per item that asks the part and can still be corrected. Raises NotReviewed for a part nobody can ask any more."""
    open_items = [item for item in locked.items if item.item_state is ItemState.RECEIVED]
    demands = {item.pk: demands_for(item).targets for item in open_items}
    for row in rows:
        asking = [item for item in open_items if row.target in demands[item.pk]]
        if not asking:
            raise NotReviewed("要补正的这一项，要它的事都已经受理或者还没有开始，现在不能再要求补正", gaps=())
        for item in asking:
            note_finding(locked, item, NewFinding(row.target, row.reason, row.words), by=officer, at=at)


def _demand_lead(officer: Officer, case: OneThingCase) -> None:
    leads = officer.is_active and officer.role == Officer.Role.LEAD
    if not leads or officer.organisation_id != case.lead_organisation_id:
        raise Forbidden("只有牵头部门的人可以初审")


def _open(case: OneThingCase) -> PreliminaryReview | None:
    return PreliminaryReview.objects.filter(case=case, outcome="").first()


def _own(case: OneThingCase, officer: Officer) -> PreliminaryReview:
    _demand_lead(officer, case)
    review = _open(case)
    if review is None:
        raise NotReviewed("初审已经结束，或者还没有开始。刷新页面看最新情况", gaps=())
    return review
