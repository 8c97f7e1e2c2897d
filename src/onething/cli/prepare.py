"""What must be there before the first page: tables, static files, the catalogue, the demonstration. Safe to repeat."""

import os
import sys
from datetime import datetime
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from onething.cli import own_system
from onething.cli.django_setup import SETTINGS
from onething.config.env import BadEnvironment, Environment, database_parts
from onething.config.folders import state_folder
from onething.kit.workdays import legal_date

__all__ = ["main"]

OLDEST_SERVER = 150000


def main() -> int:
    """Prepare the installation and return an exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        django.setup()
        version = _server_version()
    except BadEnvironment as reason:
        return _refuse(str(reason))
    except psycopg.OperationalError as reason:
        return _refuse(f"The database does not answer: {str(reason).strip()}. Check DATABASE_URL.")
    if version < OLDEST_SERVER:
        return _refuse(f"The database is PostgreSQL {version // 10000}; OneThing needs 15 or newer.")
    _say("Tables: bringing them up to date …")
    call_command("migrate", verbosity=0, interactive=False)
    if not settings.DEBUG:
        call_command("collectstatic", verbosity=0, interactive=False, clear=not _static_is_current())
    return _content()


def _server_version() -> int:
    # Not through Django's pool, which would go on trying for a while before it gives up.
    address = os.environ.get("DATABASE_URL", "")
    database_parts(address)
    with psycopg.connect(address, connect_timeout=5) as connection:
        return connection.info.server_version


def _static_is_current() -> bool:
    """collectstatic copies only what changed; the folder is emptied when it is another program version's."""
    return (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()


def _content() -> int:
    """The catalogue, and in a demonstration its town. Both change nothing when they find nothing to change."""
    # Only now: these modules hold tables, and Django has just been set up.
    from onething.catalogue.services import publish_folder
    from onething.cli import demo
    from onething.kit.errors import Refused

    now = timezone.now()
    _say("Catalogue: publishing what changed …")
    try:
        published = demo.opening(at=now) if settings.ONETHING_DEMO else now
        publish_folder(settings.CATALOGUE_DIR, effective_at=published, at=published, on=legal_date(now))
        if settings.ONETHING_DEMO:
            _say("Demonstration: seating the town …")
            for line in demo.load(at=published):
                _say(line)
            _seat_own_system(now)
    except Refused as refused:
        return _refuse(refused.message)
    return 0


def _seat_own_system(at: datetime) -> None:
    """Only where `onething run` asks for it: a start of the product by other means has no such process."""
    port = os.environ.get(own_system.PORT, "")
    if port:
        own_system.seat(state_folder(Environment()), port=int(port), at=at)


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 2


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
