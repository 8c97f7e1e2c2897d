"""The working-day calendar of this installation, read once per process."""

from functools import lru_cache

from django.conf import settings

from onething.kit.workdays import Calendar, load_calendar

__all__ = ["working_calendar"]


@lru_cache(maxsize=1)
def working_calendar() -> Calendar:
    """The calendar of `calendar.yaml`. Raises CalendarError, or OSError when the file is not there."""
    return load_calendar(settings.CATALOGUE_DIR / "calendar.yaml")
