"""The lead's page of corrections: who has spoken, duplicates and contradictions marked before the notice goes out (g1, I10)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.cast import AT
from tests.factories.cases import World, item_of, make_case
from tests.factories.feedback import field, find, finish, lead_of, paper, round_of, side_by_side
from tests.web.review.desk import signed_in, text_of

from onething.cases.models import OneThingCase
from onething.cases.reading import items_of_case
from onething.feedback.models import Finding
from onething.feedback.services import tend_case
from onething.web.public.story import told_events
from onething.web.review.story import story_of

pytestmark = pytest.mark.django_db
NAME = field("person_name")


@pytest.fixture
def world() -> World:
    return side_by_side(at=timezone.now())


@pytest.fixture
def case(world: World) -> OneThingCase:
    """Two bodies contradict one another on one datum and agree on nothing else."""
    now = timezone.now()
    case = make_case(world, at=now)
    find(world, case, "licence", NAME, "wrong", required="李莓", at=now)
    find(world, case, "licence", paper("样例场所证"), "illegible", at=now)
    find(world, case, "seal", NAME, "wrong", required="李梅梅", at=now)
    return case


@pytest.fixture
def lead(world: World, case: OneThingCase) -> Client:
    return signed_in(lead_of(world, case).account)


def address(case: OneThingCase) -> str:
    return f"/review/cases/{case.number}/corrections/"


def test_before_sending_the_lead_sees_duplicates_and_contradictions_marked(
    world: World, case: OneThingCase, lead: Client
) -> None:
    """g1."""
    assert address(case) in lead.get(f"/review/cases/{case.number}/").content.decode()
    shown = text_of(lead.get(address(case)).content.decode())
    assert "几个单位提了同样的，已合并" in shown
    assert "▲ 互相矛盾" in shown
    assert "海陵区卫生健康委员会 食品经营许可：○ 还没有表态" in shown
    assert "海陵区市场监督管理局 营业执照：○ 还没有说完，提了2处" in shown
    assert "应当是：李莓" in shown
    assert "等您处理" not in shown
    finish(world, case, "licence", "seal", "food-permit", "sign-check", at=timezone.now())
    shown = text_of(lead.get(address(case)).content.decode())
    assert "有互相矛盾的，等您处理" in shown
    assert "● 说完了，提了2处" in shown


def test_the_lead_settles_and_the_notice_goes_out(world: World, case: OneThingCase, lead: Client) -> None:
    finish(world, case, "licence", "seal", "food-permit", "sign-check", at=timezone.now())
    of = round_of(case)
    empty = lead.post(address(case), {"round": of.pk, "both": NAME.code, "words": " "}, follow=True)
    assert "写明申请人该怎么办" in text_of(empty.content.decode())
    lead.post(address(case), {"round": of.pk, "both": NAME.code, "words": "按身份证"})
    assert round_of(case).state == "noticed"
    before = round_of(case).answer_by
    lead.post(address(case), {"round": of.pk, "more": "1", "words": "申请人住院"})
    assert round_of(case).answer_by > before  # type: ignore[operator]


def test_the_lead_leaves_one_out(world: World, case: OneThingCase, lead: Client) -> None:
    finish(world, case, "licence", "seal", "food-permit", "sign-check", at=timezone.now())
    row = Finding.objects.get(item=item_of(case, "seal"))
    lead.post(address(case), {"round": round_of(case).pk, "aside": row.pk, "words": "以身份证为准"})
    row.refresh_from_db()
    assert (row.state, round_of(case).state) == ("set_aside", "noticed")


def test_nobody_else_sees_or_settles_it(world: World, case: OneThingCase) -> None:
    other = make_case(world, at=timezone.now())
    other.lead_organisation = world.town.bodies["health"]
    other.save(update_fields=["lead_organisation"])
    stranger = signed_in(lead_of(world, other).account)
    assert stranger.get(address(case)).status_code == 404
    assert stranger.post(address(case), {"round": round_of(case).pk, "more": "1"}).status_code == 404
    assert signed_in(world.officers["market"].account).get(address(case)).status_code == 403
    assert signed_in(world.account).get(address(case)).status_code == 403


def test_the_page_takes_the_same_queries_whatever_was_found(
    world: World, case: OneThingCase, lead: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lead.get(address(case))
    with django_assert_max_num_queries(14):
        lead.get(address(case))


def test_silence_and_an_end_without_answer_have_words_of_their_own() -> None:
    """R2.8.c/1: neither reads as if somebody had decided it."""
    world = side_by_side()
    case = make_case(world)
    find(world, case, "licence", NAME, "wrong")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    tend_case(case_id=case.pk, at=AT + timedelta(days=22))
    items = items_of_case(case)
    staff = [one["text"] for one in story_of(case, items)]
    told = [one["text"] for one in told_events(case, items)]
    assert "“营业执照”到期没有补正，不再办理" in staff
    assert "“营业执照”到期没有补正，不再办理" in told
    assert "“刻章备案”5个工作日没有表态，从收到之日起视为受理" in staff
    assert "“刻章备案”到期没有要您补正，从收到那天起视为受理" in told
    assert "发出第1轮补正通知，共1处" in staff
