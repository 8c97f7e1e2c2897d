"""The embedded PostgreSQL: made once, started as our own child, gone when we are gone."""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from onething.launcher.errors import CannotStart
from onething.launcher.places import REMEDY, Place, choose_place
from onething.launcher.ports import HOST, is_listening, random_free_port
from onething.launcher.processes import Credentials, spawn, stop

__all__ = ["Server", "embedded_server", "using_database"]

SUPERUSER = "onething"
START_SECONDS = 180
START_TRIES = 5
# A machine that loses power keeps what was committed; what a demonstration does not need is kept small.
SETTINGS = {
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_lock_waits": "on",
    "password_encryption": "scram-sha-256",
}
# For databases that nobody misses after a power cut: those of tests and measurements that do not measure the disk.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """The folder of one database cluster: the data, which only the database's user reads, and the password, which only we do."""

    root: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.root / "data"

    @property
    def password_file(self) -> Path:
        """The generated password, mode 0600."""
        return self.root / "password"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.root / "server.log"

    def url(self, port: int, database: str = "onething") -> str:
        """The address for DATABASE_URL."""
        try:
            password = self.password_file.read_text(encoding="ascii").strip()
        except OSError as error:
            msg = (
                f"The database's password in {self.password_file} cannot be read ({error.strerror}); start as the user who "
                f"made it, or remove {self.root} to begin with an empty database."
            )
            raise CannotStart(msg) from None
        return f"postgres://{SUPERUSER}:{password}@{HOST}:{port}/{database}"


@dataclass
class Server:
    """A running server. `process` is None when another process of ours started it."""

    url: str
    place: Place
    process: subprocess.Popen[bytes] | None

    def stop(self) -> None:
        """Fast shutdown: open transactions end, everything committed is on disk."""
        if self.process is not None:
            stop(self.process, with_signal=signal.SIGINT, patience=30)


@contextmanager
def using_database(
    state: Path, variables: Mapping[str, str] | None = None, *, throw_away: bool = False
) -> Iterator[str]:
    """The address of the database for the time of the block: DATABASE_URL if set, else the embedded server."""
    variables = os.environ if variables is None else variables
    if given := variables.get("DATABASE_URL", "").strip():
        yield given
        return
    server = embedded_server(state, throw_away=throw_away)
    try:
        yield server.url
    finally:
        server.stop()


def embedded_server(state: Path, *, throw_away: bool = False) -> Server:
    """Start the embedded server of `state`, or join the one that is running. Raises CannotStart."""
    place = choose_place(state)
    cluster = Cluster(place.root / f"postgres-{_major_version(place)}")
    with _alone(place.root):
        if port := _running_port(cluster):
            return Server(cluster.url(port), place, None)
        if not cluster.root.exists():
            _create(place, cluster)
        process, port = _start(place, cluster, {**SETTINGS, **THROW_AWAY} if throw_away else SETTINGS)
        server = Server(cluster.url(port), place, process)
        try:
            _ensure_database(place, cluster, port)
        except BaseException:
            server.stop()
            raise
    return server


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Two starts at the same moment take turns; the kernel frees the lock of a process that died."""
    with (root / "start.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _major_version(place: Place) -> str:
    said = _run(place, "postgres", "--version")
    return said.split()[-1].split(".")[0]


def _create(place: Place, cluster: Cluster) -> None:
    """initdb into a folder beside, renamed when whole: an interrupted start leaves nothing half made."""
    fresh = Cluster(cluster.root.with_name(f"{cluster.root.name}.new"))
    shutil.rmtree(fresh.root, ignore_errors=True)
    fresh.data.mkdir(parents=True, mode=0o700)
    fresh.root.chmod(0o755)
    password = secrets.token_urlsafe(32)
    for_initdb = fresh.data.parent / "password-for-initdb"
    for path in (fresh.password_file, for_initdb):
        _write_private(path, password)
    if place.run_as:
        for path in (fresh.data, for_initdb):
            os.chown(path, place.run_as.uid, place.run_as.gid)
    _run(
        place, "initdb", f"--pgdata={fresh.data}", f"--username={SUPERUSER}", f"--pwfile={for_initdb}",
        "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions",
    )  # fmt: skip
    for_initdb.unlink()
    fresh.root.rename(cluster.root)


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{text}\n")


def _start(place: Place, cluster: Cluster, settings: Mapping[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    """Start on a free port; somebody else may take it between the look and the start, so try again with another."""
    for _ in range(START_TRIES):
        port = random_free_port()
        began = cluster.log.stat().st_size if cluster.log.exists() else 0
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command: list[str | Path] = [
            place.program("postgres"),
            "-D",
            cluster.data,
            "-h",
            HOST,
            "-p",
            str(port),
            *options,
        ]
        with cluster.log.open("ab") as log:
            # SIGINT is PostgreSQL's fast shutdown: even when we are killed, the kernel lets it end cleanly.
            process = spawn(command, death_signal=signal.SIGINT, run_as=place.run_as, cwd=Path("/"), output=log, env={})
        if _wait_until_ready(place, process, port):
            return process, port
        said = cluster.log.read_bytes()[began:].decode("utf-8", "replace").strip()
        if "could not bind" not in said and "Address already in use" not in said:
            break
    msg = f"The embedded PostgreSQL did not start; the end of {cluster.log} says: {said[-300:] or 'nothing'}. {REMEDY}"
    raise CannotStart(msg)


def _wait_until_ready(place: Place, process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None:
        if is_listening(port):
            asked: list[str | Path] = [place.program("pg_isready"), "-q", "-h", HOST, "-p", str(port)]
            if subprocess.run(asked, check=False, env={}).returncode == 0:
                return process.poll() is None
        if time.monotonic() > until:
            stop(process, with_signal=signal.SIGINT)
        time.sleep(0.02)
    return False


def _ensure_database(place: Place, cluster: Cluster, port: int) -> None:
    exists = _psql(place, cluster, port, "SELECT 1 FROM pg_database WHERE datname = 'onething'")
    if not exists.strip():
        _psql(place, cluster, port, "CREATE DATABASE onething")


def _psql(place: Place, cluster: Cluster, port: int, statement: str) -> str:
    # In the environment, not among the arguments, which everybody on the machine can read.
    variables = {"PGPASSWORD": cluster.password_file.read_text(encoding="ascii").strip()}
    address = ["-h", HOST, "-p", str(port), "-U", SUPERUSER, "-d", "postgres"]
    command: list[str | Path] = [
        place.program("psql"),
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        *address,
        "-c",
        statement,
    ]
    done = subprocess.run(command, env=variables, cwd="/", check=False, capture_output=True, text=True)
    if done.returncode != 0:
        msg = f"The embedded PostgreSQL refused a statement: {done.stderr.strip()[-300:]}. {REMEDY}"
        raise CannotStart(msg)
    return done.stdout


def _running_port(cluster: Cluster) -> int | None:
    """The port of a server that already works on this data. Its lock file names process, folder and port, a line each."""
    try:
        lines = (cluster.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        process, port = int(lines[0]), int(lines[3])
        os.kill(process, 0)
    except PermissionError:
        pass
    except (OSError, ValueError, IndexError):
        return None
    return port if is_listening(port) else None


def _run(place: Place, name: str, *arguments: str) -> str:
    credentials = place.run_as.credentials() if place.run_as else Credentials()
    command = [str(place.program(name)), *arguments]
    done = subprocess.run(command, cwd="/", env={}, check=False, capture_output=True, text=True, **credentials)
    if done.returncode != 0:
        msg = f"PostgreSQL's {name} failed: {(done.stderr or done.stdout).strip()[-300:]}. {REMEDY}"
        raise CannotStart(msg)
    return done.stdout
