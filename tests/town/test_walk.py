"""The life of one case that is played while a real installation runs beside."""

from datetime import datetime, timedelta
from random import Random

import pytest
from tests.cast import AT, PLACE
from tests.factories.cases import World, item_of, make_case, make_world

from onething.cases.calendar import working_calendar
from onething.cases.models import OneThingCase
from onething.cases.states import ItemState
from onething.dispatch.services import accept_item
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.town.moments import Moments
from onething.town.plots import Fate, Plot
from onething.town.values import Writer
from onething.town.walk import Walk, reviewers

pytestmark = pytest.mark.django_db
NOW = AT + timedelta(days=60)
ONLY_ACCEPTED = Plot("受理以后停下", 1, held=(Fate.ACCEPTED,), rest=(Fate.ACCEPTED,))


def walk_of(world: World, case: OneThingCase) -> Walk:
    writer = Writer(Random(1), PLACE, "海陵区", legal_date(AT))
    moments = Moments(working_calendar())
    return Walk(case, world.account, ONLY_ACCEPTED, (), writer, moments, reviewers(), NOW)


def accepted_by_somebody_else(world: World, case: OneThingCase, at: datetime) -> None:
    item = item_of(case, "licence")
    accept_item(item_id=item.pk, officer=world.officers["market"], at=at)


def test_what_somebody_who_lives_now_has_done_is_left_as_it_is_and_the_rest_goes_on() -> None:
    world = make_world()
    case = make_case(world)
    accepted_by_somebody_else(world, case, NOW)
    walk = walk_of(world, case)
    walk._left[item_of(case, "licence").pk] = []
    walk._begin(AT)
    walk._left[item_of(case, "licence").pk] = ["accept"]
    walk._next(item_of(case, "licence").pk, AT)
    walk.go()
    assert item_of(case, "licence").item_state is ItemState.ACCEPTED
    assert item_of(case, "sign-check").claimed_by is not None


def test_a_plot_that_cannot_be_played_is_a_fault() -> None:
    world = make_world()
    case = make_case(world)
    accepted_by_somebody_else(world, case, AT)
    walk = walk_of(world, case)
    walk._left[item_of(case, "licence").pk] = ["accept"]
    walk._next(item_of(case, "licence").pk, AT)
    with pytest.raises(Refused):
        walk.go()
