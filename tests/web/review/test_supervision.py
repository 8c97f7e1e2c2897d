"""Reminding and escalating from the lane, and what both sides read of it (R4.2.c, ux f1, f5)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.cast import Name
from tests.factories.cases import grant, item_of, make_case
from tests.factories.parties import make_officer
from tests.web.review.desk import Desk, lead_case, make_desk, signed_in, text_of

from onething.cases.models import ItemCase, OneThingCase
from onething.dispatch.models import Escalation, Reminder
from onething.dispatch.services import give_cards
from onething.kit.workdays import legal_date
from onething.parties.models import Account, Officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> OneThingCase:
    made = make_case(desk.world, at=timezone.now())
    lead_case(desk, made)
    return made


def seen(desk: Desk, who: str, address: str) -> str:
    client = {"lead": desk.of(desk.lead), "reviewer": desk.reviewer(), "coordinator": desk.of(desk.world.coordinator)}
    answer = client[who].get(address)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_one_click_reminds_and_both_sides_see_it_with_its_time(desk: Desk, case: OneThingCase) -> None:
    item, client = item_of(case, "licence"), desk.of(desk.lead)
    assert "催办 营业执照" in seen(desk, "lead", f"/review/cases/{case.number}/").replace(
        "催办营业执照", "催办 营业执照"
    )
    assert client.post(f"/review/items/{item.number}/remind/").status_code == 302
    when = timezone.localtime(Reminder.objects.get().sent_at).strftime("%H:%M")
    lead = seen(desk, "lead", f"/review/cases/{case.number}/")
    assert "牵头部门催办1次，最近一次" in lead
    assert when in lead
    assert "催办海陵区市场监督管理局：“营业执照”" in lead
    assert f"{when}催办" in seen(desk, "reviewer", "/review/?light=")
    assert "牵头部门催办1次" in seen(desk, "reviewer", f"/review/tasks/{item.number}/")
    client.post(f"/review/items/{item.number}/remind/")
    assert "今天已经催办过" in seen(desk, "lead", f"/review/cases/{case.number}/")
    assert Reminder.objects.count() == 1
    board = seen(desk, "lead", "/review/lead/")
    assert "近30天各单位的黄牌、红牌和催办" in board


def test_cards_stand_in_the_list_on_the_lane_and_in_the_table(desk: Desk, case: OneThingCase) -> None:
    """R4.2.c: a late partner shows in the lead's view and in its own."""
    day = legal_date(timezone.now())
    ItemCase.objects.filter(case=case, key="licence").update(
        started_on=day - timedelta(days=9), promised_due=day - timedelta(days=2), near_from=day - timedelta(days=4)
    )
    give_cards(at=timezone.now())
    assert "红牌：过了承诺的日子" in seen(desk, "lead", f"/review/cases/{case.number}/")
    assert "黄牌：快到" not in seen(desk, "reviewer", f"/review/tasks/{item_of(case, 'licence').number}/")
    assert "红牌" in seen(desk, "reviewer", "/review/?light=")
    assert "海陵区市场监督管理局 1 1 0 0" in seen(desk, "lead", "/review/lead/")


def test_an_escalation_needs_a_reason_and_its_reader_finds_it(desk: Desk, case: OneThingCase) -> None:
    item, client = item_of(case, "licence"), desk.of(desk.lead)
    address = f"/review/items/{item.number}/escalate/"
    assert Name.COORDINATOR in seen(desk, "lead", address)
    coordinator = desk.world.coordinator
    assert coordinator is not None
    answer = client.post(address, {"to": str(coordinator.pk), "reason": " "})
    assert answer.status_code == 422
    assert "写明为什么上报" in answer.content.decode()
    assert client.post(address, {"to": "", "reason": "拖了三天"}).status_code == 422
    assert not Escalation.objects.exists()
    assert client.post(address, {"to": str(coordinator.pk), "reason": "催了两次没有动"}).status_code == 302
    assert "催了两次没有动" in seen(desk, "coordinator", "/review/unrouted/")
    whole = seen(desk, "coordinator", f"/review/cases/{case.number}/")
    assert "上报徐明：催了两次没有动" in whole
    assert 'action="/review/items/' not in desk.of(coordinator).get(f"/review/cases/{case.number}/").content.decode()
    assert "催了两次没有动" in seen(desk, "reviewer", f"/review/tasks/{item.number}/")


def test_the_head_reads_what_was_taken_to_it_and_the_way_leads_to_the_clock(desk: Desk, case: OneThingCase) -> None:
    item = item_of(case, "licence")
    head = make_officer(desk.world.town.bodies["market"], name="高远", role=Officer.Role.HEAD)
    address = f"/review/items/{item.number}/escalate/"
    assert "高远（单位负责人）" in seen(desk, "lead", address)
    assert desk.of(desk.lead).post(address, {"to": str(head.pk), "reason": "催了两次没有动"}).status_code == 302
    page = desk.of(head).get("/review/clocks/").content.decode()
    assert "催了两次没有动" in text_of(page)
    assert f'href="/review/tasks/{item.number}/clock/"' in page
    assert desk.of(head).get(f"/review/tasks/{item.number}/clock/").status_code == 200


def test_the_lead_reads_how_punctual_bodies_are_and_how_that_is_counted(
    desk: Desk, case: OneThingCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = desk.of(desk.lead)
    assert "这段时间没有作出决定的" in text_of(client.get("/review/lead/punctuality/").content.decode())
    grant(desk.world, item_of(case, "licence"), at=timezone.now() - timedelta(minutes=2))
    with django_assert_max_num_queries(5):
        shown = text_of(client.get("/review/lead/punctuality/").content.decode())
    assert "海陵区市场监督管理局 1 1/1 100% 1/1 100%" in shown
    assert "作出决定那天不晚于承诺的日子，算按承诺办好" in shown
    assert "/review/lead/punctuality/" in client.get("/review/lead/").content.decode()


def test_nobody_else_presses(desk: Desk, case: OneThingCase) -> None:
    """周航 never sees it, a reviewer may not, and a lead of other cases finds nothing there."""
    item = item_of(case, "licence")
    assert desk.reviewer().post(f"/review/items/{item.number}/remind/").status_code == 403
    stranger = signed_in(Account.objects.get(display_name=Name.STRANGER))
    assert stranger.post(f"/review/items/{item.number}/remind/").status_code in {302, 403, 404}
    OneThingCase.objects.filter(pk=case.pk).update(lead_organisation=desk.world.town.bodies["health"])
    for act in ("remind", "escalate"):
        assert desk.of(desk.lead).post(f"/review/items/{item.number}/{act}/").status_code == 404
    assert not Reminder.objects.exists()
    waiting = item_of(case, "food-permit")
    assert (
        f"/review/items/{waiting.number}/remind/"
        not in desk.of(desk.lead).get(f"/review/cases/{case.number}/").content.decode()
    )
