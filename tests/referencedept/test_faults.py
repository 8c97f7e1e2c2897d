"""A department's system that is silent, slow, repeats itself, mixes up the order or sends rubbish: no case is lost, doubled or
stuck, and the people of the body go on (R5.11)."""

import base64
import contextlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from tests.factories.cases import World, item_of, make_case, make_world
from tests.factories.server import serving
from tests.factories.systems import System, make_system

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.derived import check_derived_states
from onething.cases.models import OneThingCase
from onething.dispatch.services import accept_item
from onething.exchange.models import ApiClient
from onething.exchange.push import push_item
from onething.exchange.services import add_client
from onething.exchange.signing import signed_headers
from onething.kit.errors import Unavailable
from onething.referencedept.department import Department, Fault
from onething.referencedept.interface import Answer, Interface, NoAnswer
from onething.referencedept.listener import Listener, listening

SOURCE = Path(__file__).resolve().parents[2] / "src" / "onething" / "referencedept"


@pytest.fixture
def base(transactional_db: None) -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def world(base: str) -> World:
    return make_world()


def departments(world: World, base: str, folder: Path, *faults: Fault) -> list[Department]:
    """A system for each body of the town."""
    made: list[tuple[str, System]] = [(key, make_system(body)) for key, body in world.town.bodies.items()]
    return [
        Department(Interface(base, one.key_id, one.secret), folder / key, frozenset(faults), slow_seconds=0.02)
        for key, one in made
    ]


def work_off(all_of_them: list[Department]) -> None:
    """Until nothing more happens: what one ends may start something at another."""
    while sum(one.step() for one in all_of_them):
        pass


def nothing_lost_doubled_or_stuck(cases: list[OneThingCase]) -> None:
    assert list(check_derived_states()) == []
    for case in cases:
        case.refresh_from_db()
        assert case.state == "granted_all"
        assert verify_chain(case.number) == []
        moves = Counter(
            (event.payload["item"], event.payload["new"])
            for event in Event.objects.filter(case_number=case.number)
            if "new" in event.payload
        )
        assert set(moves.values()) == {1}


@pytest.mark.parametrize("fault", [None, Fault.SLOW, Fault.TWICE, Fault.OUT_OF_ORDER, Fault.RUBBISH])
def test_whatever_a_system_does_each_case_ends_once(
    world: World, base: str, tmp_path: Path, fault: Fault | None
) -> None:
    cases = [make_case(world, at=timezone.now()) for _ in range(2)]
    town = departments(world, base, tmp_path, *([fault] if fault else []))
    work_off(town)
    nothing_lost_doubled_or_stuck(cases)
    codes = {answer.said.get("code") for one in town for answer in one.answers}
    expected = {Fault.OUT_OF_ORDER: {"sequence_gap", "sequence_old"}, Fault.RUBBISH: {"bad_request", "invalid"}}
    assert expected.get(fault, set()) <= codes if fault else codes == {None}
    for one in town:
        one.close()


def test_a_silent_system_holds_up_nobody_and_goes_on_later(world: World, base: str, tmp_path: Path) -> None:
    case = make_case(world, at=timezone.now())
    town = departments(world, base, tmp_path, Fault.SILENT)
    work_off(town)
    licence = item_of(case, "licence")
    accept_item(item_id=licence.pk, officer=world.reviewer(licence), at=timezone.now())
    for one in town:
        one.faults = frozenset()
    work_off(town)
    # What a person has taken stays that person's; the rest is done.
    assert item_of(case, "licence").state == "accepted"
    assert item_of(case, "sign-check").state == "done"
    for one in town:
        one.close()


def test_a_system_killed_between_sending_and_hearing_goes_on_without_doubling(
    world: World, base: str, tmp_path: Path
) -> None:
    cases = [make_case(world, at=timezone.now())]
    first = departments(world, base, tmp_path)
    for one in first:
        with contextlib.suppress(NoAnswer):
            _forget_the_answer(one)
        one.close()
    again = [Department(one.interface, one.file) for one in first]
    work_off(again)
    nothing_lost_doubled_or_stuck(cases)
    for one in again:
        one.close()


def _forget_the_answer(one: Department) -> None:
    """The act arrives, its answer does not."""

    class Deaf(Interface):
        def post(self, path: str, said: object, key: str) -> None:  # type: ignore[override]
            Interface.post(self, path, said, key)  # type: ignore[arg-type]
            msg = "cut off"
            raise NoAnswer(msg)

    hearing = one.interface
    one.interface = Deaf(hearing.base, hearing.key_id, hearing.secret)
    try:
        one.step()
    finally:
        one.interface = hearing


def test_one_that_takes_its_time_does_one_act_after_another_and_leaves_alone_what_is_old(
    world: World, base: str, tmp_path: Path
) -> None:
    old, new = (make_case(world, at=timezone.now()) for _ in range(2))
    old.items.filter(state="received").update(started_on="2026-01-05")
    licence = item_of(new, "licence")
    assert licence.organisation is not None
    key = make_system(licence.organisation)
    one = Department(Interface(base, key.key_id, key.secret), tmp_path / "own", pause=0.3, only_new=True)
    assert one.step() == 0  # seen, not yet due
    time.sleep(0.4)
    assert one.step() > 0
    assert item_of(new, "licence").state == "accepted"
    time.sleep(0.4)
    one.step()
    one.step()  # at once again: the pause is not over
    assert item_of(new, "licence").state == "granted"
    assert {item.state for item in old.items.all()} <= {"received", "waiting"}
    one.close()


def test_it_finds_tasks_behind_the_first_page(world: World, base: str, tmp_path: Path) -> None:
    for _ in range(3):
        make_case(world, at=timezone.now())
    key = make_system(world.town.bodies["market"])

    class Narrow(Interface):
        def get(self, path: str) -> Answer:
            return Interface.get(self, path.replace("limit=200", "limit=1"))

    one = Department(Narrow(base, key.key_id, key.secret), tmp_path / "own")
    assert one.step() >= 3
    one.close()


def test_it_runs_as_a_process_of_its_own(world: World, base: str, tmp_path: Path) -> None:
    case = make_case(world, at=timezone.now())
    licence = item_of(case, "licence")
    assert licence.organisation is not None
    system = make_system(licence.organisation)
    command = [sys.executable, "-m", "onething.referencedept", "--base", base, "--key-id", system.key_id]
    command += ["--file", str(tmp_path / "own"), "--every", "0.1", "--fault", "twice"]
    process = subprocess.Popen(
        command, env={"ONETHING_DEPT_SECRET": system.secret, "PYTHONPATH": str(SOURCE.parents[1])}
    )
    try:
        until = time.monotonic() + 60
        while item_of(case, "licence").state not in {"granted", "result_ready"}:
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        process.kill()
        process.wait()


def test_it_knows_nothing_of_the_product() -> None:
    own = "onething.referencedept"
    for path in SOURCE.glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("from ", "import ")):
                assert "onething" not in line or own in line
                assert "django" not in line


def test_it_believes_only_what_is_signed_with_its_key(world: World, base: str) -> None:
    case = make_case(world, at=timezone.now())
    licence = item_of(case, "licence")
    assert licence.organisation is not None
    key = add_client(organisation=licence.organisation.key, at=timezone.now())
    listener = Listener(key.secret)
    with listening(listener, 0) as port:
        add_client(
            organisation=licence.organisation.key, push_url=f"http://127.0.0.1:{port}/told?by=us", at=timezone.now()
        )
        with pytest.raises(Unavailable, match="401"):
            push_item(licence.number, at=timezone.now())  # signed with the newer key
        listener.secret = ApiClient.objects.latest("pk").secret
        assert push_item(licence.number, at=timezone.now())
        listener.broken = True
        with pytest.raises(Unavailable, match="500"):
            push_item(licence.number, at=timezone.now())
        listener.broken = False
    assert (listener.heard, listener.refused, listener.old, listener.wake.is_set()) == (1, 1, 0, True)
    again = {"case_number": case.number, "as_of": listener.newest[case.number] - 1}
    listener.answer("POST", "/told", *signed_with(listener.secret, "/told", again))
    assert listener.old == 1


def signed_with(secret: str, path: str, said: dict[str, object]) -> tuple[dict[str, str], bytes]:
    body, now = json.dumps(said).encode(), int(time.time())
    headers = signed_headers(
        method="POST", path=path, query="", body=body, key_id="k", secret=base64.b64decode(secret), created=now, nonce="n" * 16
    )  # fmt: skip
    return headers, body
