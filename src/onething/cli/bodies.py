"""`onething bodies succeed OLD NEW --on DAY --basis TEXT`: the work of a body goes to its successor (R2.8.a).

Without `--do` it only says what would go over. What is said here holds over `organisations.yaml` until the file says it itself.
"""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date
from typing import Any

from onething.cli.django_setup import django_ready

__all__ = ["add_parser", "succeed"]

OK, REFUSED, USAGE = 0, 1, 2


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser("bodies", help="let a body's work go to its successor")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command = commands.add_parser(
        "succeed", help="from a day on NEW does the work of OLD; shows what would go over, and does it with --do"
    )
    command.add_argument("old", metavar="OLD", help="key of the body that ends, as in organisations.yaml")
    command.add_argument("new", metavar="NEW", help="key of the body that goes on with its work")
    command.add_argument("--on", required=True, type=_day, metavar="DAY", help="first day of the successor: 2026-12-01")
    command.add_argument("--basis", required=True, help="the decision that says so; whoever works on an item reads it")
    command.add_argument("--do", action="store_true", help="do it; without this nothing is changed")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(handler=_handle)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is no day; write 2026-12-01"
        raise argparse.ArgumentTypeError(msg) from None


def _handle(options: argparse.Namespace) -> int:
    with django_ready():
        return succeed(options)


def succeed(options: argparse.Namespace) -> int:
    """Say or do it. 0 shown or done, 1 refused with what holds now, 2 no such body."""
    from django.utils import timezone  # Django is set up only now

    from onething.dispatch.services import hand_over_open_work, open_work_of
    from onething.kit.errors import Refused
    from onething.kit.workdays import legal_date
    from onething.parties.models import Organisation
    from onething.parties.services import succeed_body, succession_bar

    bodies = Organisation.objects.select_related("successor").in_bulk([options.old, options.new], field_name="key")
    if unknown := [key for key in dict.fromkeys((options.old, options.new)) if key not in bodies]:
        print(f"There is no body {', '.join(unknown)}.", file=sys.stderr)
        return USAGE
    old, new, at = bodies[options.old], bodies[options.new], timezone.now()
    told: dict[str, Any] = {"old": old.name, "new": new.name, "on": options.on.isoformat(), "done": False}
    told |= asdict(open_work_of(old))
    try:
        if bar := succession_bar(old, new, on=options.on):
            print(bar, file=sys.stderr)
            return REFUSED
        if options.do:
            succeed_body(old=old.key, new=new.key, on=options.on, basis=options.basis)
            told |= {"done": True, "cases": hand_over_open_work(at=at) if options.on <= legal_date(at) else 0}
    except Refused as refused:
        print(refused.message, file=sys.stderr)
        return REFUSED
    _print(told, as_json=options.json, waits=options.on > legal_date(at))
    return OK


def _print(told: dict[str, Any], *, as_json: bool, waits: bool) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print("{old} -> {new} from {on}".format_map(told))
    print("open items {items}, {claimed} of them claimed; cases led {led_cases}; officers {officers}".format_map(told))
    if not told["done"]:
        print("Nothing was changed. With --do it is done.")
    elif waits:
        print("Noted. The worker hands the open work over when the day has come.")
    else:
        print("Done: {cases} cases were handed over.".format_map(told))
