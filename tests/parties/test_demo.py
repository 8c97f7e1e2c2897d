"""The cast of a demonstration: a person at every desk, and nobody real (R5.14)."""

from datetime import date

import pytest
from tests.cast import AT, PLACE, Name
from tests.factories.parties import CITY, make_town

from onething.kit.identity import check_citizen_number, check_uscc
from onething.parties.demo import RESIDENTS, DemoRefused, Resident, load_cast
from onething.parties.models import Account, Officer, Organisation, Routing
from onething.parties.routing import ItemToRoute, find_coordinator


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda one: one.username)
def test_identity_numbers_fail_the_check_that_real_ones_pass(resident: Resident) -> None:
    number = resident.identity_number
    assert check_citizen_number(number, demo=False, on=date(2026, 11, 25)).code == "check_digit"
    assert check_citizen_number(number, demo=True, on=date(2026, 11, 25)).code == ""
    if resident.principal_uscc:
        assert check_uscc(resident.principal_uscc).code == ""


@pytest.mark.django_db
def test_every_body_that_may_get_an_item_has_a_reviewer_who_also_issues() -> None:
    town = make_town()
    city = Organisation.objects.create(key="city-fund", name="泰州市住房公积金管理中心", division_id=CITY)
    Routing.objects.create(item="death/housing-fund", division_id=CITY, organisation=city)
    load_cast(at=AT)
    for body in (*town.bodies.values(), city):
        for role in (Officer.Role.REVIEWER, Officer.Role.ISSUER):
            assert Officer.objects.serving().in_role(role).filter(organisation=body).count() == 1, (body, role)


@pytest.mark.django_db
def test_the_cast_has_the_names_of_the_tests() -> None:
    town = make_town()
    cast = {one.name: one for one in load_cast(at=AT, lead_functions=["health"])}
    assert cast[Name.REVIEWER].organisation == town.bodies["health"].name
    assert cast[Name.LEAD].roles == ("lead",)
    assert cast[Name.OWNER].identity_number
    assert Account.objects.get(display_name=Name.OWNER).kind == Account.Kind.ENTERPRISE
    assert Name.STRANGER in cast
    coordinator = find_coordinator(PLACE, date(2026, 11, 25))
    assert coordinator is not None
    assert coordinator.account.display_name == Name.COORDINATOR


@pytest.mark.django_db
def test_only_desks_that_an_item_reaches_are_taken_in_district_and_city() -> None:
    make_town("health", "market")
    city = Organisation.objects.create(key="city-health", name="泰州市卫生健康委员会", division_id=CITY)
    office = Organisation.objects.create(key="city-office", name="泰州市行政审批局", division_id=CITY)
    Routing.objects.create(function_id="health", division_id=CITY, organisation=city)
    load_cast(at=AT, items=[ItemToRoute("a", "newborn/a", "health")], lead_functions=["health"])
    seats = set(Officer.objects.values_list("organisation__key", "role"))
    assert seats == {
        (key, role) for key in ("hailing-health", "city-health") for role in ("reviewer", "issuer", "lead")
    } | {(office.key, "coordinator"), ("hailing-health", "head")}


@pytest.mark.django_db
def test_some_bodies_and_the_citys_government_have_a_head_to_try_extensions_with() -> None:
    """行政许可法 art. 42: more time is allowed by the head of the body, for joint handling by the head of the government."""
    town = make_town()
    Organisation.objects.create(key="city-office", name="泰州市人民政府办公室", division_id=CITY)
    government = Organisation.objects.create(key="city-gov", name="泰州市人民政府", division_id=CITY)
    told = {one.username: one for one in load_cast(at=AT)}
    for body in (town.bodies["market"], town.bodies["health"]):
        assert told[f"head-{body.key}"].roles == ("head",)
    assert (told["head-city-gov"].roles, told["head-city-gov"].organisation) == (("government",), government.name)
    assert [one.organisation for one in Officer.objects.in_role(Officer.Role.GOVERNMENT)] == [government]
    names = [one.name for one in told.values()]
    assert len(names) == len(set(names))


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_keeps_what_was_renamed() -> None:
    make_town()
    first = load_cast(at=AT)
    Account.objects.filter(display_name=Name.REVIEWER).update(display_name="陈静（改名）")
    counts = (Account.objects.count(), Officer.objects.count())
    again = load_cast(at=AT)
    assert (Account.objects.count(), Officer.objects.count()) == counts
    assert [one.username for one in again] == [one.username for one in first]
    assert "陈静（改名）" in {one.name for one in again}


@pytest.mark.django_db
def test_without_bodies_there_are_no_desks() -> None:
    with pytest.raises(DemoRefused):
        load_cast(at=AT)
