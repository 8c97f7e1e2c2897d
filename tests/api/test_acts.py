"""What a department's system does through the interface: the verbs of dispatch, each once, in order (R2.8.c/2, R5.11/1)."""

import base64
import json
import secrets
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfWriter
from tests.cast import AT
from tests.factories.cases import World, item_of, make_case, make_world
from tests.factories.systems import System, make_system

from onething.audit.models import Event, ReadLog
from onething.audit.verify import verify_chain
from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.states import ItemState
from onething.delivery.models import ResultDocument
from onething.dispatch.services import accept_item, claim_task
from onething.exchange.models import ApiRequest, ParkedReport
from onething.exchange.services import reserve
from onething.files.services import read_stored
from onething.kit.hashing import sha256_hex
from onething.parties.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def case(world: World) -> OneThingCase:
    return make_case(world, at=timezone.now())


@pytest.fixture
def licence(case: OneThingCase) -> ItemCase:
    return item_of(case, "licence")


@pytest.fixture
def system(world: World, licence: ItemCase) -> System:
    assert licence.organisation is not None
    return make_system(licence.organisation)


GRANT: dict[str, Any] = {
    "granted": True, "opinion": "符合条件，同意。", "basis": "条例第十九条", "produced": {"owner": {"uscc": "91321202MA00000007"}},
}  # fmt: skip


def kinds(case: OneThingCase) -> list[str]:
    return list(Event.objects.filter(case_number=case.number).order_by("seq").values_list("kind", flat=True))


def test_a_system_accepts_and_grants_and_the_log_says_by_which_channel(
    system: System, case: OneThingCase, licence: ItemCase
) -> None:
    accepted = system.act(licence.number, "acceptance")
    assert (accepted.status, accepted.body["state"]) == (200, "accepted")
    granted = system.act(licence.number, "decision", **GRANT)
    assert (granted.status, granted.body["state"]) == (200, "granted")
    event = Event.objects.get(case_number=case.number, kind="item.granted")
    actor = Account.objects.get(pk=event.actor or 0)
    assert (event.channel, event.assurance, actor.kind) == ("api", "signed", "system")
    assert item_of(case, "food-permit").item_state is ItemState.RECEIVED
    assert list(check_derived_states(numbers=[case.number])) == []
    assert verify_chain(case.number) == []


def a_pdf() -> bytes:
    written, content = PdfWriter(), BytesIO()
    written.add_blank_page(200, 200)
    written.write(content)
    return content.getvalue()


def test_a_grant_may_bring_its_own_document(system: System, licence: ItemCase) -> None:
    content = a_pdf()
    system.act(licence.number, "acceptance")
    results = system.task(licence.number)["results"]
    sent = {results[0]["key"]: base64.b64encode(content).decode()}
    answer = system.act(licence.number, "decision", **GRANT, documents=sent)
    assert (answer.status, answer.body["state"]) == (200, "result_ready")
    own = ResultDocument.objects.get(item=licence, key=results[0]["key"])
    assert read_stored(own.file) == content
    assert own.name == results[0]["name"]


def test_a_result_is_handed_over_by_itself_with_the_bodys_own_number_and_last_day(
    system: System, case: OneThingCase, licence: ItemCase
) -> None:
    system.act(licence.number, "acceptance")
    content = base64.b64encode(a_pdf()).decode()
    key = system.task(licence.number)["results"][0]["key"]
    paper = {"key": key, "content": content, "number": "示例许可〔2026〕7号", "valid_until": "2031-12-31"}
    early = system.act(licence.number, "result", documents=[paper])
    assert (early.status, early.code) == (409, "illegal_move")
    system.act(licence.number, "decision", **GRANT)
    for wrong in ([{**paper, "key": "no-such"}], [paper, paper]):
        answer = system.act(licence.number, "result", documents=wrong)
        assert (answer.status, answer.code) == (422, "document")
    now = system.task(licence.number)
    said = {"version": now["version"], "sequence": now["next_sequence"], "documents": [paper]}
    first = system.act(licence.number, "result", key="result-0001", **said)
    assert (first.status, first.body["state"]) == (200, "result_ready")
    # Killed before the answer was kept: the document is there, the same is said again.
    ApiRequest.objects.filter(key="result-0001").update(status=None, answer=None)
    again = system.act(licence.number, "result", key="result-0001", **said)
    assert (again.status, again.body["state"]) == (200, "result_ready")
    row = ResultDocument.objects.get(item=licence)
    assert ["编号", "示例许可〔2026〕7号"] in row.shown
    assert (row.valid_until, ["有效期到", "2031-12-31"] in row.shown) == (date(2031, 12, 31), True)
    assert Event.objects.get(case_number=case.number, kind="item.result_ready").channel == "api"
    late = system.act(licence.number, "result", documents=[paper])
    assert (late.status, late.code) == (409, "illegal_move")
    assert list(check_derived_states(numbers=[case.number])) == []


def test_a_document_that_is_none_decides_nothing(system: System, licence: ItemCase) -> None:
    system.act(licence.number, "acceptance")
    for rubbish in ("###", base64.b64encode(b"not a paper").decode()):
        answer = system.act(licence.number, "decision", **GRANT, documents={"licence": rubbish})
        assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    licence.refresh_from_db()
    assert licence.item_state is ItemState.ACCEPTED


def test_the_same_key_gives_the_same_answer_and_acts_once(
    system: System, case: OneThingCase, licence: ItemCase
) -> None:
    now = system.task(licence.number)
    said = {"version": now["version"], "sequence": now["next_sequence"]}
    first = system.act(licence.number, "acceptance", key="accept-0001", **said)
    again = system.act(licence.number, "acceptance", key="accept-0001", **said)
    assert first.status == again.status == 200
    assert first.body == again.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert kinds(case).count("item.accepted") == 1
    other = system.act(licence.number, "acceptance", key="accept-0001", version="x", sequence=9)
    assert (other.status, other.code) == (409, "key_reused")


def test_an_answer_lost_with_its_process_is_found_in_the_log(
    system: System, case: OneThingCase, licence: ItemCase
) -> None:
    """Killed after the verb and before its answer was kept: the next try must neither fail nor act again."""
    now = system.task(licence.number)
    said = {"version": now["version"], "sequence": now["next_sequence"]}
    assert system.act(licence.number, "acceptance", key="accept-0001", **said).status == 200
    ApiRequest.objects.filter(key="accept-0001").update(status=None, answer=None)
    again = system.act(licence.number, "acceptance", key="accept-0001", **said)
    assert (again.status, again.body["state"]) == (200, "accepted")
    assert kinds(case).count("item.accepted") == 1


def test_an_act_begun_and_never_done_is_done_now_and_not_dated_back(system: System, licence: ItemCase) -> None:
    now = system.task(licence.number)
    said = {"version": now["version"], "sequence": now["next_sequence"]}
    path, body = f"/api/v1/tasks/{licence.number}/acceptance", json.dumps(said).encode()
    digest = sha256_hex(f"POST {path}\n".encode() + body)
    reserve(client=system.row, key="accept-0001", digest=digest, case_id=licence.case_id, sequence=1, at=AT)
    answer = system.send("POST", path, body, headers=system.headers("POST", path, "", body, key="accept-0001"))
    assert (answer.status, answer.body["state"]) == (200, "accepted")
    licence.refresh_from_db()
    assert licence.accepted_at is not None
    assert licence.accepted_at > AT


def test_numbers_out_of_order_are_answered_and_not_applied(system: System, licence: ItemCase) -> None:
    gap = system.act(licence.number, "status", status="received", sequence=2)
    assert (gap.status, gap.code, gap.body["now"]["next_sequence"]) == (409, "sequence_gap", 1)
    assert system.act(licence.number, "status", status="in_progress", sequence=1).status == 200
    old = system.act(licence.number, "status", status="received", sequence=1)
    assert (old.status, old.code, old.body["now"]["reported"]) == (409, "sequence_old", "in_progress")


def test_a_stale_version_is_told_what_holds_now(world: World, system: System, licence: ItemCase) -> None:
    seen = system.task(licence.number)
    accept_item(item_id=licence.pk, officer=world.reviewer(licence), at=timezone.now())
    answer = system.act(licence.number, "acceptance", version=seen["version"], sequence=seen["next_sequence"])
    assert (answer.status, answer.code, answer.body["now"]["state"]) == (409, "stale", "accepted")
    assert answer.body["now"]["version"] != seen["version"]


def test_an_illegal_move_is_a_conflict_with_words(system: System, licence: ItemCase) -> None:
    answer = system.act(licence.number, "decision", **GRANT)
    assert (answer.status, answer.code, answer.body["now"]["state"]) == (409, "illegal_move", "received")


def test_a_refusal_without_basis_is_refused_by_the_same_rule_as_at_the_desk(system: System, licence: ItemCase) -> None:
    system.act(licence.number, "acceptance")
    answer = system.act(licence.number, "decision", granted=False, reason="不符合")
    assert (answer.status, answer.code) == (422, "incomplete")
    assert "依据" in answer.body["detail"]


def test_an_unknown_state_is_parked_and_moves_nothing(system: System, case: OneThingCase, licence: ItemCase) -> None:
    for sequence, word in enumerate(("granted", "办结", "IN_PROGRESS"), start=1):
        answer = system.act(licence.number, "status", status=word, sequence=sequence)
        parked = ParkedReport.objects.get(pk=answer.body["parked"])
        assert (answer.status, parked.words, parked.item_id) == (200, word, licence.pk)
    licence.refresh_from_db()
    assert licence.item_state is ItemState.RECEIVED
    assert kinds(case).count("item.report_parked") == 3


def test_people_of_the_body_go_on_whatever_the_system_did(world: World, system: System, licence: ItemCase) -> None:
    system.act(licence.number, "acceptance")
    officer = world.reviewer(licence)
    assert claim_task(item_id=licence.pk, officer=officer, at=timezone.now()).claimed_by == officer
    answer = system.act(licence.number, "decision", **GRANT)
    assert (answer.status, answer.code) == (409, "task_taken")


SAID: dict[str, dict[str, Any]] = {
    "acceptance": {},
    "non-acceptance": {"right_body": "a", "reason": "b"},
    "check-done": {},
    "decision": {"granted": True},
    "status": {"status": "received"},
    "findings": {"finished": True},
    "findings-withdrawal": {"finding": 1},
    "result": {"documents": [{"key": "a", "content": ""}]},
}


@pytest.mark.parametrize("act", sorted(SAID))
def test_each_act_needs_its_scope_and_a_key(licence: ItemCase, act: str) -> None:
    assert licence.organisation is not None
    reader = make_system(licence.organisation, scopes=("tasks.read",))
    said = SAID[act]
    answer = reader.act(licence.number, act, **said)
    assert (answer.status, answer.code) == (403, "scope")
    path, body = f"/api/v1/tasks/{licence.number}/{act}", json.dumps({"sequence": 1, **said}).encode()
    without_key = reader.send("POST", path, body, headers=reader.headers("POST", path, "", body))
    assert (without_key.status, without_key.code) == (422, "invalid")


def test_another_bodys_task_is_not_there_and_the_try_is_written_down(
    world: World, case: OneThingCase, system: System
) -> None:
    others = next(item for item in case.items.all() if item.organisation_id != item_of(case, "licence").organisation_id)
    body = {"sequence": 1, "version": "x"}
    path = f"/api/v1/tasks/{others.number}/acceptance"
    content = json.dumps(body).encode()
    answer = system.send(
        "POST", path, content, headers=system.headers("POST", path, "", content, key=secrets.token_hex(8))
    )
    assert (answer.status, answer.code) == (404, "no_task")
    assert ReadLog.objects.get(case_number=case.number).what == f"denied task {others.number}"
