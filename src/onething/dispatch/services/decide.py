"""A decision taking effect: written on the item, what follows from it set going, the result document after the minute (R2.8.e)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from onething.cases.models import ItemCase
from onething.cases.services import Acting, LockedCase, move_item
from onething.cases.states import ItemState
from onething.delivery.services import issue_later
from onething.dispatch.rules import UNDO_SECONDS
from onething.dispatch.services.flow import follow_up
from onething.dispatch.services.letters import tell_refusal
from onething.kit import db
from onething.parties.models import Officer

__all__ = ["Decision", "law_of", "put_into_effect", "words_of"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A department's answer. `produced` is what a grant brings forth: {subject: {element: value}} (a certificate's number)."""

    granted: bool
    opinion: str = ""
    basis: str = ""
    reason: str = ""
    remedies: str = ""
    produced: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def words_of(decision: Decision) -> dict[str, Any]:
    """What a decision says about the person, for the sealed column."""
    words: dict[str, Any] = {"reason": decision.reason.strip(), "opinion": decision.opinion.strip()}
    if decision.granted:
        words["produced"] = {subject: dict(values) for subject, values in decision.produced.items()}
    return {name: value for name, value in words.items() if value}


def law_of(decision: Decision) -> dict[str, Any]:
    """What the law wants of a decision (行政许可法 art. 38)."""
    return {
        "basis": decision.basis.strip(),
        "remedies": "" if decision.granted else decision.remedies.strip(),
        "reasoned": bool(decision.reason.strip()) or decision.granted,
    }


@db.transaction_required
def put_into_effect(
    locked: LockedCase,
    item: ItemCase,
    *,
    granted: bool,
    decision: Mapping[str, Any],
    words: Mapping[str, Any],
    officer: Officer,
    at: datetime,
    payload: Mapping[str, object],
) -> ItemCase:
    """Grant or refuse a locked item. `officer` answers for it: who decided alone, or who confirmed. Raises IllegalMove."""
    item.decision, item.opinion, item.decided_by = dict(decision), dict(words), officer
    move_item(
        locked,
        item,
        ItemState.GRANTED if granted else ItemState.REFUSED,
        by=Acting.of_officer(officer),
        at=at,
        fields=["decision", "opinion", "decided_by"],
        payload={"officer": officer.pk, "basis": str(decision["basis"]), **payload},
    )
    if not granted:
        tell_refusal(locked, item, officer, at=at)
    follow_up(locked, item, at=at)
    if granted:
        issue_later(item_id=item.pk, at=at, seconds=UNDO_SECONDS)
    return item
