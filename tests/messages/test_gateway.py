"""Short messages by HTTP: what is asked of the gateway, and which answers end a text for good (R5.7/2)."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.cast import AT
from tests.factories.receiver import Receiver, receiving

from onething.kit.errors import Unavailable
from onething.kit.posting import is_safe_address
from onething.messages.adapters import Text
from onething.messages.adapters.gateway import Gateway
from onething.messages.rules import Channel

TEXT = Text(Channel.SMS, "13800001234", "不发的标题", "有新进展", "message-17", AT)


@pytest.fixture
def gateway(settings: Any) -> Iterator[Receiver]:
    with receiving() as found:
        settings.ONETHING_SMS_URL = f"http://127.0.0.1:{found.port}/texts"
        settings.ONETHING_SMS_KEY = "the key"
        yield found


def test_a_text_is_one_request_with_the_key_of_its_effect(gateway: Receiver) -> None:
    Gateway().send(TEXT)
    assert gateway.said == [{"to": "13800001234", "text": "有新进展", "key": "message-17"}]
    (_body, headers) = gateway.heard[0]
    assert headers["Authorization"] == "Bearer the key"


@pytest.mark.parametrize(
    ("status", "for_good"),
    [
        (400, True),
        (422, True),
        (410, True),
        (401, False),
        (404, False),
        (429, False),
        (500, False),
        (503, False),
        (302, False),
    ],
)
def test_only_what_is_wrong_with_the_text_ends_it(gateway: Receiver, status: int, for_good: bool) -> None:
    gateway.status = status
    with pytest.raises(Unavailable) as answer:
        Gateway().send(TEXT)
    assert answer.value.permanent is for_good
    assert "13800001234" not in str(answer.value)


def test_a_gateway_that_is_off_is_tried_again(gateway: Receiver, settings: Any) -> None:
    settings.ONETHING_SMS_URL = "http://127.0.0.1:9/"
    with pytest.raises(Unavailable) as answer:
        Gateway().send(TEXT)
    assert not answer.value.permanent


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://sms.city.example/x", True), ("http://127.0.0.1:8080/x", True), ("http://localhost/x", True),
        ("http://sms.city.example/x", False), ("http://127.0.0.1.evil.example/", False), ("http://localhost@evil.example/", False),
        ("ftp://127.0.0.1/", False), ("", False),
    ],
)  # fmt: skip
def test_nothing_goes_where_others_can_read_it(gateway: Receiver, settings: Any, url: str, safe: bool) -> None:
    assert is_safe_address(url) is safe
    if not safe:
        settings.ONETHING_SMS_URL = url
        with pytest.raises(Unavailable):
            Gateway().send(TEXT)
    assert gateway.heard == []
