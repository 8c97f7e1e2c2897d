"""The applicant's word after a refusal, on the page of the case (R2.8.e/2)."""

import pytest
from django.utils import timezone
from tests.dispatch.test_refusal_choice import ruled
from tests.factories.cases import World, item_of, make_case, make_world, refuse
from tests.web.review.desk import signed_in, text_of

from onething.cases.models import OneThingCase
from onething.cases.states import ItemState

pytestmark = pytest.mark.django_db


def refused(rule: str) -> tuple[World, OneThingCase]:
    world = make_world()
    case = make_case(world, at=timezone.now())
    ruled(case, rule)
    refuse(world, item_of(case, "licence"), at=timezone.now())
    return world, case


@pytest.mark.parametrize(
    ("answer", "state", "told"),
    [
        ("go_on", ItemState.RECEIVED, "“食品经营许可”继续办"),
        ("withdraw", ItemState.WITHDRAWN, "“食品经营许可”撤回了，不再办"),
    ],
)
def test_the_applicant_goes_on_or_takes_it_back_on_the_page_of_the_case(
    answer: str, state: ItemState, told: str
) -> None:
    world, case = refused("ask")
    client, item = signed_in(world.account), item_of(case, "food-permit")
    page = text_of(client.get(f"/cases/{case.number}/").content.decode())
    assert "前面的“营业执照”没有同意。这一项还可以办，要不要继续？" in page
    assert "没有回答，就继续办" in page
    sent = client.post(f"/cases/{case.number}/choose/", {"item": item.number, "answer": answer}, follow=True)
    assert told in text_of(sent.content.decode())
    assert item_of(case, "food-permit").state == state
    again = client.post(f"/cases/{case.number}/choose/", {"item": item.number, "answer": answer}, follow=True)
    assert "现在不用您决定" in text_of(again.content.decode())
    assert "要不要继续？" not in text_of(client.get(f"/cases/{case.number}/").content.decode())


def test_what_waits_says_how_long_and_an_english_reader_reads_english() -> None:
    world, case = refused("wait")
    client = signed_in(world.account)
    assert "最晚等到" in text_of(client.get(f"/cases/{case.number}/").content.decode())
    client.cookies["ys_language"] = "en"
    assert "There is a new result, go on" in client.get(f"/cases/{case.number}/").content.decode()


def test_nobody_elses_case_and_no_other_word() -> None:
    world, case = refused("ask")
    item = item_of(case, "food-permit")
    sent = {"item": item.number, "answer": "go_on"}
    assert signed_in(world.stranger).post(f"/cases/{case.number}/choose/", sent).status_code == 404
    client = signed_in(world.account)
    assert client.post(f"/cases/{case.number}/choose/", {**sent, "answer": "perhaps"}).status_code == 404
    assert client.post(f"/cases/{case.number}/choose/", {**sent, "item": "x"}).status_code == 404
    assert item_of(case, "food-permit").state == ItemState.WAITING
