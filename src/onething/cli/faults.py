"""`onething faults`: kill web and worker at random moments, let departments' systems misbehave, and count what came of it."""

import argparse
import sys
from pathlib import Path

from onething.cli.bench import run_apart

__all__ = ["add_parser"]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser(
        "faults",
        help="kill processes and let departments' systems misbehave, then count",
        description=(
            "Hand in applications over HTTP while web and worker are killed with -9 at random moments and the systems of "
            "all bodies are off, slow, repeat themselves, mix up the order or send rubbish in turns. Then count in the "
            "database what was lost, doubled or stuck. It works in a database of its own and leaves nothing behind. Exit "
            "code 1 when anything was."
        ),
    )
    parser.add_argument("--cases", type=int, default=200, help="how many applications (200)")
    parser.add_argument("--seconds", type=float, default=180, help="how long things go wrong (180)")
    parser.add_argument("--seed", type=int, help="repeat a run: the seed it printed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything to this file")
    parser.set_defaults(handler=handle)


def handle(options: argparse.Namespace) -> int:
    """Run in a process of its own, which chooses its own settings."""
    words = [sys.executable, "-m", "onething.bench.faults", "--cases", str(options.cases)]
    words += ["--seconds", str(options.seconds)]
    words += ["--seed", str(options.seed)] if options.seed is not None else []
    words += ["--json", str(options.json.resolve())] if options.json else []
    return run_apart(words)
