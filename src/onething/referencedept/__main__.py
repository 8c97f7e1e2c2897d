"""`python -m onething.referencedept`: the reference department as a process of its own. The secret comes in ONETHING_DEPT_SECRET."""

import argparse
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from onething.referencedept.department import MINUTE_SECONDS, Department, Fault, run_for_ever
from onething.referencedept.interface import Interface
from onething.referencedept.listener import Listener, listening


def main() -> int:
    """Work until stopped."""
    parser = argparse.ArgumentParser(prog="python -m onething.referencedept", description="A department's own system.")
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="where the platform is")
    parser.add_argument("--key-id", required=True, help="as `onething api client add` told it")
    parser.add_argument("--file", type=Path, default=Path("department.sqlite3"), help="its own database")
    parser.add_argument("--every", type=float, default=5, metavar="SECONDS", help="how often it looks for tasks")
    parser.add_argument("--pause", type=float, default=0, metavar="SECONDS", help="take so long over each act")
    parser.add_argument("--only-new", action="store_true", help="leave alone what was received before today")
    parser.add_argument(
        "--most-wait", type=float, default=MINUTE_SECONDS, metavar="SECONDS", help="longest wait while nobody answers"
    )
    parser.add_argument("--listen", type=int, metavar="PORT", help="be told of changes on this port, too")
    parser.add_argument("--fault", action="append", type=Fault, choices=list(Fault), default=[], help="misbehave")
    options = parser.parse_args()
    secret = os.environ.get("ONETHING_DEPT_SECRET", "")
    if not secret:
        parser.error("set ONETHING_DEPT_SECRET to the secret of the key")
    faults = frozenset(options.fault)
    interface = Interface(options.base, options.key_id, secret)
    department = Department(interface, options.file, faults, pause=options.pause, only_new=options.only_new)
    listener = Listener(
        secret, broken=Fault.RUBBISH in faults, slow_seconds=department.slow_seconds if Fault.SLOW in faults else 0
    )
    try:
        with ExitStack() as stack:
            if options.listen is not None and Fault.SILENT not in faults:
                stack.enter_context(listening(listener, options.listen))
            run_for_ever(department, every=options.every, wake=listener.wake, most_wait=options.most_wait)
    except KeyboardInterrupt:
        department.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
