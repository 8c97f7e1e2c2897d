"""`onething run` from nothing to a page and back, in a place of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.launcher.watching import alive, wait_until

from onething.launcher.ports import HOST, is_listening, random_free_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the embedded database exists for Linux only")


def environment(state: Path, **variables: str) -> dict[str, str]:
    chosen_by_pytest = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in chosen_by_pytest}
    return {**kept, "ONETHING_STATE": str(state), **variables}


@contextmanager
def running(state: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The command, and its end however the test goes on."""
    words = [sys.executable, "-m", "onething.cli", "run", "--port", str(port)]
    with subprocess.Popen(
        words, env=environment(state), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "OneThing is ready" in line:
            break
    return said


def children(process: int) -> set[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    found = {int(child) for child in listed}
    return found.union(*(children(child) for child in found))


def test_from_nothing_to_a_page_and_back(state: Path) -> None:
    wanted = random_free_port()
    with running(state, wanted) as first:
        said = said_until_ready(first)
        assert f"http://{HOST}:{wanted}" in said, said
        assert "limei" in said, "the named accounts of the demonstration"
        with urllib.request.urlopen(f"http://{HOST}:{wanted}/", timeout=120) as page:
            assert page.status == 200
            assert "Content-Security-Policy" in page.headers
        started = children(first.pid)
        assert len(started) >= 5  # database, web server with its workers, worker, the own system of a body
        assert "疾病预防控制部门（演示） decides by a system of its own" in said
        (own,) = [
            child for child in started if b"onething.referencedept" in Path(f"/proc/{child}/cmdline").read_bytes()
        ]
        assert b"DATABASE_URL" not in Path(f"/proc/{own}/environ").read_bytes()
        assert (state / "own-system.json").stat().st_mode & 0o077 == 0

        with running(state, wanted) as second:
            answer = second.communicate(timeout=180)[0]
        assert second.returncode == 0
        assert f"already running at http://{HOST}:{wanted}" in answer

        first.send_signal(signal.SIGINT)
        rest = first.communicate(timeout=180)[0]
        assert (first.returncode, rest.splitlines()[-1]) == (0, "Stopped.")
    assert wait_until(lambda: not any(alive(child) for child in started))
    assert not is_listening(wanted)


def test_a_taken_port_is_said_and_a_killed_launcher_leaves_nothing(state: Path) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        wanted: int = taken.getsockname()[1]
        with running(state, wanted) as process:
            said = said_until_ready(process)
            found = re.search(rf"Port {wanted} is taken; using (\d+)", said)
            assert found, said
            started = children(process.pid)
            process.kill()
    assert wait_until(lambda: not any(alive(child) for child in started))


def test_a_database_that_does_not_answer_is_one_line(state: Path) -> None:
    nobody = f"postgres://onething@{HOST}:{random_free_port()}/onething"
    done = subprocess.run(
        [sys.executable, "-m", "onething.cli", "run"],
        env=environment(state, DATABASE_URL=nobody),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "Check DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
