"""The floor under verbs writes the very rows that the verb wrote."""

from functools import partial

import pytest
from django.db import connection
from tests.cast import AT
from tests.factories.cases import make_case, make_world

from onething.bench.rows import rows_written_by

pytestmark = pytest.mark.django_db


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # a name of our own
        return int(cursor.fetchone()[0])


def test_what_an_act_wrote_is_written_again_as_often_and_as_it_was() -> None:
    world = make_world()
    found = rows_written_by(partial(make_case, world, at=AT))
    tables = [table for table, _row in found.rows]
    assert tables.count("cases_itemcase") == tables.count("dispatch_dispatch") == 4
    assert {"cases_onethingcase", "audit_event", "kit_outboxmessage", "procrastinate_jobs"} <= set(tables)
    cases = count("cases_onethingcase")
    assert found.write(times=3, transactions=2) > 0
    assert count("cases_onethingcase") == cases  # nothing of it is a case
    for table in set(tables):
        assert count(f"bench_plain_{table}") == 3 * tables.count(table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT to_jsonb(p)) FROM bench_plain_cases_itemcase p"
            " JOIN cases_itemcase i ON to_jsonb(i) = to_jsonb(p)"
        )
        assert cursor.fetchone()[0] == tables.count("cases_itemcase")


def test_an_act_that_writes_nothing_is_no_floor() -> None:
    with pytest.raises(LookupError):
        rows_written_by(lambda: None)
