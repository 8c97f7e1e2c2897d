"""Telling a body's own system: signed, without personal data, again and again until it hears, in order (R5.11/1)."""

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.utils import timezone
from tests.factories.cases import CITIZEN_NUMBER, World, item_of, make_case, make_world
from tests.factories.receiver import Receiver, receiving
from tests.factories.systems import System, make_system

from onething.cases.models import ItemCase
from onething.dispatch.services import accept_item
from onething.exchange.push import push_item
from onething.exchange.services.inbox import held
from onething.exchange.signing import parse_input, verify
from onething.exchange.tasks import send_items
from onething.kit import outbox
from onething.kit.errors import Unavailable
from onething.kit.models import OutboxMessage


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@dataclass
class Told:
    world: World
    item: ItemCase
    system: System


@pytest.fixture
def told(transactional_db: None, receiver: Receiver) -> Told:
    world = make_world()
    first = world.town.bodies["market"]
    system = make_system(first, push_url=f"http://127.0.0.1:{receiver.port}/heard?from=onething")
    return Told(world, item_of(make_case(world, at=timezone.now()), "licence"), system)


def deliver_all() -> None:
    for pk in OutboxMessage.objects.open().order_by("pk").values_list("pk", flat=True):
        outbox.deliver(message_id=pk, at=timezone.now())


def test_a_start_and_a_move_are_told_signed_and_without_personal_data(told: Told, receiver: Receiver) -> None:
    deliver_all()  # the submission's message makes one for each item of a body with a system
    deliver_all()
    accept_item(item_id=told.item.pk, officer=told.world.reviewer(told.item), at=timezone.now())
    deliver_all()
    mine = [one for one in receiver.said if one["number"] == told.item.number]
    assert [one["state"] for one in mine] == ["received", "accepted"]
    assert mine[0]["as_of"] < mine[1]["as_of"]
    body, headers = receiver.heard[-1]
    values = {
        "@method": "POST", "@path": "/heard", "@query": "?from=onething", "content-digest": headers["Content-Digest"],
    }  # fmt: skip
    secret = base64.b64decode(told.system.secret)
    now = int(timezone.now().timestamp())
    verify(parse_input(headers["Signature-Input"]), headers["Signature"], values, body=body, secret=secret, now=now)
    assert CITIZEN_NUMBER not in "".join(body.decode() for body, _headers in receiver.heard)


def test_a_system_is_not_told_of_what_it_did_itself(told: Told, receiver: Receiver) -> None:
    deliver_all()
    deliver_all()
    receiver.heard.clear()
    assert told.system.act(told.item.number, "acceptance").status == 200
    deliver_all()
    assert [one for one in receiver.said if one["number"] == told.item.number] == []


def test_bodies_without_a_system_get_no_message(told: Told) -> None:
    deliver_all()
    moved = OutboxMessage.objects.filter(topic="cases.item_moved").values_list("payload__item", flat=True)
    own = ItemCase.objects.filter(organisation__has_own_system=True).values_list("number", flat=True)
    assert moved
    assert set(moved) <= set(own)


def test_a_system_that_fails_is_tried_again_then_given_up_and_can_be_redriven(told: Told, receiver: Receiver) -> None:
    receiver.status = 500
    deliver_all()
    message = OutboxMessage.objects.get(topic="cases.item_moved", payload__item=told.item.number)
    for _ in range(outbox.MAX_ATTEMPTS + 1):
        outbox.deliver(message_id=message.pk, at=timezone.now())
    message.refresh_from_db()
    assert message.dead_at is not None
    assert message.last_error == "Unavailable: the system answered 500"
    receiver.status = 204
    receiver.heard.clear()
    accept_item(item_id=told.item.pk, officer=told.world.reviewer(told.item), at=timezone.now())
    assert outbox.redrive(at=timezone.now(), message_ids=[message.pk]) == 1
    outbox.deliver(message_id=message.pk, at=timezone.now())
    message.refresh_from_db()
    assert message.delivered_at is not None
    assert receiver.said[-1]["state"] == "accepted"  # what holds now, not what once was


def test_a_system_that_is_off_is_unavailable_and_the_desk_goes_on(told: Told) -> None:
    told.system.row.system.__class__.objects.update(push_url="http://127.0.0.1:9/")
    with pytest.raises(Unavailable):
        push_item(told.item.number, at=timezone.now())
    assert accept_item(item_id=told.item.pk, officer=told.world.reviewer(told.item), at=timezone.now()).accepted_at


def test_two_messages_of_a_case_never_overtake_one_another(told: Told, receiver: Receiver) -> None:
    faults: list[BaseException] = []

    def second() -> None:
        from django.db import connection  # noqa: PLC0415  # a thread's own

        try:
            push_item(told.item.number, at=timezone.now())
        except Unavailable as fault:
            faults.append(fault)
        finally:
            connection.close()

    with held(f"push {told.item.organisation_id} {told.item.case_id}") as mine:
        assert mine
        other = threading.Thread(target=second)
        other.start()
        other.join()
    assert len(faults) == 1
    assert receiver.heard == []
    assert push_item(told.item.number, at=timezone.now())


def test_a_message_waits_its_turn_instead_of_losing_an_attempt(told: Told, receiver: Receiver) -> None:
    """What failed together is tried again together: under a short push of the same case the second goes out after it."""
    begun, over = threading.Event(), threading.Event()

    def first() -> None:
        from django.db import connection  # noqa: PLC0415  # a thread's own

        with held(f"push {told.item.organisation_id} {told.item.case_id}") as mine:
            assert mine
            begun.set()
            over.wait(0.4)
        connection.close()

    other = threading.Thread(target=first)
    other.start()
    assert begun.wait(10)
    assert push_item(told.item.number, at=timezone.now())
    other.join()
    assert len(receiver.said) == 1


def test_the_same_start_makes_one_message(told: Told) -> None:
    for _ in range(2):
        send_items(key="k", payload={"items": [told.item.number]}, at=timezone.now())
    assert OutboxMessage.objects.filter(topic="cases.item_moved", payload__item=told.item.number).count() == 1


def test_what_failed_and_comes_late_tells_the_present_and_never_goes_back(told: Told, receiver: Receiver) -> None:
    """Order per case: a message that waits for its next attempt is overtaken, and still brings nothing that is older."""
    deliver_all()
    receiver.status = 503
    deliver_all()  # the start is not heard
    waiting = OutboxMessage.objects.open().get(topic="cases.item_moved", payload__item=told.item.number)
    assert waiting.attempts == 1
    receiver.status = 204
    receiver.heard.clear()
    accept_item(item_id=told.item.pk, officer=told.world.reviewer(told.item), at=timezone.now())
    later = OutboxMessage.objects.open().filter(topic="cases.item_moved", attempts=0).latest("pk")
    outbox.deliver(message_id=later.pk, at=timezone.now())
    outbox.deliver(message_id=waiting.pk, at=timezone.now())
    mine = [one for one in receiver.said if one["case_number"] == told.item.case.number]
    assert [one["state"] for one in mine] == ["accepted", "accepted"]
    assert [one["as_of"] for one in mine] == sorted(one["as_of"] for one in mine)
