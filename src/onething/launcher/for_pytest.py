"""A pytest plugin: a run without DATABASE_URL gets an embedded server.

Its data stays in var/test, so that the next run need not make it again. A second run at the same time gets a server of
its own for as long as it lasts: both would otherwise create, and drop, the same test databases.
"""

import fcntl
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import IO

import pytest

from onething.config.env import Environment
from onething.config.folders import state_folder
from onething.launcher.errors import CannotStart
from onething.launcher.places import make_folder
from onething.launcher.postgres import embedded_server

__all__ = ["pytest_load_initial_conftests"]


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before anything reads the settings. The workers of a parallel run inherit the address of their parent."""
    if os.environ.get("DATABASE_URL", "").strip() or "PYTEST_XDIST_WORKER" in os.environ:
        return
    try:
        _start(early_config, state_folder(Environment()) / "test")
    except CannotStart as reason:
        raise pytest.UsageError(str(reason)) from None


def _start(config: pytest.Config, kept: Path) -> None:
    make_folder(kept)
    lock = (kept / "pytest.lock").open("a", encoding="ascii")
    config.add_cleanup(lock.close)
    mine = _take(lock)
    state = kept if mine else Path(tempfile.mkdtemp(prefix="test-", dir=kept.parent))
    state.chmod(0o755)  # the database's user has to pass
    server = embedded_server(state, throw_away=True)
    os.environ["DATABASE_URL"] = server.url
    if not mine:
        # Cleaning up runs backwards: first the server stops, then its folders go.
        for folder in {state, server.place.root}:
            config.add_cleanup(partial(shutil.rmtree, folder, ignore_errors=True))
    config.add_cleanup(server.stop)


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
