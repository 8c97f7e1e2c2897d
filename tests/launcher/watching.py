"""Looking at processes from outside."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

Exec = Callable[..., subprocess.Popen[str]]


def wait_until(condition: Callable[[], bool], *, seconds: float = 60) -> bool:
    """Whether the condition came true in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def alive(process: int) -> bool:
    """Whether a process runs (a dead one that nobody fetched does not)."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
