"""The web server as `onething run` starts it, on a free port, for the time of a measurement."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from onething.bench.scratch import Scratch
from onething.launcher.ports import HOST, random_free_port
from onething.launcher.processes import stop
from onething.launcher.supervisor import Service, wait_for_port

__all__ = ["THREADS", "WORKERS", "web_command", "web_server"]

WORKERS, THREADS = 2, 4


def web_command(port: int, *, workers: int = WORKERS) -> list[str]:
    """The command that listens on a port."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(THREADS), "--log-level", "warning",
        "--workers-kill-timeout", "5", "--no-ws", "onething.config.wsgi:application",
    ]  # fmt: skip


@contextmanager
def web_server(scratch: Scratch, *, workers: int = WORKERS) -> Iterator[int]:
    """The port it listens on. Raises CannotStart."""
    port = random_free_port()
    service = Service("measured web server", web_command(port, workers=workers))
    service.start(scratch.env)
    try:
        wait_for_port(service, port)
        yield port
    finally:
        if service.process is not None:
            stop(service.process)
