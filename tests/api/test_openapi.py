"""The description and the interface say the same: requests that schemathesis makes of it, signed, are answered as described."""

import json
from typing import Any

import pytest
import requests
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.factories.cases import item_of, make_case, make_world
from tests.factories.systems import System, make_system

from onething.api.interface import api
from onething.cases.derived import check_derived_states

pytestmark = pytest.mark.django_db
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"))))
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations() if isinstance(one, Ok)}
CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def world_with_system() -> tuple[System, str, str]:
    """A system with its task, and a paper of it."""
    licence = item_of(make_case(make_world(), at=timezone.now()), "licence")
    assert licence.organisation is not None
    system = make_system(licence.organisation)
    return system, licence.number, system.task(licence.number)["materials"][0]["id"]


def answer_to(system: System, case: Case[Any], *, signed: bool) -> Response:
    """Sign what was generated, send it, and give the answer as the checks want it."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    path, _mark, query = str(prepared.path_url).partition("?")
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body or b""
    assert isinstance(body, bytes)
    method = str(prepared.method)
    sent = {name: str(text) for name, text in prepared.headers.items() if name != "Accept-Encoding"}
    if signed:
        sent |= system.headers(method, path, query, body, key=sent.get("Idempotency-Key", ""))
    answer = system.send(method, path, body, query=query, headers=sent)
    content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    headers = {name: [value] for name, value in answer.headers.items()}
    return Response(answer.status, headers, content, prepared, elapsed=0.0, verify=False)


@pytest.mark.parametrize("label", sorted(OPERATIONS))
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@settings(
    max_examples=6,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_whatever_is_sent_is_answered_as_described(
    world_with_system: tuple[System, str, str], label: str, mode: GenerationMode, data: st.DataObject
) -> None:
    system, number, material = world_with_system
    case = data.draw(OPERATIONS[label].as_strategy(mode))
    if "number" in case.path_parameters and data.draw(st.booleans()):
        case.path_parameters |= {"number": number}
    if "material" in case.path_parameters and data.draw(st.booleans()):
        case.path_parameters |= {"material": material}
    answer = answer_to(system, case, signed=data.draw(st.integers(0, 5)) > 0)
    case.validate_response(answer, checks=CHECKS)


def test_nothing_generated_leaves_a_difference_to_the_log(world_with_system: tuple[System, str, str]) -> None:
    system, number, _material = world_with_system
    for act, said in (("status", {"status": "x"}), ("decision", {"granted": True}), ("acceptance", {})):
        system.act(number, act, **said)
    assert list(check_derived_states()) == []
