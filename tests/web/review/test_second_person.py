"""Two people on one decision, as their pages show it (ux e5, e6)."""

import pytest
from django.utils import timezone
from tests.dispatch.test_second_person import demand_second
from tests.factories.cases import item_of, make_case
from tests.web.review.desk import Desk, make_desk, marks, text_of
from tests.web.review.test_task import LICENCE, accepted, address, opened

from onething.cases.models import OneThingCase
from onething.cases.states import ItemState

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> OneThingCase:
    made = make_case(desk.world, at=timezone.now())
    demand_second(made)
    return made


def proposed(desk: Desk, case: OneThingCase) -> str:
    """The licence with a grant proposed by the first reviewer; gives its number."""
    item = accepted(desk.reviewer(), case)
    page = opened(desk.reviewer(), item)
    assert "这一项的决定要由另一位同事复核（依据：示例条例第八条（测试用））" in text_of(page)
    sent = desk.reviewer().post(
        address(item, "grant"), marks(page) | LICENCE | {"opinion": "符合条件", "basis": "条例第十九条"}
    )
    assert sent.status_code == 302, text_of(sent.content.decode())
    assert item_of(case, "licence").state == ItemState.IN_REVIEW
    return item.number


def test_a_colleague_finds_reads_and_confirms_it(desk: Desk, case: OneThingCase) -> None:
    number = proposed(desk, case)
    assert "等复核" in text_of(desk.reviewer().get("/review/?light=").content.decode())
    assert number not in desk.reviewer().get("/review/?holder=confirm").content.decode(), "one's own is not for oneself"
    assert number in desk.colleague().get("/review/?holder=confirm").content.decode()
    page = text_of(opened(desk.colleague(), item_of(case, "licence")))
    for words in ("复核同事提出的决定", "陈静", "符合条件", "条例第十九条", "91321202MA00000007"):
        assert words in page, words
    own = text_of(opened(desk.reviewer(), item_of(case, "licence")))
    assert "决定已经提出，等复核" in own
    assert "确认这个决定" not in own
    assert desk.reviewer().post(f"/review/tasks/{number}/confirm/").status_code in {302, 403}
    assert item_of(case, "licence").state == ItemState.IN_REVIEW
    answer = desk.colleague().post(f"/review/tasks/{number}/confirm/", follow=True)
    assert "秒可以撤回" in text_of(answer.content.decode())
    assert item_of(case, "licence").state == ItemState.GRANTED
    again = desk.colleague().post(f"/review/tasks/{number}/confirm/", follow=True)
    assert "现在没有等复核的决定" in text_of(again.content.decode())


def test_sending_back_wants_a_reason_that_its_author_reads(desk: Desk, case: OneThingCase) -> None:
    number = proposed(desk, case)
    bare = desk.colleague().post(f"/review/tasks/{number}/send-back/", {"reason": "  "})
    assert bare.status_code == 422
    assert "写明为什么不确认" in bare.content.decode()
    assert desk.colleague().post(f"/review/tasks/{number}/send-back/", {"reason": "条文写错了"}).status_code == 302
    page = text_of(opened(desk.reviewer(), item_of(case, "licence")))
    assert "孙洁没有确认上次的决定：条文写错了" in page
    assert "同意（准予）" in page


def test_its_author_takes_it_back(desk: Desk, case: OneThingCase) -> None:
    number = proposed(desk, case)
    done = desk.reviewer().post(f"/review/tasks/{number}/take-back/", follow=True)
    assert "已经收回，可以重新写" in text_of(done.content.decode())
    assert "同意（准予）" in text_of(opened(desk.reviewer(), item_of(case, "licence")))
