"""`onething messages`: shows what applicants were told and what failed, and sends again only what was given up (R5.7/2)."""

import argparse
import json
from typing import Any

import pytest
from tests.factories.cases import World, make_case, make_world
from tests.messages.test_sending import LATER, deliver, give_addresses, work_off

from onething.cases.models import OneThingCase
from onething.cases.record import TOPIC_EVENT
from onething.cli.messages import add_parser, messages_list, messages_resend
from onething.kit.models import OutboxMessage
from onething.messages.models import KeptText, Message
from onething.messages.services.sending import TOPIC_SEND

pytestmark = pytest.mark.django_db


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return parser.parse_args(["messages", *words])


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def world() -> World:
    world = make_world()
    give_addresses(world)
    return world


@pytest.fixture
def case(world: World) -> OneThingCase:
    return make_case(world)


@pytest.fixture
def broken(case: OneThingCase, settings: Any) -> str:
    """The short message of a case was given up: there was no way to send it. Gives its key."""
    ways = settings.ONETHING_ADAPTERS
    settings.ONETHING_ADAPTERS = {**ways, "sms": ""}
    work_off()
    settings.ONETHING_ADAPTERS = ways
    return f"{Message.objects.get().pk}:sms"


def test_a_case_shows_all_that_was_told_and_by_what(case: OneThingCase, capsys: pytest.CaptureFixture[str]) -> None:
    assert messages_list(options("list", "--case", case.number.lower(), "--json")) == 0
    assert [(one["channel"], one["state"]) for one in lines(capsys)] == [("product", "waiting")]
    deliver(TOPIC_EVENT, LATER)
    messages_list(options("list", "--case", case.number, "--json"))
    waiting = [("product", "sent"), ("email", "waiting"), ("sms", "waiting")]
    assert [(one["channel"], one["state"]) for one in lines(capsys)] == waiting
    deliver(TOPIC_SEND, LATER)
    assert messages_list(options("list", "--case", case.number, "--json")) == 0
    shown = lines(capsys)
    assert [(one["channel"], one["state"]) for one in shown] == [(channel, "sent") for channel, _ in waiting]
    assert {one["step"] for one in shown} == {"case.submitted"}


def test_what_was_given_up_is_listed_and_sent_again(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert messages_list(options("list", "--json")) == 1
    (line,) = lines(capsys)
    assert (line["key"], line["state"], line["attempts"]) == (broken, "given_up", 1)
    assert "sms" in line["error"]
    assert messages_resend(options("resend", broken, "--json")) == 0
    assert lines(capsys) == [{"resent": 1, "not_given_up": []}]
    assert messages_list(options("list")) == 0
    assert not KeptText.objects.filter(channel="sms").exists()
    for pk in OutboxMessage.objects.open().filter(topic=TOPIC_SEND).values_list("pk", flat=True):
        OutboxMessage.objects.filter(pk=pk).update(next_attempt_at=LATER)
    deliver(TOPIC_SEND, LATER)
    assert KeptText.objects.filter(channel="sms").count() == 1


def test_what_was_sent_is_never_sent_again(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    sent = broken.replace("sms", "email")
    assert messages_resend(options("resend", sent, "--json")) == 1
    assert lines(capsys) == [{"resent": 0, "not_given_up": [sent]}]
    assert messages_resend(options("resend", "--all")) == 0
    work_off()
    assert KeptText.objects.filter(channel="email").count() == 1


def test_what_is_being_tried_again_is_shown_when_asked(
    case: OneThingCase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("onething.messages.adapters.kept.Kept.send", fail)
    work_off()
    assert messages_list(options("list")) == 0
    assert capsys.readouterr().out == ""
    assert messages_list(options("list", "--failing", "--json")) == 0
    assert [(one["channel"], one["state"]) for one in lines(capsys)] == [("email", "failing"), ("sms", "failing")]


def test_nothing_printed_names_a_person_or_an_address(
    broken: str, world: World, case: OneThingCase, capsys: pytest.CaptureFixture[str]
) -> None:
    messages_list(options("list", "--case", case.number))
    said = capsys.readouterr().out
    for secret in (world.account.display_name, case.principal_name, "13800001234", "example.com"):
        assert secret not in said


def test_wrong_use_is_said(case: OneThingCase, capsys: pytest.CaptureFixture[str]) -> None:
    assert messages_list(options("list", "--case", "X")) == 2
    assert messages_resend(options("resend")) == 2
    assert messages_resend(options("resend", "1:sms", "--all")) == 2
    assert "--all" in capsys.readouterr().err
