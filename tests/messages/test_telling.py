"""A case yields exactly the planned messages: once each, not what was taken back, to nobody else (R5.7/1)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.cast import AT
from tests.factories.cases import World, grant, item_of, make_case, make_world, refuse

from onething.cases.record import TOPIC_EVENT
from onething.delivery.services import issue_result, open_result
from onething.dispatch.services import finish_check, undo_decision
from onething.kit import outbox
from onething.kit.models import OutboxMessage
from onething.messages.models import Message
from onething.messages.rules import TOLD
from onething.messages.services import mark_read, tell_applicant
from onething.web.public.inbox import WORDS

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def work_off(at: datetime = LATER) -> None:
    """What the worker does with announcements that are due."""
    due = OutboxMessage.objects.open().filter(topic=TOPIC_EVENT, next_attempt_at__lte=at).order_by("pk")
    for pk in due.values_list("pk", flat=True):
        outbox.deliver(message_id=pk, at=at)
    assert not OutboxMessage.objects.filter(topic=TOPIC_EVENT).exclude(last_error="").exists()


def told(world: World) -> list[tuple[str, str]]:
    rows = Message.objects.visible_to(world.account).order_by("pk")
    return [(row.step, row.facts.get("item", "")) for row in rows]


def test_a_full_case_yields_exactly_the_planned_messages() -> None:
    world = make_world()
    case = make_case(world)
    names = {one.key: one.name for one in case.items.all()}
    planned = [("case.submitted", "")]
    for key in ("licence", "sign-check", "food-permit", "seal"):
        item = item_of(case, key)
        if item.trigger == "check":
            finish_check(item_id=item.pk, officer=world.reviewer(item), at=AT)
            planned.append(("item.done", names[key]))
            continue
        documents = issue_result(item_id=grant(world, item, at=AT).pk, at=LATER)
        for document in documents:
            open_result(document_id=document.pk, account=world.account, at=LATER)
        planned += [(f"item.{step}", names[key]) for step in ("accepted", "granted", "result_ready", "delivered")]
    work_off(LATER + timedelta(minutes=2))
    assert sorted(told(world)) == sorted(planned)
    assert not Message.objects.exclude(account=world.account).exists()


def test_one_event_is_told_once_however_often_it_is_delivered() -> None:
    world = make_world()
    case = make_case(world)
    for _ in range(3):
        tell_applicant(case_number=case.number, seq=1, at=LATER)
    assert told(world) == [("case.submitted", "")]


def test_what_is_taken_back_within_its_minute_is_never_told() -> None:
    world = make_world()
    case = make_case(world)
    licence = grant(world, item_of(case, "licence"))
    work_off(AT + timedelta(seconds=59))
    assert told(world) == [("case.submitted", "")]
    undo_decision(item_id=licence.pk, officer=world.reviewer(licence), at=AT + timedelta(seconds=59))
    work_off()
    assert told(world) == [("case.submitted", ""), ("item.accepted", licence.name)]


def test_a_refusal_tells_also_of_what_ends_with_it() -> None:
    world = make_world()
    case = make_case(world)
    refuse(world, item_of(case, "licence"))
    work_off()
    steps = [step for step, _ in told(world)]
    assert steps.count("item.refused") == 1
    assert steps.count("item.terminated") == case.items.filter(state="terminated").count() > 0


def test_every_step_has_its_words() -> None:
    assert WORDS.keys() == TOLD.keys()


def test_the_inbox_leads_on_after_signing_in_and_shows_nothing_to_a_stranger(client: Client) -> None:
    world = make_world()
    case = make_case(world)
    work_off()
    (message,) = Message.objects.all()
    address = f"/messages/{message.pk}/"
    assert client.get(address)["Location"].endswith(f"next=%2Fmessages%2F{message.pk}%2F")
    client.force_login(world.stranger)
    assert client.get(address).status_code == 404
    assert "还没有消息" in client.get("/messages/").content.decode()
    assert mark_read(message_id=message.pk, account=world.stranger, at=LATER) is None
    client.force_login(world.account)
    assert "1条没看过" in client.get("/mine/").content.decode()
    page = client.get("/messages/").content.decode()
    assert "收到了您的申请" in page
    assert case.number in page
    assert client.get(address)["Location"] == f"/cases/{case.number}/"
    assert "都看过了" in client.get("/messages/").content.decode()
