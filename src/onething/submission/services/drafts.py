"""A draft's life: begun, answered, chosen, given a notice, thrown away."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onething.catalogue.plan import BadAnswers
from onething.catalogue.published import current_entry
from onething.dispatch.services import assign_items
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.notice.models import NoticeIssued
from onething.notice.services import NoticeRequest, issue_notice
from onething.parties.models import Division
from onething.parties.rules import full_code
from onething.submission.access import NotOffered, Owner, expiry, find_draft, lock_draft, touch
from onething.submission.models import Draft
from onething.submission.planning import plan_for, planned_of_draft

__all__ = [
    "AnswerRefused",
    "PlaceUnknown",
    "answer_question",
    "choose_items",
    "delete_draft",
    "expire_drafts",
    "issue_draft_notice",
    "set_place",
    "start_or_get_draft",
]

EXPIRE_AT_ONCE = 500


class AnswerRefused(Refused):
    """An answer or a choice the one-thing cannot take. Facts: `faults`, sentences that say what to do."""

    code = "answer_refused"


class PlaceUnknown(Refused):
    """No administrative division has this code."""

    code = "place_unknown"


@db.transaction
def start_or_get_draft(*, onething: str, owner: Owner, at: datetime, place: str = "") -> Draft:
    """The owner's unfinished draft for a one-thing, begun now if there is none. Raises NotOffered.

    Two taps at once make one draft: the second insert does nothing and finds the first.
    """
    mine = owner.drafts().unfinished(at=at).with_edition().filter(onething=onething, set_aside=False)
    if (draft := mine.first()) is not None:
        return draft
    entry = current_entry(onething, at=at)
    if entry is None or entry.retired:
        raise NotOffered("这个套餐现在不能办，可以在“一件事专区”里找别的", onething=onething)
    _clear_expired(owner, onething, at=at)
    Draft.objects.bulk_create(
        [
            Draft(
                onething=onething,
                edition_id=entry.edition_id,
                account=owner.account,
                principal=owner.principal,
                session_key="" if owner.account is not None else owner.session_key,
                place=_place(place) if place else "",
                created_at=at,
                updated_at=at,
                expires_at=expiry(at),
            )
        ],
        ignore_conflicts=True,
    )
    return mine.get()


def _clear_expired(owner: Owner, onething: str, *, at: datetime) -> None:
    """A draft past its days still holds the owner's place until the nightly sweep; it goes now."""
    owner.drafts().expired(at=at).filter(onething=onething, set_aside=False).delete()


@db.transaction
def answer_question(*, draft_id: int, owner: Owner, question: str, answer: Any, at: datetime) -> Draft:  # noqa: ANN401  # any JSON
    """Store one answer, or take it back with None. Raises AnswerRefused, DraftGone."""
    draft = lock_draft(draft_id, owner, at=at)
    answers = {**draft.answers, question: answer}
    if answer in (None, "", []):
        answers.pop(question, None)
    _check(draft, answers=answers, chosen=draft.chosen, on=legal_date(at))
    draft.answers = answers
    return touch(draft, "answers", at=at)


@db.transaction
def set_place(*, draft_id: int, owner: Owner, place: str, at: datetime) -> Draft:
    """Say where it is to be handled. Raises PlaceUnknown, DraftGone."""
    draft = lock_draft(draft_id, owner, at=at)
    draft.place = _place(place)
    return touch(draft, "place", at=at)


@db.transaction
def choose_items(*, draft_id: int, owner: Owner, chosen: Sequence[str] | None, at: datetime) -> Draft:
    """Take all items (None) or some of them (R2.6.b). What depends on a choice is in the plan. Raises AnswerRefused."""
    draft = lock_draft(draft_id, owner, at=at)
    picked = None if chosen is None else sorted(set(chosen))
    _check(draft, answers=draft.answers, chosen=picked, on=legal_date(at))
    draft.chosen = picked
    return touch(draft, "chosen", at=at)


def issue_draft_notice(*, draft_id: int, owner: Owner, at: datetime) -> NoticeIssued:
    """Give the notice for the draft as it stands, and remember it in the draft (R2.3.c/2).

    The same situation on the same day by the same edition has its notice already. Raises DraftGone.
    """
    draft = find_draft(draft_id, owner, at=at)
    today = legal_date(at)
    planned = planned_of_draft(draft, on=today)
    known = draft.notice
    if known is not None and known.plan_hash == planned.hash and legal_date(known.issued_at) == today:
        return known
    assignment = assign_items(planned.plan, division=draft.place, on=today) if draft.place else None
    place = Division.objects.filter(pk=draft.place).first() if draft.place else None
    # Which body decides what follows a datum of the form is known once that is filled in, not before.
    ruled = {item["key"] for item in planned.plan["items"] if item["jurisdiction"]}
    found = assignment.bodies if assignment else {}
    bodies = {key: body.name for (key, _place), body in found.items() if body is not None and key not in ruled}
    notice = issue_notice(
        NoticeRequest(
            edition=draft.edition,
            place=draft.place,
            place_name=place.name if place is not None else "还没有选地点",
            plan=planned.plan,
            plan_hash=planned.hash,
            chosen=draft.chosen,
            bodies=bodies,
            account=owner.account,
            session_key="" if owner.account is not None else owner.session_key,
        ),
        at=at,
    )
    Draft.objects.filter(pk=draft.pk, case__isnull=True).update(notice=notice)
    return notice


@db.transaction
def delete_draft(*, draft_id: int, owner: Owner, at: datetime) -> None:
    """Throw a draft away, with all that was typed and attached. Raises DraftGone."""
    lock_draft(draft_id, owner, at=at).delete()


@db.transaction
def expire_drafts(*, at: datetime) -> int:
    """Delete drafts past their 90 days; gives how many. Called by a task, in portions."""
    ids = list(Draft.objects.expired(at=at).order_by("expires_at", "pk").values_list("pk", flat=True)[:EXPIRE_AT_ONCE])
    Draft.objects.filter(pk__in=ids).delete()
    return len(ids)


def _place(text: str) -> str:
    try:
        code = full_code(text)
    except ValueError:
        code = ""
    if not code or not Division.objects.filter(pk=code, is_administrative=True).exists():
        raise PlaceUnknown("没有找到这个地方，请从列表里选", place=text)
    return code


def _check(draft: Draft, *, answers: Mapping[str, Any], chosen: Sequence[str] | None, on: date) -> None:
    if faults := _faults(draft, answers=answers, chosen=chosen, on=on):
        raise AnswerRefused("；".join(faults), faults=tuple(faults))


def _faults(draft: Draft, *, answers: Mapping[str, Any], chosen: Sequence[str] | None, on: date) -> list[str]:
    try:
        plan_for(draft.edition, place=draft.place, answers=answers, chosen=chosen, on=on)
    except BadAnswers as bad:
        return bad.faults
    return []
