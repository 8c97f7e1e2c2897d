"""A statement gives what its queryset gives, object for object, and is built once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.test.utils import CaptureQueriesContext
from tests.factories.cases import make_case, make_world

from onething.cases.models import ItemCase, OneThingCase
from onething.kit.statements import Parameter, Statement
from onething.parties.models import Account


def items_of_case() -> "QuerySet[ItemCase]":
    return ItemCase.objects.filter(case_id=Parameter("case")).select_related("case", "claimed_by__account").in_order()


@pytest.mark.django_db
def test_gives_the_objects_of_its_queryset_with_what_they_belong_to() -> None:
    world = make_world()
    case, other = make_case(world), make_case(world, food="no")
    statement = Statement(items_of_case)
    for one in (case, other):
        with CaptureQueriesContext(connection) as asked:
            found = statement(case=one.pk)
            assert [(item.case, item.case.form_values) for item in found] == [(one, one.form_values)] * len(found)
            assert [item.claimed_by for item in found] == [None] * len(found)
        assert found == list(ItemCase.objects.filter(case=one).in_order())
        assert found
        assert len(asked) == 1
    assert found[0].after == ItemCase.objects.get(pk=found[0].pk).after
    found[0].name = "换了名"
    found[0].save()  # an object like any other
    assert statement(case=other.pk)[0].name == "换了名"


@pytest.mark.django_db
def test_gives_plain_rows_and_one_page_of_them() -> None:
    case = make_case(make_world())
    columns = ("number", Coalesce("claimed_by__account__display_name", Value("")), "list_due")
    rows: QuerySet[ItemCase, tuple[Any, ...]] = ItemCase.objects.filter(
        case_id=Parameter("case"), list_due__gte=Parameter("day")
    ).values_list(*columns)
    first = ItemCase.objects.filter(case=case).order_by("list_due", "pk")[0]
    statement = Statement(lambda: rows.order_by("list_due", "pk")[:1])
    assert statement(case=case.pk, day=first.list_due) == [(first.number, "", first.list_due)]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["满100%减一", "a%sb", "引'号", "反\\斜", "%(number)s", "{0}"])
def test_what_does_not_change_stands_in_the_text(name: str) -> None:
    case = make_case(make_world())
    ItemCase.objects.filter(case=case).update(name=name)
    number = case.items.in_order()[0].number
    statement = Statement(lambda: ItemCase.objects.filter(name=name, number=Parameter("number")))
    with CaptureQueriesContext(connection) as asked:
        assert [one.name for one in statement(number=number)] == [name]
        assert statement(number=name) == []
    assert len(asked) == 2


@pytest.mark.django_db
def test_is_built_once() -> None:
    built = []

    def build() -> "QuerySet[Account]":
        built.append(1)
        return Account.objects.filter(username=Parameter("username"))

    statement = Statement(build)
    assert built == []
    assert [statement(username=name) for name in ("nobody", "none")] == [[], []]
    assert built == [1]


@pytest.mark.django_db
def test_a_place_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="username"):
        Statement(lambda: Account.objects.filter(username=Parameter("username")))(name="x")


@pytest.mark.django_db(transaction=True)
def test_threads_share_it_each_with_its_own_connection_and_values() -> None:
    world = make_world()
    cases = [make_case(world), make_case(world, food="no")]
    statement = Statement(lambda: OneThingCase.objects.filter(number=Parameter("number")))

    def ask(turn: int) -> bool:
        try:
            wanted = cases[turn % 2]
            return all(statement(number=wanted.number) == [wanted] for _ in range(20))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(8)))


@pytest.mark.django_db
def test_one_of_a_list_is_one_value() -> None:
    case = make_case(make_world())
    keys = [item.pk for item in case.items.in_order()]
    statement = Statement(lambda: ItemCase.objects.filter(pk__any=Parameter("keys")).values_list("pk", flat=True))
    assert sorted(statement(keys=keys)) == keys
    assert statement(keys=keys[:1]) == keys[:1]
    assert statement(keys=[]) == []
