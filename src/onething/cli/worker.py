"""`python -m onething.cli.worker`: works off what was queued, until it is told to end."""

import os
import sys

import django

from onething.cli.django_setup import SETTINGS

__all__ = ["main"]

CONCURRENCY = 4
GRACE_SECONDS = 10


def main() -> int:
    """Work until a signal says stop; what was begun is finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    from procrastinate.contrib.django import app  # it is built while Django starts

    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]  # Django's connector has it, the base type does not say so
        worker_app.run_worker(concurrency=CONCURRENCY, shutdown_graceful_timeout=GRACE_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
