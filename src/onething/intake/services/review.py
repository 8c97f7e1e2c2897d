"""The preliminary review's verbs: begin, judge, end. One end, one officer of the lead, the whole case (R2.2.c).

What is to be corrected becomes a finding of every item that asks it: one mechanism, one notice (`feedback`). What is not for this
city, or needs no application, ends here by the same act and with the same document as at its body (`dispatch`), as long as
nobody there has begun: the bodies have entrusted the accepting end with it. Acceptance stays each body's own act.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import Acting, LockedCase, lock_case, record
from onething.cases.states import ItemState
from onething.dispatch.access import Forbidden
from onething.dispatch.services import Declined, end_unaccepted
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

__all__ = [
    "Judgement",
    "NotReviewed",
    "end_items",
    "finish_review",
    "judge_parts",
    "may_end",
    "parts_of",
    "start_review",
]

LONGEST = 1000
OUTCOME_OF = {ItemState.NOT_ACCEPTED: Outcome.NOT_COMPETENT, ItemState.NOT_REQUIRED: Outcome.NOT_REQUIRED}


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


def parts_of(case: OneThingCase, items: Iterable[ItemCase]) -> list[Target]:
    """Every section and material that an open item asks, in the order of form and list; of a closed case, all. No query."""
    asked = asked_targets(case.plan, party_subjects(case.plan, case.form_values))
    live = {item.key for item in items if item.is_open}
    return judged_parts(target for target, one in asked.items() if not live or not live.isdisjoint(one.bases))


def may_end(items: Iterable[ItemCase]) -> list[ItemCase]:
    """The items a review can still end: received by a body in which nobody has taken them yet."""
    return [
        item
        for item in items
        if item.item_state is ItemState.RECEIVED and item.organisation_id is not None and item.claimed_by_id is None
    ]


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
    review = own_review(locked.case, officer)
    known = set(parts_of(locked.case, locked.items))
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
    *, case_id: int, officer: Officer, outcome: Outcome, at: datetime, reason: str = ""
) -> PreliminaryReview:
    """End the open review by its verdicts. With 补正, what is to be corrected becomes findings of the items that ask it.

    当场改好 brings the corrected content along and has a verb of its own (`correct_on_the_spot`).

    Raises Forbidden, NotReviewed naming what is missing, and what `note_finding` raises.
    """
    if outcome is Outcome.ON_THE_SPOT:
        raise NotReviewed("当场改的，把改后的内容一起交", gaps=())
    locked = lock_case(case_id)
    review = own_review(locked.case, officer)
    verdicts = demand_outcome(locked, review, outcome)
    wrong = [row for row in review.verdicts.order_by("pk") if verdicts.get(row.target) is Verdict.TO_CORRECT]
    close_review(locked, review, outcome, officer, reason, to_correct=len(wrong), at=at)
    if outcome is Outcome.CORRECTION:
        _find(locked, wrong, officer, at=at)
    return review


def demand_outcome(locked: LockedCase, review: PreliminaryReview, outcome: Outcome) -> dict[Target, Verdict]:
    """The verdicts on what open items ask. Raises NotReviewed, naming what keeps the review from ending so."""
    parts = parts_of(locked.case, locked.items)
    said = {row.target: Verdict(row.verdict) for row in review.verdicts.all()}
    verdicts = {part: said[part] for part in parts if part in said}
    if gaps := gaps_of(outcome, parts, verdicts):
        raise NotReviewed("还不能这样结束初审：" + "；".join(gaps), gaps=gaps)
    return verdicts


@db.transaction
def end_items(
    *, case_id: int, officer: Officer, item_ids: Collection[int], declined: Declined, at: datetime
) -> PreliminaryReview:
    """End some items as not for this city or not needing an application, each with its body's document (R2.2.c/1, 4).

    The review goes on with what is left, and is over when nothing is. Raises Forbidden, Incomplete, and NotReviewed when none
    is named or one of them can no longer be ended here: then none is.
    """
    locked = lock_case(case_id)
    review = own_review(locked.case, officer)
    able = {item.pk: item for item in may_end(locked.items)}
    if not item_ids:
        raise NotReviewed("选出是哪几件事", gaps=())
    if not able.keys() >= set(item_ids):
        raise NotReviewed(
            "选的事里有的已经有人在办，或者已经不是刚收到的了，由办理单位自己决定。刷新页面看最新情况", gaps=()
        )
    for pk in sorted(item_ids):
        end_unaccepted(locked, able[pk], declined, officer, at=at)
    if not any(item.is_open for item in locked.items):
        close_review(locked, review, OUTCOME_OF[declined.state], officer, declined.reason, to_correct=0, at=at)
        review.right_body = declined.right_body.strip()[:200]
        review.save(update_fields=["right_body"])
    return review


@db.transaction_required
def close_review(
    locked: LockedCase, review: PreliminaryReview, outcome: Outcome, officer: Officer, reason: str, *, to_correct: int,
    at: datetime,
) -> None:  # fmt: skip
    """End a review of a locked case and write it down."""
    review.outcome, review.finished_at, review.reason = outcome.value, at, reason.strip()[:LONGEST]
    review.save(update_fields=["outcome", "finished_at", "reason"])
    payload = {"outcome": outcome.value, "to_correct": to_correct, "officer": officer.pk}
    record(locked.case, "case.review_finished", by=Acting.of_officer(officer), at=at, payload=payload)


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


def own_review(case: OneThingCase, officer: Officer) -> PreliminaryReview:
    """The review of a locked case that goes on. Raises Forbidden, NotReviewed."""
    _demand_lead(officer, case)
    review = _open(case)
    if review is None:
        raise NotReviewed("初审已经结束，或者还没有开始。刷新页面看最新情况", gaps=())
    return review
