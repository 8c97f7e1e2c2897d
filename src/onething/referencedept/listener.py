"""Where the reference department is told of changes: a small server that believes only what is signed with its key.

What it hears is a hint to look at once; a department that never hears anything still finds its tasks by asking.
"""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

__all__ = ["Listener", "listening"]

SKEW_SECONDS: Final = 300
LARGEST: Final = 10_000
_CREATED: Final = re.compile(r";created=(\d{1,12})(?:;|$)")
_COVERED: Final = '("@method" "@path" "@query" "content-digest")'


@dataclass
class Listener:
    """What was heard, and how this side answers. `wake` is set by every message that was believed.

    `newest` is the highest `as_of` of each case; what is older than that is counted in `old` and otherwise dropped.
    """

    secret: str
    broken: bool = False
    slow_seconds: float = 0
    heard: int = 0
    old: int = 0
    refused: int = 0
    newest: dict[str, int] = field(default_factory=dict)
    wake: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> int:
        """Take one message in and give the status of the answer."""
        if self.slow_seconds:
            time.sleep(self.slow_seconds)
        if self.broken:
            return HTTPStatus.INTERNAL_SERVER_ERROR
        if not self._is_signed(method, target, headers, body):
            self.refused += 1
            return HTTPStatus.UNAUTHORIZED
        said = json.loads(body)
        with self._lock:
            self.heard += 1
            known = self.newest.get(said["case_number"], 0)
            self.old += int(said["as_of"] < known)
            self.newest[said["case_number"]] = max(known, said["as_of"])
        self.wake.set()
        return HTTPStatus.NO_CONTENT

    def _is_signed(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> bool:
        path, _mark, query = target.partition("?")
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
        params = headers.get("Signature-Input", "").removeprefix("sig1=")
        created = _CREATED.search(params)
        if created is None or abs(time.time() - int(created[1])) > SKEW_SECONDS or not params.startswith(_COVERED):
            return False
        parts = {"@method": method, "@path": path, "@query": f"?{query}", "content-digest": digest}
        lines = [f'"{name}": {value}' for name, value in parts.items()] + [f'"@signature-params": {params}']
        mac = hmac.new(base64.b64decode(self.secret), "\n".join(lines).encode(), hashlib.sha256).digest()
        expected = f"sig1=:{base64.b64encode(mac).decode()}:"
        return hmac.compare_digest(headers.get("Signature", ""), expected)


@contextmanager
def listening(listener: Listener, port: int) -> Iterator[int]:
    """Listen on this machine for the time of the block; gives the port, a free one for 0."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """One message."""
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST))
            self.send_response(listener.answer("POST", self.path, dict(self.headers.items()), body))
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    running = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    running.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        running.join()
        server.server_close()
