"""A body is closed in one district: new cases go to its successor, none is lost (R2.8.a, check)."""

from datetime import date, timedelta

import pytest
from tests.cast import AT, PLACE, Name
from tests.factories.cases import World, grant, item_of, make_case, make_world
from tests.factories.parties import make_officer

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase, OneThingCase
from onething.dispatch.models import Dispatch
from onething.dispatch.services import accept_item, claim_task, hand_over_open_work
from onething.dispatch.services import succeed as succeed_module
from onething.parties.models import Officer, Organisation
from onething.parties.routing import ItemToRoute, route_items
from onething.parties.services import heirs_on

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 11, 30)
AFTER = AT + timedelta(days=6)  # 2026-12-01


def close(world: World, key: str = "market", *, successor: str = "hailing-approval") -> Organisation:
    """The bureau ends with November; a new one goes on with its work."""
    heir, _ = Organisation.objects.get_or_create(
        key=successor, defaults={"name": "海陵区行政审批局", "division_id": PLACE, "valid_from": date(2026, 12, 1)}
    )
    Organisation.objects.filter(pk=world.town.bodies[key].pk).update(valid_to=LAST_DAY, successor=heir)
    return heir


def test_open_work_goes_over_with_its_claims_and_what_ended_keeps_the_old_name() -> None:
    world = make_world()
    ended, running = make_case(world), make_case(world)
    OneThingCase.objects.update(lead_organisation=world.town.bodies["market"])
    lead = make_officer(world.town.bodies["market"], name=Name.LEAD, role=Officer.Role.LEAD)
    grant(world, item_of(ended, "licence"))
    mine = item_of(running, "licence")
    claim_task(item_id=mine.pk, officer=world.officers["market"], at=AT)
    heir = close(world)
    assert hand_over_open_work(at=AT + timedelta(days=5)) == 0, "its last day is its own"
    assert hand_over_open_work(at=AFTER) == 2
    assert hand_over_open_work(at=AFTER) == 0
    now = item_of(running, "licence")
    assert (now.organisation, now.promised_due, now.state) == (heir, mine.promised_due, mine.state)
    assert now.claimed_by is not None
    assert (now.claimed_by.account, now.claimed_by.organisation) == (world.officers["market"].account, heir)
    assert item_of(ended, "licence").organisation == world.town.bodies["market"]
    assert not ItemCase.objects.filter(organisation=world.town.bodies["market"], outcome="").exists()
    assert set(OneThingCase.objects.values_list("lead_organisation", flat=True)) == {heir.pk}
    assert Officer.objects.get(account=lead.account, organisation=heir).is_active
    lead.refresh_from_db()
    assert (lead.is_active, lead.until) == (False, date(2026, 12, 1))
    sendings = Dispatch.objects.filter(item=now).order_by("round")
    assert [one.organisation for one in sendings] == [world.town.bodies["market"], heir]
    told = Event.objects.filter(case_number=running.number, kind="item.handed_over").order_by("seq")
    assert {(one.payload["from"], one.payload["organisation"]) for one in told} == {("hailing-market", heir.key)}
    assert verify_chain(running.number) == []
    accept_item(item_id=now.pk, officer=now.claimed_by, at=AFTER)


def test_what_is_handed_in_later_is_routed_to_the_successor_and_before_that_to_the_old_one() -> None:
    world = make_world()
    wanted = [ItemToRoute("licence", "", "market"), ItemToRoute("food", "", "health")]
    heir = close(world)
    old = route_items(wanted, PLACE, LAST_DAY)
    new = route_items(wanted, PLACE, date(2026, 12, 1))
    assert (old["licence"], new["licence"]) == (world.town.bodies["market"], heir)
    assert old["food"] == new["food"] == world.town.bodies["health"]


def test_a_successor_that_is_gone_itself_hands_on_and_a_ring_leads_nowhere() -> None:
    world = make_world()
    middle = close(world)
    last = Organisation.objects.create(key="hailing-service", name="海陵区数据局", division_id=PLACE)
    Organisation.objects.filter(pk=middle.pk).update(valid_to=date(2026, 12, 31), successor=last)
    new_year = date(2027, 1, 1)
    assert heirs_on(new_year) == {world.town.bodies["market"].pk: last.pk, middle.pk: last.pk}
    wanted = [ItemToRoute("licence", "", "market")]
    assert route_items(wanted, PLACE, new_year)["licence"] == last
    Organisation.objects.filter(pk=last.pk).update(valid_to=date(2026, 12, 31), successor=middle)
    assert heirs_on(new_year) == {}
    assert route_items(wanted, PLACE, new_year)["licence"] is None, "a person decides, never a guess"


def test_killed_on_the_way_goes_on_with_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    cases = [make_case(world) for _ in range(3)]
    heir, calls = close(world), []

    def killed(*args: object, **given: object) -> None:
        calls.append(args)
        if len(calls) > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(succeed_module, "announce_start", killed)
    with pytest.raises(KeyboardInterrupt):
        hand_over_open_work(at=AFTER)
    monkeypatch.undo()
    hand_over_open_work(at=AFTER)
    assert {item_of(case, "licence").organisation for case in cases} == {heir}
    assert [Dispatch.objects.filter(item=item_of(case, "licence")).count() for case in cases] == [2, 2, 2]
    assert [verify_chain(case.number) for case in cases] == [[], [], []]
