"""`onething demo`: the demonstration town with its named people, and with cases that fill its worklists; safe to repeat."""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onething.cli.django_setup import django_ready

if TYPE_CHECKING:
    from onething.parties.demo import CastMember
    from onething.parties.routing import ItemToRoute

__all__ = ["add_parser", "cast", "item_to_route", "load", "opening"]

DESCRIPTION = """
Places, bodies and the named people; with --cases also invented residents and firms whose cases the product's own verbs
have made, in every state, over the past months; with --scale copies of those for load. Only in a demonstration.
Nothing that is there is made again.
"""
# What copies are made of when nobody has said how large the town shall be.
TOWN = 120


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser(
        "demo", help="load the demonstration town: places, bodies, named accounts, cases", description=DESCRIPTION
    )
    parser.add_argument("--catalogue", type=Path, help="folder with divisions.yaml and organisations.yaml")
    parser.add_argument("--cases", type=_count, metavar="N", help="also a living town of so many cases and drafts")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same town (default 1)")
    parser.add_argument(
        "--scale",
        type=_count,
        metavar="N",
        help=f"also copies of its cases, until they have so many items, up to a million (town of {TOWN} without --cases)",
    )
    parser.add_argument("--json", action="store_true", help="print accounts and counts as JSON")
    parser.set_defaults(handler=handle)


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        msg = f"{text!r} is no number of cases; write a whole number from 1"
        raise argparse.ArgumentTypeError(msg)
    return number


def load(*, at: datetime) -> list[str]:
    """Load the town of the shipped catalogue and tell its people, one line each. Raises PlacesRefused, DemoRefused."""
    return [str(one) for one in cast(at=at)]


def opening(*, at: datetime) -> datetime:
    """When a demonstration's catalogue is published: the first time so long ago that the town's cases can follow it."""
    from onething.catalogue.models import Release  # Django is set up only now
    from onething.town.build import opening as earliest

    return at if Release.objects.exists() else earliest(at)


def cast(*, at: datetime, catalogue: Path | None = None) -> "list[CastMember]":
    """Load places and bodies, and seat people where the published one-things lead. Raises PlacesRefused, DemoRefused."""
    from django.conf import settings  # Django is set up only now

    from onething.catalogue.services import current_entries, edition_document
    from onething.parties.demo import load_cast
    from onething.parties.services import load_places_and_bodies

    load_places_and_bodies(catalogue or settings.CATALOGUE_DIR)
    things = [edition_document(entry.edition.edition_hash) for entry in current_entries(at=at) if not entry.retired]
    return load_cast(
        at=at,
        items=[item_to_route(item) for thing in things for item in thing["items"]],
        lead_functions=sorted({thing["lead"]["key"] for thing in things if thing.get("lead")}),
    )


def item_to_route(item: "Mapping[str, Any]") -> "ItemToRoute":
    """An edition's item as far as routing looks at it; its global id keeps items of several things apart."""
    from onething.parties.routing import ItemToRoute  # Django is set up only now

    function = item.get("function") or ""
    return ItemToRoute(item["id"], item["id"], function if isinstance(function, str) else function["key"])


def handle(options: argparse.Namespace) -> int:
    """Load and print. 0 done, 1 refused: also in an installation that is no demonstration."""
    with django_ready():
        return load_and_tell(options)


def load_and_tell(options: argparse.Namespace) -> int:
    """The same with tables within reach."""
    from django.conf import settings  # Django is set up only now
    from django.db import connection
    from django.utils import timezone

    from onething.kit.errors import Refused

    if not settings.ONETHING_DEMO:
        print("This installation is no demonstration (ONETHING_DEMO): no invented people here.", file=sys.stderr)
        return 1
    if "parties_division" not in connection.introspection.table_names():
        print("There are no tables yet: start `onething run` once, it makes them.", file=sys.stderr)
        return 2
    at = timezone.now()
    try:
        people = cast(at=at, catalogue=options.catalogue)
        town = _town(options, at=at)
    except Refused as refused:
        print(refused.message, file=sys.stderr)
        return 1
    except LookupError as lack:  # a form that no sample fits, named
        print(str(lack), file=sys.stderr)
        return 1
    if options.json:
        told = {"accounts": [asdict(one) for one in people], "town": town and asdict(town)}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print(*people, *([town] if town else []), sep="\n")
    return 0


def _town(options: argparse.Namespace, *, at: datetime) -> Any:  # noqa: ANN401  # a dataclass, loaded only now
    """Build and multiply as asked; the counts of everything, None when nothing was asked."""
    if not (options.cases or options.scale):
        return None
    from onething.town.build import build
    from onething.town.scale import scale
    from onething.town.summary import summary

    built = build(cases=options.cases or TOWN, at=at, seed=options.seed, progress=_say)
    _say(f"{built.cases} cases and {built.drafts} drafts are new, {built.known} were there")
    if options.scale:
        scaled = scale(items=options.scale, progress=_say)
        _say(f"{scaled.new_items:,} items are new copies, there are {scaled.items:,}")
    return summary(at=at)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
