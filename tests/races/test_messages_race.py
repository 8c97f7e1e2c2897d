"""What several do at once with messages: guesses are counted one by one, codes are rationed, and nothing is sent twice.

Each is first shown to go wrong without what prevents it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from tests.cast import AT
from tests.factories.cases import World, grant, item_of, make_case, make_world
from tests.factories.parties import make_account
from tests.races.test_submit_race import at_once

from onething.audit.models import Event
from onething.dispatch.services import accept_item
from onething.kit import db
from onething.kit.errors import Unavailable
from onething.messages.models import Address, AddressCode, KeptText, Sending
from onething.messages.rules import CODE_ATTEMPTS, Channel
from onething.messages.services import TooManyCodes, ask_code, confirm_address, send_message, tell_applicant
from onething.parties.models import Account

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TIMES = 8


def ask(account: Account) -> AddressCode:
    return ask_code(account=account, channel=Channel.EMAIL, address="a@example.com", language="zh-hans", at=AT)


def test_counted_by_reading_and_writing_guesses_are_lost() -> None:
    """The proof that the next test tests something: everybody reads the same number before anybody writes."""
    code = ask(make_account())
    everybody = threading.Barrier(TIMES)

    @db.transaction
    def guess(_number: int) -> None:
        row = AddressCode.objects.get(pk=code.pk)
        everybody.wait(timeout=30)
        row.attempts += 1
        row.save(update_fields=["attempts"])

    at_once(guess, TIMES)
    assert AddressCode.objects.get().attempts == 1


def test_guesses_made_at_once_are_all_counted() -> None:
    account = make_account()
    ask(account)
    answers = at_once(
        lambda _number: confirm_address(account=account, channel=Channel.EMAIL, code="x", at=AT).left, TIMES
    )
    assert sorted(map(int, map(str, answers))) == sorted([4, 3, 2, 1, 0, 0, 0, 0])
    assert AddressCode.objects.get().attempts == CODE_ATTEMPTS


def test_without_the_lock_two_codes_are_asked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both count before either has written; only the constraint on open codes stops the second, with an error."""
    account = make_account()
    everybody = threading.Barrier(2)
    module = __import__(ask_code.__module__, fromlist=["next_code_at"])
    counted = module.next_code_at

    def met(asked: object, *, at: object) -> object:
        everybody.wait(timeout=30)
        return counted(asked, at=at)

    monkeypatch.setattr(module, "next_code_at", met)
    monkeypatch.setattr(module, "TURN", "SELECT %s::text")
    monkeypatch.setattr(type(Account.objects.all()), "select_for_update", lambda self, **_: self)
    answers = at_once(lambda _number: ask(account), 2)
    assert {type(one) for one in answers} == {AddressCode, IntegrityError}


def test_codes_asked_for_at_once_are_counted() -> None:
    account = make_account()
    answers = at_once(lambda _number: ask(account), 4)
    assert sorted(type(one).__name__ for one in answers) == ["AddressCode", *["TooManyCodes"] * 3]
    assert all(isinstance(one, AddressCode | TooManyCodes) for one in answers)
    assert AddressCode.objects.count() == 1


LATER = AT + timedelta(minutes=5)
TURNS = 'ALTER TABLE onething_messages_sending {} CONSTRAINT "sending_once_in_its_window"'


def two_acceptances() -> tuple[str, list[int]]:
    """A case in which two items were accepted at once, by number and places in its log; its applicant has a telephone."""
    world: World = make_world()
    Address.objects.create(
        account=world.account, channel="sms", address="13800001234", confirmed_at=AT, language="zh-hans"
    )
    case = make_case(world)
    grant(world, item_of(case, "licence"))
    for key in ("food-permit", "seal"):
        item = item_of(case, key)
        accept_item(item_id=item.pk, officer=world.reviewer(item), at=AT)
    events = Event.objects.filter(case_number=case.number, kind="item.accepted").order_by("seq")
    return case.number, list(events.values_list("seq", flat=True))[1:]


@contextmanager
def without_the_constraint() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(TURNS.format("DROP"))
        yield
        Sending.objects.all().delete()
        cursor.execute(TURNS.format("ADD") + " UNIQUE (case_number, step, state, channel, turn)")


def tell_both(monkeypatch: pytest.MonkeyPatch) -> int:
    """Two workers tell of the two acceptances; both have looked for an earlier sending before either writes. How many there are."""
    number, places = two_acceptances()
    everybody = threading.Barrier(2)
    turn: Callable[..., object] = Sending.objects.bulk_create

    def met(*rows: object, **options: object) -> object:
        everybody.wait(timeout=30)
        return turn(*rows, **options)

    monkeypatch.setattr(Sending.objects, "bulk_create", met)
    answers = at_once(lambda one: tell_applicant(case_number=number, seq=places[one], at=LATER), 2)
    assert answers == [None, None]
    return Sending.objects.count()


def test_without_the_constraint_the_same_is_planned_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    with without_the_constraint():
        assert tell_both(monkeypatch) == 2


def test_two_that_say_the_same_at_once_are_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tell_both(monkeypatch) == 1


def send_twice() -> list[object]:
    """Two workers have got hold of the same sending."""
    number, places = two_acceptances()
    tell_applicant(case_number=number, seq=places[0], at=LATER)
    sending = Sending.objects.get()
    return at_once(lambda _one: send_message(message_id=sending.message_id, channel="sms", at=LATER), 2)


def test_without_taking_it_to_work_two_workers_send_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = threading.Barrier(2)
    module = __import__(send_message.__module__, fromlist=["_start"])

    def start(message_id: int, channel: str, *, at: datetime) -> tuple[Sending, Address]:
        found = Sending.objects.open().get(message_id=message_id, channel=channel)
        everybody.wait(timeout=30)
        return found, Address.objects.get()

    monkeypatch.setattr(module, "_start", start)
    send_twice()
    assert KeptText.objects.count() == 2


def test_two_workers_send_one_text() -> None:
    answers = send_twice()
    assert all(one is None or isinstance(one, Unavailable) for one in answers), answers
    assert KeptText.objects.count() == 1
    assert Sending.objects.get().sent_at == LATER
