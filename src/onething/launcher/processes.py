"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypedDict

__all__ = ["Credentials", "RunAs", "spawn", "stop"]

PR_SET_PDEATHSIG = 1


class Credentials(TypedDict, total=False):
    """Arguments of subprocess that choose the user; empty means: as we are."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class RunAs:
    """The user of a child process. Only root may choose one."""

    name: str
    uid: int
    gid: int

    def credentials(self) -> Credentials:
        """Arguments for subprocess."""
        return Credentials(user=self.uid, group=self.gid, extra_groups=[])


def spawn(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGTERM,
    run_as: RunAs | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | None = None,
    own_session: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches only the launcher, which stops things in order.

    The kernel sends `death_signal` when the launcher is gone, however it went; so call this from the main thread.
    """
    credentials = run_as.credentials() if run_as else Credentials()
    return subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL if own_session else None,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=dict(env) if env is not None else None,
        cwd=cwd,
        start_new_session=own_session,
        preexec_fn=_die_with_parent(death_signal),  # noqa: PLW1509  # no thread runs in the launcher
        **credentials,
    )


def stop(
    process: subprocess.Popen[bytes], *, with_signal: signal.Signals = signal.SIGTERM, patience: float = 15
) -> int:
    """Ask a child to end; when it does not listen, end it and what it started. Returns its exit code."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            _kill_session(process)
    return process.wait()


def _kill_session(process: subprocess.Popen[bytes]) -> None:
    """A web server killed alone would leave its own children behind; all share the session that `spawn` opened."""
    if os.getsid(process.pid) == process.pid:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()
    # Looked up before the fork: loading a library between fork and exec is not safe.
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def in_the_child() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # the parent went before the kernel was told
            os._exit(1)

    return in_the_child
