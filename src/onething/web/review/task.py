"""Opening a task: who may, what is written down about it, and what the page says (I10, ux e7)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NoReturn

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from onething.audit.services import log_read
from onething.cases.models import ItemCase, MaterialInstance
from onething.cases.reading import items_of_case
from onething.cases.states import ItemState, Trigger
from onething.delivery.models import ResultDocument
from onething.dispatch.models import Proposal
from onething.dispatch.papers import materials_for, produced_for
from onething.dispatch.reading import item_for, last_proposal, materials_of_item, slice_for, whose_is
from onething.dispatch.rules import UNDO_SECONDS, ItemSlice, may_undo
from onething.parties.models import Officer
from onething.web.accounts.access import OfficerRequest
from onething.web.review.frame import today
from onething.web.review.papers import titles_of
from onething.web.review.points import Point, points_of
from onething.web.ui.addresses import link_to

__all__ = [
    "Opened",
    "Panel",
    "not_theirs",
    "note",
    "open_item",
    "open_task",
    "own_panel",
    "refuse_access",
    "seconds_left",
]

logger = logging.getLogger(__name__)
WHAT_LENGTH: Final = 120
UNDER_REVIEW: Final = frozenset({ItemState.ACCEPTED, ItemState.IN_REVIEW})
FRESH: Final = frozenset({ItemState.RECEIVED, ItemState.SUBMITTED})


class Panel:
    """Which acts the right half offers. The first seven follow from the task's state; the others are asked for."""

    WAITING = "waiting"
    TAKEN = "taken"
    STOPPED = "stopped"
    ENDED = "ended"
    PROPOSED = "proposed"
    CONFIRM = "confirm"
    ACCEPT = "accept"
    GRANT = "grant"
    FINISH = "finish"
    REFUSE = "refuse"
    NOT_ACCEPT = "not-accept"
    NOT_REQUIRED = "not-required"
    RETURN = "return"


# The acts that change something; only these panels show the form.
ACTING: Final = frozenset(
    {Panel.ACCEPT, Panel.GRANT, Panel.FINISH, Panel.REFUSE, Panel.NOT_ACCEPT, Panel.NOT_REQUIRED, Panel.RETURN}
)


@dataclass(frozen=True, slots=True)
class Opened:
    """One task as its body may see it: nothing of any other item is in here."""

    item: ItemCase
    officer: Officer
    today: date
    siblings: tuple[ItemCase, ...] = ()
    cut: ItemSlice | None = None
    materials: tuple[MaterialInstance, ...] = ()
    produced: tuple[ResultDocument, ...] = ()
    points: tuple[Point, ...] = field(default=())
    # The last decision proposed on it, where a second person has to confirm; `second` is the rule that says so.
    proposal: Proposal | None = None

    @property
    def plan_item(self) -> Mapping[str, Any]:
        """The item as the plan has it."""
        return self.cut.item if self.cut is not None else {}

    @property
    def second(self) -> Mapping[str, Any] | None:
        """The rule by which a colleague confirms decisions on this item."""
        return self.plan_item.get("second_person")

    @property
    def not_ok(self) -> list[str]:
        """Titles of the points marked 不符合."""
        return [point.title for point in self.points if self.item.checks.get(point.key) == "not_ok"]


def open_item(request: OfficerRequest, number: str) -> ItemCase:
    """The item, if the officer's body has it. Any other address is not there; trying one that exists is written down."""
    found = item_for(request.officer, number)
    return found if found is not None else not_theirs(request, number)


def not_theirs(request: OfficerRequest, number: str) -> NoReturn:
    """An item that none of the person's offices sees. Raises Http404; trying one that exists is written down."""
    other = whose_is(number)
    if other is not None:
        refuse_access(request, other, f"task {number}")
    raise Http404


def refuse_access(request: OfficerRequest, item: ItemCase, what: str) -> None:
    """Write down that somebody tried to see what is not theirs, then say that it is not there. Raises Http404."""
    note(request, item, f"denied {what}")
    logger.warning("review: %s was denied %s", request.user.pk, what)
    raise Http404


def note(request: OfficerRequest, item: ItemCase, what: str) -> None:
    """One line in the log of reads, before anything is shown (I10)."""
    log_read(
        account=request.user.pk,
        case_number=item.case.number,
        what=what[:WHAT_LENGTH],
        at=timezone.now(),
        home_division=item.home_division,
    )


def open_task(request: OfficerRequest, number: str) -> Opened:
    """A task with its data, papers and checklist. What waits for another item shows nothing yet: it was not dispatched."""
    item, day = open_item(request, number), today()
    siblings = tuple(items_of_case(item.case))
    if item.item_state is ItemState.WAITING:
        return Opened(item, request.officer, day, siblings)
    note(request, item, f"task {item.number}")
    cut = slice_for(item, siblings, today=day)
    materials = materials_for(item, materials_of_item(item))
    return Opened(
        item=item,
        officer=request.officer,
        today=day,
        siblings=siblings,
        cut=cut,
        materials=tuple(materials),
        produced=tuple(produced_for(item)),
        points=tuple(points_of(item.case.plan, cut.item, materials, titles_of(item))),
        proposal=last_proposal(item) if cut.item.get("second_person") else None,
    )


def own_panel(opened: Opened) -> str:
    """What the task's state asks of this officer now."""
    item, state = opened.item, opened.item.item_state
    if state is ItemState.WAITING:
        return Panel.WAITING
    if not item.is_open:
        return Panel.ENDED
    if (others := _with_somebody_else(opened)) is not None:
        return others
    if state not in FRESH | UNDER_REVIEW:
        return Panel.STOPPED
    if item.trigger != Trigger.APPLICATION:
        return Panel.FINISH
    return Panel.ACCEPT if state in FRESH else Panel.GRANT


def _with_somebody_else(opened: Opened) -> str | None:
    """Who has to act is a second person, or a colleague who has the task; None when it is up to this officer."""
    if opened.proposal is not None and not opened.proposal.answer:
        mine = opened.proposal.proposed_by.account_id == opened.officer.account_id
        return Panel.PROPOSED if mine else Panel.CONFIRM
    return Panel.TAKEN if opened.item.claimed_by_id not in {None, opened.officer.pk} else None


def may_ask(opened: Opened, panel: str) -> bool:
    """Whether one of the rarer acts fits the task now; a page for one that does not leads back to the task."""
    own, state = own_panel(opened), opened.item.item_state
    if own not in ACTING:
        return False
    if panel == Panel.REFUSE:
        return state in UNDER_REVIEW or own == Panel.FINISH
    return panel in {Panel.NOT_ACCEPT, Panel.NOT_REQUIRED, Panel.RETURN} and state in FRESH


def brings_results(opened: Opened) -> bool:
    """Whether what ends in 办好了 ends in a document or data too: then it is granted, not merely ticked off."""
    supplied = opened.item.case.plan.get("supplied", ())
    produces = any(
        row.get("source", {}).get("kind") == "produced" and row["source"].get("item") == opened.item.key
        for row in supplied
    )
    return produces or any(one.get("name") for one in opened.plan_item.get("results", ()))


def seconds_left(item: ItemCase, officer: Officer) -> int:
    """For how long the officer may still take back the last act; 0 when no longer (ux e5). One query while there is time."""
    accepted = item.item_state is ItemState.ACCEPTED
    moment = item.accepted_at if accepted else item.decided_at
    actor = item.claimed_by_id if accepted else item.decided_by_id
    now = timezone.now()
    if moment is None or actor != officer.pk or not may_undo(decided_at=moment, at=now, document_out=False):
        return 0
    if not accepted and item.results.exists():
        return 0
    return max(1, UNDO_SECONDS - int((now - moment).total_seconds()))


def address(item: ItemCase, act: str = "") -> str:
    """The address of a task, or of one of its acts."""
    base = link_to("review:task", item.number)
    return f"{base}{act}/" if act else base


def claimed_words(item: ItemCase) -> str:
    """Who has the task, and since when."""
    if item.claimed_by is None or item.claimed_at is None:
        return ""
    clock = timezone.localtime(item.claimed_at).strftime("%H:%M")
    return _("%(who)s在%(clock)s领了这一件，您可以看，不能办。") % {
        "who": item.claimed_by.account.display_name,
        "clock": clock,
    }
