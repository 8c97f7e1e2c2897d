"""Two workers giving cards at once, and two presses of one reminder: threads on real PostgreSQL (R4.2.c)."""

from datetime import timedelta

import pytest
from tests.cast import AT, Name
from tests.factories.cases import item_of, make_case, make_world
from tests.factories.parties import make_officer
from tests.races.test_submit_race import at_once

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.models import OneThingCase
from onething.dispatch.models import Card, Reminder
from onething.dispatch.services import give_cards, remind_item
from onething.kit.errors import Refused
from onething.parties.models import Officer

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_two_workers_at_once_give_each_card_once() -> None:
    """No turn is waited for in vain, nothing is given twice, and the chain of every case stays whole."""
    world = make_world()
    cases = [make_case(world, at=AT + timedelta(seconds=place)) for place in range(3)]
    answers = at_once(lambda _: give_cards(at=AT + timedelta(days=9), portion=2), 4)
    assert not [one for one in answers if isinstance(one, Exception)]
    given = Card.objects.count()
    assert given == sum(getattr(one, "given", 0) for one in answers) == 12
    assert Event.objects.filter(kind="item.card_given").count() == given
    assert [verify_chain(case.number) for case in cases] == [[], [], []]


def test_two_presses_remind_once() -> None:
    """With the case locked the second press reads the first one's row and says so."""
    world = make_world()
    case = make_case(world)
    lead = make_officer(world.town.bodies["market"], name=Name.LEAD, role=Officer.Role.LEAD)
    OneThingCase.objects.filter(pk=case.pk).update(lead_organisation=lead.organisation)
    item = item_of(case, "licence")
    answers = at_once(lambda _: remind_item(item_id=item.pk, officer=lead, at=AT), 4)
    assert sum(isinstance(one, Reminder) for one in answers) == 1
    assert [one.code for one in answers if isinstance(one, Refused)] == ["reminded"] * 3
    assert Event.objects.filter(kind="item.reminded").count() == 1
