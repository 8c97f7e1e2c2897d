"""`onething clocks`: whether every stored state and day is what the event log and the plan give (R5.4, I9).

Nothing is repaired: a difference is a finding for a person. What is printed are numbers, states and days.
"""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from onething.cli.django_setup import django_ready
from onething.kit.ids import tidy_number

__all__ = ["add_parser", "clocks_verify"]

OK, FINDINGS, USAGE = 0, 1, 2


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser("clocks", help="recount every stored day from the log")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verify = commands.add_parser(
        "verify", help="recount starts, limits, stops and extensions of every item, open or ended; say what differs"
    )
    verify.add_argument("--case", metavar="NUMBER", help="only this case")
    verify.add_argument("--json", action="store_true", help="one JSON object a line, the last one sums up")
    verify.set_defaults(handler=_verify)


def _verify(options: argparse.Namespace) -> int:
    with django_ready():
        return clocks_verify(options)


def clocks_verify(options: argparse.Namespace) -> int:
    """Replay the log of every case, some hundred at a time, and compare. 0 agrees, 1 differences, 2 no such case."""
    from onething.cases.derived import check_derived_states  # Django is set up only now
    from onething.cases.models import OneThingCase

    numbers = None
    if options.case:
        numbers = [tidy_number(options.case)]
        if not OneThingCase.objects.filter(number__in=numbers).exists():
            print(f"There is no case {numbers[0]}.", file=sys.stderr)
            return USAGE
    looked_at = {"cases": 0, "items": 0}

    def note(cases: int, items: int) -> None:
        looked_at.update(cases=cases, items=items)
        print(f"{cases} cases, {items} items recounted", file=sys.stderr)

    found = 0
    for difference in check_derived_states(numbers=numbers, note=note):
        found += 1
        _print(asdict(difference), as_json=options.json)
    _print({**looked_at, "differences": found}, as_json=options.json)
    return FINDINGS if found else OK


def _print(values: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(values, ensure_ascii=False))
    else:
        print("  ".join(f"{name} {value}" for name, value in values.items() if value != ""))
