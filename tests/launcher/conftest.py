"""Real servers in folders of their own; each test cleans up what it started."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.launcher.watching import Exec


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder that the database's user may enter (pytest's own temporary folders are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="onething-test-"))
    folder.chmod(0o755)
    yield folder
    place = folder / "database-place"
    if place.exists():
        shutil.rmtree(place.read_text(encoding="utf-8").strip(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def execute(state: Path) -> Iterator[Exec]:
    """Run a command with a database, as `python -m onething.launcher exec` does."""
    started: list[subprocess.Popen[str]] = []

    def start(*command: str, **variables: str) -> subprocess.Popen[str]:
        env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        words = [sys.executable, "-m", "onething.launcher", "exec", "--state", str(state), "--", *command]
        process = subprocess.Popen(
            words, env={**env, **variables}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
