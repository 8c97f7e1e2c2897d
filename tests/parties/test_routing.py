"""Routing over the tables: places, periods, successors, and who receives what finds no target (R5.2, R2.8.b)."""

from datetime import date

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries
from tests.cast import PLACE, Name
from tests.factories.parties import CITY, PROVINCE, TOWN, make_officer, make_town

from onething.parties.models import Division, FunctionSlot, Officer, Organisation, Routing
from onething.parties.routing import ItemToRoute, division_chain, find_coordinator, route_items

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 25)
HEALTH = ItemToRoute(key="birth-certificate", item="newborn/birth-certificate", function="health")


def body(item: ItemToRoute, place: str = PLACE, on: date = ON) -> str | None:
    found = route_items([item], place, on)[item.key]
    return found.key if found else None


def city_body(key: str = "city-bureau", **period: date | None) -> Organisation:
    return Organisation.objects.create(key=key, name="泰州市行政审批局", division_id=CITY, **period)


def test_a_town_is_served_by_its_district() -> None:
    make_town("health")
    assert body(HEALTH, TOWN) == body(HEALTH, "321202100") == "hailing-health"


def test_the_walk_goes_outwards_to_the_city() -> None:
    make_town("health")
    Routing.objects.create(function=FunctionSlot.objects.create(key="fund"), division_id=CITY, organisation=city_body())
    assert body(ItemToRoute(key="f", item="death/fund", function="fund")) == "city-bureau"
    assert body(ItemToRoute(key="f", item="death/fund", function="fund"), PROVINCE) is None


def test_an_item_of_the_approval_bureau_leaves_its_function() -> None:
    make_town("health")
    Routing.objects.create(item=HEALTH.item, division_id=CITY, organisation=city_body())
    assert body(HEALTH) == "city-bureau"


def test_what_no_line_names_and_a_place_nobody_knows_have_no_body() -> None:
    make_town("health")
    assert body(ItemToRoute(key="x", item="a/x", function="magic")) is None
    assert body(HEALTH, "999999") is None


def test_lines_and_bodies_hold_only_in_their_period() -> None:
    town = make_town("health")
    town_line = Routing.objects.get()
    Routing.objects.filter(pk=town_line.pk).update(valid_to=date(2026, 11, 24))
    assert body(HEALTH, on=date(2026, 11, 24)) == "hailing-health"
    assert body(HEALTH) is None
    Routing.objects.create(
        function_id="health", division_id=PLACE, organisation=city_body(valid_to=date(2026, 11, 24)), valid_from=ON
    )
    assert body(HEALTH) is None, "a body that is gone receives nothing"
    assert town.bodies["health"].key == "hailing-health"


def test_a_case_of_a_place_that_is_gone_finds_the_body_of_its_successor() -> None:
    """R5.2's own check: 321271 is in the statistics of 2022 and gone in 2023; 321203 follows."""
    make_town("health")
    Division.objects.create(code="321203000000", name="高港区", level=Division.Level.COUNTY, parent_id=CITY)
    Division.objects.create(
        code="321271000000",
        name="泰州医药高新技术产业开发区",
        level=Division.Level.ZONE,
        parent_id=CITY,
        successor_id="321203000000",
        valid_to=date(2022, 12, 31),
    )
    zone = Organisation.objects.create(key="zone-health", name="社会事业局", division_id="321271000000")
    district = Organisation.objects.create(key="gaogang-health", name="卫生健康委员会", division_id="321203000000")
    Routing.objects.create(
        function_id="health", division_id="321271000000", organisation=zone, valid_to=date(2022, 12, 31)
    )
    Routing.objects.create(function_id="health", division_id="321203000000", organisation=district)
    assert body(HEALTH, "321271", on=date(2022, 6, 1)) == "zone-health"
    assert body(HEALTH, "321271") == "gaogang-health"


def test_a_circle_of_successors_ends() -> None:
    make_town("health")
    gone = date(2020, 1, 1)
    Division.objects.create(code="321290000000", name="甲", level=Division.Level.ZONE, valid_to=gone)
    Division.objects.create(
        code="321291000000", name="乙", level=Division.Level.ZONE, valid_to=gone, successor_id="321290000000"
    )
    Division.objects.filter(code="321290000000").update(successor_id="321291000000")
    assert set(division_chain("321290", ON)) == {"321290000000", "321291000000"}


def test_any_number_of_items_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_town()
    items = [ItemToRoute(key=f"i{n}", item=f"t/i{n}", function="health" if n % 2 else "market") for n in range(60)]
    with django_assert_num_queries(1):
        found = route_items(items, TOWN, ON)
    assert {organisation.key for organisation in found.values() if organisation} == {"hailing-health", "hailing-market"}
    with django_assert_num_queries(0):
        assert all(organisation and organisation.short_name for organisation in found.values())


def test_the_coordinator_is_the_nearest_one_serving(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    town = make_town("health")
    role = Officer.Role.COORDINATOR
    make_officer(town.bodies["health"], name="已离任", role=role, is_active=False)
    assert find_coordinator(TOWN, ON) is None
    make_officer(city_body(), name="市协调员", role=role)
    assert (far := find_coordinator(TOWN, ON)) is not None
    assert far.account.display_name == "市协调员"
    make_officer(town.bodies["health"], name=Name.COORDINATOR, role=role)
    with django_assert_num_queries(2):
        near = find_coordinator(TOWN, ON)
        assert near is not None
        assert near.account.display_name == Name.COORDINATOR


@pytest.mark.parametrize(("function", "item"), [(None, ""), ("health", "newborn/x")])
def test_a_line_is_about_exactly_one_of_item_and_function(function: str | None, item: str) -> None:
    town = make_town("health")
    with pytest.raises(IntegrityError, match="routing_item_or_function"):
        Routing.objects.create(function_id=function, item=item, division_id=CITY, organisation=town.bodies["health"])


def test_one_line_per_thing_place_and_first_day() -> None:
    town = make_town("health")
    with pytest.raises(IntegrityError, match="routing_unique"):
        Routing.objects.create(function_id="health", division_id=PLACE, organisation=town.bodies["health"])
