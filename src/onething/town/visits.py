"""A joint visit of a case, as far as its plot takes it: arranged, offered, picked, noted on the spot, signed, looked at again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from random import Random
from typing import Any, Final, Protocol

from onething.activities.models import DrawingVersion, JointActivity, Participation
from onething.activities.rules import Opinion, points_to_look_at
from onething.activities.services import (
    Entry,
    Wanted,
    arrange_activity,
    confirm_sheet,
    offer_slots,
    pick_slot,
    sign_opinion,
    start_recheck,
    take_entry,
)
from onething.activities.services.site import EntryKind
from onething.activities.states import Kind
from onething.activities.times import earliest, proposals_for
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.states import ItemState
from onething.parties.models import Account, Officer
from onething.town.moments import DAY_MINUTES, Moments

__all__ = ["Stage", "Visit", "joint_of"]

FOUND: Final = "门口的通道堆了东西，要清出来"
AT_ONCE, A_WHILE = 15, 150
BETWEEN: Final = timedelta(minutes=6)
SIGNING: Final = timedelta(minutes=50)
LEAVING: Final = timedelta(minutes=75)


class Stage(StrEnum):
    """How far a visit comes."""

    OFFERED = "offered"
    BOOKED = "booked"
    HELD = "held"
    SIGNED = "signed"


class Life(Protocol):
    """What a visit needs of the walk of its case."""

    case: OneThingCase
    account: Account
    moments: Moments

    @property
    def chance(self) -> Random: ...
    def officer_of(self, body: int) -> Officer | None: ...
    def also(self, moment: datetime, act: Callable[[datetime], object]) -> None: ...


def joint_of(document: dict[str, Any]) -> dict[str, Any] | None:
    """The first joint activity a one-thing provides for."""
    return next(iter(document.get("joint", ())), None)


@dataclass
class Visit:
    """One visit on its way."""

    life: Life
    rule: dict[str, Any]
    stage: Stage
    _parts: list[Participation] = field(default_factory=list)
    _activity: int = 0

    def begin(self, moment: datetime) -> None:
        """Some time after the case was handed in."""
        self._later(moment, self._arrange)

    def _later(self, moment: datetime, act: Callable[[datetime], object], *, longest: int = A_WHILE) -> None:
        then = self.life.moments.after(moment, self.life.chance, shortest=AT_ONCE, longest=longest)
        self.life.also(then, act)

    def _arrange(self, at: datetime) -> None:
        """As soon as two bodies have something to look at; until then the lead looks again the next day."""
        case, lead = self.life.case, self._lead()
        rows = ItemCase.objects.filter(case=case, key__in=self.rule["items"], organisation__isnull=False)
        items = [
            one
            for one in rows.order_by("ordinal")
            if one.is_open
            and one.item_state is not ItemState.WAITING
            and self.life.officer_of(one.organisation_id or 0) is not None
        ]
        if lead is None:
            return
        if len({one.organisation_id for one in items}) < 2:  # noqa: PLR2004  # two make it joint
            self._later(at, self._arrange, longest=DAY_MINUTES)
            return
        made = arrange_activity(
            case_id=case.pk,
            officer=lead,
            kind=Kind(self.rule["kind"]),
            wanted=[Wanted(one.pk, points_to_look_at(case.plan, one.key)) for one in items],
            at=at,
        )
        self._activity = made.pk
        self._later(at, self._offer)

    def _lead(self) -> Officer | None:
        serving = Officer.objects.serving().in_role(Officer.Role.LEAD).select_related("account")
        return serving.filter(organisation=self.life.case.lead_organisation_id).order_by("pk").first()

    def _fresh(self) -> JointActivity:
        return JointActivity.objects.select_related("case", "slot").get(pk=self._activity)

    def _offer(self, at: datetime) -> None:
        lead, after = self._lead(), earliest(at)
        if lead is None:
            return
        starts = [one.start for one in proposals_for(self._fresh(), after=after)]
        offer_slots(activity_id=self._activity, officer=lead, starts=starts, after=at, at=at)
        if self.stage is not Stage.OFFERED:
            self._later(at, self._pick)

    def _pick(self, at: datetime) -> None:
        """The applicant takes the first time, or the last where the visit is to lie ahead."""
        activity = self._fresh()
        slots = list(activity.slots.filter(round=activity.round).order_by("start"))
        slot = slots[-1 if self.stage is Stage.BOOKED else 0]
        pick_slot(activity_id=activity.pk, account=self.life.account, slot_id=slot.pk, at=at)
        if self.stage is Stage.BOOKED:
            return
        rows = Participation.objects.filter(activity=activity).select_related("item", "organisation")
        self._parts = list(rows.order_by("item__ordinal", "pk"))
        for place, part in enumerate(self._parts):
            self.life.also(slot.start + BETWEEN * (place + 1), partial(self._look, part, is_first=place == 0))
            if self.stage is Stage.SIGNED:
                self.life.also(slot.start + SIGNING + place * timedelta(minutes=1), partial(self._sign, part))
        if self.stage is Stage.SIGNED:
            self.life.also(slot.start + LEAVING, self._confirm)

    def _look(self, part: Participation, at: datetime, *, is_first: bool) -> None:
        """One inspector answers the own points; the first body finds one thing."""
        inspector = self.life.officer_of(part.organisation_id)
        if inspector is None:
            return
        for point in part.points.order_by("ordinal"):
            wrong = is_first and point.ordinal == 1
            entry = Entry(
                client_id=f"town-{part.pk}-{point.ordinal}",
                kind=EntryKind.ANSWER,
                taken_at=at,
                point=point.ordinal,
                answer="not_ok" if wrong else "ok",
                text=FOUND if wrong else "",
            )
            take_entry(participation_id=part.pk, officer=inspector, entry=entry, at=at)

    def _sign(self, part: Participation, at: datetime) -> None:
        inspector = self.life.officer_of(part.organisation_id)
        if inspector is None:
            return
        wrong = part.points.filter(answer="not_ok").exists()
        judged = DrawingVersion.objects.filter(
            material__case=self.life.case, material__items__contains=[part.item.key]
        ).values_list("pk", flat=True)
        sign_opinion(
            participation_id=part.pk,
            officer=inspector,
            opinion=Opinion.DEFECTS if wrong else Opinion.PASS,
            words="",
            drawings=list(judged),
            at=at,
        )

    def _confirm(self, at: datetime) -> None:
        confirm_sheet(activity_id=self._activity, account=self.life.account, words="", at=at)
        self._later(at, self._look_again, longest=DAY_MINUTES)

    def _look_again(self, at: datetime) -> None:
        """What was left open: by photograph where that is enough, and the applicant has not sent any yet."""
        lead = self._lead()
        if lead is not None:
            start_recheck(
                activity_id=self._activity, officer=lead, by_photo=bool(self.rule.get("photo_recheck")), at=at
            )
