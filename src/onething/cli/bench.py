"""`onething bench`: measure this installation against floors taken in the same run."""

import argparse
import os
import sys
from pathlib import Path

from onething.config.env import Environment
from onething.config.folders import state_folder
from onething.launcher.postgres import using_database
from onething.launcher.processes import spawn, stop
from onething.launcher.supervisor import Stopped, stop_on_signals

__all__ = ["add_parser", "run_apart"]

# Where a database of the bench's own finds or gets its server: beside, not in, that of `onething run`.
STATE = "bench"
PATIENCE = 30
STOPPED = 130


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser(
        "bench",
        help="measure this installation",
        description=(
            "Measure speed and size against budgets, each as a ratio to a floor of the same run. It works in a database of "
            "its own on the server that DATABASE_URL names (else an embedded one) and leaves nothing behind. Exit code 1 "
            "when a budget is missed or something could not be measured."
        ),
    )
    parser.add_argument(
        "--only", default="", metavar="NAME,…", help="measure some groups; docs/develop/bench.md names them"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds, less data: a look, not a result")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything to this file")
    parser.set_defaults(handler=handle)


def handle(options: argparse.Namespace) -> int:
    """Run the bench in a process of its own, which chooses its own settings."""
    words = [sys.executable, "-m", "onething.bench", "--only", options.only]
    words += ["--quick"] if options.quick else []
    words += ["--json", str(options.json.resolve())] if options.json else []
    return run_apart(words)


def run_apart(words: list[str]) -> int:
    """Run a command with a server to make a database on; stopping us stops it first, so that it can clean up."""
    with using_database(state_folder(Environment()) / STATE) as url:
        process = spawn(words, env={**os.environ, "DATABASE_URL": url})
        try:
            with stop_on_signals():
                return process.wait()
        except Stopped:
            return STOPPED
        finally:
            stop(process, patience=PATIENCE)
