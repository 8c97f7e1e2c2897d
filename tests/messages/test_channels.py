"""Where else than in the product somebody is told: only where a code was typed in, and nobody is flooded with codes (R5.7/1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import AT, Name
from tests.factories.parties import make_account

from onething.kit import outbox
from onething.kit.models import OutboxMessage
from onething.messages.models import Address, AddressCode, KeptText
from onething.messages.rules import CODE_ATTEMPTS, CODE_LASTS, CODE_LIMITS, CODE_REMEMBERED, Channel, next_code_at
from onething.messages.services import (
    AddressRefused,
    TooManyCodes,
    ask_code,
    choose_channels,
    confirm_address,
    forget_address,
    forget_codes,
)
from onething.messages.services.channels import TOPIC_CODE, _code_of
from onething.parties.models import Account

MAIL, PHONE = "li.mei@example.com", "13800001234"
REAL_MAIL = {"email": "onething.messages.adapters.mail.Mail", "sms": ""}


def ask(account: Account, channel: Channel = Channel.EMAIL, address: str = MAIL, *, at: datetime = AT) -> AddressCode:
    return ask_code(account=account, channel=channel, address=address, language="zh-hans", at=at)


def deliver_codes(at: datetime = AT) -> None:
    for pk in OutboxMessage.objects.open().filter(topic=TOPIC_CODE).order_by("pk").values_list("pk", flat=True):
        outbox.deliver(message_id=pk, at=at)


def confirm(account: Account, code: AddressCode, *, at: datetime = AT) -> bool:
    answer = confirm_address(account=account, channel=Channel(code.channel), code=_code_of(code), at=at)
    return answer.confirmed is not None


@given(st.lists(st.integers(0, 3 * 86_400), max_size=60))
def test_no_span_ever_holds_more_codes_than_it_allows(wishes: list[int]) -> None:
    sent: list[datetime] = []
    for second in sorted(wishes):
        at = AT + timedelta(seconds=second)
        if next_code_at([one for one in sent if one > at - CODE_REMEMBERED], at=at) <= at:
            sent.append(at)
    for span, most in CODE_LIMITS:
        for first in sent:
            assert sum(first <= one < first + span for one in sent) <= most


@given(st.lists(st.integers(0, 86_400), max_size=20))
def test_the_moment_named_is_free_and_the_one_before_is_not(ages: list[int]) -> None:
    asked = [AT - timedelta(seconds=age) for age in ages]
    free = next_code_at(asked, at=AT)
    assert next_code_at(asked, at=free) == free
    assert free == AT or next_code_at(asked, at=free - timedelta(seconds=1)) > free - timedelta(seconds=1)


@pytest.mark.django_db
class TestConfirming:
    def test_an_address_counts_once_its_code_was_typed(self) -> None:
        account = make_account()
        code = ask(account, Channel.SMS, "+86 138-0000-1234")
        assert not Address.objects.exists()
        deliver_codes()
        (kept,) = KeptText.objects.all()
        assert (kept.channel, kept.address, kept.kept_at) == ("sms", PHONE, AT)
        assert _code_of(code) in kept.body
        typed = " ".join(_code_of(code))
        answer = confirm_address(account=account, channel=Channel.SMS, code=typed, at=AT)
        assert answer.confirmed is not None
        assert (answer.confirmed.address, answer.confirmed.is_on) == (PHONE, True)
        assert not confirm(account, code), "a code is used once"

    def test_mail_goes_through_the_mail_backend(self, settings: Any) -> None:
        settings.ONETHING_ADAPTERS = REAL_MAIL
        settings.DEFAULT_FROM_EMAIL = "OneThing <told@city.example>"
        code = ask(make_account())
        deliver_codes()
        (sent,) = mail.outbox
        assert sent.to == [MAIL]
        assert _code_of(code) in sent.body
        assert sent.message()["Message-ID"] == f"<code-{code.pk}@city.example>"

    def test_guesses_are_bounded(self) -> None:
        account = make_account()
        code = ask(account)
        wrong = f"{(int(_code_of(code)) + 1) % 1_000_000:06d}"
        left = [confirm_address(account=account, channel=Channel.EMAIL, code=wrong, at=AT).left for _ in range(7)]
        assert left == [4, 3, 2, 1, 0, 0, 0]
        assert not confirm(account, code), "the right one comes too late"
        assert AddressCode.objects.get().attempts == CODE_ATTEMPTS
        with pytest.raises(IntegrityError), transaction.atomic():
            AddressCode.objects.update(attempts=CODE_ATTEMPTS + 1)

    def test_a_code_runs_out_and_a_newer_one_replaces_it(self) -> None:
        account = make_account()
        first = ask(account)
        assert not confirm(account, first, at=AT + CODE_LASTS)
        second = ask(account, at=AT + timedelta(minutes=2))
        assert _code_of(first) != _code_of(second)
        assert not confirm(account, first, at=AT + timedelta(minutes=3))
        assert confirm(account, second, at=AT + timedelta(minutes=3))

    def test_what_has_ended_is_not_sent(self) -> None:
        account = make_account()
        ask(account)
        forget_address(account=account, channel=Channel.EMAIL, at=AT)
        deliver_codes()
        assert not KeptText.objects.exists()

    def test_nobody_confirms_for_another(self) -> None:
        code = ask(make_account())
        assert not confirm(make_account(Name.STRANGER), code)

    def test_codes_are_rationed_for_the_account_and_for_the_address(self) -> None:
        account = make_account()
        ask(account)
        for address in (MAIL, "other@example.com"):
            with pytest.raises(TooManyCodes) as refused:
                ask(account, address=address, at=AT + timedelta(seconds=30))
            assert refused.value.facts["free_at"] == AT + timedelta(minutes=1)
        with pytest.raises(TooManyCodes):
            ask(make_account(Name.STRANGER), address=MAIL.upper(), at=AT + timedelta(seconds=30))
        assert AddressCode.objects.count() == 1

    @pytest.mark.parametrize(
        "address", ["", "li.mei", "a@b", "a@example.com\nBcc: b@example.com", f"a@{'b' * 240}.com"]
    )
    def test_what_is_no_address_is_refused(self, address: str) -> None:
        with pytest.raises(AddressRefused):
            ask(make_account(), address=address)

    def test_a_channel_that_is_not_there_is_refused(self, settings: Any) -> None:
        settings.ONETHING_ADAPTERS = REAL_MAIL
        with pytest.raises(AddressRefused):
            ask(make_account(), Channel.SMS, PHONE)

    def test_codes_are_forgotten_after_a_day(self) -> None:
        account = make_account()
        ask(account)
        ask(account, at=AT + timedelta(hours=24))
        assert forget_codes(at=AT + timedelta(hours=26)) == 1
        assert AddressCode.objects.count() == 1

    def test_channels_are_switched_and_removed(self) -> None:
        account = make_account()
        confirm(account, ask(account))
        confirm(account, ask(account, Channel.SMS, PHONE, at=AT + timedelta(minutes=1)), at=AT + timedelta(minutes=1))
        choose_channels(account=account, on=[Channel.SMS])
        assert dict(Address.objects.values_list("channel", "is_on")) == {"email": False, "sms": True}
        forget_address(account=account, channel=Channel.SMS, at=AT)
        assert list(Address.objects.values_list("channel", flat=True)) == ["email"]


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def account(self, client: Client) -> Account:
        account = make_account()
        client.force_login(account)
        return account

    def post(self, client: Client, path: str, data: Mapping[str, str], status: int = 302) -> str:
        answer = client.post(path, data)
        assert answer.status_code == status
        return answer["Location"] if status == 302 else answer.content.decode()

    def test_from_nothing_to_a_confirmed_address(
        self, client: Client, account: Account, django_assert_num_queries: Any
    ) -> None:
        client.get("/messages/channels/")  # the first page of a sign-in notes when it began
        with django_assert_num_queries(3):  # session, account, addresses
            page = client.get("/messages/channels/").content.decode()
        assert "以站内的为准" in page
        assert page.count("还没有设置") == 2
        assert 'name="on"' not in page
        assert "错误：" in self.post(client, "/messages/channels/email/", {"address": "li.mei"}, 422)
        assert self.post(client, "/messages/channels/email/", {"address": MAIL}) == "/messages/channels/email/code/"
        assert "一会儿显示在这里" in client.get("/messages/channels/email/code/").content.decode()
        code = AddressCode.objects.get()
        deliver_codes()
        page = client.get("/messages/channels/email/code/").content.decode()
        assert "l***@example.com" in page
        assert _code_of(code) in page
        assert "还可以试4次" in self.post(client, "/messages/channels/email/code/", {"code": "x"}, 422)
        assert self.post(client, "/messages/channels/email/code/", {"code": _code_of(code)}) == "/messages/channels/"
        page = client.get("/messages/channels/").content.decode()
        assert "l***@example.com" in page
        assert MAIL not in page
        self.post(client, "/messages/channels/", {})
        assert not Address.objects.get().is_on
        self.post(client, "/messages/channels/", {"on": "email"})
        assert Address.objects.get().is_on
        self.post(client, "/messages/channels/email/", {"forget": "1"})
        assert not Address.objects.exists()

    def test_no_demonstration_shows_no_code(self, client: Client, account: Account, settings: Any) -> None:
        settings.ONETHING_DEMO = False
        code = ask(account, at=AT)
        deliver_codes()
        AddressCode.objects.update(asked_at=datetime.now(tz=AT.tzinfo))
        page = client.get("/messages/channels/email/code/")
        assert page.status_code == 200
        assert _code_of(code) not in page.content.decode()

    def test_without_a_code_on_its_way_one_is_asked_for(self, client: Client, account: Account) -> None:
        assert client.get("/messages/channels/sms/code/")["Location"] == "/messages/channels/sms/"
        assert client.get("/messages/channels/fax/").status_code == 404

    def test_a_stranger_sees_nothing_of_it(self, client: Client, account: Account) -> None:
        confirm(account, ask(account))
        client.force_login(make_account(Name.STRANGER))
        assert "example.com" not in client.get("/messages/channels/").content.decode()
        client.logout()
        for path in ("", "email/", "email/code/"):
            assert client.get(f"/messages/channels/{path}").status_code == 302
