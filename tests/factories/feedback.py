"""A small shop in which three departments work side by side, and a shorthand for what they find.

world = side_by_side()
case = make_case(world)                       # licence, seal and food-permit received at once
find(world, case, "licence", field("person_name"), "wrong")
"""

from datetime import datetime, timedelta

from tests.cast import AT
from tests.factories.cases import World, item_of, make_world
from tests.factories.parties import make_officer
from tests.factories.plans import changed_small_document

from onething.cases.models import OneThingCase
from onething.feedback.models import CorrectionRound, Finding
from onething.feedback.rules import Target, TargetKind
from onething.feedback.services import Mark, NewFinding, enter_finding, finish_findings
from onething.parties.models import Officer

__all__ = ["day", "field", "find", "finish", "head_of", "lead_of", "paper", "round_of", "section", "side_by_side"]

PARALLEL = (
    ("    when: {food: 'yes'}\n    after: [licence]\n", "    when: {food: 'yes'}\n"),
    (
        "      - {name: 营业执照, kind: 证照, form: 电子证照, copies: 1, required: 必要, legal_basis: [食品安全法第三十五条]}\n",
        "",
    ),
    ("    trigger: event\n    starts_on: 营业执照办好后自动开始\n    after: [licence]\n", ""),
    ("      - {key: uscc, label: 统一社会信用代码, type: uscc, required: true, element: uscc, of: 店主}\n", ""),
)


def side_by_side(*, at: datetime = AT) -> World:
    """The small shop without an order: every item is received when the case is handed in. The market body leads."""
    return make_world(at=at, document=changed_small_document(*PARALLEL))


def day(number: int, *, hour: int = 0) -> datetime:
    """A moment some days after `AT`, a Wednesday: 1 is Thursday, 2 Friday, 5 Monday, 6 Tuesday, 7 Wednesday."""
    return AT + timedelta(days=number, hours=hour)


def field(element: str, subject: str = "owner") -> Target:
    """A datum."""
    return Target(TargetKind.FIELD, element, subject)


def paper(key: str, subject: str = "") -> Target:
    """A paper."""
    return Target(TargetKind.MATERIAL, key, subject)


def section(key: str) -> Target:
    """A whole section of the form."""
    return Target(TargetKind.SECTION, key)


def find(
    world: World,
    case: OneThingCase,
    item: str,
    target: Target,
    reason: str,
    *,
    words: str = "",
    required: str = "",
    exception: str = "",
    mark: Mark | None = None,
    at: datetime = AT,
) -> Finding:
    """What the reviewer of an item's body finds."""
    found = item_of(case, item)
    new = NewFinding(target, reason, words, required, exception, mark)
    return enter_finding(item_id=found.pk, officer=world.reviewer(found), finding=new, at=at)


def finish(world: World, case: OneThingCase, *items: str, at: datetime = AT) -> None:
    """The bodies of some items say that this is all."""
    for key in items:
        found = item_of(case, key)
        finish_findings(item_id=found.pk, officer=world.reviewer(found), at=at)


def round_of(case: OneThingCase, ordinal: int = 1) -> CorrectionRound:
    """A round of a case, fresh from the database."""
    return CorrectionRound.objects.select_related("case").get(case=case, ordinal=ordinal)


def head_of(world: World, function: str) -> Officer:
    """The head of a body."""
    return make_officer(world.town.bodies[function], name="何平", role=Officer.Role.HEAD)


def lead_of(world: World, case: OneThingCase) -> Officer:
    """Who speaks for the leading body of a case; the market body leads if nobody does."""
    if case.lead_organisation is None:
        case.lead_organisation = world.town.bodies["market"]
        case.save(update_fields=["lead_organisation"])
    return make_officer(case.lead_organisation, name="刘芸", role=Officer.Role.LEAD)
