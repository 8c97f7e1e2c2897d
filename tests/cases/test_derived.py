"""What is stored is what the log and the rules give (I9, I11), and a change behind their back shows."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cast import AT
from tests.factories.cases import grant, item_of, make_case, make_world, refuse

from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.delivery.services import issue_result
from onething.dispatch.services import accept_item, finish_check, undo_decision

pytestmark = pytest.mark.django_db


def test_a_case_with_every_kind_of_move_agrees() -> None:
    world = make_world()
    case, other = make_case(world), make_case(world)
    evening = AT + timedelta(days=2, hours=10)
    licence = grant(world, item_of(case, "licence"), at=evening)
    undo_decision(item_id=licence.pk, officer=world.officers["market"], at=evening)
    refuse_at = evening + timedelta(seconds=1)
    undo_decision(item_id=licence.pk, officer=world.officers["market"], at=evening)
    refuse(world, item_of(case, "licence"), at=refuse_at)
    finish_check(item_id=item_of(case, "sign-check").pk, officer=world.officers["market"], at=AT)
    issue_result(item_id=grant(world, item_of(other, "licence"), at=evening).pk, at=evening)
    accept_item(item_id=item_of(other, "food-permit").pk, officer=world.officers["health"], at=evening)
    assert list(check_derived_states()) == []


def test_a_change_behind_the_back_of_the_log_shows() -> None:
    world = make_world()
    case = make_case(world)
    ItemCase.objects.filter(case=case, key="licence").update(promised_due=date(2027, 1, 1))
    OneThingCase.objects.filter(pk=case.pk).update(state="in_progress")
    found = {(one.what, one.expected) for one in check_derived_states(numbers=[case.number])}
    assert ("state", "dispatched") in found
    assert ("promised_due", "2026-11-26") in found


@pytest.mark.parametrize(
    "change",
    [
        {"state": "granted"},  # ended without a moment and an outcome
        {"outcome": "granted"},  # an outcome of what goes on
        {"state": "accepted"},  # accepted at no time
        {"state": "waiting"},  # waits, and has started
        {"state": "nonsense"},
        {"statutory_due": date(2026, 12, 1)},  # a clock that never started
        {"started_on": None},
        {"claimed_at": AT},
        {
            "state": "refused",
            "outcome": "refused",
            "decided_at": AT,
            "accepted_at": AT,
            "accepted_on": AT.date(),
        },  # a refusal without reasons
    ],
)
def test_the_database_refuses_columns_that_contradict_the_state(change: dict[str, object]) -> None:
    case = make_case(make_world())
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemCase.objects.filter(case=case, key="licence").update(**change)
