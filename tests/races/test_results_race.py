"""One result issued by two at once, a worker and whoever else: both have its documents, and they are the same."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from tests.cast import AT
from tests.factories.cases import grant, item_of, make_case, make_world
from tests.races.test_submit_race import at_once

from onething.audit.verify import verify_chain
from onething.delivery.models import ResultDocument
from onething.delivery.services import issue_result

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@contextmanager
def after_the_first_query(act: Callable[[], object]) -> Iterator[None]:
    """Somebody else does something, in a connection of his own, between the first query of this one and the next."""
    done: list[bool] = []

    def alone() -> None:
        act()
        connection.close()

    def meanwhile(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not done:
            done.append(True)
            answer = execute(sql, params, many, context)
            other = threading.Thread(target=alone)
            other.start()
            other.join(timeout=30)
            return answer
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        yield


def test_who_comes_a_moment_later_gets_what_the_other_issued() -> None:
    """Seen to be refused when the documents were looked for before the item was read."""
    world = make_world()
    case = make_case(world)
    item = grant(world, item_of(case, "licence"))
    with after_the_first_query(lambda: issue_result(item_id=item.pk, at=AT)):
        mine = issue_result(item_id=item.pk, at=AT)
    assert [one.pk for one in mine] == list(ResultDocument.objects.values_list("pk", flat=True))
    assert len(mine) == 1


def test_four_at_once_issue_one() -> None:
    world = make_world()
    case = make_case(world)
    item = grant(world, item_of(case, "licence"))
    answers = at_once(lambda _: issue_result(item_id=item.pk, at=AT), 4)
    assert not [one for one in answers if isinstance(one, Exception)], answers
    assert ResultDocument.objects.count() == 1
    assert verify_chain(case.number) == []
