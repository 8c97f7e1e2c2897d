"""A department's acts on its item: take up, decline, check, decide (R2.8.c, R2.8.e, ux e6)."""

from collections.abc import Mapping
from datetime import datetime

from onething.cases.models import ItemCase
from onething.cases.reading import waits_of_item
from onething.cases.services import Acting, IllegalMove, LockedCase, lock_case, move_item, record, settle_bundle
from onething.cases.states import ItemState, Trigger
from onething.dispatch.access import hold
from onething.dispatch.rules import ProducedField, produced_fields, produced_gaps, refusal_gaps
from onething.dispatch.services.decide import Decision, law_of, put_into_effect, words_of
from onething.dispatch.services.decline import Declined, Incomplete, demand_said, end_unaccepted
from onething.dispatch.services.flow import follow_up
from onething.dispatch.services.letters import tell_acceptance
from onething.dispatch.services.second import propose, second_rule
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.notice.rules import UNVERIFIED, day_words
from onething.oneform.rules import party_subjects
from onething.parties.models import Officer

__all__ = [
    "NotYet",
    "accept_item",
    "decide_item",
    "finish_check",
    "keep_opinion",
    "mark_checks",
    "not_accept_item",
    "not_require_item",
    "produced_of",
]

CHECK_ANSWERS = ("ok", "not_ok", "")
LONGEST_DRAFT = 4000


class NotYet(Refused):
    """A good end before a waiting period is over (公示期). Facts: `item`, `last_day`, `open_from` (ISO days), `basis`."""

    code = "not_yet"


@db.transaction
def accept_item(*, item_id: int, officer: Officer, at: datetime) -> ItemCase:
    """Take up an item: the statutory clock starts (design decision 17). Raises Forbidden, TaskTaken, FindingsOpen, IllegalMove.

    What was corrected is accepted from the day on which everything was in, not from the day somebody looked (R2.7.a).
    """
    locked, item = _hold(item_id, officer, at)
    complete_on = min(item.window_from, legal_date(at)) if item.window_from is not None else None
    move_item(locked, item, ItemState.ACCEPTED, by=Acting.of_officer(officer), at=at, accepted_on=complete_on)
    tell_acceptance(locked, item, officer, at=at)
    follow_up(locked, item, at=at)
    return item


@db.transaction
def not_accept_item(*, item_id: int, officer: Officer, right_body: str, reason: str, at: datetime) -> ItemCase:
    """Decline to take up an item, naming the right body (行政许可法 art. 32). Raises Incomplete and as accept_item."""
    return _end(item_id, officer, Declined(ItemState.NOT_ACCEPTED, reason, right_body=right_body), at)


@db.transaction
def not_require_item(*, item_id: int, officer: Officer, reason: str, basis: str, at: datetime) -> ItemCase:
    """Tell that nothing has to be applied for (行政许可法 art. 32(1)(1)): what waits for the item goes on without it.

    Raises Incomplete and as accept_item.
    """
    return _end(item_id, officer, Declined(ItemState.NOT_REQUIRED, reason, basis=basis), at)


def _end(item_id: int, officer: Officer, declined: Declined, at: datetime) -> ItemCase:
    demand_said(declined)
    locked, item = _hold(item_id, officer, at)
    end_unaccepted(locked, item, declined, officer, at=at)
    return item


@db.transaction
def mark_checks(*, item_id: int, officer: Officer, checks: Mapping[str, str], at: datetime) -> ItemCase:
    """Tick the checklist: `ok`, `not_ok` or "" per point. The first tick on an accepted item opens its review.

    Raises Refused for an unknown answer, and as accept_item.
    """
    if unknown := sorted({answer for answer in checks.values() if answer not in CHECK_ANSWERS}):
        raise Refused("核对结果只能选“符合”或“不符合”", code="check_unknown", answers=unknown)
    locked, item = _hold(item_id, officer, at)
    item.checks = {key: answer for key, answer in {**item.checks, **checks}.items() if answer}
    if item.item_state is ItemState.ACCEPTED:
        move_item(locked, item, ItemState.IN_REVIEW, by=Acting.of_officer(officer), at=at, fields=["checks"])
        settle_bundle(locked, at=at)
    else:
        item.save(update_fields=["checks"])
        record(
            locked.case,
            "item.checked",
            by=Acting.of_officer(officer),
            at=at,
            payload={"item": item.number, "checks": item.checks},
        )
    return item


@db.transaction
def keep_opinion(*, item_id: int, officer: Officer, panel: str, text: str, at: datetime) -> ItemCase:
    """Keep a text that is being written, per act it is meant for, until the item is decided (ux X6). Decides nothing: no event.

    Raises IllegalMove on an item that has ended, and as accept_item.
    """
    locked, item = _hold(item_id, officer, at)
    if not item.is_open:
        raise IllegalMove(f"“{item.name}”{item.get_state_display()}，写的意见没有保存", item=item.number)
    drafts = {**item.opinion.get("draft", {}), panel: text.strip()[:LONGEST_DRAFT]}
    item.opinion = {**item.opinion, "draft": {name: kept for name, kept in drafts.items() if kept}}
    item.save(update_fields=["opinion"])
    return locked.by_id[item_id]


@db.transaction
def decide_item(*, item_id: int, officer: Officer, decision: Decision, at: datetime) -> ItemCase:
    """Grant or refuse an accepted item. Dependants start or end by themselves, the result document follows in a minute.

    Where the item demands a second person this only proposes: the item stays under review until a colleague confirms.
    Raises Incomplete: a refusal without basis, reason or remedies, or a grant without the data later items wait for; NotYet:
    a grant within a waiting period, while a refusal is open at any time, for an objection ends the wait; and as accept_item.
    """
    if not decision.granted:
        gaps = refusal_gaps(basis=decision.basis, reason=decision.reason, remedies=decision.remedies)
        if gaps:
            raise Incomplete("不同意要说清楚：" + "；".join(gaps), gaps=gaps)
    locked, item = _hold(item_id, officer, at)
    if decision.granted:
        _demand_over(item, at)
        gaps = produced_gaps(produced_of(item), decision.produced)
        if gaps:
            raise Incomplete("后面的事要用到这些内容：" + "；".join(gaps), gaps=gaps)
    if second_rule(item) is not None:
        return propose(locked, item, officer, decision, at=at)
    return put_into_effect(
        locked,
        item,
        granted=decision.granted,
        decision=law_of(decision),
        words=words_of(decision),
        officer=officer,
        at=at,
        payload={},
    )


@db.transaction
def finish_check(*, item_id: int, officer: Officer, at: datetime, note: str = "") -> ItemCase:
    """Done with one click: an item that is a mere check or a service nobody decides on.

    Raises IllegalMove, NotYet within a waiting period, and as accept_item.
    """
    locked, item = _hold(item_id, officer, at)
    if item.trigger == Trigger.APPLICATION and item.item_state is ItemState.RECEIVED:
        raise Refused(f"“{item.name}”是申请办理的事，要先受理再决定", code="needs_decision", item=item.number)
    _demand_over(item, at)
    item.decided_by, item.opinion = officer, {"opinion": note.strip()} if note.strip() else {}
    move_item(
        locked, item, ItemState.DONE, by=Acting.of_officer(officer), at=at, fields=["decided_by", "opinion"],
        payload={"officer": officer.pk},
    )  # fmt: skip
    follow_up(locked, item, at=at)
    return item


def produced_of(item: ItemCase) -> list[ProducedField]:
    """The data a grant of this item brings forth: what the decision form asks the officer. The item comes with its case."""
    case = item.case
    return produced_fields(case.plan, item.key, party_subjects(case.plan, case.form_values), instance=item.instance)


def _demand_over(item: ItemCase, at: datetime) -> None:
    """A day compared under the lock is all that opens an item: nothing has to run at midnight."""
    if item.waits_until is None or legal_date(at) > item.waits_until:
        return
    last = waits_of_item(item)[-1]
    raise NotYet(
        f"“{item.name}”的{last.name}到{day_words(last.last_day)}为止，{day_words(last.open_from)}起才能办结。"
        f"依据：{last.basis or UNVERIFIED}",
        item=item.number,
        last_day=last.last_day.isoformat(),
        open_from=last.open_from.isoformat(),
        basis=last.basis,
    )


def _hold(item_id: int, officer: Officer, at: datetime) -> tuple[LockedCase, ItemCase]:
    case_id = ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id)
    locked = lock_case(case_id)
    return locked, hold(locked, item_id, officer, at=at)
