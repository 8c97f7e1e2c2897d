"""Taking back: a decision within a minute (ux e5), an application until it is accepted (R2.6.a/4)."""

from collections.abc import Sequence
from datetime import datetime

from onething.cases.models import ItemCase
from onething.cases.services import SYSTEM, Acting, IllegalMove, LockedCase, lock_case, move_item, settle_bundle
from onething.cases.states import ItemState
from onething.delivery.models import ResultDocument
from onething.dispatch.access import demand_reviewer
from onething.dispatch.models import RefusalChoice
from onething.dispatch.rules import may_undo
from onething.dispatch.services.flow import follow_up
from onething.documents.kinds import DocumentKind
from onething.documents.services import void_documents
from onething.kit import db
from onething.kit.errors import Refused
from onething.parties.models import Account, Officer

__all__ = ["TooLate", "undo_decision", "withdraw_items"]

# Where an item goes back to; a check was never accepted, an early refusal to take it up neither.
BACK = {
    ItemState.ACCEPTED: ItemState.RECEIVED,
    ItemState.NOT_ACCEPTED: ItemState.RECEIVED,
    ItemState.NOT_REQUIRED: ItemState.RECEIVED,
    ItemState.GRANTED: ItemState.ACCEPTED,
    ItemState.REFUSED: ItemState.ACCEPTED,
    ItemState.DONE: ItemState.RECEIVED,
}
ACCEPTING = frozenset({DocumentKind.ACCEPTANCE})
DECIDING = frozenset(DocumentKind) - ACCEPTING
BEFORE_ACCEPTANCE = (ItemState.WAITING, ItemState.SUBMITTED, ItemState.RECEIVED, ItemState.IN_CORRECTION)


class TooLate(Refused):
    """It can no longer be taken back: the minute is over, a document went out, or somebody else works on what it started."""

    code = "too_late"


@db.transaction
def undo_decision(*, item_id: int, officer: Officer, at: datetime) -> ItemCase:
    """Take back one's own acceptance or decision within 60 seconds, with all it had set going. Raises TooLate, Forbidden."""
    case_id = ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id)
    locked = lock_case(case_id)
    item = locked.by_id[item_id]
    demand_reviewer(officer, item)
    back = BACK.get(item.item_state)
    if back is None:
        raise IllegalMove(f"“{item.name}”现在是“{item.get_state_display()}”，没有可以撤回的", item=item.number)
    accepted = item.item_state is ItemState.ACCEPTED
    moment = item.accepted_at if accepted else item.decided_at
    actor = item.claimed_by_id if accepted else item.decided_by_id
    if actor != officer.pk:
        raise TooLate("只有作出决定的人可以撤回", item=item.number)
    if moment is None or not may_undo(
        decided_at=moment, at=at, document_out=ResultDocument.objects.filter(item=item).exists()
    ):
        raise TooLate("已经过了60秒，或者结果已经发出，不能撤回了", item=item.number)
    if accepted and item.clock_extensions.exists():
        raise TooLate("期限已经延长并告知了申请人，不能撤回受理了", item=item.number)
    moved = _take_back_what_it_moved(locked, item, officer, at=at)
    if not _void_what_it_said(locked, [item, *moved], accepted=accepted, moment=moment, officer=officer, at=at):
        raise TooLate("文书已经发出，不能撤回了", item=item.number)
    move_item(locked, item, back, by=Acting.of_officer(officer), at=at)
    settle_bundle(locked, at=at)
    return item


def _take_back_what_it_moved(locked: LockedCase, item: ItemCase, officer: Officer, *, at: datetime) -> list[ItemCase]:
    """Items this one started or ended wait again; gives them. Raises TooLate when one of them is being worked on.

    One the same officer was led on to right after deciding is not being worked on by anybody else.
    """
    moved = [one for one in locked.items if one.moved_by_id == item.pk]
    for one in moved:
        untouched = one.item_state is ItemState.RECEIVED and one.claimed_by_id in {None, officer.pk}
        if not untouched and one.item_state is not ItemState.TERMINATED:
            raise TooLate(f"“{one.name}”已经有人在办，不能撤回了", item=one.number)
    # What was left to the applicant is nobody's question any more; the events of both stay.
    RefusalChoice.objects.filter(cause=item).delete()
    for one in moved:
        move_item(locked, one, ItemState.WAITING, by=SYSTEM, at=at, payload={"cause": item.number})
    return moved


def _void_what_it_said(
    locked: LockedCase, items: Sequence[ItemCase], *, accepted: bool, moment: datetime, officer: Officer, at: datetime
) -> bool:
    """Void the documents of the act; False when one went out. An acceptance of the same moment outlives the decision after it."""
    said = ACCEPTING if accepted else DECIDING
    return void_documents(locked, items, kinds=said, issued_at=moment, by=Acting.of_officer(officer), at=at)


@db.transaction
def withdraw_items(
    *, case_id: int, account: Account, at: datetime, item_ids: Sequence[int] | None = None, channel: str = "web"
) -> list[ItemCase]:
    """The applicant takes back all or single items that no body has accepted yet (R2.6.a/4).

    Raises Refused naming those that a department has accepted already: that withdrawal goes to the department.
    """
    locked = lock_case(case_id)
    if locked.case.account_id != account.pk:
        raise Refused("这不是您的申请", code="not_yours")
    wanted = [item for item in locked.items if item.is_open and (item_ids is None or item.pk in item_ids)]
    late = [item for item in wanted if item.item_state not in BEFORE_ACCEPTANCE]
    if late and item_ids is not None:
        names = "、".join(item.name for item in late)
        raise TooLate(f"“{names}”已经受理，要撤回请联系办理单位", items=[item.number for item in late])
    done = [item for item in wanted if item not in late]
    for item in done:
        move_item(locked, item, ItemState.WITHDRAWN, by=Acting.of_account(account, channel=channel), at=at)
    for item in done:
        follow_up(locked, item, at=at)
    return done
