"""The console command `onething`: run, catalogue, plan, demo, audit, clocks, bench …

Exit codes: 0 all well, 1 findings or a refusal, 2 wrong use or something missing on the machine. Each subcommand is a
module of its own with `add_parser(subparsers)`, loaded only when it is asked for, so that `onething plan` does not wait
for Django and `onething run` does not wait for the catalogue.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper

from onething import __version__
from onething.launcher.errors import CannotStart

__all__ = ["FINDINGS", "OK", "USAGE", "Handler", "main"]

OK, FINDINGS, USAGE = 0, 1, 2

Handler = Callable[[argparse.Namespace], int]

COMMANDS = {
    "run": "start everything on this machine: database, web and worker",
    "catalogue": "check, publish, export or compare the catalogue",
    "plan": "plan one thing for a situation",
    "demo": "load the demonstration town",
    "audit": "verify and search the log of acts and reads",
    "clocks": "recount every stored day from the log",
    "bodies": "let a body's work go to its successor",
    "api": "keys of departments' systems, parked reports, the interface's description",
    "outbox": "messages to other systems: list, and send again what was given up",
    "messages": "what applicants were told: list, and send again what was given up",
    "bench": "measure this installation",
    "faults": "kill processes and let departments' systems misbehave, then count",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # whatever a file says can be printed, on any terminal
            stream.reconfigure(errors="backslashreplace")
    chosen = next((word for word in words if not word.startswith("-")), "")
    parser = argparse.ArgumentParser(prog="onething", description="一件事一次办: several items, one application.")
    parser.add_argument("--version", action="version", version=f"onething {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        if name != chosen:
            subparsers.add_parser(name, help=summary)
        elif not _add(name, subparsers):
            print(f"onething {name} is not part of this installation.", file=sys.stderr)
            return USAGE
    options = parser.parse_args(words)
    handler: Handler = options.handler
    try:
        return handler(options)
    except CannotStart as reason:
        print(f"onething: {reason}", file=sys.stderr)
        return USAGE
    except (OSError, RecursionError, OverflowError) as fault:
        if isinstance(fault, BrokenPipeError):
            sys.stderr.close()  # `onething … | head`
            return OK
        why = (
            fault.strerror
            if isinstance(fault, OSError) and fault.strerror
            else "the input is nested or dated beyond reason"
        )
        print(f"onething {chosen}: {why}: {getattr(fault, 'filename', None) or ''}".rstrip(": "), file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return 130


def _add(name: str, subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> bool:
    """Let the module of a subcommand describe it; false when there is no such module."""
    module = f"onething.cli.{name}"
    if find_spec(module) is None:
        return False
    import_module(module).add_parser(subparsers)
    return True
