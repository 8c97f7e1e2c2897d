"""What leaves the product: to confirmed addresses only, once, tried again when a server fails, and nothing of a decision in it."""

import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import AT
from tests.factories.cases import World, grant, item_of, make_case, make_world, refuse

from onething.cases.record import TOPIC_EVENT
from onething.dispatch.services import accept_item
from onething.kit import outbox
from onething.kit.errors import Unavailable
from onething.kit.models import OutboxMessage
from onething.messages import adapters
from onething.messages.models import Address, KeptText, Message, Sending
from onething.messages.rules import Channel, state_of
from onething.messages.services import choose_channels, send_message, tell_applicant
from onething.messages.services.sending import TOPIC_SEND
from onething.web.public.inbox import open_message

LATER = AT + timedelta(hours=1)
WINDOW = timedelta(minutes=60)


def give_addresses(world: World, channels: Iterable[Channel] = Channel) -> None:
    for channel in channels:
        address = "li.mei@example.com" if channel is Channel.EMAIL else "13800001234"
        Address.objects.create(
            account=world.account, channel=channel, address=address, language="zh-hans", confirmed_at=AT
        )


def deliver(topic: str, at: datetime) -> None:
    due = OutboxMessage.objects.open().filter(topic=topic, next_attempt_at__lte=at).order_by("pk")
    for pk in list(due.values_list("pk", flat=True)):
        outbox.deliver(message_id=pk, at=at)


def work_off(at: datetime = LATER) -> None:
    deliver(TOPIC_EVENT, at)
    deliver(TOPIC_SEND, at)


@given(st.dictionaries(st.sampled_from(["round", "activity", "item", "points"]), st.integers(1, 99)), st.text())
def test_a_state_is_the_round_or_visit_or_else_that_of_the_whole(payload: dict[str, object], bundle: str) -> None:
    apart = payload.keys() & {"round", "activity"}
    assert state_of(payload, bundle) == state_of({name: payload[name] for name in sorted(apart)}, bundle)
    if apart:
        assert state_of(payload, bundle) == state_of(payload, f"{bundle}!")
        assert state_of(payload, bundle) != state_of({**payload, min(apart): 100}, bundle)
    else:
        assert state_of(payload, bundle) == bundle


@pytest.mark.django_db
class TestSending:
    def test_a_step_goes_out_by_every_channel_that_is_on(self) -> None:
        world = make_world()
        give_addresses(world)
        make_case(world)
        work_off()
        assert sorted(KeptText.objects.values_list("channel", "address")) == [
            ("email", "li.mei@example.com"),
            ("sms", "13800001234"),
        ]
        choose_channels(account=world.account, on=[Channel.SMS])
        make_case(world)
        work_off()
        assert KeptText.objects.filter(channel="sms").count() == 2
        assert KeptText.objects.filter(channel="email").count() == 1

    def test_without_an_address_nothing_is_planned(self) -> None:
        world = make_world()
        make_case(world)
        work_off()
        assert Message.objects.count() == 1
        assert not Sending.objects.exists()

    def test_nothing_of_the_person_or_the_decision_stands_in_it(self, settings: Any) -> None:
        settings.ONETHING_SITE_URL = "https://city.example"
        world = make_world()
        give_addresses(world)
        case = make_case(world)
        refuse(world, item_of(case, "licence"))
        work_off()
        message = Message.objects.get(step="item.refused")
        (body,) = {one.body for one in KeptText.objects.filter(key__endswith=_key(message, "sms"))}
        assert body == (
            f"您的申请（编号尾号{case.number[-4:]}）有新进展，请登录查看。https://city.example/messages/{message.pk}/"
        )
        found = resolve(f"/messages/{message.pk}/")
        assert (found.func, found.kwargs) == (open_message, {"message_id": message.pk})
        names = {case.number, case.onething_name, world.account.display_name, case.principal_name}
        names |= {one.name for one in case.items.all()} | {one.organisation.name for one in world.officers.values()}
        for text in KeptText.objects.all():
            assert not [name for name in names if name and name in text.subject + text.body]

    def test_what_says_the_same_is_sent_once_in_its_window(self) -> None:
        world = make_world()
        give_addresses(world, [Channel.SMS])
        case = make_case(world)
        grant(world, item_of(case, "licence"))
        work_off(AT + timedelta(minutes=2))
        for key in ("food-permit", "seal"):
            item = item_of(case, key)
            accept_item(item_id=item.pk, officer=world.reviewer(item), at=AT + timedelta(minutes=50))
        work_off(AT + timedelta(minutes=52))
        assert Message.objects.filter(step="item.accepted").count() == 3
        assert list(Sending.objects.filter(step="item.accepted").values_list("turn", flat=True)) == [1]
        assert KeptText.objects.count() == Sending.objects.count() == 3  # received, accepted, granted

    def test_after_the_window_it_is_sent_again(self) -> None:
        world = make_world()
        give_addresses(world, [Channel.SMS])
        case = make_case(world)
        grant(world, item_of(case, "licence"))
        work_off(AT + timedelta(minutes=2))
        permit = item_of(case, "food-permit")
        accept_item(item_id=permit.pk, officer=world.reviewer(permit), at=AT + WINDOW)
        work_off(AT + WINDOW + timedelta(minutes=2))
        turns = Sending.objects.filter(step="item.accepted").order_by("turn")
        assert list(turns.values_list("turn", flat=True)) == [1, 2]

    def test_handled_twice_it_is_sent_once(self) -> None:
        world = make_world()
        give_addresses(world)
        case = make_case(world)
        for _ in range(2):
            tell_applicant(case_number=case.number, seq=1, at=LATER)
            for sending in Sending.objects.all():
                send_message(message_id=sending.message_id, channel=sending.channel, at=LATER)
        deliver(TOPIC_SEND, LATER)
        assert KeptText.objects.count() == 2

    def test_who_gives_an_address_later_hears_of_what_comes(self) -> None:
        world = make_world()
        case = make_case(world)
        work_off()
        give_addresses(world)
        tell_applicant(case_number=case.number, seq=1, at=LATER)
        assert not Sending.objects.exists()

    def test_what_was_switched_off_meanwhile_is_dropped(self) -> None:
        world = make_world()
        give_addresses(world, [Channel.SMS])
        make_case(world)
        deliver(TOPIC_EVENT, LATER)
        choose_channels(account=world.account, on=[])
        deliver(TOPIC_SEND, LATER)
        assert not KeptText.objects.exists()
        assert Sending.objects.get().dropped_at == LATER

    def test_another_worker_at_it_is_waited_for_and_a_killed_one_is_not(self) -> None:
        world = make_world()
        give_addresses(world, [Channel.SMS])
        make_case(world)
        deliver(TOPIC_EVENT, LATER)
        sending = Sending.objects.get()
        Sending.objects.update(started_at=LATER)
        with pytest.raises(Unavailable):
            send_message(message_id=sending.message_id, channel="sms", at=LATER + timedelta(minutes=1))
        send_message(message_id=sending.message_id, channel="sms", at=LATER + timedelta(minutes=3))
        assert KeptText.objects.count() == 1

    def test_the_database_lets_nothing_take_a_turn_twice(self) -> None:
        world = make_world()
        give_addresses(world, [Channel.SMS])
        case = make_case(world)
        grant(world, item_of(case, "licence"))
        work_off()
        first, second = Sending.objects.order_by("pk")[:2]
        with pytest.raises(IntegrityError, match="sending_once_in_its_window"), transaction.atomic():
            Sending.objects.filter(pk=second.pk).update(step=first.step, state=first.state)


@pytest.mark.django_db
class TestServers:
    """A mail server that fails, as smtplib tells of it."""

    @pytest.fixture
    def waiting(self, settings: Any) -> OutboxMessage:
        settings.ONETHING_ADAPTERS = {"email": "onething.messages.adapters.mail.Mail", "sms": ""}
        world = make_world()
        give_addresses(world)
        make_case(world)
        deliver(TOPIC_EVENT, AT)
        return OutboxMessage.objects.get(topic=TOPIC_SEND, key__endswith=":email")

    def test_what_fails_is_tried_again_later_and_then_sent(
        self, waiting: OutboxMessage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fail_with(monkeypatch, smtplib.SMTPServerDisconnected("gone"))
        outbox.deliver(message_id=waiting.pk, at=AT)
        waiting.refresh_from_db()
        assert (waiting.attempts, waiting.dead_at) == (1, None)
        assert waiting.next_attempt_at > AT
        assert "SMTPServerDisconnected" in waiting.last_error
        monkeypatch.undo()
        outbox.deliver(message_id=waiting.pk, at=waiting.next_attempt_at)
        (sent,) = mail.outbox
        assert sent.to == ["li.mei@example.com"]
        assert sent.message()["Message-ID"].startswith("<message-")
        assert Sending.objects.get(channel="email").sent_at == waiting.next_attempt_at

    @pytest.mark.parametrize(
        ("error", "dead"),
        [
            (smtplib.SMTPRecipientsRefused({"li.mei@example.com": (550, b"no such user")}), True),
            (smtplib.SMTPRecipientsRefused({"li.mei@example.com": (450, b"busy")}), False),
            (smtplib.SMTPDataError(554, b"refused"), True),
            (smtplib.SMTPAuthenticationError(535, b"who are you"), False),
            (TimeoutError(), False),
        ],
    )
    def test_what_is_refused_for_good_is_not_tried_again(
        self, waiting: OutboxMessage, monkeypatch: pytest.MonkeyPatch, error: Exception, dead: bool
    ) -> None:
        fail_with(monkeypatch, error)
        outbox.deliver(message_id=waiting.pk, at=AT)
        waiting.refresh_from_db()
        assert (waiting.dead_at is not None) == dead
        assert "li.mei" not in waiting.last_error, "an error is read by operators and holds no address"

    def test_a_channel_that_is_gone_is_a_dead_letter(self, waiting: OutboxMessage) -> None:
        gone = OutboxMessage.objects.get(topic=TOPIC_SEND, key__endswith=":sms")
        outbox.deliver(message_id=gone.pk, at=AT)
        gone.refresh_from_db()
        assert gone.dead_at == AT
        assert adapters.offered() == [Channel.EMAIL]


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send)


def _key(message: Message, channel: str) -> str:
    return f"message-{Sending.objects.get(message=message, channel=channel).pk}"
