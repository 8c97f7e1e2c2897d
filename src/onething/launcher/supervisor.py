"""Keeps the web server and the worker running until somebody says stop."""

import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from onething.launcher.errors import CannotStart
from onething.launcher.ports import is_listening
from onething.launcher.processes import spawn, stop

__all__ = ["Service", "Stopped", "stop_on_signals", "supervise", "wait_for_port"]

RESTARTS = 5
WITHIN_SECONDS = 60.0
LOOK_EVERY = 0.2


class Stopped(BaseException):
    """Somebody pressed Ctrl-C or asked the launcher to end. No ordinary handler of errors may swallow it."""


@dataclass
class Service:
    """A process to keep running. `ended` remembers when it went by itself.

    `death_signal` is what the kernel sends when the launcher was killed and nobody is left to stop things in order. A process
    that must not see what the others see, the database's address say, has an `own_env` in place of theirs.
    """

    name: str
    command: list[str]
    death_signal: signal.Signals = signal.SIGTERM
    own_env: Mapping[str, str] | None = None
    process: subprocess.Popen[bytes] | None = None
    ended: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS))

    def start(self, env: Mapping[str, str]) -> None:
        """Start it, again if need be."""
        self.process = spawn(
            self.command, death_signal=self.death_signal, env=env if self.own_env is None else self.own_env
        )

    def has_ended(self) -> bool:
        """Whether it was started and is gone."""
        return self.process is not None and self.process.poll() is not None

    def keeps_failing(self, at: float) -> bool:
        """Note an end; true when it was one of too many in a short time."""
        self.ended.append(at)
        return len(self.ended) == RESTARTS and at - self.ended[0] < WITHIN_SECONDS


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Turn Ctrl-C, `kill` and a closed terminal into Stopped inside the block; a second one changes nothing."""

    def raise_once(number: int, frame: FrameType | None) -> None:
        del number, frame
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, raise_once) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def wait_for_port(service: Service, port: int, *, patience: float = 180) -> None:
    """Return when the service listens. Raises CannotStart when it ends or takes too long."""
    until = time.monotonic() + patience
    while not is_listening(port):
        if service.has_ended() or time.monotonic() > until:
            msg = f"The {service.name} did not start; what it said stands above."
            raise CannotStart(msg)
        time.sleep(0.05)


def supervise(services: list[Service], env: Mapping[str, str], watched: subprocess.Popen[bytes] | None) -> None:
    """Restart what ends by itself, until Stopped. Raises CannotStart when it is no use, or when the database went."""
    while True:
        time.sleep(LOOK_EVERY)
        if watched is not None and watched.poll() is not None:
            msg = "The embedded database ended by itself; its log is server.log beside its data. Start again."
            raise CannotStart(msg)
        for service in services:
            if not service.has_ended():
                continue
            if service.keeps_failing(time.monotonic()):
                msg = f"The {service.name} ended {RESTARTS} times in {WITHIN_SECONDS:.0f} s; what it said stands above."
                raise CannotStart(msg)
            time.sleep(1)
            service.start(env)


def stop_all(services: list[Service]) -> None:
    """Ask all at once, then wait for each."""
    for service in services:
        if service.process is not None and service.process.poll() is None:
            service.process.terminate()
    for service in services:
        if service.process is not None:
            stop(service.process)
