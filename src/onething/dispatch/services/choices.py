"""What the applicant says, or does not say, after a refusal that another item hangs on (R2.8.e/2).

The item's file says what the refusal means (`after[].if_refused`): `end` and `go_on` need nobody, `ask` and `wait` come here. Both
leave the last word to the applicant; silence is defined: asked, it goes on, because the application was handed in and not taken
back; waiting, it ends when the time for review is over.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from onething.cases.models import ItemCase
from onething.cases.services import SYSTEM, Acting, LockedCase, lock_case, move_item, record
from onething.cases.states import ItemState
from onething.dispatch.models import RefusalChoice
from onething.dispatch.services.flow import follow_up, not_there, terminate
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.parties.models import Account

__all__ = ["answer_refusal", "close_silent_choices"]

Answer, Rule = RefusalChoice.Answer, RefusalChoice.Rule
PORTION: Final = 200
WAITED: Final = "等到了最后一天，前面的“{name}”没有新结果，这一项不再办理"


@db.transaction
def answer_refusal(*, item_id: int, account: Account, go_on: bool, at: datetime, channel: str = "web") -> ItemCase:
    """The applicant goes on with an item whose predecessor was refused, or takes it back.

    Raises Refused (`not_yours`; `not_asked`: answered already, or the time is over).
    """
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    if locked.case.account_id != account.pk:
        raise Refused("这不是您的申请", code="not_yours")
    item = locked.by_id[item_id]
    choices = list(_open(item.pk))
    if not choices or item.item_state is not ItemState.WAITING:
        raise Refused(f"“{item.name}”现在不用您决定：{item.get_state_display()}", code="not_asked", item=item.number)
    by = Acting.of_account(account, channel=channel)
    _answer(locked, choices, Answer.GO_ON if go_on else Answer.WITHDRAWN, by=by, account=account, at=at)
    if not go_on:
        move_item(locked, item, ItemState.WITHDRAWN, by=by, at=at)
    follow_up(locked, item, at=at)
    return item


def close_silent_choices(*, at: datetime) -> int:
    """Decide what nobody answered by its last day, as the rule says; gives how many. One transaction per item, safe to repeat."""
    closed = 0
    while found := list(
        RefusalChoice.objects.filter(answer="", until__lt=legal_date(at))
        .order_by("pk")
        .values_list("item_id", flat=True)[:PORTION]
    ):
        closed += sum(_close(item_id, at=at) for item_id in dict.fromkeys(found))
    return closed


@db.transaction
def _close(item_id: int, *, at: datetime) -> bool:
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = locked.by_id[item_id]
    choices = [one for one in _open(item_id) if one.until < legal_date(at)]
    if not choices:
        return False
    ends = [one for one in choices if one.rule == Rule.WAIT]
    still_waits = item.item_state is ItemState.WAITING
    _answer(locked, choices, Answer.ENDED if ends or not still_waits else Answer.GO_ON, by=SYSTEM, account=None, at=at)
    if ends and still_waits:
        cause, item.moved_by = ends[0].cause, None
        payload = {"cause": cause.number, "cause_outcome": cause.outcome}
        reason = WAITED.format(name=cause.name)
        terminate(locked, item, reason=reason, basis=not_there(item), at=at, payload=payload)
    follow_up(locked, item, at=at)
    return True


def _open(item_id: int) -> Iterable[RefusalChoice]:
    return RefusalChoice.objects.select_related("cause").filter(item_id=item_id, answer="").order_by("pk")


def _answer(
    locked: LockedCase,
    choices: Iterable[RefusalChoice],
    answer: RefusalChoice.Answer,
    *,
    by: Acting,
    account: Account | None,
    at: datetime,
) -> None:
    for one in choices:
        one.answer, one.answered_at, one.answered_by = answer, at, account
        one.save(update_fields=["answer", "answered_at", "answered_by"])
        payload = {"item": locked.by_id[one.item_id].number, "cause": one.cause.number, "answer": answer.value}
        record(locked.case, "item.refusal_answered", by=by, at=at, payload=payload)
