"""`onething run`: one command from nothing to a working installation on this machine."""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from onething.cli import own_system
from onething.cli.django_setup import SETTINGS
from onething.config.env import Environment
from onething.config.folders import home_folder, state_folder
from onething.launcher.errors import CannotStart
from onething.launcher.places import make_folder
from onething.launcher.ports import HIGHEST, HOST, first_free_port, random_free_port
from onething.launcher.postgres import embedded_server
from onething.launcher.processes import spawn, stop
from onething.launcher.running import AlreadyRunning, note_address, the_only_one
from onething.launcher.supervisor import Service, Stopped, stop_all, stop_on_signals, supervise, wait_for_port

__all__ = ["add_parser"]

WEB_WORKERS = max(1, min(2, os.cpu_count() or 1))
THREADS = 4


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser(
        "run",
        help="start everything on this machine",
        description="Start database, web and worker; Ctrl-C stops them. DATABASE_URL replaces the embedded database.",
    )
    parser.add_argument(
        "--port", type=_port, default=8000, help="where the pages are (default 8000, else the next free)"
    )
    parser.set_defaults(handler=run)


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= port <= HIGHEST:
        msg = f"{text!r} is no port; write a number from 1 to {HIGHEST}"
        raise argparse.ArgumentTypeError(msg)
    return port


def run(options: argparse.Namespace) -> int:
    """Start, wait, stop. Finding another one running is an answer, not a fault."""
    state = state_folder(Environment())
    make_folder(state)
    try:
        with the_only_one(state), stop_on_signals():
            _run(state, options.port)
    except AlreadyRunning as other:
        print(other)
    except Stopped:
        print("Stopped.")
    return 0


def _run(state: Path, wanted_port: int) -> None:
    with ExitStack() as stack:
        env, database = _environment(state, stack)
        own_port = random_free_port()
        _prepare({**env, own_system.PORT: str(own_port)})
        port = first_free_port(wanted_port)
        if port != wanted_port:
            _say(f"Port {wanted_port} is taken; using {port}.")
        address = f"http://{HOST}:{port}"
        env.setdefault("ONETHING_SITE_URL", address)
        web, worker = _services(port)
        services = [web, worker]
        stack.callback(stop_all, services)
        for service in services:
            service.start(env)
        wait_for_port(web, port)
        note_address(state, address)
        own = own_system.read(state)
        if own is not None and own.port == own_port:  # seated just now: this is a demonstration
            department = own_system.service(own, state, address)
            services.append(department)
            department.start(env)
            _say(f"{own.name} decides by a system of its own (docs/operate/demonstration.md).")
        _say(f"OneThing is ready: {address}   (Ctrl-C stops it; the data stays in {state})")
        supervise(services, env, database)


def _environment(state: Path, stack: ExitStack) -> tuple[dict[str, str], subprocess.Popen[bytes] | None]:
    env = {**os.environ, "ONETHING_HOME": str(home_folder(Environment())), "ONETHING_STATE": str(state)}
    env.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if env.get("DATABASE_URL", "").strip():
        _say("Database: the one DATABASE_URL names.")
        return env, None
    _say("Database: starting the embedded PostgreSQL …")
    server = embedded_server(state)
    stack.callback(server.stop)
    if server.place.moved_because:
        _say(f"Database: {server.place.moved_because}")
    env["DATABASE_URL"] = server.url
    return env, server.process


def _prepare(env: dict[str, str]) -> None:
    """Tables, catalogue, demonstration and static files, in a process of its own: the launcher stays free of Django."""
    process = spawn([sys.executable, "-m", "onething.cli.prepare"], env=env)
    try:
        code = process.wait()
    finally:
        stop(process)
    if code != 0:
        msg = "the preparation failed; what it said stands above."
        raise CannotStart(msg)


def _services(port: int) -> tuple[Service, Service]:
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", str(WEB_WORKERS), "--blocking-threads", str(THREADS), "--log-level", "warning",
        "--respawn-failed-workers", "--workers-kill-timeout", "3", "--no-ws", "onething.config.wsgi:application",
    ]  # fmt: skip
    worker = [sys.executable, "-m", "onething.cli.worker"]
    # Without a launcher the database goes at once; a worker that waits for it to come back would linger. Its jobs are
    # taken up again at the next start.
    return Service("web server", web), Service("worker", worker, death_signal=signal.SIGKILL)


def _say(line: str) -> None:
    print(line, flush=True)
