"""The embedded database, really started and stopped as whoever runs the tests."""

import os
import shutil
import signal
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from tests.launcher.watching import Exec, alive, wait_until

from onething.launcher.errors import CannotStart
from onething.launcher.places import choose_place, packaged_programs
from onething.launcher.postgres import embedded_server

QUERY = "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).execute({!r}).fetchone()[0])"
WAIT = "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(60)"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the embedded database exists for Linux only")


def cluster(state: Path) -> Path:
    root = state / "postgres"
    place = state / "database-place"
    if place.exists():
        root = Path(place.read_text(encoding="utf-8").strip())
    return next(path for path in root.glob("postgres-*") if (path / "data").is_dir())


def postmaster(state: Path) -> int:
    return int((cluster(state) / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])


def test_data_survives_and_the_second_start_finds_it(execute: Exec, state: Path) -> None:
    write = "import os, psycopg; c = psycopg.connect(os.environ['DATABASE_URL']); c.execute('create table 件 (n int)'); c.execute('insert into 件 values (7)'); c.commit()"
    first = execute(sys.executable, "-c", write)
    assert first.communicate()[1] == ""
    second = execute(sys.executable, "-c", QUERY.format("select n from 件"))
    assert second.communicate() == ("7\n", "")
    assert not (cluster(state) / "data" / "postmaster.pid").exists()


def test_only_the_password_opens_it_and_only_its_owner_reads_that(execute: Exec, state: Path) -> None:
    process = execute(sys.executable, "-u", "-c", WAIT)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    parts = urlsplit(url)
    assert parts.hostname == "127.0.0.1"
    file = cluster(state) / "password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text(encoding="ascii").strip() == parts.password
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(str(parts.password), "guessed"))
    rules = (cluster(state) / "data" / "pg_hba.conf").read_text(encoding="utf-8")
    assert "trust" not in [word for line in rules.splitlines() if not line.startswith("#") for word in line.split()]


def test_root_hands_the_server_to_an_ordinary_user(execute: Exec, state: Path) -> None:
    process = execute(sys.executable, "-u", "-c", WAIT)
    assert process.stdout is not None
    process.stdout.readline()
    owner = Path(f"/proc/{postmaster(state)}").stat().st_uid
    assert owner != 0
    assert (owner == os.geteuid()) is (os.geteuid() != 0)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_server_dies_with_its_launcher(execute: Exec, state: Path, number: signal.Signals) -> None:
    process = execute(sys.executable, "-u", "-c", WAIT)
    assert process.stdout is not None
    process.stdout.readline()
    server = postmaster(state)
    assert alive(server)
    process.send_signal(number)
    assert wait_until(lambda: not alive(server))
    assert wait_until(lambda: not (cluster(state) / "data" / "postmaster.pid").exists()), "not a clean shutdown"


def test_a_second_command_joins_the_running_server(execute: Exec, state: Path) -> None:
    first = execute(sys.executable, "-u", "-c", WAIT)
    assert first.stdout is not None
    url = first.stdout.readline().strip()
    server = postmaster(state)
    second = execute(sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'])")
    assert second.communicate()[0].strip() == url
    assert alive(server)


def test_two_starts_at_the_same_moment_share_one_server(execute: Exec) -> None:
    linger = "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(3)"
    processes = [execute(sys.executable, "-u", "-c", linger) for _ in range(2)]
    urls = {process.stdout.readline().strip() for process in processes if process.stdout is not None}
    assert len(urls) == 1
    assert urls != {""}


def test_an_interrupted_first_start_is_cleared_away(execute: Exec, state: Path) -> None:
    execute("true").wait()
    made = cluster(state)
    half = made.with_name(f"{made.name}.new")
    made.rename(half)
    (half / "data" / "PG_VERSION").unlink()
    again = execute(sys.executable, "-c", QUERY.format("select 1"))
    assert again.communicate() == ("1\n", "")


def test_the_exit_code_is_the_commands(execute: Exec) -> None:
    assert execute("sh", "-c", "exit 7").wait() == 7
    assert execute("sh", "-c", "kill -TERM $$").wait() == 128 + signal.SIGTERM


def test_a_given_address_starts_nothing(execute: Exec, state: Path) -> None:
    process = execute(
        sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'])", DATABASE_URL="postgres://x/y"
    )
    assert process.communicate()[0] == "postgres://x/y\n"
    assert list(state.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another user")
def test_under_a_closed_home_programs_and_data_go_outside(execute: Exec, state: Path) -> None:
    state.chmod(0o700)
    process = execute(sys.executable, "-u", "-c", WAIT)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgres://")
    outside = Path((state / "database-place").read_text(encoding="utf-8").strip())
    assert state not in outside.parents
    assert postmaster(state)
    process.terminate()
    process.wait()
    # Opened later, the folder is not a second place for a second, empty database.
    state.chmod(0o755)
    assert execute("true").wait() == 0
    assert Path((state / "database-place").read_text(encoding="utf-8").strip()) == outside
    assert not list((state / "postgres").glob("postgres-*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another user")
@pytest.mark.parametrize("name", ["root", "no-such-user"])
def test_a_user_that_cannot_own_the_database_is_refused_in_one_line(execute: Exec, name: str) -> None:
    process = execute("true", ONETHING_DATABASE_USER=name)
    said = process.communicate()[1]
    assert process.returncode == 2
    assert said.count("\n") == 1
    assert "ONETHING_DATABASE_USER" in said


def test_a_machine_without_the_programs_is_told_about_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onething.launcher.places.find_spec", lambda _: None)
    with pytest.raises(CannotStart, match="Set DATABASE_URL"):
        packaged_programs()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another user")
def test_programs_that_its_user_cannot_reach_are_copied_and_run(
    state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = packaged_programs().parent
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, home / folder.name, symlinks=True)
    monkeypatch.setattr("onething.launcher.places.packaged_programs", lambda: home / package.name / "pginstall")
    place = choose_place(state)
    assert home not in place.programs.parents
    assert "may not enter" in place.moved_because
    server = embedded_server(state)
    try:
        with psycopg.connect(server.url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        server.stop()
    assert choose_place(state) == place
