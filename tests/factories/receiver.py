"""Somebody else's system behind a real port: what it heard, and how it answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

__all__ = ["Receiver", "receiving"]


@dataclass
class Receiver:
    """What came in, and the status it is answered with."""

    port: int = 0
    status: int = 204
    heard: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    @property
    def said(self) -> list[dict[str, Any]]:
        """The bodies, read as JSON."""
        return [json.loads(body) for body, _headers in self.heard]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver in a thread, for as long as the block lasts."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Hear it, answer."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append((body, dict(self.headers.items())))
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    running = threading.Thread(target=server.serve_forever, args=(0.05,))
    running.start()
    try:
        yield found
    finally:
        server.shutdown()
        running.join()
        server.server_close()
