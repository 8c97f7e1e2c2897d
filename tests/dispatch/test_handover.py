"""Accepted here, decided there: the datum decides the place, the first claim there acknowledges, both sides are counted (R3.1.g)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.cast import AT, PLACE
from tests.factories.cases import World, fill_draft, item_of, make_world, submit_draft
from tests.factories.parties import CITY, make_officer
from tests.factories.plans import changed_small_document

from onething.audit.models import Event
from onething.cases.models import ItemCase, OneThingCase
from onething.catalogue.loader import SHIPPED, load
from onething.catalogue.services import publish
from onething.dispatch.handover import acknowledge_by, exchanges, is_unacknowledged, unacknowledged
from onething.dispatch.reading import unroutable
from onething.dispatch.rules import responsible_divisions
from onething.dispatch.services import claim_task, release_task, reroute_item
from onething.parties.models import Division, Officer, Organisation, Routing

pytestmark = pytest.mark.django_db

THERE = "321204000000"
ASKED = "{key: sign_text, label: 店招文字, type: text, required: true, element: trade_name, of: 店主}"
PLACED = f"{ASKED}\n      - {{key: where, label: 店开在哪里, type: choice, required: true, element: insured_region, of: 店主}}"
RULE = (
    "    promised_working_days: 2\n",
    "    promised_working_days: 2\n    jurisdiction: {of: 店主, element: insured_region, source: S1}\n",
)


def world_of_two_places(*more: tuple[str, str]) -> World:
    """The small shop whose sign is checked where the shop is; 海陵区 and 姜堰区 each have a market body."""
    world = make_world()
    publish([changed_small_document((ASKED, PLACED), RULE, *more)], effective_at=AT, at=AT)
    Division.objects.create(code=THERE, name="姜堰区", level=Division.Level.COUNTY, parent_id=CITY)
    body = Organisation.objects.create(key="jiangyan-market", name="姜堰区市场监督管理局", division_id=THERE)
    Routing.objects.create(function_id="market", division_id=THERE, organisation=body)
    world.officers["there"] = make_officer(body)
    return world


def hand_in(world: World, where: str, *, at: datetime = AT) -> OneThingCase:
    return submit_draft(world, fill_draft(world, changed={"owner.insured_region": where}, at=at), at=at)


def test_the_body_of_the_named_place_decides_and_the_others_stay() -> None:
    world = world_of_two_places()
    case = hand_in(world, "姜堰区")
    there, here = item_of(case, "sign-check"), item_of(case, "licence")
    assert there.organisation is not None
    assert there.organisation.key == "jiangyan-market"
    assert (there.responsible_division, there.handed_over_from, there.home_division) == (THERE, PLACE, PLACE)
    assert here.organisation == world.town.bodies["market"]
    assert (here.responsible_division, here.handed_over_from) == (PLACE, "")
    told = Event.objects.get(case_number=case.number, kind="item.received", payload__item=there.number)
    assert (told.payload["responsible_division"], told.payload["handed_over_from"]) == (THERE, PLACE)


def test_what_stays_at_its_place_is_not_handed_over() -> None:
    case = hand_in(world_of_two_places(), "海陵区")
    assert item_of(case, "sign-check").handed_over_from == ""


def test_a_place_outside_goes_to_the_coordinator_and_from_there_to_a_body() -> None:
    world = world_of_two_places()
    case = hand_in(world, "不在泰州市")
    item = item_of(case, "sign-check")
    assert (item.organisation, item.responsible_division) == (None, "")
    assert world.coordinator is not None
    assert [one.pk for one in unroutable(world.coordinator)] == [item.pk]
    reroute_item(item_id=item.pk, coordinator=world.coordinator, organisation="jiangyan-market", at=AT, reason="就近")
    item.refresh_from_db()
    assert (item.responsible_division, item.handed_over_from) == (THERE, PLACE)


def test_the_first_claim_acknowledges_once_and_for_all() -> None:
    world = world_of_two_places()
    case = hand_in(world, "姜堰区")
    item, officer = item_of(case, "sign-check"), world.officers["there"]
    assert is_unacknowledged(item)
    claim_task(item_id=item.pk, officer=officer, at=AT + timedelta(hours=3))
    release_task(item_id=item.pk, officer=officer, at=AT + timedelta(hours=4))
    claim_task(item_id=item.pk, officer=officer, at=AT + timedelta(hours=5))
    item.refresh_from_db()
    assert item.handover_acknowledged_at == AT + timedelta(hours=3)
    assert item.handover_acknowledged_by == officer
    told = Event.objects.filter(case_number=case.number, kind="item.claimed").order_by("seq")
    assert [one.payload.get("handed_over_from") for one in told] == [PLACE, None]


def test_the_database_refuses_an_acknowledgement_of_what_was_not_handed_over() -> None:
    world = world_of_two_places()
    item = item_of(hand_in(world, "海陵区"), "sign-check")
    with pytest.raises(IntegrityError, match="item_handover_acknowledged_whole"), transaction.atomic():
        ItemCase.objects.filter(pk=item.pk).update(
            handover_acknowledged_at=AT, handover_acknowledged_by=world.officers["market"]
        )


def test_credit_and_clock_of_both_places_are_counted_in_one_query() -> None:
    world = world_of_two_places()
    assert world.coordinator is not None
    cases = [hand_in(world, "姜堰区")]
    item = item_of(cases[0], "sign-check")
    claim_task(item_id=item.pk, officer=world.officers["there"], at=AT + timedelta(hours=3))
    with CaptureQueriesContext(connection) as queries:
        rows = exchanges(world.coordinator, since=AT - timedelta(days=1))
    assert len(queries) == 1
    [row] = rows
    assert (row.accepted_in, row.decided_in, row.handed_over, row.acknowledged, row.ended) == (PLACE, THERE, 1, 1, 0)
    assert row.until_acknowledged == timedelta(hours=3)
    assert row.until_ended is None


def test_only_those_not_taken_yet_wait_and_only_who_follows_sees_them() -> None:
    world = world_of_two_places()
    assert world.coordinator is not None
    item = item_of(hand_in(world, "姜堰区"), "sign-check")
    stranger = make_officer(world.town.bodies["health"], name="何平", role=Officer.Role.LEAD)
    assert [one.pk for one in unacknowledged(world.coordinator, most=10)] == [item.pk]
    assert unacknowledged(stranger, most=10) == []
    claim_task(item_id=item.pk, officer=world.officers["there"], at=AT)
    assert unacknowledged(world.coordinator, most=10) == []


def test_a_working_day_to_acknowledge_ends_after_the_weekend() -> None:
    friday = AT.date() + timedelta(days=2)
    assert acknowledge_by(friday) == friday + timedelta(days=3)


def test_each_instance_goes_where_its_own_datum_says() -> None:
    rule = {"party": "child", "element": "where", "places": {"海陵区": "321202", "姜堰区": "321204", "别处": ""}}
    form = {
        "party": "child",
        "party_name": "孩子",
        "element": "where",
        "label": "在哪里",
        "type": "choice",
        "required": True,
    }
    plan = {
        "items": [
            {"key": "card", "per": "child", "jurisdiction": rule},
            {"key": "free", "per": None, "jurisdiction": None},
        ],
        "parties": [{"key": "child", "name": "孩子", "cardinality": "many", "instances": ["child-1", "child-2"]}],
        "form": [{**form, "asked_by": [], "source": {"kind": "asked"}}],
    }
    values: Mapping[str, Mapping[str, Mapping[str, str]]] = {
        "child": {"child-1": {"where": "姜堰区"}, "child-2": {"where": "别处"}}
    }
    assert responsible_divisions(plan, values) == {("card", "child-1"): THERE, ("card", "child-2"): ""}


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("{of: 店主, element: trade_name, source: S1}", "no-places"),
        ("{of: 店主, element: insured_region, source: S1}", "not-asked"),
    ],
)
def test_a_rule_that_leads_nowhere_is_an_error(rule: str, code: str) -> None:
    text = (Path(__file__).parents[1] / "factories" / "small_shop.yaml").read_text(encoding="utf-8")
    changed = text.replace(RULE[0], f"{RULE[0]}    jurisdiction: {rule}\n", 1)
    assert changed != text
    with TemporaryDirectory() as folder:
        file = Path(folder) / "small_shop.yaml"
        file.write_text(changed, encoding="utf-8")
        findings = load(file, words=SHIPPED).findings
    assert code in {finding.code for finding in findings if finding.severity == "error"}
