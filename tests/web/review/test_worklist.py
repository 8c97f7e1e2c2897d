"""我的待办: order, lights, counts, narrowing in the address, pages, who has what (ux e1–e3)."""

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.factories.cases import item_of, make_case
from tests.web.review.desk import Desk, make_desk, more_tasks, text_of

from onething.audit.models import ReadLog
from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase, OneThingCase
from onething.kit.workdays import legal_date
from onething.web.review.words import due_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> OneThingCase:
    return make_case(desk.world, at=timezone.now())


def today() -> date:
    return legal_date(timezone.now())


def rows_of(client: Client, address: str = "/review/?light=") -> list[str]:
    page = client.get(address).content.decode()
    return re.findall(r'<a class="ys-review-open" href="/review/tasks/([^/]+)/', page)


def lights(case: OneThingCase) -> dict[str, ItemCase]:
    """One task at each light."""
    item, day = item_of(case, "licence"), today()
    made: dict[str, dict[str, Any]] = {
        "overdue": {"promised_due": day - timedelta(days=3), "near_from": day - timedelta(days=4)},
        "today": {"promised_due": day, "near_from": day},
        "near": {"promised_due": day + timedelta(days=6), "near_from": day},
        "normal": {"promised_due": day + timedelta(days=30), "near_from": day + timedelta(days=20)},
        "paused": {
            "promised_due": day - timedelta(days=9),
            "state": "suspended",
            "accepted_at": timezone.now(),
            "accepted_on": day,
        },
    }
    ItemCase.objects.filter(case=case, organisation=item.organisation).update(organisation=None)
    copies = dict(zip(made, more_tasks(item, len(made)), strict=True))
    for light, changes in made.items():
        ItemCase.objects.filter(pk=copies[light].pk).update(**changes)
    return copies


def test_the_most_urgent_stands_first_and_every_count_opens_its_list(desk: Desk, case: OneThingCase) -> None:
    made = lights(case)
    client = desk.reviewer()
    order = ("paused", "overdue", "today", "near", "normal")
    assert rows_of(client) == [made[light].number for light in order]
    page = client.get("/review/?light=").content.decode()
    for light, words in zip(order, ("暂停计时", "超期", "今天到期", "临期", "正常"), strict=True):
        tab = re.search(rf'href="(/review/\?light={light})">{words}<span[^>]*>（1）', page)
        assert tab, (light, words)
        assert rows_of(client, tab[1]) == [made[light].number]
    assert "全部<span" in page
    assert "（5）" in page


def test_a_light_is_word_shape_and_rule(desk: Desk, case: OneThingCase) -> None:
    made = lights(case)
    page = desk.reviewer().get("/review/?light=").content.decode()
    for light, shape, words in (
        ("overdue", "■", "超期"),
        ("today", "▲", "临期"),
        ("normal", "●", "正常"),
        ("paused", "‖", "暂停计时"),
    ):
        row = page[page.rindex("<tr", 0, page.index(f"/review/tasks/{made[light].number}/")) :]
        row = row[: row.index("</tr>")]
        assert shape in row
        assert words in row
        assert re.search(r'title="[^"]*剩余时间不到三分之一', row)
    assert re.search(r"<summary>灯怎么算</summary><p[^>]*>[^<]*剩余时间不到三分之一", page), "opens on tap and focus"


@pytest.mark.parametrize(
    ("due", "day", "words"),
    [
        ("2026-11-27", "2026-11-25", "还剩2个工作日"),
        ("2026-11-25", "2026-11-25", "今天到期"),
        ("2026-11-20", "2026-11-25", "已超期3个工作日"),
        ("2026-11-27", "2026-11-28", "已超期"),
        ("2026-11-29", "2026-11-28", "下个工作日前到期"),
        ("2026-10-09", "2026-09-30", "还剩2个工作日"),
    ],
)
def test_days_left_are_working_days(due: str, day: str, words: str) -> None:
    told = due_words(date.fromisoformat(due), today=date.fromisoformat(day), calendar=working_calendar())
    assert told == words


def test_without_a_published_limit_nothing_is_late() -> None:
    assert due_words(None, today=date(2026, 11, 25), calendar=working_calendar()) == "没有公布期限"


def test_filters_and_number_stand_in_the_address(desk: Desk, case: OneThingCase) -> None:
    licence, check = item_of(case, "licence"), item_of(case, "sign-check")
    client = desk.reviewer()
    client.post("/review/claim/", {"claim": licence.number, "list": "light="})
    assert rows_of(client, "/review/?holder=mine") == [licence.number]
    assert rows_of(client, "/review/?holder=free") == [check.number]
    assert rows_of(client, f"/review/?number={case.number.lower()}") == [licence.number, check.number]
    assert rows_of(client, f"/review/?number= {check.number} ") == [check.number]
    assert rows_of(client, "/review/?onething=small-shop") == [licence.number, check.number]
    assert rows_of(client, "/review/?onething=newborn") == []
    assert "没有符合条件的" in client.get("/review/?onething=newborn").content.decode()
    assert rows_of(client, "/review/?light=nonsense&after=torn&holder=somebody") == [licence.number, check.number]


def test_the_list_survives_the_task_and_the_next_day(desk: Desk, case: OneThingCase) -> None:
    client = desk.reviewer()
    page = client.get("/review/?holder=free&light=normal&number=3").content.decode()
    link = re.search(r'<a class="ys-review-open" href="([^"]+)"', page)
    if link is None:  # today's light may be another one: the shop's licence is due tomorrow
        page = client.get("/review/?holder=free&number=3").content.decode()
        link = re.search(r'<a class="ys-review-open" href="([^"]+)"', page)
    assert link is not None
    task = client.get(link[1].replace("&amp;", "&")).content.decode()
    back = re.search(r'<a class="ys-back" href="([^"]+)"', task)
    assert back is not None
    assert "holder=free" in unquote(back[1])
    assert "number=3" in unquote(back[1])
    tomorrow = client.get("/review/")
    assert tomorrow.status_code == 302
    assert "holder=free" in tomorrow["Location"]
    assert "number" not in tomorrow["Location"]
    client.get("/review/?light=")
    assert client.get("/review/").status_code == 200


def test_pages_of_fifty_go_on_behind_the_last_row(desk: Desk, case: OneThingCase) -> None:
    made = more_tasks(item_of(case, "licence"), 110)
    client, address, seen = desk.reviewer(), "/review/?light=&onething=small-shop", []
    for size in (50, 50, 12):
        numbers = rows_of(client, address)
        assert len(numbers) == size
        seen += numbers
        link = re.search(r'href="(\?[^"]+)" rel="next"', client.get(address).content.decode())
        address = "/review/" + link[1].replace("&amp;", "&") if link else ""
    assert address == ""
    assert len(set(seen)) == 112
    assert {one.number for one in made} <= set(seen)


def test_the_number_of_queries_does_not_grow(
    desk: Desk, case: OneThingCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = desk.reviewer()
    client.get("/review/?light=")
    with django_assert_max_num_queries(6) as few:
        client.get("/review/?light=")
    more_tasks(item_of(case, "licence"), 60)
    with django_assert_max_num_queries(6) as many:
        assert len(rows_of(client)) == 50
    assert len(few) == len(many)


def test_two_claim_and_the_second_reads_who_has_it(desk: Desk, case: OneThingCase) -> None:
    number = item_of(case, "licence").number
    desk.reviewer().post("/review/claim/", {"claim": number})
    answer = desk.colleague().post("/review/claim/", {"claim": number}, follow=True)
    assert "陈静" in text_of(answer.content.decode())
    assert "已经领了这一件" in answer.content.decode()
    holder = item_of(case, "licence").claimed_by
    assert holder is not None
    assert holder.account.display_name == "陈静"
    task = desk.colleague().get(f"/review/tasks/{number}/").content.decode()
    assert "领了这一件，您可以看，不能办。" in task
    assert "受理（开始计时）" not in task


def test_given_back_it_is_free_again(desk: Desk, case: OneThingCase) -> None:
    number, client = item_of(case, "licence").number, desk.reviewer()
    client.post("/review/claim/", {"claim": number})
    assert "放回" in client.get("/review/?light=").content.decode()
    client.post("/review/claim/", {"release": number})
    assert item_of(case, "licence").claimed_by is None


def test_next_takes_the_most_urgent_free_one_until_there_is_none(desk: Desk, case: OneThingCase) -> None:
    client = desk.reviewer()
    desk.colleague().post("/review/claim/", {"claim": item_of(case, "licence").number})
    taken = client.post("/review/next/", {"list": "holder=free"})
    assert taken["Location"] == f"/review/tasks/{item_of(case, 'sign-check').number}/?list=holder%3Dfree"
    nothing = client.post("/review/next/", {"list": "holder=free"}, follow=True)
    assert "没有可以领的了" in nothing.content.decode()
    assert nothing.request["QUERY_STRING"] == "holder=free"


def test_what_waits_stands_apart_and_empty_lists_say_why(desk: Desk, case: OneThingCase) -> None:
    food = item_of(case, "food-permit").number
    client = desk.reviewer("health")
    assert rows_of(client) == []
    assert "没有待办" in client.get("/review/?light=").content.decode()
    assert rows_of(client, "/review/?waiting=1") == [food]
    assert "没有在等的" in desk.reviewer().get("/review/?waiting=1").content.decode()


def test_a_list_shows_no_name_in_full_and_needs_no_log(desk: Desk, case: OneThingCase) -> None:
    page = desk.reviewer().get("/review/?light=").content.decode()
    assert case.principal_name not in page
    assert "李*" in page
    assert not ReadLog.objects.exists()


def test_somebody_elses_task_cannot_be_claimed_from_the_list(desk: Desk, case: OneThingCase) -> None:
    answer = desk.reviewer("health").post("/review/claim/", {"claim": item_of(case, "licence").number}, follow=True)
    assert "没有找到这一件" in answer.content.decode()
    assert item_of(case, "licence").claimed_by is None
