"""公示期 on the pages: the body sees until when it waits and why, the applicant what the time is for."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import AT
from tests.factories.cases import item_of, make_case, make_world
from tests.factories.plans import LICENCE_WAITS, changed_small_document
from tests.web.review.desk import Desk, marks, signed_in, text_of

from onething.cases.models import ItemCase, OneThingCase
from onething.catalogue.services import publish
from onething.dispatch.services import accept_item
from onething.kit.workdays import legal_date

pytestmark = pytest.mark.django_db
LONG_AGO = AT - timedelta(days=60)


@pytest.fixture
def desk() -> Desk:
    """The small shop with a publicity period, long ago."""
    world = make_world(at=LONG_AGO)
    begin = LONG_AGO + timedelta(minutes=1)
    publish([changed_small_document(LICENCE_WAITS)], effective_at=begin, at=begin)
    return Desk(world, world.officers["market"])


def published(desk: Desk, *, days_ago: int) -> tuple[OneThingCase, ItemCase]:
    """A case whose licence was taken up so many days before today."""
    case = make_case(desk.world, at=LONG_AGO + timedelta(days=1))
    at = timezone.now() - timedelta(days=days_ago)
    accept_item(item_id=item_of(case, "licence").pk, officer=desk.world.officers["market"], at=at)
    return case, item_of(case, "licence")


def grant(client: Client, item: ItemCase) -> str:
    page = client.get(f"/review/tasks/{item.number}/").content.decode()
    sent = {**marks(page), "opinion": "同意。", "basis": "条例", "produced.owner.uscc": "91321202MA00000007"}
    return text_of(client.post(f"/review/tasks/{item.number}/grant/", sent).content.decode())


def test_within_the_period_the_page_says_when_it_opens_and_offers_no_grant(desk: Desk) -> None:
    case, item = published(desk, days_ago=3)
    client = desk.reviewer()
    text = text_of(client.get(f"/review/tasks/{item.number}/").content.decode())
    assert "起才能同意" in text
    assert "公示期从" in text
    assert "依据：条例第三十三条" in text
    assert "同意（准予）" not in text
    assert "不同意…" in text
    answer = grant(client, item)  # a page drawn by hand, or one that was open before
    assert "起才能办结。依据：条例第三十三条" in answer
    assert item_of(case, "licence").state != "granted"


def test_on_the_day_after_it_can_be_granted_without_anybody_opening_it(desk: Desk) -> None:
    case, item = published(desk, days_ago=40)
    client = desk.reviewer()
    text = text_of(client.get(f"/review/tasks/{item.number}/").content.decode())
    assert "起才能同意" not in text
    assert "同意（准予）" in text
    grant(client, item)
    assert item_of(case, "licence").state == "granted"


def test_the_applicant_reads_what_the_time_is_for(desk: Desk) -> None:
    case, item = published(desk, days_ago=3)
    client = signed_in(desk.world.account)
    assert item.waits_until is not None
    assert item.waits_until > legal_date(timezone.now())
    day = f"{item.waits_until.month}月{item.waits_until.day}日"
    assert f"到{day}为止别人可以提出异议，过了这天才能办结" in text_of(
        client.get(f"/cases/{case.number}/").content.decode()
    )
