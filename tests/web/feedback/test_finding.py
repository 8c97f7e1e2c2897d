"""Departments' pages of a correction: entering, seeing others', saying that this is all, what came back, heads (R2.7.a, I10)."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.factories.cases import World, item_of, make_case
from tests.factories.feedback import field, find, finish, head_of, paper, round_of, side_by_side
from tests.factories.plans import calendar
from tests.web.review.desk import signed_in, text_of

from onething.cases.models import ItemCase, OneThingCase
from onething.feedback.models import Finding
from onething.feedback.services import PointAnswer, hand_in_answers, keep_answers
from onething.web.review import words

pytestmark = pytest.mark.django_db
NAME = field("person_name")


@pytest.fixture
def world() -> World:
    return side_by_side(at=timezone.now())


@pytest.fixture
def case(world: World) -> OneThingCase:
    return make_case(world, at=timezone.now())


def reviewer(world: World, body: str = "market") -> Client:
    return signed_in(world.officers[body].account)


def address(item: ItemCase, act: str = "") -> str:
    return f"/review/tasks/{item.number}/{act}"


def part(client: Client, item: ItemCase) -> str:
    """The part of the page about corrections."""
    page = client.get(address(item)).content.decode()
    assert page.count('id="corrections"') == 1
    found = re.search(r'<section class="ys-panel" id="corrections">.*?</section>', page, flags=re.DOTALL)
    assert found is not None
    return found[0]


def test_a_finding_is_entered_from_a_list_and_stays_typed_when_refused(world: World, case: OneThingCase) -> None:
    client, item = reviewer(world), item_of(case, "licence")
    form = part(client, item)
    assert f'value="{NAME.code}"' in form
    assert field("trade_name").code not in form, "what the item does not ask cannot be chosen"
    wrong = client.post(address(item, "finding/"), {"target": NAME.code, "reason": "illegible", "words": "看不出"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "从列表里选一个原因" in text_of(page)
    assert "看不出" in page
    beyond = {"target": field("trade_name").code, "reason": "wrong"}
    assert "修改目录" in text_of(client.post(address(item, "finding/"), beyond).content.decode())
    assert client.post(address(item, "finding/"), {"target": NAME.code, "reason": "wrong"}).status_code == 302
    assert "已记下，等大家说完一起通知申请人" in text_of(part(client, item))
    row = Finding.objects.get()
    client.post(address(item, f"finding/{row.pk}/back/"))
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_a_body_sees_others_findings_only_on_data_it_needs_itself(world: World, case: OneThingCase) -> None:
    """I10."""
    find(world, case, "licence", NAME, "wrong", words="像是绰号", at=timezone.now())
    find(world, case, "licence", paper("样例场所证"), "illegible", words="第二行", at=timezone.now())
    seal = text_of(part(reviewer(world, "public-security"), item_of(case, "seal")))
    assert "像是绰号" in seal
    assert "海陵区市场监督管理局" in seal
    assert "第二行" not in seal
    food = text_of(reviewer(world, "health").get(address(item_of(case, "food-permit"))).content.decode())
    assert "像是绰号" not in food
    other = reviewer(world, "health")
    assert other.post(address(item_of(case, "licence"), "finding/"), {}).status_code == 404


def test_saying_that_this_is_all_sends_the_notice_when_everybody_has(world: World, case: OneThingCase) -> None:
    client, item = reviewer(world), item_of(case, "licence")
    find(world, case, "licence", NAME, "wrong", at=timezone.now())
    finish(world, case, "seal", "food-permit", "sign-check", at=timezone.now())
    assert "本单位说完了" in part(client, item)
    client.post(address(item, "findings-done/"))
    assert round_of(case).state == "noticed"
    assert "已通知申请人，等答复" in text_of(part(client, item))


def test_after_the_answer_the_body_sees_before_and_after_and_the_explanation(world: World, case: OneThingCase) -> None:
    now = timezone.now()
    find(world, case, "licence", NAME, "wrong", at=now)
    find(world, case, "licence", paper("样例场所证"), "illegible", at=now)
    finish(world, case, "licence", "seal", "food-permit", "sign-check", at=now)
    of = round_of(case)
    points = {one.key: one.pk for one in of.points.all()}
    answers = {
        points["person_name"]: PointAnswer({"owner.person_name": "李莓"}),
        points["样例场所证"]: PointAnswer({}, "原件就是这样"),
    }
    keep_answers(round_id=of.pk, account=world.account, answers=answers, at=now)
    hand_in_answers(round_id=of.pk, account=world.account, at=now)
    shown = text_of(part(reviewer(world), item_of(case, "licence")))
    assert "原来 阿依古丽·买买提 → 现在 李莓" in shown
    assert "申请人说明：原件就是这样" in shown
    seal = text_of(part(reviewer(world, "public-security"), item_of(case, "seal")))
    assert "申请人改过： 店主姓名" in seal
    assert "原件就是这样" not in seal


def test_a_head_lets_through_what_comes_late_and_it_is_counted(world: World, case: OneThingCase) -> None:
    """R2.7.a/3."""
    now = timezone.now()
    find(world, case, "licence", NAME, "wrong", at=now)
    finish(world, case, "licence", "seal", "food-permit", "sign-check", at=now)
    of = round_of(case)
    (point,) = of.points.all()
    keep_answers(round_id=of.pk, account=world.account, answers={point.pk: PointAnswer({}, "没错")}, at=now)
    hand_in_answers(round_id=of.pk, account=world.account, at=now)
    item, client = item_of(case, "licence"), reviewer(world)
    typed = {"target": paper("样例场所证").code, "reason": "illegible"}
    assert "本单位负责人批准" in text_of(client.post(address(item, "finding/"), typed).content.decode())
    client.post(address(item, "finding/"), typed | {"exception_reason": "漏看了第二页"})
    head = signed_in(head_of(world, "market").account)
    page = text_of(head.get("/review/approvals/").content.decode())
    assert "漏看了第二页" in page
    assert "批准过0次" in page
    row = Finding.objects.get(state="proposed")
    assert (
        signed_in(head_of(world, "health").account).post("/review/approvals/", {"approve": row.pk}).status_code == 404
    )
    head.post("/review/approvals/", {"approve": row.pk})
    row.refresh_from_db()
    assert row.state == "entered"
    assert "批准过1次" in text_of(head.get("/review/approvals/").content.decode())
    assert client.get("/review/approvals/").status_code == 403


def test_the_list_is_red_the_day_before_silence_becomes_acceptance(world: World, case: OneThingCase) -> None:
    """g4: by the working day; only of applications that nobody has spoken on."""
    item = item_of(case, "licence")
    item.started_on, item.window_from = date(2026, 11, 25), None
    shown = {
        day: words.silence(item, today=day, calendar=calendar())
        for day in (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2))
    }
    assert shown[date(2026, 11, 30)] == {}
    assert shown[date(2026, 12, 1)] == {"light": "over", "light_text": "下个工作日前不表态，视为受理"}
    assert shown[date(2026, 12, 2)]["light_text"] == "今天不表态，视为受理"
    item.trigger = "check"
    assert words.silence(item, today=date(2026, 12, 2), calendar=calendar()) == {}
    long_ago = timezone.localdate() - timedelta(days=20)
    ItemCase.objects.filter(pk=item.pk).update(started_on=long_ago)
    assert "今天不表态，视为受理" in text_of(reviewer(world).get("/review/").content.decode())


def test_the_page_takes_one_query_more_for_corrections_and_few_with_them(
    world: World, case: OneThingCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, item = reviewer(world), item_of(case, "licence")
    find(world, case, "licence", NAME, "wrong", at=timezone.now())
    find(world, case, "seal", NAME, "wrong", at=timezone.now())
    client.get(address(item))
    with django_assert_max_num_queries(17):
        client.get(address(item))


def test_a_place_is_typed_in_percent_and_the_form_stays_open_for_the_next(world: World, case: OneThingCase) -> None:
    """ux g3: without script the four numbers do what a drawn rectangle does."""
    client, item = reviewer(world), item_of(case, "licence")
    row = case.materials.get(key="样例场所证", file__isnull=False)
    target = paper("样例场所证").code
    form = client.get(address(item)).content.decode()
    assert f'data-review-mark="{row.pk}" data-review-target="{target}"' in form
    sent = {"target": target, "reason": "illegible", "words": "编号看不清", "mark_left": "70", "mark_top": "5"}
    half = client.post(address(item, "finding/"), sent)
    assert "位置的四个数都要填，或者都空着" in text_of(half.content.decode())
    assert 'name="mark_left" value="70"' in half.content.decode()
    sent |= {"mark_width": "25", "mark_height": "10"}
    assert "选出位置标在哪个文件上" in text_of(client.post(address(item, "finding/"), sent).content.decode())
    done = client.post(address(item, "finding/"), {**sent, "mark_paper": str(row.pk)})
    page = client.get(done.headers["Location"].partition("#")[0]).content.decode()
    assert "编号看不清。第1页右上角" in text_of(page)
    assert re.search(rf'<option value="{re.escape(target)}" selected', page), "the next one begins at the same paper"
    assert re.search(r"<details class=\"ys-why\" open><summary[^>]*data-review-finding", page)
    second = {"target": NAME.code, "reason": "wrong", "words": "少一个字"}
    assert client.post(address(item, "finding/"), second).status_code == 302
    assert Finding.objects.count() == 2
    other = case.materials.get(key="健康证明", file__isnull=False)
    beyond = client.post(address(item, "finding/"), {**sent, "mark_paper": str(other.pk)})
    assert "标出的位置不在选的这份材料上" in text_of(beyond.content.decode())
