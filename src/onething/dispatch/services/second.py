"""Where an item demands it, one officer proposes a decision and another of the same body confirms it or sends it back.

Which items do says the catalogue (`second_person`, with its basis). Until it is confirmed the item stays under review and its
clocks run on; nothing that follows from the decision happens.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from onething.cases.models import ItemCase
from onething.cases.rules import item_of_plan
from onething.cases.services import Acting, LockedCase, lock_case, move_item, record, settle_bundle
from onething.cases.states import ItemState
from onething.dispatch.access import Forbidden, demand_reviewer
from onething.dispatch.models import Proposal
from onething.dispatch.services.decide import Decision, law_of, put_into_effect, words_of
from onething.kit import db
from onething.kit.errors import Refused
from onething.parties.models import Officer

__all__ = ["confirm_decision", "propose", "second_rule", "send_back_decision", "take_back_proposal"]

Answer = Proposal.Answer


def second_rule(item: ItemCase) -> Mapping[str, Any] | None:
    """The rule by which a second person confirms decisions on this item (`basis`, `source`); None where one officer decides."""
    rule: Mapping[str, Any] | None = item_of_plan(item.case.plan, item.key).get("second_person")
    return rule


@db.transaction_required
def propose(locked: LockedCase, item: ItemCase, officer: Officer, decision: Decision, *, at: datetime) -> ItemCase:
    """Write the decision down for a colleague to confirm; the checks of a decision have been made. Raises Refused, IllegalMove."""
    if Proposal.objects.filter(item=item, answer="").exists():
        raise Refused(f"“{item.name}”已经提出了决定，等同事复核", code="proposed", item=item.number)
    by = Acting.of_officer(officer)
    if item.item_state is not ItemState.IN_REVIEW:
        move_item(locked, item, ItemState.IN_REVIEW, by=by, at=at)
        settle_bundle(locked, at=at)
    proposal = Proposal.objects.create(
        item=item,
        home_division=item.home_division,
        proposed_by=officer,
        proposed_at=at,
        granted=decision.granted,
        decision=law_of(decision),
        words=words_of(decision),
    )
    payload = {"item": item.number, "officer": officer.pk, "proposal": proposal.pk, "basis": decision.basis.strip()}
    record(locked.case, "item.decision_proposed", by=by, at=at, payload=payload)
    return item


@db.transaction
def confirm_decision(*, item_id: int, officer: Officer, at: datetime) -> ItemCase:
    """The second person agrees: the proposed decision takes effect as it was written.

    Raises Forbidden (another body, or who proposed it), Refused (`not_proposed`: somebody was faster), IllegalMove.
    """
    locked, item, proposal = _open_proposal(item_id, officer)
    _demand_another(proposal, officer)
    _answer(proposal, Answer.CONFIRMED, officer, at=at)
    return put_into_effect(
        locked,
        item,
        granted=proposal.granted,
        decision=proposal.decision,
        words=proposal.words,
        officer=officer,
        at=at,
        payload={"proposal": proposal.pk, "proposed_by": proposal.proposed_by_id},
    )


@db.transaction
def send_back_decision(*, item_id: int, officer: Officer, reason: str, at: datetime) -> ItemCase:
    """The second person does not agree and says why; who proposed it writes it anew. Raises as `confirm_decision`, and Refused."""
    if not reason.strip():
        raise Refused("退回决定要写明理由", code="incomplete")
    locked, item, proposal = _open_proposal(item_id, officer)
    _demand_another(proposal, officer)
    _answer(proposal, Answer.SENT_BACK, officer, at=at, reason=reason.strip())
    payload = {"item": item.number, "officer": officer.pk, "proposal": proposal.pk}
    record(locked.case, "item.decision_sent_back", by=Acting.of_officer(officer), at=at, payload=payload)
    return item


@db.transaction
def take_back_proposal(*, item_id: int, officer: Officer, at: datetime) -> ItemCase:
    """Who proposed it thinks again, as long as nobody has answered. Raises Forbidden, Refused (`not_proposed`)."""
    locked, item, proposal = _open_proposal(item_id, officer)
    if proposal.proposed_by.account_id != officer.account_id:
        raise Forbidden("只有提出的人可以收回", item=item.number)
    _answer(proposal, Answer.TAKEN_BACK, officer, at=at)
    payload = {"item": item.number, "officer": officer.pk, "proposal": proposal.pk}
    record(locked.case, "item.proposal_taken_back", by=Acting.of_officer(officer), at=at, payload=payload)
    return item


def _open_proposal(item_id: int, officer: Officer) -> tuple[LockedCase, ItemCase, Proposal]:
    """The locked case, the item and what is proposed; read after the lock, so that of two answers the second finds none."""
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = locked.by_id[item_id]
    demand_reviewer(officer, item)
    proposal = Proposal.objects.select_related("proposed_by").filter(item=item, answer="").first()
    if proposal is None:
        raise Refused(
            f"“{item.name}”现在没有等复核的决定：{item.get_state_display()}", code="not_proposed", item=item.number
        )
    return locked, item, proposal


def _demand_another(proposal: Proposal, officer: Officer) -> None:
    """Compared by account: somebody with two offices stays one person."""
    if proposal.proposed_by.account_id == officer.account_id:
        raise Forbidden("自己提出的决定要由另一位同事复核")


def _answer(proposal: Proposal, answer: Proposal.Answer, officer: Officer, *, at: datetime, reason: str = "") -> None:
    proposal.answer, proposal.answered_by, proposal.answered_at, proposal.reason = answer, officer, at, reason
    proposal.save(update_fields=["answer", "answered_by", "answered_at", "reason"])
