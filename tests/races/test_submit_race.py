"""One submission makes one case, whatever is tapped, retried or cut (I6): threads on real PostgreSQL.

The race is first shown to happen with the guards off, with a forced meeting and not by luck; then not to happen.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection
from tests.cast import AT
from tests.factories.cases import World, fill_draft, item_of, make_case, make_world

from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import IllegalMove
from onething.cases.states import BundleState
from onething.dispatch.services import (
    Decision,
    TaskTaken,
    accept_item,
    claim_task,
    decide_item,
    finish_check,
    next_task,
)
from onething.parties.models import Officer
from onething.submission.access import Owner
from onething.submission.models import Draft
from onething.submission.services import Submitted, save_section, submit
from onething.submission.services import submit as submit_module_face
from onething.submission.services.sections import SectionConflict

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
THREADS = 6


def at_once(act: Callable[[int], object], times: int) -> list[object]:
    """Run an act in several threads that start together; an exception is an answer like any other."""
    start = threading.Barrier(times)

    def run(number: int) -> object:
        start.wait(timeout=30)
        try:
            return act(number)
        except Exception as answer:  # noqa: BLE001
            return answer
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def tap(world: World, draft: Draft, *, key: str) -> Submitted:
    return submit(draft_id=draft.pk, owner=world.owner, idempotency_key=key, declaration=True, at=AT)


@contextmanager
def guards_off(monkeypatch: pytest.MonkeyPatch, times: int) -> Iterator[None]:
    """Read the draft without its lock, wait until everybody has read it, and take the last line of defence away."""
    module = __import__(submit_module_face.__module__, fromlist=["locked_draft"])
    everybody = threading.Barrier(times)

    def unlocked(draft_id: int, owner: Owner) -> Draft | None:
        draft = owner.drafts().with_edition().filter(pk=draft_id).first()
        everybody.wait(timeout=30)
        return draft

    with connection.schema_editor() as editor:
        constraint = next(c for c in OneThingCase._meta.constraints if c.name == "case_once_per_account")
        editor.remove_constraint(OneThingCase, constraint)
    monkeypatch.setattr(module, "locked_draft", unlocked)
    try:
        yield
    finally:
        monkeypatch.undo()
        Draft.objects.update(case=None)
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE cases_onethingcase CASCADE")
        with connection.schema_editor() as editor:
            editor.add_constraint(OneThingCase, constraint)


def test_without_the_guards_two_taps_make_two_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the next tests test something."""
    world = make_world()
    draft = fill_draft(world)
    with guards_off(monkeypatch, 2):
        answers = at_once(lambda _: tap(world, draft, key="k"), 2)
        assert all(isinstance(answer, Submitted) for answer in answers), answers
        assert OneThingCase.objects.count() == 2


def test_many_taps_make_one_case() -> None:
    world = make_world()
    draft = fill_draft(world)
    answers = at_once(lambda _: tap(world, draft, key="k"), THREADS)
    assert all(isinstance(answer, Submitted) for answer in answers), answers
    assert len({answer.number for answer in answers if isinstance(answer, Submitted)}) == 1
    assert sum(not answer.repeated for answer in answers if isinstance(answer, Submitted)) == 1
    assert OneThingCase.objects.count() == 1
    assert ItemCase.objects.count() == 4


def test_the_constraint_alone_holds_when_the_lock_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line of defence by itself: same key, no row lock."""
    world = make_world()
    draft = fill_draft(world)
    module = __import__(submit_module_face.__module__, fromlist=["locked_draft"])
    everybody = threading.Barrier(2)

    def unlocked(draft_id: int, owner: Owner) -> Draft | None:
        draft = owner.drafts().with_edition().filter(pk=draft_id).first()
        everybody.wait(timeout=30)
        return draft

    monkeypatch.setattr(module, "locked_draft", unlocked)
    answers = at_once(lambda _: tap(world, draft, key="k"), 2)
    assert all(isinstance(answer, Submitted) for answer in answers), answers
    assert OneThingCase.objects.count() == 1


def test_a_server_killed_between_commit_and_answer_loses_nothing() -> None:
    """The first answer never arrived; the person taps again, with a new page and a new key, and gets the same case."""
    world = make_world()
    draft = fill_draft(world)
    lost = tap(world, draft, key="first")
    connection.close()
    found = tap(world, draft, key="second")
    assert (found.number, found.repeated) == (lost.number, True)


def test_a_server_killed_before_the_commit_leaves_nothing_half() -> None:
    world = make_world()
    draft = fill_draft(world)

    class Killed(BaseException):
        """The process is gone."""

    module = __import__(submit_module_face.__module__, fromlist=["write_case"])
    write = module.write_case

    def killed(*args: object, **kwargs: object) -> int:
        write(*args, **kwargs)
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "write_case", killed)
        with pytest.raises(Killed):
            tap(world, draft, key="k")
    assert not OneThingCase.objects.exists()
    assert tap(world, draft, key="k").repeated is False


def test_two_claim_one_wins_the_other_reads_who_has_it() -> None:
    world = make_world()
    item = item_of(make_case(world), "licence")
    officers = [world.officers["market"], world.colleagues["market"]]
    answers = at_once(lambda number: claim_task(item_id=item.pk, officer=officers[number], at=AT), 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["ItemCase", "TaskTaken"]
    loser = next(answer for answer in answers if isinstance(answer, TaskTaken))
    winner = next(answer for answer in answers if isinstance(answer, ItemCase))
    assert winner.claimed_by is not None
    assert loser.facts["officer"] == Officer.objects.get(pk=winner.claimed_by.pk).account.display_name


def test_two_who_press_next_get_two_different_tasks() -> None:
    world = make_world()
    make_case(world)
    officers = [world.officers["market"], world.colleagues["market"]]
    answers = at_once(lambda number: next_task(officer=officers[number], at=AT), 2)
    keys = {answer.key for answer in answers if isinstance(answer, ItemCase)}
    assert keys == {"licence", "sign-check"}


def test_one_decision_per_item() -> None:
    world = make_world()
    case = make_case(world)
    item, officer = item_of(case, "licence"), world.officers["market"]
    accept_item(item_id=item.pk, officer=officer, at=AT)
    grant = Decision(granted=True, produced={"owner": {"uscc": "91321202MA00000007"}})
    refuse = Decision(granted=False, basis="a", reason="b", remedies="c")
    answers = at_once(
        lambda number: decide_item(item_id=item.pk, officer=officer, decision=(grant, refuse)[number], at=AT), 2
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["IllegalMove", "ItemCase"]
    assert any(isinstance(answer, IllegalMove) for answer in answers)
    assert verify_chain(case.number) == []


def test_the_last_two_decisions_at_once_close_the_case() -> None:
    """The derived state is written under the case's lock: neither of two last items may see the other as open."""
    world = make_world()
    case = make_case(world, food="no")
    licence, check, seal = (item_of(case, key) for key in ("licence", "sign-check", "seal"))
    officer = world.officers["market"]
    accept_item(item_id=licence.pk, officer=officer, at=AT)
    produced = {"owner": {"uscc": "91321202MA00000007"}}
    decide_item(item_id=licence.pk, officer=officer, decision=Decision(granted=True, produced=produced), at=AT)
    police = world.officers["public-security"]
    answers = at_once(
        lambda number: finish_check(item_id=(check.pk, seal.pk)[number], officer=(officer, police)[number], at=AT), 2
    )
    assert all(isinstance(answer, ItemCase) for answer in answers), answers
    case.refresh_from_db()
    assert case.state == BundleState.GRANTED_ALL
    assert verify_chain(case.number) == []


def test_two_tabs_save_at_once_one_is_told() -> None:
    world = make_world()
    draft = fill_draft(world, food="no")
    revision = draft.sections.get(key="owner").revision
    answers = at_once(
        lambda number: save_section(
            draft_id=draft.pk, owner=world.owner, section="owner", typed={"owner.trade_name": f"第{number}家"},
            expected_revision=revision, at=AT,
        ),
        2,
    )  # fmt: skip
    assert sorted(type(answer).__name__ for answer in answers) == ["SavedSection", "SectionConflict"]
    assert any(isinstance(answer, SectionConflict) for answer in answers)
