"""Django for subcommands that need tables: settings chosen, a database found or started for as long as they run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from onething.config.env import BadEnvironment, Environment
from onething.config.folders import state_folder
from onething.launcher.errors import CannotStart
from onething.launcher.postgres import using_database

__all__ = ["SETTINGS", "django_ready"]

SETTINGS = "onething.config.settings.dev"


@contextmanager
def django_ready() -> Iterator[None]:
    """Tables within reach for the time of the block. Raises CannotStart."""
    try:
        with using_database(state_folder(Environment())) as url:
            os.environ["DATABASE_URL"] = url
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
            import django  # a command that only starts things does not wait for it

            django.setup()
            yield
    except BadEnvironment as reason:
        raise CannotStart(str(reason)) from None
