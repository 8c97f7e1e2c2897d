"""`onething messages`: how what applicants are told is getting on, and sending again what was given up (R5.7/2).

What is printed names cases, steps and channels, never a person, an address or a text.
"""

import argparse
import json
import sys
from dataclasses import asdict

from onething.cli.django_setup import django_ready
from onething.kit.ids import tidy_number

__all__ = ["add_parser", "messages_list", "messages_resend"]

OK, FINDINGS, USAGE = 0, 1, 2
MOST = 200


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser("messages", help="what applicants were told")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = commands.add_parser(
        "list", help=f"what was given up, the oldest first (at most {MOST}); 1 when there is any"
    )
    listing.add_argument("--case", metavar="NUMBER", help="all of one case instead: told, on its way, given up")
    listing.add_argument("--failing", action="store_true", help="also what failed and is being tried again")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(handler=_list)
    again = commands.add_parser("resend", help="try again what was given up; what was sent is never sent twice")
    again.add_argument("key", nargs="*", help="only these, by the keys that list shows")
    again.add_argument("--all", action="store_true", help="all that was given up")
    again.add_argument("--json", action="store_true", help="one JSON object")
    again.set_defaults(handler=_resend)


def _list(options: argparse.Namespace) -> int:
    with django_ready():
        return messages_list(options)


def _resend(options: argparse.Namespace) -> int:
    with django_ready():
        return messages_resend(options)


def messages_list(options: argparse.Namespace) -> int:
    """0 when nothing shown was given up, 1 when something was, 2 when there is no such case."""
    from onething.cases.models import OneThingCase  # Django is set up only now
    from onething.messages.reading import lines_of_case, troubled_lines

    if options.case:
        number = tidy_number(options.case)
        if not OneThingCase.objects.filter(number=number).exists():
            print(f"There is no case {number}.", file=sys.stderr)
            return USAGE
        lines = lines_of_case(number)
    else:
        lines = troubled_lines(given_up_only=not options.failing, most=MOST)
    for line in lines:
        values = {**asdict(line), "at": line.at.isoformat() if line.at else ""}
        if options.json:
            print(json.dumps(values, ensure_ascii=False))
        else:
            print("\t".join(str(value) for value in values.values() if value != ""))
    return FINDINGS if any(line.state == "given_up" for line in lines) else OK


def messages_resend(options: argparse.Namespace) -> int:
    """0 when all that was named is on its way again, 1 when something of it had not been given up, 2 for wrong use."""
    from django.utils import timezone  # Django is set up only now

    from onething.kit import outbox
    from onething.messages.reading import given_up

    if bool(options.key) == options.all:
        print("Name what to send again by its keys, or say --all.", file=sys.stderr)
        return USAGE
    found = given_up(None if options.all else options.key)
    count = outbox.redrive(at=timezone.now(), message_ids=list(found.values())) if found else 0
    left = sorted(set(options.key) - found.keys())
    if options.json:
        print(json.dumps({"resent": count, "not_given_up": left}, ensure_ascii=False))
    else:
        print(f"{count} on their way again.")
        for key in left:
            print(f"{key} was not given up: nothing to send again.", file=sys.stderr)
    return FINDINGS if left else OK
