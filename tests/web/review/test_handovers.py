"""跨区办理: a page for the lead and the coordinator, a line in the lane and on the task (R3.1.g)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.cast import Name
from tests.dispatch.test_handover import hand_in, world_of_two_places
from tests.factories.cases import item_of
from tests.factories.parties import make_officer
from tests.web.review.desk import Desk, lead_case, text_of

from onething.cases.models import ItemCase
from onething.dispatch.services import claim_task
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    world = world_of_two_places()
    return Desk(world, make_officer(world.town.bodies["market"], name=Name.LEAD, role=Officer.Role.LEAD))


def test_both_places_are_named_with_who_has_not_taken_it(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    item = item_of(hand_in(desk.world, "姜堰区", at=timezone.now()), "sign-check")
    client = desk.of(desk.world.coordinator)
    client.get("/review/handovers/")
    with django_assert_num_queries(7):
        page = text_of(client.get("/review/handovers/").content.decode())
    assert item.number in page
    assert "海陵区收件，姜堰区办，还没有接收" in page
    claim_task(item_id=item.pk, officer=desk.world.officers["there"], at=timezone.now())
    page = text_of(client.get("/review/handovers/").content.decode())
    assert "都接收了" in page
    assert item.number not in page


def test_who_is_late_is_said_so(desk: Desk) -> None:
    item = item_of(hand_in(desk.world, "姜堰区", at=timezone.now()), "sign-check")
    long_ago = timezone.now() - timedelta(days=40)
    ItemCase.objects.filter(pk=item.pk).update(started_at=long_ago, started_on=long_ago.date())
    page = text_of(desk.of(desk.world.coordinator).get("/review/handovers/").content.decode())
    assert "超时" in page
    assert "前应接收，还没有接收" in page


def test_lane_and_task_say_where_it_was_accepted(desk: Desk) -> None:
    case = hand_in(desk.world, "姜堰区", at=timezone.now())
    lead_case(desk, case)
    assert "海陵区收件，姜堰区办，还没有接收" in text_of(
        desk.of(desk.lead).get(f"/review/cases/{case.number}/").content.decode()
    )
    number = item_of(case, "sign-check").number
    there = desk.reviewer("there")
    there.post(f"/review/tasks/{number}/claim/")
    page = text_of(there.get(f"/review/tasks/{number}/").content.decode())
    assert "海陵区收件，姜堰区办，" in page
    assert "已接收" in page


def test_reviewers_have_no_such_page(desk: Desk) -> None:
    assert desk.reviewer().get("/review/handovers/").status_code == 403
