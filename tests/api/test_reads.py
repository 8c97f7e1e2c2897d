"""What a department's system sees: its own tasks, signed for, written down (I10)."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.cast import AT
from tests.factories.cases import CITIZEN_NUMBER, World, item_of, make_case, make_world
from tests.factories.systems import System, make_system

from onething.audit.models import ReadLog
from onething.cases.models import ItemCase, OneThingCase
from onething.exchange.models import ApiClient, DepartmentSystem, UsedNonce
from onething.exchange.services import add_client, end_client
from onething.kit.errors import Refused
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def case(world: World) -> OneThingCase:
    return make_case(world)


@pytest.fixture
def licence(case: OneThingCase) -> ItemCase:
    return item_of(case, "licence")


@pytest.fixture
def system(licence: ItemCase) -> System:
    assert licence.organisation is not None
    return make_system(licence.organisation)


def test_the_list_goes_on_page_by_page_and_holds_no_personal_data(
    world: World, case: OneThingCase, system: System
) -> None:
    for _ in range(2):
        make_case(world, changed={"owner.trade_name": "甲记"})
    seen, after = [], ""
    while True:
        answer = system.get("/api/v1/tasks", f"limit=2&after={after}")
        assert answer.status == 200
        assert CITIZEN_NUMBER not in json.dumps(answer.body, ensure_ascii=False)
        seen += [row["number"] for row in answer.body["tasks"]]
        if answer.body["next"] is None:
            break
        after = answer.body["next"]
    own = (
        ItemCase.objects.filter(organisation=system.row.system.organisation).at_hand().values_list("number", flat=True)
    )
    assert sorted(seen) == sorted(own)
    assert ReadLog.objects.count() == 0


def test_a_task_shows_its_own_item_and_the_read_is_written_down(system: System, licence: ItemCase) -> None:
    task = system.task(licence.number)
    values = {one["element"]: one["value"] for person in task["people"] for one in person["values"]}
    assert values["citizen_id_number"] == CITIZEN_NUMBER
    assert [one["element"] for one in task["wanted"]] == ["uscc"]
    log = ReadLog.objects.get()
    assert (log.account, log.what) == (system.row.system.officer.account_id, f"api task {licence.number}")


def test_the_data_and_papers_of_other_items_stay_away(system: System, licence: ItemCase, case: OneThingCase) -> None:
    task = system.task(licence.number)
    others = case.materials.exclude(items__contains=["licence"]).exclude(file=None)
    assert others.exists()
    assert task["materials"]
    assert {one["id"] for one in task["materials"]}.isdisjoint({f"m{one.pk}" for one in others})
    refused = system.get(f"/api/v1/tasks/{licence.number}/materials/m{others[0].pk}")
    assert (refused.status, refused.code) == (404, "no_material")
    paper = system.get(task["materials"][0]["href"])
    assert (paper.status, paper.headers["Content-Type"]) == (200, task["materials"][0]["media_type"])
    assert ReadLog.objects.filter(what__startswith=f"api material {licence.number}").count() == 1


def test_what_waits_for_another_item_shows_nothing_yet(case: OneThingCase) -> None:
    permit = item_of(case, "food-permit")
    assert permit.organisation is not None
    answer = make_system(permit.organisation).get(f"/api/v1/tasks/{permit.number}")
    assert (answer.status, answer.code) == (409, "waiting")


def test_without_a_signature_nothing_is_there(licence: ItemCase) -> None:
    answer = Client().get(f"/api/v1/tasks/{licence.number}")
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_missing")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "WWW-Authenticate" in answer.headers


def test_a_request_seen_before_is_refused(system: System) -> None:
    headers = system.headers("GET", "/api/v1/tasks", "", b"")
    assert system.send("GET", "/api/v1/tasks", headers=headers).status == 200
    again = system.send("GET", "/api/v1/tasks", headers=headers)
    assert (again.status, again.code) == (401, "replayed")


def test_only_a_valid_request_uses_a_nonce_up(system: System) -> None:
    headers = system.headers("GET", "/api/v1/tasks", "", b"", secret=b"another secret, not this one....")
    answer = system.send("GET", "/api/v1/tasks", headers=headers)
    assert (answer.status, answer.code, UsedNonce.objects.count()) == (401, "signature_wrong", 0)


def test_another_method_or_query_than_signed_is_refused(system: System) -> None:
    headers = system.headers("GET", "/api/v1/tasks", "limit=1", b"")
    assert system.send("GET", "/api/v1/tasks", query="limit=2", headers=headers).code == "signature_wrong"


def test_a_key_holds_only_in_its_time(licence: ItemCase) -> None:
    now = timezone.now()
    assert licence.organisation is not None
    made = add_client(
        organisation=licence.organisation.key, at=now - timedelta(days=2), valid_to=now - timedelta(days=1)
    )
    answer = System(made.key_id, made.secret).get("/api/v1/tasks")
    assert (answer.status, answer.code) == (401, "key_unknown")


def test_two_keys_hold_at_once_and_the_last_one_ends_the_office(system: System, licence: ItemCase) -> None:
    assert licence.organisation is not None
    second = make_system(licence.organisation)
    end_client(key_id=system.key_id, at=AT)
    assert system.get("/api/v1/tasks").status == 401
    assert second.get("/api/v1/tasks").status == 200
    end_client(key_id=second.key_id, at=AT)
    row = DepartmentSystem.objects.get()
    assert not row.is_active
    assert not Officer.objects.get(pk=row.officer_id).is_active
    licence.organisation.refresh_from_db()
    assert not licence.organisation.has_own_system


def test_a_key_is_made_only_for_what_exists() -> None:
    for wrong in ({"organisation": "nobody"}, {"organisation": "nobody", "scopes": ["all"]}):
        with pytest.raises(Refused):
            add_client(at=AT, **wrong)
    assert ApiClient.objects.count() == 0


def test_a_task_takes_a_bounded_number_of_queries(
    system: System, licence: ItemCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    system.task(licence.number)
    with django_assert_max_num_queries(10):
        system.task(licence.number)
    with django_assert_max_num_queries(4):
        system.get("/api/v1/tasks")
