"""Services that end by themselves come back, and nothing outlives the launcher."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.launcher.watching import alive, wait_until

from onething.launcher import supervisor
from onething.launcher.errors import CannotStart
from onething.launcher.processes import spawn, stop
from onething.launcher.supervisor import Service, Stopped, stop_all, stop_on_signals, supervise, wait_for_port

ENV = dict(os.environ)


def test_a_service_that_ends_is_started_again_until_it_is_no_use(tmp_path: Path) -> None:
    mark = tmp_path / "starts"
    service = Service("worker", ["sh", "-c", f"echo x >>{mark}"])
    service.start(ENV)
    with pytest.raises(CannotStart, match="The worker ended 5 times"):
        supervise([service], ENV, None)
    assert mark.read_text(encoding="ascii").count("x") == supervisor.RESTARTS


def test_the_end_of_the_database_ends_the_rest() -> None:
    database = spawn(["true"])
    database.wait()
    with pytest.raises(CannotStart, match="database ended"):
        supervise([], ENV, database)


def test_a_service_that_never_listens_is_reported() -> None:
    service = Service("web server", ["true"])
    service.start(ENV)
    with pytest.raises(CannotStart, match="The web server did not start"):
        wait_for_port(service, 1)


def be_told_twice(number: signal.Signals) -> None:
    """An impatient person presses Ctrl-C again while things are being stopped."""
    with stop_on_signals():
        try:
            os.kill(os.getpid(), number)
            time.sleep(5)
        finally:
            os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_become_stopped_once_and_handlers_return(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(Stopped):
        be_told_twice(number)
    assert signal.getsignal(number) is before


def test_a_deaf_service_is_killed_with_its_children(tmp_path: Path) -> None:
    note = tmp_path / "child"
    deaf = f"trap '' TERM; sleep 60 & echo $! >{note}; while :; do sleep 1; done"
    process = spawn(["sh", "-c", deaf])
    assert wait_until(lambda: note.exists() and note.read_text(encoding="ascii").endswith("\n"))
    child = int(note.read_text(encoding="ascii"))
    assert stop(process, patience=0.5) == -signal.SIGKILL
    assert wait_until(lambda: not alive(child))


def test_children_die_with_a_killed_launcher() -> None:
    parent = (
        "import time; from onething.launcher.processes import spawn\n"
        "print(spawn(['sleep', '60']).pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        child = int(launcher.stdout.readline())
        assert alive(child)
        launcher.kill()
    assert wait_until(lambda: not alive(child))


def test_stopping_asks_all_before_waiting_for_any() -> None:
    services = [Service("one", ["sleep", "60"]), Service("two", ["sleep", "60"]), Service("never started", ["true"])]
    for service in services[:2]:
        service.start(ENV)
    stop_all(services)
    assert [service.process.returncode for service in services if service.process] == [-signal.SIGTERM] * 2
