"""What went to the wrong body: back once by itself, then by the coordinator's decision only (R2.8.b/3)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.cast import AT
from tests.factories.cases import World, item_of, make_case, make_world
from tests.web.review.desk import make_desk, text_of

from onething.audit.models import Event
from onething.cases.models import ItemCase
from onething.dispatch.models import Dispatch, ReturnRequest
from onething.dispatch.reading import unroutable
from onething.dispatch.services import accept_item, reroute_item, return_misrouted, settle_return
from onething.kit.errors import Refused
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db


def coordinator(world: World) -> Officer:
    assert world.coordinator is not None
    return world.coordinator


def send_back(world: World, item: ItemCase, days: float = 0) -> ItemCase:
    fresh = item_of(item.case, item.key)
    moment = AT + timedelta(days=days)
    return return_misrouted(
        item_id=item.pk,
        officer=world.reviewer(fresh),
        right_body="海陵区卫生健康委员会",
        reason="不是我们的",
        at=moment,
    )


def test_once_by_itself_then_the_coordinator_decides() -> None:
    """R2.8.b/3, check: a return is re-routed once and counted; the body named cannot pass it on by itself."""
    world = make_world()
    item = item_of(make_case(world), "licence")
    due = item.promised_due
    send_back(world, item)
    reroute_item(item_id=item.pk, coordinator=coordinator(world), organisation="hailing-health", at=AT, reason="按分工")
    send_back(world, item)
    again = item_of(item.case, "licence")
    assert again.organisation == world.town.bodies["health"], "it stays until the coordinator has decided"
    assert [one.pk for one in unroutable(coordinator(world))] == [item.pk]
    with pytest.raises(Refused) as twice:
        send_back(world, item)
    assert twice.value.code == "return_asked"
    settle_return(item_id=item.pk, coordinator=coordinator(world), organisation="hailing-health", at=AT)
    assert (item_of(item.case, "licence").organisation, unroutable(coordinator(world)).count()) == (
        again.organisation,
        0,
    )
    with pytest.raises(Refused) as settled:
        send_back(world, item)
    assert settled.value.code == "return_settled"
    assert Dispatch.objects.filter(item=item, returned_at__isnull=False).count() == 1
    assert item_of(item.case, "licence").promised_due == due, "the applicant's clock runs on"
    kinds = set(Event.objects.filter(case_number=item.case.number).values_list("kind", flat=True))
    assert {"item.returned", "item.return_asked", "item.return_declined"} <= kinds


def test_the_coordinator_may_send_it_on_and_the_next_body_may_ask_again() -> None:
    world = make_world()
    item = item_of(make_case(world), "licence")
    send_back(world, item)
    reroute_item(item_id=item.pk, coordinator=coordinator(world), organisation="hailing-health", at=AT)
    send_back(world, item)
    settle_return(
        item_id=item.pk, coordinator=coordinator(world), organisation="hailing-public-security", reason="核过", at=AT
    )
    now = item_of(item.case, "licence")
    assert (now.organisation, now.claimed_by) == (world.town.bodies["public-security"], None)
    sendings = Dispatch.objects.filter(item=item).order_by("round")
    assert [(one.round, one.returned_at is not None) for one in sendings] == [(1, True), (2, True), (3, False)]
    send_back(world, item)
    assert ReturnRequest.objects.filter(settled_at__isnull=True).count() == 1
    accept_item(item_id=item.pk, officer=world.officers["public-security"], at=AT)
    assert unroutable(coordinator(world)).count() == 0, "the body has begun after all"
    with pytest.raises(Refused) as gone:
        settle_return(item_id=item.pk, coordinator=coordinator(world), organisation="hailing-health", at=AT)
    assert gone.value.code == "not_asked"


@pytest.mark.parametrize(
    ("days", "choice", "alone"), [(1, 1, True), (2, 1, False), (6, 3, False), (2, 2, True), (0, 0, True)]
)
def test_within_the_citys_working_days(settings: Settings, days: int, choice: int, alone: bool) -> None:
    """`ONETHING_RETURN_DAYS`: the day it came does not count; Wednesday's goes back until Thursday's end."""
    settings.ONETHING_RETURN_DAYS = choice
    world = make_world()
    item = item_of(make_case(world), "licence")
    after = send_back(world, item, days)
    assert (after.organisation is None) is alone
    assert ReturnRequest.objects.exists() is not alone


def test_the_pages_say_how_often_and_let_the_coordinator_decide() -> None:
    desk = make_desk()
    world = desk.world
    item = item_of(make_case(world, at=timezone.now()), "licence")
    typed = {"right_body": "海陵区卫生健康委员会", "reason": "不是我们的"}
    desk.reviewer().post(f"/review/tasks/{item.number}/return/", typed)
    sender = desk.of(world.coordinator)
    sender.post(f"/review/unrouted/{item.number}/", {"body": "hailing-health", "reason": "按分工方案"})
    assert "退回过1次" in text_of(desk.reviewer("health").get(f"/review/tasks/{item.number}/").content.decode())
    told = desk.reviewer("health").post(f"/review/tasks/{item.number}/return/", typed, follow=True)
    assert "已经请协调员定" in text_of(told.content.decode())
    waiting = text_of(sender.get("/review/unrouted/").content.decode())
    assert "海陵区卫生健康委员会要求退回，请您定：不是我们的" in waiting
    assert "已经退回过1次" in waiting
    assert "仍由原单位办，就选它自己" in text_of(sender.get(f"/review/unrouted/{item.number}/").content.decode())
    sender.post(f"/review/unrouted/{item.number}/", {"body": "hailing-health", "reason": "职责清楚"})
    assert ReturnRequest.objects.get().kept is True
