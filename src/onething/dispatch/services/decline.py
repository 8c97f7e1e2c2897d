"""Ending an item before it is accepted: not this body's (行政许可法 art. 32(1)(2)), or nothing to apply for (art. 32(1)(1)).

One place for both ends that may say so: the body that has the item, and the preliminary review at the accepting end.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from onething.cases.models import ItemCase
from onething.cases.services import Acting, LockedCase, move_item
from onething.cases.states import ItemState
from onething.dispatch.services.flow import follow_up
from onething.dispatch.services.letters import remedies_against, tell_not_accepted, tell_not_required
from onething.kit import db
from onething.kit.errors import Refused
from onething.parties.models import Officer

__all__ = ["Declined", "Incomplete", "demand_said", "end_unaccepted"]


class Incomplete(Refused):
    """A decision that lacks what the law or the next item needs. Facts: `gaps`, a tuple of sentences."""

    code = "incomplete"


@dataclass(frozen=True, slots=True)
class Declined:
    """Why an item is not taken up: whose it is where it is not this body's, the article where nothing has to be applied for."""

    state: Literal[ItemState.NOT_ACCEPTED, ItemState.NOT_REQUIRED]
    reason: str
    right_body: str = ""
    basis: str = ""

    @property
    def said(self) -> dict[str, str]:
        """What the law wants said besides the reason; it goes into the event too, the reason, free text, does not."""
        if self.state is ItemState.NOT_ACCEPTED:
            return {"right_body": self.right_body.strip()}
        return {"basis": self.basis.strip()}

    def gaps(self) -> tuple[str, ...]:
        """What is not said yet, in sentences."""
        if self.state is ItemState.NOT_ACCEPTED:
            wanted = ((self.right_body, "写明应该找哪个单位"), (self.reason, "写明不受理的理由"))
        else:
            wanted = ((self.reason, "写明为什么不用办"), (self.basis, "写明依据的条文"))
        return tuple(words for text, words in wanted if not text.strip())


def demand_said(declined: Declined) -> None:
    """Raises Incomplete, naming what is not said."""
    if gaps := declined.gaps():
        raise Incomplete("不受理要说清楚：" + "；".join(gaps), gaps=gaps)


@db.transaction_required
def end_unaccepted(locked: LockedCase, item: ItemCase, declined: Declined, officer: Officer, *, at: datetime) -> None:
    """Move a locked item, give its body's document, and let what waited for it go on or end. Raises Incomplete, IllegalMove.

    `officer` is whoever says so; who may has been asked.
    """
    demand_said(declined)
    remedies = {"remedies": remedies_against(item)} if declined.state is ItemState.NOT_ACCEPTED else {}
    item.decision, item.decided_by = {**declined.said, **remedies, "reasoned": True}, officer
    item.opinion = {"reason": declined.reason.strip()}
    move_item(
        locked, item, declined.state, by=Acting.of_officer(officer), at=at,
        fields=["decision", "decided_by", "opinion"], payload=declined.said,
    )  # fmt: skip
    tell = tell_not_accepted if declined.state is ItemState.NOT_ACCEPTED else tell_not_required
    tell(locked, item, officer, at=at)
    follow_up(locked, item, at=at)
