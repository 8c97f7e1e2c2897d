"""The product behind a real port, for tests in which somebody else calls it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.wsgi import get_wsgi_application

__all__ = ["serving"]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's own name
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server in a thread. The test's database must be a transactional one."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)
    running = threading.Thread(target=server.serve_forever, args=(0.05,))
    running.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        running.join()
        server.server_close()
