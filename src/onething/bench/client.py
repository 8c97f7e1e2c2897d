"""A client that keeps its connection and does as little as possible: its own work is charged to what it measures."""

import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from onething.launcher.ports import HOST

__all__ = ["Answer", "Connection"]

END_OF_HEAD = b"\r\n\r\n"
PATIENCE = 60
CHUNK = 65536


@dataclass(frozen=True)
class Answer:
    """What came back. `size` counts every byte received, the head included."""

    status: int
    head: bytes
    body: bytes
    size: int

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        wanted = name.lower().encode() + b":"
        for line in self.head.split(b"\r\n")[1:]:
            if line.lower().startswith(wanted):
                return line[len(wanted) :].strip().decode("latin-1")
        return ""


class Connection:
    """One connection to the measured server. `cookies` go with every request."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None, *, accept: str = "") -> None:
        self._socket = socket.create_connection((HOST, port), PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._port, self._accept = port, accept
        self.cookies = cookies or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask(f"GET {path} HTTP/1.1\r\n{self._common()}\r\n".encode())

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form as a browser does."""
        body = urlencode(fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\n{self._common()}Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return self._ask(head.encode() + body)

    def _common(self) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"Host: {HOST}:{self._port}", f"Origin: http://{HOST}:{self._port}"]
        if cookies:
            lines.append(f"Cookie: {cookies}")
        if self._accept:
            lines.append(f"Accept-Encoding: {self._accept}")
        return "".join(f"{line}\r\n" for line in lines)

    def _ask(self, request: bytes) -> Answer:
        self._socket.sendall(request)
        got = b""
        while (end := got.find(END_OF_HEAD)) < 0:
            got += self._more()
        head, begin = got[:end], end + len(END_OF_HEAD)
        answer = Answer(int(head[9:12]), head, b"", 0)
        if "chunked" in answer.header("Transfer-Encoding"):
            while not got.endswith(b"0\r\n\r\n"):
                got += self._more()
            return Answer(answer.status, head, _unchunked(got[begin:]), len(got))
        length = begin + int(answer.header("Content-Length") or 0)
        while len(got) < length:
            got += self._more()
        return Answer(answer.status, head, got[begin:length], length)

    def _more(self) -> bytes:
        chunk = self._socket.recv(CHUNK)
        if not chunk:
            msg = "the server closed the connection in the middle of an answer"
            raise ConnectionError(msg)
        return chunk


def _unchunked(body: bytes) -> bytes:
    whole, rest = b"", body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            break
        whole += rest[:length]
        rest = rest[length + 2 :]
    return whole
