"""Copies of rows made by the database itself: a thousand take a moment, a million take minutes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, models

__all__ = ["copy_rows", "table_of", "unchecked"]


def copy_rows(
    model: type[models.Model],
    where: Mapping[str, int],
    first: int,
    last: int,
    changed: Mapping[str, str],
) -> None:
    """Copy rows once per number `n` from `first` to `last`; `changed` gives columns another expression."""
    columns = [name for name in _columns(model) if name != "id" or "id" in changed]
    values = [changed.get(name, f'r."{name}"') for name in columns]
    conditions = " AND ".join(f'r."{name}" = %s' for name in where)
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table_of(model)} ({names}) SELECT {', '.join(values)}"  # noqa: S608  # our own names
            f" FROM {table_of(model)} r, generate_series(%s, %s) n WHERE {conditions}",
            [first, last, *where.values()],
        )


def _columns(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:  # noqa: SLF001  # Django's documented Meta API
        if field.column and not field.generated:
            yield str(field.column)


def table_of(model: type[models.Model]) -> str:
    """The quoted name of a model's table."""
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  # Django's documented Meta API


@contextmanager
def unchecked() -> Iterator[None]:
    """Copies refer to what their originals refer to. Only a superuser may skip looking each up; others just take longer."""
    _check_references(on=False)
    try:
        yield
    finally:
        _check_references(on=True)


def _check_references(*, on: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('session_replication_role', %s, false)"
            " WHERE has_parameter_privilege('session_replication_role', 'SET')",
            ["origin" if on else "replica"],
        )
