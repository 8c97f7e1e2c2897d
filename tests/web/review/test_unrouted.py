"""待分派: what found no body, and the coordinator who finds one (R2.8.b)."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.factories.cases import item_of, make_case
from tests.web.review.desk import Desk, make_desk, more_tasks, text_of

from onething.cases.models import ItemCase, OneThingCase
from onething.dispatch.models import Dispatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> OneThingCase:
    """The market bureau has sent the licence back: it is the health commission's, it says."""
    made = make_case(desk.world, at=timezone.now())
    item = item_of(made, "licence")
    desk.reviewer().post(
        f"/review/tasks/{item.number}/return/", {"reason": "职责已经划走", "right_body": "海陵区卫生健康委员会"}
    )
    return made


def words(desk: Desk, address: str) -> str:
    return text_of(desk.of(desk.world.coordinator).get(address).content.decode())


def test_the_list_says_why_it_is_there_and_what_was_proposed(desk: Desk, case: OneThingCase) -> None:
    page = words(desk, "/review/unrouted/")
    assert "营业执照" in page
    assert "海陵区市场监督管理局退回：职责已经划走（建议转给海陵区卫生健康委员会）" in page
    assert "共1件" in page
    assert "海陵区" in page


def test_sending_names_body_and_reason_and_both_are_kept(desk: Desk, case: OneThingCase) -> None:
    item, client = item_of(case, "licence"), desk.of(desk.world.coordinator)
    answer = client.post(
        f"/review/unrouted/{item.number}/", {"body": "海陵区卫生健康委员会", "reason": "按三定方案"}, follow=True
    )
    page = answer.content.decode()
    assert "“营业执照”已经派给海陵区卫生健康委员会" in page
    assert "没有待分派的" in page
    after = item_of(case, "licence")
    assert after.organisation is not None
    assert after.organisation.key == "hailing-health"
    assert Dispatch.objects.filter(item=item).latest("round").sent_reason == "按三定方案"
    assert client.get(f"/review/cases/{case.number}/").status_code == 200, "who sent it may follow it"
    assert item.number in desk.reviewer("health").get("/review/?light=").content.decode()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"body": "", "reason": "按三定方案"}, "选择一个单位"),
        ({"body": "不存在的局", "reason": "按三定方案"}, "没有叫“不存在的局”的单位，请从列表里选"),
        ({"body": "海陵区卫生健康委员会", "reason": " "}, "写明为什么派给它"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    desk: Desk, case: OneThingCase, typed: dict[str, str], told: str
) -> None:
    item = item_of(case, "licence")
    answer = desk.of(desk.world.coordinator).post(f"/review/unrouted/{item.number}/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(told) >= 2, "on top and beside the field"
    assert typed["body"] in page
    assert item_of(case, "licence").organisation is None


def test_what_a_colleague_sent_meanwhile_is_said(desk: Desk, case: OneThingCase) -> None:
    item, client = item_of(case, "licence"), desk.of(desk.world.coordinator)
    typed = {"body": "海陵区卫生健康委员会", "reason": "按三定方案"}
    client.post(f"/review/unrouted/{item.number}/", typed)
    again = client.post(f"/review/unrouted/{item.number}/", typed, follow=True)
    assert "这一项已经有单位在办了" in again.content.decode()
    assert client.get(f"/review/unrouted/{item.number}/").status_code == 404


def test_queries_do_not_grow(
    desk: Desk, case: OneThingCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = desk.of(desk.world.coordinator)
    client.get("/review/unrouted/")
    made = more_tasks(item_of(case, "licence"), 30)
    ItemCase.objects.filter(pk__in=[one.pk for one in made]).update(coordinator=desk.world.coordinator)
    with django_assert_max_num_queries(8):
        page = client.get("/review/unrouted/").content.decode()
    assert "共31件" in page
