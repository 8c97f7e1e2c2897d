"""Recompute states and dates from the event log and compare them with what is stored (I9, I11)."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from onething.cases.derived import check_derived_states


class Command(BaseCommand):
    """Exit 0 when all agrees, 1 when something differs."""

    help = "Compare stored states and dates with what the event log gives."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("numbers", nargs="*", help="case numbers; all cases when none are named")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        found = 0
        for difference in check_derived_states(numbers=options["numbers"] or None):
            found += 1
            place = difference.item or difference.case
            self.stdout.write(f"{place} {difference.what}: stored {difference.stored}, expected {difference.expected}")
        self.stdout.write(f"{found} differences")
        if found:
            sys.exit(1)
