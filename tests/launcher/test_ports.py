"""Ports: the wanted one, the next free one, a message when there is none."""

import socket

import pytest

from onething.launcher import ports
from onething.launcher.errors import CannotStart


def listening() -> socket.socket:
    taken = socket.socket()
    taken.bind((ports.HOST, 0))
    taken.listen()
    return taken


def test_a_taken_port_moves_to_the_next_free_one() -> None:
    with listening() as taken:
        port: int = taken.getsockname()[1]
        found = ports.first_free_port(port)
        assert found > port
        assert ports.is_free(found)
        assert ports.is_listening(port)


def test_a_free_port_is_taken_as_wished() -> None:
    port = ports.random_free_port()
    assert ports.first_free_port(port) == port
    assert not ports.is_listening(port)


def test_no_free_port_is_one_line_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda _: False)
    with pytest.raises(CannotStart, match=r"Ports 65530 to 65535 are all taken; choose another one with --port"):
        ports.first_free_port(65530)
