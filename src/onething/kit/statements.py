"""Reads of hot pages: written as querysets, turned into SQL once instead of for every page.

Django builds the SQL of a queryset anew each time, and for the reads of a page that takes longer than the database takes to
answer them. A `Statement` keeps what came of it the first time:

    HELD = Statement(lambda: Officer.objects.serving().filter(account_id=Parameter("account")))
    officers = HELD(account=7)

It leans on three things inside Django that have stood since 1.8: a queryset reads its rows through `_iterable_class`, that asks
the query for its compiler, and the compiler's `as_sql` gives text and values. `tests/kit/test_statements.py` holds every part
against the ordinary way.
"""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.postgresql.compiler import SQLCompiler
from django.db.models import Expression, Field, Lookup, QuerySet
from psycopg.sql import Literal

__all__ = ["AnyOf", "Parameter", "Statement"]

Row = TypeVar("Row")
# What Django reads off a compiler to make objects of rows.
READING = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")


class Parameter(Expression):
    """A place in a statement for a value that is given with each call. Takes any value the column it is compared with takes."""

    allowed_default = False

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:  # noqa: ANN401  # as Django calls it
        """The place itself; the value comes with the call."""
        return "%s", (self,)


@Field.register_lookup
class AnyOf(Lookup[bool]):
    """`key__any=Parameter("keys")`: one of a list that is one value of the statement, however long it is."""

    lookup_name = "any"

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:  # noqa: ANN401  # as Django calls it
        """The column among the elements of an array."""
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", (*left_values, *right_values)


class Statement(Generic[Row]):
    """A queryset with places for values, compiled when it is first asked for. Safe to share between threads.

    What does not change between calls stands in the text as a literal: so the planner sees it too, and a partial index on
    `state IN (…)` is found whether or not the database keeps the plan. Slices are part of the queryset; prefetching is not.
    """

    def __init__(self, build: Callable[[], "QuerySet[Any, Row]"]) -> None:
        self._build = build

    def __call__(self, **values: object) -> list[Row]:
        """The rows for these values. One query. Raises KeyError when a place gets no value."""
        rows = self._compiled.queryset._chain()  # noqa: SLF001  # a queryset of this call's own
        rows.query.get_compiler = partial(_Ready, self._compiled, values, rows.query)
        return list(rows._iterable_class(rows))  # noqa: SLF001  # see the head of this module

    @cached_property
    def _compiled(self) -> "_Compiled[Row]":
        return _Compiled(self._build())


class _Compiled(Generic[Row]):
    """What came of compiling a queryset: its text, the names of its places in order, and how to read its rows."""

    def __init__(self, queryset: "QuerySet[Any, Row]") -> None:
        connection: Any = connections[queryset.db]
        connection.ensure_connection()
        compiler = queryset.query.get_compiler(queryset.db)
        text, values = compiler.as_sql()
        pieces = text.split("%s")
        self.queryset: Any = queryset
        self.text = pieces[0]
        self.names: list[str] = []
        for value, piece in zip(values, pieces[1:], strict=True):
            if isinstance(value, Parameter):
                self.names.append(value.name)
                self.text += "%s" + piece
            else:
                self.text += Literal(value).as_string(connection.connection).replace("%", "%%") + piece
        self.reading = {name: getattr(compiler, name) for name in READING}
        self.converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])


class _Ready(SQLCompiler):
    """Stands where Django would compile: it has the text already."""

    def __init__(
        self,
        compiled: "_Compiled[Any]",
        values: Mapping[str, object],
        query: Any,  # noqa: ANN401  # django.db.models.sql.Query of whatever model
        using: str,
    ) -> None:
        super().__init__(query, connections[using], using)
        self._compiled, self._values = compiled, values
        vars(self).update(compiled.reading)

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002  # as Django calls it
        """The kept text with the values of this call."""
        return self._compiled.text, tuple(self._values[name] for name in self._compiled.names)

    def get_converters(self, expressions: Any) -> Any:  # noqa: ANN401  # as Django calls it
        """How columns become values, found when the statement was compiled."""
        return self._compiled.converters
