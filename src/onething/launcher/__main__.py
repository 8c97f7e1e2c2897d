"""`python -m onething.launcher exec [--state FOLDER] -- COMMAND …`: run a command with a database.

The command finds DATABASE_URL in its environment: the one that was set already, or the embedded server's, which runs as
long as the command does. This is how the tests get their database.
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from onething.launcher.errors import CannotStart
from onething.launcher.postgres import using_database
from onething.launcher.processes import spawn


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code; 2 when there is no database for it."""
    parser = argparse.ArgumentParser(prog="python -m onething.launcher", description="Run a command with a database.")
    actions = parser.add_subparsers(required=True)
    execute = actions.add_parser("exec", help="run a command with DATABASE_URL set")
    execute.add_argument(
        "--state", type=Path, default=Path("var/test"), help="where the embedded server keeps its data"
    )
    execute.add_argument("--durable", action="store_true", help="write to the disk as a real server does")
    execute.add_argument("command", nargs=argparse.REMAINDER, help="the command, after --")
    options = parser.parse_args(arguments)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("name the command to run after --")
    try:
        with using_database(options.state.resolve(), throw_away=not options.durable) as url:
            return _run(command, url)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 2


def _run(command: list[str], url: str) -> int:
    """The command stays in our session, so Ctrl-C reaches it directly; we wait for it to deal with that."""
    process = spawn(command, env={**os.environ, "DATABASE_URL": url}, own_session=False)

    def pass_on(number: int, frame: FrameType | None) -> None:
        del frame
        process.send_signal(number)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, pass_on)
    code = process.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
