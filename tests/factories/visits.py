"""A visit of the small shop in every state: arranged by its lead, offered, booked, held, signed.

visit = make_visit()                          # two bodies at hand: health (food-permit), public security (seal); market (sign-check)
offer(visit); book(visit); answer_all(visit, "health")
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.cast import AT, Name
from tests.factories.cases import World, grant, item_of, make_case, make_world
from tests.factories.parties import make_officer

from onething.activities.models import JointActivity, Participation, Slot
from onething.activities.rules import Opinion, points_to_look_at
from onething.activities.services import (
    Entry,
    Wanted,
    arrange_activity,
    offer_slots,
    pick_slot,
    sign_opinion,
    take_entry,
)
from onething.activities.services.site import EntryKind
from onething.activities.states import Kind
from onething.activities.times import earliest, proposals_for
from onething.cases.models import OneThingCase
from onething.parties.models import Officer

__all__ = [
    "ITEMS",
    "Visit",
    "answer",
    "answer_all",
    "book",
    "entry",
    "held",
    "make_visit",
    "offer",
    "sign",
    "wanted_of",
]

ITEMS = ("food-permit", "seal", "sign-check")
BODIES = {"food-permit": "health", "seal": "public-security", "sign-check": "market"}


@dataclass
class Visit:
    """What a test of a visit needs at hand."""

    world: World
    lead: Officer
    case: OneThingCase
    activity: JointActivity
    sent: list[str] = field(default_factory=list)

    def fresh(self) -> JointActivity:
        """The activity as the database has it."""
        return JointActivity.objects.select_related("slot", "case").get(pk=self.activity.pk)

    def part(self, key: str) -> Participation:
        """The participation of one item's body."""
        return Participation.objects.select_related("organisation", "item", "activity").get(
            activity=self.activity, item__key=key
        )

    def inspector(self, key: str) -> Officer:
        """The reviewer of one item's body."""
        return self.world.officers[BODIES[key]]

    @property
    def begins(self) -> datetime:
        """When the booked time starts."""
        slot = self.fresh().slot
        assert slot is not None
        return slot.start


def wanted_of(case: OneThingCase, *keys: str) -> list[Wanted]:
    """Items with everything there is to look at."""
    return [Wanted(item_of(case, key).pk, points_to_look_at(case.plan, key)) for key in keys]


def make_visit(*, at: datetime = AT, items: tuple[str, ...] = ITEMS) -> Visit:
    """A case led by the market bureau, its licence granted, and a survey arranged."""
    world = make_world(at=at)
    lead = make_officer(world.town.bodies["market"], name=Name.LEAD, role=Officer.Role.LEAD)
    case = make_case(world, at=at)
    OneThingCase.objects.filter(pk=case.pk).update(lead_organisation=lead.organisation)
    grant(world, item_of(case, "licence"), at=at)
    case = OneThingCase.objects.get(pk=case.pk)
    activity = arrange_activity(
        case_id=case.pk, officer=lead, kind=Kind.SURVEY, wanted=wanted_of(case, *items), place="九龙镇示例路1号", at=at
    )
    return Visit(world, lead, case, activity)


def offer(visit: Visit, *, at: datetime = AT, activity: JointActivity | None = None) -> list[Slot]:
    """Offer the three times that the system found."""
    which = activity or visit.activity
    starts = [one.start for one in proposals_for(which, after=earliest(at))]
    offer_slots(activity_id=which.pk, officer=visit.lead, starts=starts, after=at, at=at)
    which.refresh_from_db()
    return list(which.slots.filter(round=which.round).order_by("start"))


def book(visit: Visit, *, at: datetime = AT, activity: JointActivity | None = None) -> Slot:
    """Offer, and let the applicant take the first."""
    slot = offer(visit, at=at, activity=activity)[0]
    which = activity or visit.activity
    pick_slot(activity_id=which.pk, account=visit.world.account, slot_id=slot.pk, at=at)
    return slot


def entry(client_id: str, kind: EntryKind = EntryKind.ANSWER, *, taken_at: datetime, **more: object) -> Entry:
    """One thing a device sends."""
    return Entry(client_id=client_id, kind=kind, taken_at=taken_at, **more)  # type: ignore[arg-type]


def answer(visit: Visit, key: str, place: int, value: str, *, at: datetime, text: str = "") -> bool:
    """Answer one point of one body's list."""
    client_id = f"{key}-{place}-{value}-{at.isoformat()}"
    return take_entry(
        participation_id=visit.part(key).pk,
        officer=visit.inspector(key),
        entry=entry(client_id, taken_at=at, point=place, answer=value, text=text),
        at=at,
    )


def answer_all(visit: Visit, key: str, value: str = "ok", *, at: datetime | None = None) -> None:
    """Answer every point of one body's list."""
    moment = at or visit.begins + timedelta(minutes=5)
    for point in visit.part(key).points.all():
        answer(visit, key, point.ordinal, value, at=moment)


def sign(
    visit: Visit, key: str, opinion: Opinion | None = Opinion.PASS, *, words: str = "", at: datetime | None = None
) -> Participation:
    """Sign the opinion of one body."""
    return sign_opinion(
        participation_id=visit.part(key).pk,
        officer=visit.inspector(key),
        opinion=opinion,
        words=words,
        drawings=(),
        at=at or visit.begins + timedelta(minutes=30),
    )


def held(*, at: datetime = AT) -> Visit:
    """A visit at which everybody came, found nothing and signed; the applicant has not confirmed yet."""
    visit = make_visit(at=at)
    book(visit, at=at)
    for key in ITEMS:
        answer_all(visit, key)
        sign(visit, key)
    return visit
