"""One installation runs once: who holds the lock, and at which address it answers."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from onething.launcher.errors import CannotStart

__all__ = ["AlreadyRunning", "note_address", "the_only_one"]


@dataclass
class AlreadyRunning(Exception):
    """Another process runs this installation. `address` is empty while it is still starting."""

    process: int
    address: str

    def __str__(self) -> str:
        if not self.address:
            return f"OneThing is already starting here (process {self.process}); it will print its address there."
        return (
            f"OneThing is already running at {self.address} (process {self.process}). To stop it: kill {self.process}"
        )


@contextmanager
def the_only_one(state: Path) -> Iterator[None]:
    """Hold the installation for the time of the block. Raises AlreadyRunning.

    The lock is the kernel's: it is gone with the process that held it, so no number of a dead process can mislead.
    """
    path = state / "run.lock"
    try:
        handle = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+", encoding="utf-8")
    except OSError as error:
        msg = f"{path} cannot be opened ({error.strerror}); start as the user who owns {state}, or remove that folder."
        raise CannotStart(msg) from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _who(state) from None
        _write(state, "")
        try:
            yield
        finally:
            _note(state).unlink(missing_ok=True)


def note_address(state: Path, address: str) -> None:
    """Tell later starts where this one answers."""
    _write(state, address)


def _note(state: Path) -> Path:
    return state / "run.json"


def _write(state: Path, address: str) -> None:
    fresh = _note(state).with_suffix(".new")
    fresh.write_text(json.dumps({"process": os.getpid(), "address": address}), encoding="utf-8")
    fresh.replace(_note(state))


def _who(state: Path) -> AlreadyRunning:
    try:
        said = json.loads(_note(state).read_text(encoding="utf-8"))
        return AlreadyRunning(process=int(said["process"]), address=str(said["address"]))
    except (OSError, ValueError, KeyError):
        return AlreadyRunning(process=0, address="")
