"""A locked case with its rounds and findings, read once: what every verb of this app decides on."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from django.conf import settings

from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import LockedCase
from onething.cases.states import ItemState
from onething.feedback.models import CorrectionPoint, CorrectionRound, Finding, RoundItem
from onething.feedback.reasons import REASONS
from onething.feedback.rules import (
    Demands,
    Merged,
    Raised,
    Target,
    Window,
    contradictions,
    demands_of,
    merge,
    window_of,
)
from onething.feedback.states import LIVE_FINDINGS, FindingState, RoundState
from onething.oneform.rules import party_subjects

__all__ = ["Board", "changed_of", "demands_for", "opposite_of", "raised_of", "window_for"]

# In which state an item must be for a finding of a round in a state to count: what has ended has nothing left to correct.
NEEDED = {RoundState.COLLECTING: ItemState.RECEIVED, RoundState.NOTICED: ItemState.IN_CORRECTION}


def window_for(item: ItemCase) -> Window | None:
    """The time the item's body has to speak; None while the item waits for another one."""
    received = item.received_on
    if received is None:
        return None
    return window_of(received, working_calendar(), finding_days=settings.ONETHING_FINDINGS_DAYS)


def demands_for(item: ItemCase) -> Demands:
    """What an item asks of the applicant. The item comes with its case."""
    case = item.case
    return demands_of(case.plan, item.key, party_subjects(case.plan, case.form_values), instance=item.instance)


def changed_of(item: ItemCase) -> tuple[bool, frozenset[Target]]:
    """Whether the item has been corrected before, and what of its input the last answer changed. One query."""
    last = RoundItem.objects.filter(item=item, returned_at__isnull=False).order_by("-returned_at", "-pk").first()
    if last is None:
        return False, frozenset()
    return True, frozenset(target for code in last.changed if (target := Target.parse(code)) is not None)


def opposite_of(reason: str) -> str:
    """The reason that asks the very opposite, if there is one."""
    return REASONS[reason].opposite if reason in REASONS else ""


def raised_of(findings: Iterable[Finding]) -> list[Raised]:
    """Findings as the merge sees them."""
    return [
        Raised(
            id=one.pk,
            item=one.item_id,
            body=one.organisation.name,
            target=one.target,
            reason=one.reason,
            required=one.required,
            settled=one.settled_at is not None,
        )
        for one in findings
    ]


class Board:
    """What verbs look at, read after the case was locked: its open rounds, its findings, the windows of its items."""

    def __init__(self, locked: LockedCase) -> None:
        self.locked = locked
        self.rounds = list(CorrectionRound.objects.filter(case=locked.case).open().in_order())
        found = Finding.objects.filter(case=locked.case, state__in=[*LIVE_FINDINGS, FindingState.PROPOSED])
        self.findings = list(found.select_related("organisation").in_order())

    @property
    def case(self) -> OneThingCase:
        """The locked case."""
        return self.locked.case

    @property
    def gathering(self) -> CorrectionRound | None:
        """The round that gathers findings now."""
        return next((one for one in self.rounds if one.round_state is RoundState.COLLECTING), None)

    @cached_property
    def spoken(self) -> set[int]:
        """The items whose bodies have said in the gathering round that they have found all there is."""
        said = RoundItem.objects.filter(round=self.gathering, said_at__isnull=False) if self.gathering else ()
        return {one.item_id for one in said}

    def live(self, of: CorrectionRound) -> list[Finding]:
        """What a round still asks: said, and of an item that is still there to be corrected."""
        needed = NEEDED.get(of.round_state)
        return [
            one
            for one in self.findings
            if one.round_id == of.pk and one.state in LIVE_FINDINGS and self.item(one).item_state is needed
        ]

    def item(self, finding: Finding) -> ItemCase:
        """The locked item of a finding."""
        return self.locked.by_id[finding.item_id]

    def proposed(self) -> list[Finding]:
        """Findings that wait for a superior."""
        return [one for one in self.findings if one.state == FindingState.PROPOSED]

    def awaited(self, at: datetime) -> list[ItemCase]:
        """The started, undecided items whose bodies have not spoken and still may enter findings."""
        return [
            item
            for item in self.locked.items
            if item.item_state is ItemState.RECEIVED
            and item.pk not in self.spoken
            and (window := window_for(item)) is not None
            and at < window.cut_off
        ]

    def points(self, of: CorrectionRound) -> list[Merged]:
        """The points of a round as they would be told now."""
        return merge(raised_of(self.live(of)))

    def contradicting(self, of: CorrectionRound) -> list[tuple[Raised, Raised]]:
        """Contradictions of a round that nobody has settled."""
        return [pair for point in self.points(of) for pair in contradictions(point, opposite_of)]

    def points_by_key(self, of: CorrectionRound) -> list[CorrectionPoint]:
        """The told points of which something is still asked, in their order. One query."""
        kept = {one.point_id for one in self.live(of)}
        return [one for one in of.points.order_by("ordinal") if one.pk in kept]
