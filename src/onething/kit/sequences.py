"""Running numbers out of PostgreSQL sequences: no row to wait for, never given twice, gaps mean nothing."""

import datetime as dt

from django.db import connection

from onething.kit import ids

__all__ = ["new_case_number", "next_of"]


def new_case_number(division: str, on: dt.date) -> str:
    """The number of a new case of `division`, received on the legal date `on`."""
    return ids.case_number(division, on, next_of(ids.CASE_SEQUENCE))


def next_of(sequence: str) -> int:
    """The next value of a sequence of that name. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return int(cursor.fetchone()[0])
