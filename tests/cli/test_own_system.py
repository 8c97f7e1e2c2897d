"""The demonstration's own system of a body: one key over all starts, in a file nobody else reads."""

from pathlib import Path

import pytest
from tests.cast import AT
from tests.factories.parties import make_town

from onething.cli import own_system
from onething.exchange.models import ApiClient, DepartmentSystem
from onething.exchange.services import add_client, end_client
from onething.parties.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def body() -> Organisation:
    made = make_town("market").bodies["market"]
    made.key = own_system.BODY
    made.save(update_fields=["key"])
    return made


def test_every_start_finds_the_same_key_and_tells_the_new_port(body: Organisation, tmp_path: Path) -> None:
    first = own_system.seat(tmp_path, port=4001, at=AT)
    second = own_system.seat(tmp_path, port=4002, at=AT)
    assert first is not None
    assert second is not None
    assert (first.key_id, first.secret) == (second.key_id, second.secret)
    assert DepartmentSystem.objects.get(organisation=body).push_url == "http://127.0.0.1:4002/told"
    assert own_system.read(tmp_path) == second
    made = own_system.service(second, tmp_path, "http://127.0.0.1:8000")
    assert second.secret not in " ".join(made.command)
    assert made.own_env is not None
    assert "DATABASE_URL" not in made.own_env


def test_a_key_that_was_ended_or_a_lost_file_gets_a_new_one_but_nobody_elses_system_is_touched(
    body: Organisation, tmp_path: Path
) -> None:
    first = own_system.seat(tmp_path, port=4001, at=AT)
    assert first is not None
    end_client(key_id=first.key_id, at=AT)
    second = own_system.seat(tmp_path, port=4001, at=AT)
    assert second is not None
    assert second.key_id != first.key_id
    end_client(key_id=second.key_id, at=AT)
    add_client(organisation=body.key, push_url="https://elsewhere.example/told", at=AT)
    assert own_system.seat(tmp_path, port=4003, at=AT) is None
    assert DepartmentSystem.objects.get(organisation=body).push_url == "https://elsewhere.example/told"
    assert ApiClient.objects.count() == 3


def test_without_the_body_there_is_no_system(tmp_path: Path) -> None:
    assert own_system.seat(tmp_path, port=4001, at=AT) is None
    assert own_system.read(tmp_path) is None
