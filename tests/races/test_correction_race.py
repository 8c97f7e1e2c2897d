"""A round under several hands at once: one notice, one answer, nothing lost. Each race is first shown to happen unlocked."""

import threading

import pytest
from tests.cast import AT
from tests.factories.cases import World, item_of, make_case
from tests.factories.feedback import field, find, finish, round_of, side_by_side
from tests.races.test_submit_race import at_once

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import FindingsOpen, LockedCase
from onething.dispatch.services import accept_item, withdraw_items
from onething.feedback.models import CorrectionRound, Finding
from onething.feedback.services import (
    NewFinding,
    NotNow,
    PointAnswer,
    enter_finding,
    finish_findings,
    hand_in_answers,
    keep_answers,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NAME = field("person_name")


def unlocked(case_id: int) -> LockedCase:
    case = OneThingCase.objects.get(pk=case_id)
    items = list(ItemCase.objects.select_related("organisation").filter(case_id=case_id).order_by("pk"))
    for item in items:
        item.case = case
    return LockedCase(case, items)


def last_two_speak(world: World, case: OneThingCase) -> list[object]:
    """The bodies of the last two items say at the same moment that this is all."""
    items = [item_of(case, key) for key in ("seal", "food-permit")]
    return at_once(
        lambda number: finish_findings(item_id=items[number].pk, officer=world.reviewer(items[number]), at=AT), 2
    )


def all_but_two_spoke(world: World) -> OneThingCase:
    case = make_case(world)
    find(world, case, "licence", NAME, "wrong")
    finish(world, case, "licence", "sign-check")
    return case


def told(case: OneThingCase, kind: str) -> int:
    return Event.objects.filter(case_number=case.number, kind=kind).count()


def test_without_the_lock_two_last_words_send_no_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the next test tests something: each body still waits for the other."""
    world = side_by_side()
    case = all_but_two_spoke(world)
    everybody = threading.Barrier(2)
    module = __import__(finish_findings.__module__, fromlist=["tend"])
    tend = module.tend

    def met(locked: LockedCase, *, at: object) -> None:
        tend(locked, at=at)
        everybody.wait(timeout=30)

    monkeypatch.setattr(module, "lock_case", unlocked)
    monkeypatch.setattr(module, "record", lambda *_, **__: None)  # its head would make them take turns
    monkeypatch.setattr("onething.dispatch.access.record", lambda *_, **__: None)
    monkeypatch.setattr(module, "tend", met)
    answers = last_two_speak(world, case)
    assert all(isinstance(one, ItemCase) for one in answers), answers
    assert round_of(case).state == "collecting"


def test_two_last_words_at_once_send_one_notice() -> None:
    world = side_by_side()
    case = all_but_two_spoke(world)
    answers = last_two_speak(world, case)
    assert all(isinstance(one, ItemCase) for one in answers), answers
    assert round_of(case).state == "noticed"
    assert told(case, "case.correction_noticed") == 1
    assert verify_chain(case.number) == []


def to_be_answered(world: World) -> tuple[OneThingCase, CorrectionRound]:
    case = make_case(world)
    find(world, case, "licence", NAME, "wrong")
    find(world, case, "seal", NAME, "wrong")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    of = round_of(case)
    (point,) = of.points.all()
    typed = {"owner.person_name": "李莓"}
    keep_answers(round_id=of.pk, account=world.account, answers={point.pk: PointAnswer(typed)}, at=AT)
    return case, of


def hand_in(world: World, of: CorrectionRound) -> CorrectionRound:
    return hand_in_answers(round_id=of.pk, account=world.account, at=AT)


def test_without_the_lock_two_tabs_hand_in_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the next test tests something: both find the round open; the second breaks or writes all of it again."""
    world = side_by_side()
    case, of = to_be_answered(world)
    everybody = threading.Barrier(2)
    module = __import__(hand_in_answers.__module__, fromlist=["bring_back"])
    bring_back = module.bring_back

    def met(*args: object, **named: object) -> None:
        everybody.wait(timeout=30)
        bring_back(*args, **named)

    monkeypatch.setattr(module, "lock_case", unlocked)
    monkeypatch.setattr(module, "bring_back", met)
    answers = at_once(lambda _: hand_in(world, of), 2)
    broken = [one for one in answers if not isinstance(one, CorrectionRound)]
    assert broken or told(case, "case.correction_answered") == 2, answers


def test_two_tabs_hand_in_once() -> None:
    world = side_by_side()
    case, of = to_be_answered(world)
    answers = at_once(lambda _: hand_in(world, of), 4)
    assert all(isinstance(one, CorrectionRound) for one in answers), answers
    assert told(case, "case.correction_answered") == 1
    assert told(case, "item.corrected") == 2
    assert verify_chain(case.number) == []


def test_an_answer_and_a_withdrawal_at_once_come_one_after_the_other() -> None:
    world = side_by_side()
    case, of = to_be_answered(world)
    item = item_of(case, "licence")
    answers = at_once(
        lambda number: (
            hand_in(world, of)
            if number
            else withdraw_items(case_id=case.pk, account=world.account, item_ids=[item.pk], at=AT)
        ),
        2,
    )
    assert not [one for one in answers if isinstance(one, Exception)], answers
    licence, seal = item_of(case, "licence"), item_of(case, "seal")
    assert (licence.state, seal.state) == ("withdrawn", "received")
    # Whoever comes first: the answer ends the round, and with it whatever was found of either.
    assert (licence.open_findings, seal.open_findings, round_of(case).state) == (0, 0, "answered")
    assert verify_chain(case.number) == []


def test_a_body_accepts_or_finds_but_not_both() -> None:
    world = side_by_side()
    case = make_case(world)
    item = item_of(case, "licence")
    officer = world.reviewer(item)
    answers = at_once(
        lambda number: (
            accept_item(item_id=item.pk, officer=officer, at=AT)
            if number
            else enter_finding(item_id=item.pk, officer=officer, finding=NewFinding(NAME, "wrong"), at=AT)
        ),
        2,
    )
    refused = [one for one in answers if isinstance(one, (FindingsOpen, NotNow))]
    assert len(refused) == 1, answers
    licence = item_of(case, "licence")
    assert (licence.state == "accepted") == (Finding.objects.count() == 0)
