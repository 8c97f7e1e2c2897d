"""Running numbers out of PostgreSQL sequences: no row to wait for, never given twice, gaps mean nothing."""

import datetime as dt

from django.db import connection

from onething.kit import ids

__all__ = ["new_case_number"]


def new_case_number(division: str, on: dt.date) -> str:
    """The number of a new case of `division`, received on the legal date `on`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [ids.CASE_SEQUENCE])
        row = cursor.fetchone()
    return ids.case_number(division, on, int(row[0]))
