"""A database and a state folder of the bench's own, on the server that was named, gone at the end."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from onething.launcher.errors import CannotStart
from onething.launcher.processes import spawn, stop

__all__ = ["PREFIX", "Scratch", "scratch_installation"]

PREFIX = "onething_scratch_bench"
PREPARE_SECONDS = 300
SETTINGS = "onething.bench.settings"


@dataclass(frozen=True)
class Scratch:
    """Where the bench works. `url` is its own database's address, `state` its own folder for files and secrets."""

    url: str
    state: Path
    name: str

    @property
    def env(self) -> dict[str, str]:
        """The environment of every process that belongs to the measured installation."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "ONETHING_STATE": str(self.state),
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "ONETHING_DEMO": "1",
            "ONETHING_DEBUG": "0",
            "ONETHING_LOG_LEVEL": "WARNING",
        }

    def sibling(self, name: str) -> "Scratch":
        """The same with a copy of the database as it is now. Nobody may be connected to it at this moment."""
        whole = f"{self.name}_{name}"
        with _server(self.url, "postgres") as server:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(whole), sql.Identifier(self.name))
            )
        return Scratch(_with_database(self.url, whole), self.state, whole)


@contextmanager
def scratch_installation(server_url: str) -> Iterator[Scratch]:
    """Make the database, bring it up as `onething run` does, and take everything away afterwards. Raises CannotStart."""
    name = f"{PREFIX}_{os.getpid()}"
    state = Path(tempfile.mkdtemp(prefix="onething-bench-"))
    scratch = Scratch(_with_database(server_url, name), state, name)
    try:
        _create(server_url, name)
        _prepare(scratch)
        yield scratch
    finally:
        _drop(server_url, name)
        shutil.rmtree(state, ignore_errors=True)


def _create(server_url: str, name: str) -> None:
    try:
        with _server(server_url) as server:
            _drop_leftovers(server)
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        msg = f"The bench cannot make a database of its own: {str(error).strip()}. Give DATABASE_URL a user who may."
        raise CannotStart(msg) from None


def _prepare(scratch: Scratch) -> None:
    """What a start does: tables, static files, catalogue, town. In a process of its own, as there."""
    with (scratch.state / "prepare.log").open("wb") as log:
        process = spawn([sys.executable, "-m", "onething.cli.prepare"], env=scratch.env, output=log)
        try:
            code = process.wait(PREPARE_SECONDS)
        except subprocess.TimeoutExpired:
            code = -1
        finally:
            stop(process)
    if code != 0:
        said = (scratch.state / "prepare.log").read_text("utf-8", "replace").strip().splitlines()
        msg = f"The installation to be measured did not come up: {' '.join(said[-3:])}"
        raise CannotStart(msg)


def _drop_leftovers(server: "psycopg.Connection[tuple[str, ...]]") -> None:
    """Databases of runs that were killed: named for a process that is gone, with nobody connected."""
    rows = server.execute(
        "SELECT datname FROM pg_database d WHERE datname LIKE %s"
        " AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)",
        [f"{PREFIX}%"],
    ).fetchall()
    for (name,) in rows:
        number = name.removeprefix(f"{PREFIX}_").partition("_")[0]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _drop(server_url: str, name: str) -> None:
    """Drop the database and its copies, whoever is still connected. A second Ctrl-C does not stop this."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with _server(server_url) as server:
            rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [name]).fetchall()
            for (one,) in rows:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(one)))
    except psycopg.Error as error:
        print(f"bench: the database {name} stays behind: {str(error).strip()}", file=sys.stderr)
    finally:
        signal.signal(signal.SIGINT, before)


def _server(url: str, database: str = "") -> "psycopg.Connection[tuple[str, ...]]":
    address = _with_database(url, database) if database else url
    try:
        return psycopg.connect(address, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError:
        return psycopg.connect(_with_database(url, "postgres"), autocommit=True, connect_timeout=5)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name)}"))
