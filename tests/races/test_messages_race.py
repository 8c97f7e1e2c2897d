"""Guesses at a code made at once are guesses one by one; codes asked for at once are counted. First shown to go wrong."""

import threading

import pytest
from django.db import IntegrityError
from tests.cast import AT
from tests.factories.parties import make_account
from tests.races.test_submit_race import at_once

from onething.kit import db
from onething.messages.models import AddressCode
from onething.messages.rules import CODE_ATTEMPTS, Channel
from onething.messages.services import TooManyCodes, ask_code, confirm_address
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
