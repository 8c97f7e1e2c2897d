"""`onething audit`: whether the log is what was written, what it says of a case or a person, and heads to keep elsewhere (R5.6).

What is printed are numbers, ids and kinds of acts, never personal data.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onething.cli.django_setup import django_ready
from onething.kit.ids import tidy_number
from onething.kit.workdays import LEGAL_ZONE

if TYPE_CHECKING:
    from onething.audit.models import Event, ReadLog
    from onething.audit.search import Search
    from onething.audit.verify import Head

__all__ = ["add_parser", "audit_heads", "audit_list", "audit_verify"]

OK, FINDINGS, USAGE = 0, 1, 2
# Of an event's facts those that say what happened to what; the others may be words that somebody typed.
FACTS = ("item", "old", "new", "state", "document", "count", "after", "upto")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser("audit", help="verify and search the log of acts and reads")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verify = commands.add_parser(
        "verify", help="look for what was changed, removed or put in; compare states with the log"
    )
    verify.add_argument("--case", metavar="NUMBER", help="only this case")
    _finish(verify, audit_verify, "one JSON object a line, the last one sums up")
    listing = commands.add_parser("list", help="acts and reads, the oldest first")
    listing.add_argument("--case", metavar="NUMBER", help="of this case")
    listing.add_argument("--person", metavar="SIGN-IN-NAME", help="of the cases this applicant handed in")
    listing.add_argument("--staff", metavar="SIGN-IN-NAME", help="by this person")
    listing.add_argument("--from", dest="start", type=_day, metavar="DAY", help="from this day on, as 2026-11-25")
    listing.add_argument("--to", dest="end", type=_day, metavar="DAY", help="up to this day, counted in")
    only = listing.add_mutually_exclusive_group()
    only.add_argument("--acts", action="store_true", help="only what was done")
    only.add_argument("--reads", action="store_true", help="only who looked")
    listing.add_argument("--limit", type=_count, default=1000, metavar="N", help="at most so many (default 1000)")
    _finish(listing, audit_list, "one JSON object a line")
    heads = commands.add_parser("heads", help="write out where every chain ends, or compare what was written out")
    heads.add_argument("--compare", type=Path, metavar="FILE", help="heads written out earlier")
    _finish(heads, audit_heads, "faults as JSON; heads always are")


def _finish(parser: argparse.ArgumentParser, act: Callable[[argparse.Namespace], int], told: str) -> None:
    parser.add_argument("--json", action="store_true", help=told)
    parser.set_defaults(handler=_with_tables(act))


def _with_tables(act: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    def handle(options: argparse.Namespace) -> int:
        with django_ready():
            return act(options)

    return handle


def audit_verify(options: argparse.Namespace) -> int:
    """Chains, seals of reads, and the replay of every case. 0 sound, 1 faults, 2 no such case."""
    from onething.audit.models import Event  # Django is set up only now
    from onething.audit.reads import unsealed_reads, verify_reads
    from onething.audit.verify import verify_chain, verify_chains
    from onething.cases.derived import check_derived_states
    from onething.cases.models import OneThingCase

    summary: dict[str, Any] = {"chains": 0, "events": 0, "unsealed_reads": None, "faults": 0}

    def note(chains: int, events: int) -> None:
        summary.update(chains=chains, events=events)
        print(f"{chains} chains, {events} events looked at", file=sys.stderr)

    if options.case:
        number = tidy_number(options.case)
        events = Event.objects.filter(case_number=number).count()
        if not events and not OneThingCase.objects.filter(number=number).exists():
            return _usage(f"There is no case {number}.")
        summary |= {"chains": 1, "events": events}
        faults: Iterator[Any] = chain(verify_chain(number), check_derived_states(numbers=[number]))
    else:
        summary["unsealed_reads"] = unsealed_reads()
        faults = chain(verify_chains(note), verify_reads(), check_derived_states())
    for fault in faults:
        summary["faults"] += 1
        _print(asdict(fault), as_json=options.json)
    _print(summary, as_json=options.json)
    return FINDINGS if summary["faults"] else OK


def audit_list(options: argparse.Namespace) -> int:
    """What was done and who looked, by case, person and period. 0, or 2 when a name or number is unknown."""
    from onething.audit.search import found_entries

    search = _search(options)
    if isinstance(search, str):
        return _usage(search)
    shown = 0
    for entry in islice(found_entries(search), options.limit):
        shown += 1
        _print(_entry(entry), as_json=options.json)
    if shown == options.limit:
        print(f"Stopped after {shown}: narrow the search, or raise --limit.", file=sys.stderr)
    return OK


def audit_heads(options: argparse.Namespace) -> int:
    """Heads as JSON, one a line; with `--compare` what they say of the log of today: 0 agrees, 1 differs, 2 not readable."""
    from onething.audit.verify import compare_heads, heads

    if options.compare is None:
        for head in heads():
            _print(asdict(head), as_json=True)
        return OK
    faults = 0
    try:
        with options.compare.open(encoding="utf-8") as kept:
            for fault in compare_heads(_read_head(number, line) for number, line in enumerate(kept, start=1)):
                faults += 1
                _print(asdict(fault), as_json=options.json)
    except ValueError as unreadable:
        return _usage(f"{options.compare}: {unreadable}")
    print(f"{faults} differences", file=sys.stderr)
    return FINDINGS if faults else OK


def _read_head(number: int, line: str) -> "Head":
    from onething.audit.verify import Head

    try:
        facts = json.loads(line)
        return Head(str(facts["case_number"]), int(facts["seq"]), str(facts["hash"]))
    except (ValueError, TypeError, KeyError) as fault:
        msg = f"line {number} is no head"
        raise ValueError(msg) from fault


def _search(options: argparse.Namespace) -> "Search | str":
    """The search, or the sentence that says why there is none."""
    from onething.audit.search import Search
    from onething.cases.models import OneThingCase
    from onething.parties.models import Account

    cases, accounts = ([tidy_number(options.case)] if options.case else None), None
    for name in filter(None, (options.person, options.staff)):
        if not Account.objects.filter(username=name).exists():
            return f"Nobody signs in as {name}."
    if options.person:
        own = set(OneThingCase.objects.filter(account__username=options.person).values_list("number", flat=True))
        cases = sorted(own if cases is None else own.intersection(cases))
    if options.staff:
        accounts = list(Account.objects.filter(username=options.staff).values_list("pk", flat=True))
    return Search(
        cases=cases,
        accounts=accounts,
        start=_midnight(options.start) if options.start else None,
        end=_midnight(options.end + timedelta(days=1)) if options.end else None,
        acts=not options.reads,
        reads=not options.acts,
    )


def _entry(entry: "Event | ReadLog") -> dict[str, Any]:
    from onething.audit.models import Event

    told = {"at": entry.at.astimezone(LEGAL_ZONE).isoformat(timespec="seconds"), "case": entry.case_number}
    if not isinstance(entry, Event):
        return told | {"read": entry.what, "account": entry.account}
    facts = {name: entry.payload[name] for name in FACTS if entry.payload.get(name) is not None}
    return told | {"seq": entry.seq, "act": entry.kind, "account": entry.actor, "channel": entry.channel} | facts


def _print(facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print("  ".join(f"{name} {value}" for name, value in facts.items() if value not in {None, ""}))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LEGAL_ZONE)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _usage(message: str) -> int:
    print(message, file=sys.stderr)
    return USAGE
