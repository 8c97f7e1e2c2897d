"""Builds the living town: invented people hand in real applications, bodies and applicants act, all at moments of the past.

No case is older than the edition it follows: of the editions of a one-thing its cases follow the one that held longest
in the time that the town goes back. Each case has an account of its own, named by its place in the town; what is there is
left alone, so that a second run adds nothing, and a larger town begins with the same cases.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from random import Random
from typing import Any, Final

from django.conf import settings
from django.db import connection

from onething.cases.calendar import working_calendar
from onething.cases.models import OneThingCase
from onething.cases.rules import near_day, promised_end
from onething.cases.states import Trigger
from onething.cases.waiting import ready_on
from onething.catalogue.published import edition_document
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.materials.rules import Requirement
from onething.parties.demo import CITY, PLACE, load_staff
from onething.parties.models import Account, Division
from onething.parties.routing import ItemToRoute
from onething.submission.services import (
    NoLongerNeeded,
    Owner,
    choose_items,
    following_papers,
    hand_in_later,
    issue_draft_notice,
    plan_for,
    start_or_get_draft,
    submit,
)
from onething.town.filler import Filler, draw_answers
from onething.town.moments import Moments
from onething.town.papers import sheets
from onething.town.people import invent_firm, invent_person
from onething.town.plots import Light, Plot, plots_in_order
from onething.town.reigns import Reign, midnight, reigns
from onething.town.values import Writer
from onething.town.visits import Visit, joint_of
from onething.town.walk import Walk, reviewers

__all__ = ["PREFIX", "Built", "NoDemonstration", "build", "opening"]

PREFIX: Final = "town-"
ELSEWHERE: Final = 0.2
# A light is looked for among so many days back; a limit longer than that shows no overdue item.
LONGEST_LIMIT: Final = 200
FOLLOWS: Final = 0.5
SOME: Final = 0.15
FEWEST: Final = 4
PERSON: Final = "person"


class NoDemonstration(Refused):
    """This installation is no demonstration: nobody is invented here."""

    code = "no_demonstration"


@dataclass(frozen=True, slots=True)
class Lot:
    """One case to be: which one-thing, where, what becomes of it. The rest is drawn from its own chance."""

    number: int
    reign: Reign
    place: Division
    plot: Plot


@dataclass
class Built:
    """What a run added, and how many were there before."""

    cases: int = 0
    drafts: int = 0
    known: int = 0
    days: tuple[date, date] | None = None
    numbers: list[str] = field(default_factory=list)


def opening(at: datetime) -> datetime:
    """The moment from which a catalogue must hold so that a town built at `at` can have cases of all ages."""
    return midnight(legal_date(at) - timedelta(days=LONGEST_LIMIT + 1))


def build(
    *,
    cases: int,
    at: datetime,
    seed: int = 1,
    prefix: str = PREFIX,
    progress: Callable[[str], None] = lambda _: None,
) -> Built:
    """Make the town's first so many cases and drafts, or those of them that are not there. Raises NoDemonstration, NoSample, NotFilled.

    The same seed on the same day over the same catalogue makes the same town, but for running numbers.
    """
    if not settings.ONETHING_DEMO:
        raise NoDemonstration("这里不是演示环境，不编造人和办件")
    town = _Town(at=at, seed=seed, prefix=prefix)
    lots = town.lots(cases)
    there = set(
        Account.objects.filter(username__startswith=prefix, cases__isnull=False).values_list("username", flat=True)
    )
    built = Built()
    with _quick_commits():
        for done, lot in enumerate(lots, start=1):
            if town.username(lot) in there:
                built.known += 1
                continue
            town.live(lot, built)
            if done % 10 == 0:
                progress(f"{done}/{len(lots)}")
    return built


class _quick_commits:  # noqa: N801  # a with block
    """The disk is not waited for after each of thousands of small transactions: a lost demonstration is built again."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


class _Town:
    """What all cases of one run share."""

    def __init__(self, *, at: datetime, seed: int, prefix: str) -> None:
        self.at, self.seed, self.prefix = at, seed, prefix
        self.moments = Moments(working_calendar())
        self.paper = sheets()
        self.reigns = reigns(since=opening(at), at=at)
        if not self.reigns:
            raise NoDemonstration("还没有发布任何一件事，先发布目录", code="nothing_published")
        self.places = _districts(legal_date(at))
        self._seat()
        self.officers = reviewers()

    def _seat(self) -> None:
        documents = [edition_document(reign.edition.edition_hash) for reign in self.reigns]
        load_staff(
            at=opening(self.at),  # they have been there as long as the cases they decide
            places=[place.code for place in self.places],
            items=[
                ItemToRoute(item["id"], item["id"], item.get("function") or "")
                for document in documents
                for item in document["items"]
            ],
            lead_functions=sorted({document["lead"]["key"] for document in documents if document.get("lead")}),
        )

    def username(self, lot: Lot) -> str:
        """Whose case it is."""
        return f"{self.prefix}{lot.number:06d}"

    def lots(self, count: int) -> list[Lot]:
        """The first so many cases of this town: things in turn, every second one in the district of the cast."""
        chance = Random(f"{self.seed}")
        things = list(self.reigns)
        chance.shuffle(things)
        home = next((place for place in self.places if place.code == PLACE), self.places[0])
        others = cycle([place for place in self.places if place is not home] or [home])
        plots = plots_in_order(chance)
        lots = []
        joint = cycle([one for one in things if joint_of(edition_document(one.edition.edition_hash))] or things)
        for number, (turn, plot) in enumerate(islice(zip(cycle(things), plots, strict=False), count)):
            reign = turn if plot.visit is None else next(joint)
            lots.append(Lot(number, reign, home if number % 2 == 0 else next(others), plot))
        return lots

    def live(self, lot: Lot, built: Built) -> None:
        """Make one account with its draft or case and all that becomes of it."""
        chance = Random(f"{self.seed}/{lot.number}")
        today = legal_date(self.at)
        writer = Writer(chance, lot.place.code, str(lot.place.name), today, ELSEWHERE)
        account = self._account(lot, writer)
        owner = Owner(account)
        unfinished = owner.drafts().filter(case__isnull=True)
        if lot.plot.draft is not None and unfinished.exists():
            built.known += 1
            return
        unfinished.delete()  # a run before was stopped here
        edition = lot.reign.edition
        answers = draw_answers(edition, place=lot.place.code, on=today, chance=chance)
        plan = plan_for(edition, place=lot.place.code, answers=answers, chosen=None, on=today).plan
        chosen = _some(plan, chance)
        if chosen is not None:
            plan = plan_for(edition, place=lot.place.code, answers=answers, chosen=chosen, on=today).plan
        day, held = self._day(lot, plan, chance)
        handed_in = self._moment(day, chance)
        begun = max(handed_in - timedelta(minutes=chance.randint(12, 50)), lot.reign.since)
        handed_in = max(handed_in, begun)
        filler = Filler(owner, writer, self.paper)
        draft = start_or_get_draft(onething=edition.onething, owner=owner, at=begun, place=lot.place.code)
        draft = filler.answer(draft, answers, at=begun)
        if chosen is not None:
            draft = choose_items(draft_id=draft.pk, owner=owner, chosen=chosen, at=begun)
        if lot.plot.draft is not None:
            filler.fill(draft, at=begun, only=lot.plot.draft)
            built.drafts += 1
            return
        issue_draft_notice(draft_id=draft.pk, owner=owner, at=begun)
        filler.fill(draft, at=begun)
        filler.hand_in(draft, at=begun)
        filler.check(draft, at=begun)
        done = submit(
            draft_id=draft.pk, owner=owner, idempotency_key=self.username(lot), declaration=True, at=handed_in
        )
        case = OneThingCase.objects.get(pk=done.case_id)
        rule = joint_of(edition_document(edition.edition_hash)) if lot.plot.visit is not None else None
        kept = {held} if rule is None else set(rule["items"])
        walk = Walk(case, account, lot.plot, kept, writer, self.moments, self.officers, self.at)
        self._follow(walk, filler)
        if rule is not None and lot.plot.visit is not None:
            Visit(walk, rule, lot.plot.visit).begin(case.submitted_at)
        walk.go()
        built.cases += 1
        built.numbers.append(done.number)
        first, last = built.days or (day, day)
        built.days = (min(first, day), max(last, day))

    def _account(self, lot: Lot, writer: Writer) -> Account:
        """The applicant, found again or made: a resident, or somebody who acts for a firm."""
        place = str(lot.place.name)
        person = invent_person(writer.chance, division=lot.place.code, place=place, on=writer.on)
        firm = invent_firm(writer.chance, division=lot.place.code, place=place)
        writer.introduce("account", person=person, firm=firm)
        acts_for_firm = lot.reign.edition.subject != PERSON
        account = Account(
            username=self.username(lot),
            display_name=person.name,
            kind=Account.Kind.ENTERPRISE if acts_for_firm else Account.Kind.RESIDENT,
            principal_name=firm.name if acts_for_firm else "",
            principal_uscc=firm.uscc if acts_for_firm else "",
            created_at=self.at,
        )
        account.set_unusable_password()
        Account.objects.bulk_create([account], ignore_conflicts=True)
        return Account.objects.get(username=account.username)

    def _day(self, lot: Lot, plan: dict[str, Any], chance: Random) -> tuple[date, str]:
        """The day on which a lot's case is handed in, and the item that its light or its fate is about."""
        plot, today = lot.plot, legal_date(self.at)
        first = [item for item in plan["items"] if not item["after"]]
        chance.shuffle(first)
        days = [day for day in self.moments.back(today, days=LONGEST_LIMIT) if lot.reign.covers(day)] or [today]
        if plot.light is not Light.ANY:
            fitting = [
                (day, item["key"]) for item in first for day in days if self._light(item, day, today) is plot.light
            ]
            if plot.light is Light.NORMAL:
                fitting = [pair for pair in fitting if pair[0] in days[plot.days[0] : plot.days[1] + 1]]
            if fitting:
                # A little late, not for months.
                return chance.choice(sorted(fitting, reverse=True)[:8])
        oldest = min(plot.days[1], len(days) - 1)
        back = chance.randint(min(plot.days[0], oldest), oldest)
        waited_for = {key for item in plan["items"] for key in item["after"]}
        leaves = [item for item in plan["items"] if item["key"] not in waited_for] if plot.leaf else first
        if plot.applied:
            leaves = [item for item in leaves if item["trigger"] == Trigger.APPLICATION] or leaves
        return days[back], chance.choice(leaves)["key"]

    def _light(self, item: dict[str, Any], day: date, today: date) -> Light:
        ready = ready_on(item, {}, since=day, calendar=self.moments.calendar)
        due = promised_end(item, day, self.moments.calendar, ready_on=ready)
        if due is None:
            return Light.ANY
        if due <= today:
            return Light.TODAY if due == today else Light.OVERDUE
        return Light.NEAR if near_day(day, due, self.moments.calendar) <= today else Light.NORMAL

    def _moment(self, day: date, chance: Random) -> datetime:
        """In office hours of that day, and over by now."""
        moment = self.moments.on(day, chance)
        return min(moment, self.at - timedelta(seconds=chance.randint(60, 1200)))

    def _follow(self, walk: Walk, filler: Filler) -> None:
        """Some of the papers that might follow do follow."""
        for paper in following_papers(walk.case, list(walk.case.items.in_order())):
            if paper.is_lacking and walk.chance.random() < FOLLOWS:
                moment = self.moments.after(walk.case.submitted_at, walk.chance, shortest=60, longest=400)
                walk.also(moment, partial(_bring, walk, filler, paper.paper))


def _bring(walk: Walk, filler: Filler, paper: Requirement, at: datetime) -> None:
    with suppress(NoLongerNeeded):
        hand_in_later(
            case_id=walk.case.pk,
            account=walk.account,
            key=paper.key,
            subject=paper.subject,
            file=filler.paper(paper.name, at),
            file_name=f"{paper.name[:60]}.png",
            at=at,
        )


def _some(plan: dict[str, Any], chance: Random) -> list[str] | None:
    """Now and then somebody wants some of the items and not all (R2.6.b)."""
    free = [item["key"] for item in plan["items"] if item["selection"] == "free"]
    if len(free) < FEWEST or chance.random() > SOME:
        return None
    return sorted(chance.sample(free, k=chance.randint(2, len(free) - 1)))


def _districts(on: date) -> Sequence[Division]:
    """The districts of the city, by code."""
    rows = Division.objects.inside(CITY).valid_on(on).filter(level=Division.Level.COUNTY, is_administrative=True)
    return list(rows)
