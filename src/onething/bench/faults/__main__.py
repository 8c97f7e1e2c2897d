"""`python -m onething.bench.faults`: what `onething faults` runs, with DATABASE_URL naming the server."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from random import SystemRandom

from onething.bench.scratch import scratch_installation
from onething.launcher.errors import CannotStart
from onething.launcher.supervisor import Stopped, stop_on_signals

__all__ = ["main"]

USAGE, STOPPED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, leave nothing behind. 0 nothing lost, doubled or stuck, 1 faults, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="onething faults")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    server = os.environ.get("DATABASE_URL", "").strip()
    if not server:
        parser.error("DATABASE_URL must name a PostgreSQL server; `onething faults` finds or starts one")
    if options.cases < 1 or options.seconds <= 0:
        parser.error("there must be at least one case, and some time")
    seed = options.seed if options.seed is not None else SystemRandom().randrange(10**6)
    try:
        with stop_on_signals():
            print(f"faults: seed {seed}; preparing an installation of its own …", file=sys.stderr, flush=True)
            with scratch_installation(server) as scratch:
                os.environ.update(scratch.env)
                import django  # noqa: PLC0415  # only now is it known which database to use

                django.setup()
                from django.db import connections  # noqa: PLC0415  # only when Django is set up

                from onething.bench.faults.run import run  # noqa: PLC0415  # only when Django is set up

                try:
                    outcome = run(scratch, cases=options.cases, seconds=options.seconds, seed=seed)
                finally:
                    connections.close_all()
    except CannotStart as reason:
        print(f"onething faults: {reason}", file=sys.stderr)
        return USAGE
    except Stopped:
        print("faults: stopped; nothing stays behind.", file=sys.stderr)
        return STOPPED
    print(outcome.as_table())
    if options.json:
        options.json.write_text(outcome.as_json() + "\n", encoding="utf-8")
    return int(bool(outcome.faults))


if __name__ == "__main__":
    sys.exit(main())
