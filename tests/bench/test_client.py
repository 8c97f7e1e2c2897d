"""The bench's own client counts every byte, and knows what a browser would fetch and keep."""

import socket
import threading

import pytest

from onething.bench.client import Answer, Connection
from onething.bench.measures.transfer import _is_kept, linked_from
from onething.launcher.ports import HOST


def served(*answers: bytes) -> int:
    """A server that gives these answers, one per request, in pieces; gives its port."""
    listener = socket.create_server((HOST, 0))

    def serve() -> None:
        peer, _ = listener.accept()
        with listener, peer:
            for answer in answers:
                while not peer.recv(65536).endswith(b"\r\n\r\n"):
                    pass
                for start in range(0, len(answer), 7):
                    peer.sendall(answer[start : start + 7])

    threading.Thread(target=serve, daemon=True).start()
    port: int = listener.getsockname()[1]
    return port


def test_answers_are_read_to_their_end_and_the_connection_is_kept() -> None:
    plain = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Word: yes\r\n\r\nhello"
    chunked = (
        b"HTTP/1.1 302 Found\r\nTransfer-Encoding: chunked\r\nLocation: /x\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    with Connection(served(plain, chunked)) as connection:
        first, second = connection.get("/"), connection.get("/")
    assert (first.status, first.body, first.size, first.header("x-word")) == (200, b"hello", len(plain), "yes")
    assert (second.status, second.body, second.size, second.header("Location")) == (302, b"abcde", len(chunked), "/x")


def test_an_answer_torn_in_the_middle_is_an_error() -> None:
    with (
        Connection(served(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello")) as connection,
        pytest.raises(ConnectionError, match="in the middle"),
    ):
        connection.get("/")


def test_what_a_browser_fetches_by_itself() -> None:
    html = (
        '<link rel="stylesheet" href="/a.css"><link rel="stylesheet" href="/a.css"><link rel="canonical" href="/no">'
        '<script src="/b.js"></script><img src="data:,x"><img src="/c.png"><a href="/no">no</a>'
    )
    assert linked_from(html) == ["/a.css", "/b.js", "/c.png"]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("max-age=315360000, public, immutable", True),
        ("max-age=60", False),
        ("no-cache, max-age=999999", False),
        ("", False),
    ],
)
def test_only_what_may_be_kept_for_a_day_is_free_the_next_time(told: str, kept: bool) -> None:
    head = f"HTTP/1.1 200 OK\r\nCache-Control: {told}".encode()
    assert _is_kept(Answer(200, head, b"", 0)) is kept
