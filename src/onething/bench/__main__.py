"""`python -m onething.bench`: what `onething bench` runs, with DATABASE_URL naming the server."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from onething.bench.names import GROUPS
from onething.bench.report import Figure, as_json, as_table, missed
from onething.bench.scratch import Scratch, scratch_installation
from onething.launcher.errors import CannotStart
from onething.launcher.supervisor import Stopped, stop_on_signals

__all__ = ["main"]

USAGE = 2
MOST_SECONDS = {True: 8 * 60, False: 25 * 60}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, leave nothing behind. 0 all budgets kept, 1 one missed or not measured, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="onething bench")
    parser.add_argument("--only", default="")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    wanted = [name.strip() for name in options.only.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in GROUPS]:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    names = [name for name in GROUPS if name in wanted or not wanted]
    if options.json and not options.json.parent.is_dir():
        parser.error(f"there is no folder {options.json.parent}")
    server = os.environ.get("DATABASE_URL", "").strip()
    if not server:
        parser.error("DATABASE_URL must name a PostgreSQL server; `onething bench` finds or starts one")
    until = time.monotonic() + MOST_SECONDS[options.quick]
    try:
        with stop_on_signals():
            _say("bench: preparing an installation of its own …")
            with scratch_installation(server) as scratch:
                figures, about = _measure(scratch, names, quick=options.quick, until=until)
    except CannotStart as reason:
        print(f"onething bench: {reason}", file=sys.stderr)
        return USAGE
    except Stopped:
        _say("bench: stopped; nothing stays behind.")
        return 130
    print(as_table(figures))
    if options.json:
        options.json.write_text(as_json(figures, about) + "\n", encoding="utf-8")
    lacking = missed(figures)
    print(f"\n{len(figures) - len(lacking)} of {len(figures)} figures in order." if lacking else "\nAll budgets kept.")
    return int(bool(lacking))


def _measure(
    scratch: Scratch, names: Sequence[str], *, quick: bool, until: float
) -> tuple[list[Figure], dict[str, object]]:
    os.environ.update(scratch.env)
    import django  # noqa: PLC0415  # only now is it known which database to use

    django.setup()
    from django.db import connection, connections  # noqa: PLC0415  # only when Django is set up

    from onething.bench.run import OutOfTime, Run  # noqa: PLC0415  # only when Django is set up

    run = Run(scratch, quick=quick, until=until)
    figures: list[Figure] = []
    try:
        for name in names:
            _say(f"bench: {GROUPS[name]} …")
            try:
                figures += import_module(f"onething.bench.measures.{name}").measure(run)
            except OutOfTime:
                figures.append(Figure(name, GROUPS[name], "", None, failed=True, note="the time ran out before this"))
            except Exception as error:  # noqa: BLE001  # one group that fails must not hide what the others found
                figures.append(
                    Figure(name, GROUPS[name], "", None, failed=True, note=f"{type(error).__name__}: {error}")
                )
        connection.ensure_connection()
        about = {
            "quick": quick,
            "at": run.at.isoformat(),
            "python": sys.version.split()[0],
            "postgresql": connection.connection.info.server_version,
            "cores": os.cpu_count(),
        }
    finally:
        connections.close_all()
    return figures, about


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
