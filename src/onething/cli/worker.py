"""`python -m onething.cli.worker`: works off what was queued, until it is told to end."""

import os
import sys

import django
from django.core.management import call_command

from onething.cli.django_setup import SETTINGS

__all__ = ["main"]

CONCURRENCY = 4


def main() -> int:
    """Work until a signal says stop; what was begun is finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    call_command("procrastinate", "worker", "--concurrency", str(CONCURRENCY), "--shutdown-graceful-timeout", "10")
    return 0


if __name__ == "__main__":
    sys.exit(main())
