"""`onething demo`: the demonstration town with its named people; safe to repeat."""

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

__all__ = ["add_parser", "cast", "load"]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser("demo", help="load the demonstration town: places, bodies and named accounts")
    parser.add_argument("--catalogue", type=Path, help="folder with divisions.yaml and organisations.yaml")
    parser.add_argument("--json", action="store_true", help="print the accounts as JSON")
    parser.set_defaults(handler=handle)


def load(*, at: datetime) -> list[str]:
    """Load the town of the shipped catalogue and tell its people, one line each. Raises PlacesRefused, DemoRefused."""
    return [str(one) for one in cast(at=at)]


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
        from django.conf import settings  # Django is set up only now
        from django.utils import timezone

        from onething.kit.errors import Refused

        if not settings.ONETHING_DEMO:
            print("This installation is no demonstration (ONETHING_DEMO): no invented people here.", file=sys.stderr)
            return 1
        try:
            people = cast(at=timezone.now(), catalogue=options.catalogue)
        except Refused as refused:
            print(refused.message, file=sys.stderr)
            return 1
    if options.json:
        print(json.dumps([asdict(one) for one in people], ensure_ascii=False, indent=2))
    else:
        print(*people, sep="\n")
    return 0
