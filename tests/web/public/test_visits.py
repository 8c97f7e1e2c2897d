"""The applicant and a joint visit: pick one of three on the phone, sign the one sheet, show what was put right (f4)."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.factories.cases import picture
from tests.factories.visits import ITEMS, Visit, answer_all, book, held, make_visit, offer, sign
from tests.web.review.desk import signed_in, text_of

from onething.activities.models import SitePhoto
from onething.activities.rules import Opinion
from onething.activities.services import add_late_finding, cancel_activity, confirm_sheet, start_recheck
from onething.files.services import read_stored
from onething.kit.documents import pdf_words

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def applicant(visit: Visit) -> Client:
    return signed_in(visit.world.account)


def address(visit: Visit) -> str:
    return f"/cases/{visit.case.number}/visits/{visit.activity.ordinal}/"


def read(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_one_of_three_is_picked_from_the_page_of_the_case(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    visit = make_visit(at=timezone.now())
    slots = offer(visit, at=timezone.now())
    client = applicant(visit)
    assert "请选一个时间" in read(client, f"/cases/{visit.case.number}/")
    with django_assert_max_num_queries(9):
        page = client.get(address(visit)).content.decode()
    assert re.findall(r'name="slot" value="(\d+)"', page) == [str(one.pk) for one in slots]
    answer = client.post(address(visit), {"act": "pick"})
    assert (answer.status_code, "选一个时间" in answer.content.decode()) == (422, True)
    assert client.post(address(visit), {"act": "pick", "slot": slots[2].pk}).status_code == 302
    assert visit.begins == slots[2].start
    assert "时间定好了" in read(client, address(visit))
    assert "只来一次" in read(client, address(visit))


def test_none_fits_with_a_reason_goes_back_to_the_lead() -> None:
    visit = make_visit(at=timezone.now())
    offer(visit, at=timezone.now())
    client = applicant(visit)
    assert client.post(address(visit), {"act": "decline", "reason": ""}).status_code == 422
    assert client.post(address(visit), {"act": "decline", "reason": "下周才回来"}).status_code == 302
    page = read(signed_in(visit.lead.account), f"/review/visits/{visit.activity.pk}/")
    assert "下周才回来" in page


def test_a_stale_page_is_told_what_holds_now() -> None:
    visit = make_visit(at=timezone.now())
    slots = offer(visit, at=timezone.now())
    cancel_activity(activity_id=visit.activity.pk, officer=visit.lead, reason="场地没有准备好", at=timezone.now())
    answer = applicant(visit).post(address(visit), {"act": "pick", "slot": slots[0].pk})
    assert answer.status_code == 422
    assert "已取消" in answer.content.decode()
    assert "场地没有准备好" in answer.content.decode()


def test_nobody_else_sees_it() -> None:
    visit = held(at=timezone.now())
    for tail in ("", "sheet/"):
        assert signed_in(visit.world.stranger).get(f"{address(visit)}{tail}").status_code == 404
    assert signed_in(visit.world.stranger).post(address(visit), {"act": "confirm"}).status_code == 404


def test_the_one_sheet_is_read_signed_and_the_same_on_paper(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """ux f4: opening it lists every department's points."""
    visit = held(at=timezone.now())
    client = applicant(visit)
    assert client.get(f"{address(visit)}sheet/").status_code == 404
    with django_assert_max_num_queries(18):
        page = read(client, address(visit))
    for key in ITEMS:
        assert visit.part(key).organisation.name in page
    client.post(address(visit), {"act": "confirm", "words": "看过了"})
    paper = pdf_words(client.get(f"{address(visit)}sheet/").content)
    page = read(client, address(visit))
    for key in ITEMS:
        for point in visit.part(key).points.all():
            assert point.title in page
            assert point.title in paper
    assert "看过了" in paper
    part = visit.part("seal")
    add_late_finding(
        participation_id=part.pk,
        officer=visit.inspector("seal"),
        text="少一块牌子",
        reason="当时停电",
        at=timezone.now(),
    )
    page = read(client, address(visit))
    assert "少一块牌子" in page
    assert "当时停电" in page


def test_what_was_put_right_is_shown_by_photo() -> None:
    visit = make_visit(at=timezone.now())
    book(visit, at=timezone.now())
    for key, value, opinion in zip(
        ITEMS, ("ok", "not_ok", "ok"), (Opinion.PASS, Opinion.DEFECTS, Opinion.PASS), strict=True
    ):
        answer_all(visit, key, value)
        sign(visit, key, opinion)
    after = visit.begins + HOUR
    confirm_sheet(activity_id=visit.activity.pk, account=visit.world.account, words="", at=after)
    visit.activity = start_recheck(activity_id=visit.activity.pk, officer=visit.lead, by_photo=True, at=after)
    client = applicant(visit)
    page = client.get(address(visit)).content.decode()
    point = re.search(r'name="point" value="(\d+)"', page)
    assert point is not None
    content = read_stored(picture(9))
    form = {"act": "photo", "point": point[1], "files": SimpleUploadedFile("a.jpg", content, "image/jpeg")}
    assert client.post(address(visit), form).status_code == 302
    shot = SitePhoto.objects.get()
    assert shot.by_applicant
    shown = client.get(f"{address(visit)}photos/{shot.pk}/")
    assert b"".join(shown.streaming_content)[:3] == b"\xff\xd8\xff"  # type: ignore[attr-defined]
    site = read(signed_in(visit.inspector("seal").account), f"/review/visits/site/{visit.part('seal').pk}/")
    assert "申请人的照片1" in site
    assert client.post(address(visit), {"act": "photo", "point": point[1]}).status_code == 422


def test_in_english_the_applicant_is_asked_in_english() -> None:
    visit = make_visit(at=timezone.now())
    offer(visit, at=timezone.now())
    client = applicant(visit)
    client.cookies["ys_language"] = "en"
    page = read(client, address(visit))
    assert "Please choose a time" in page
    answer = client.post(address(visit), {"act": "decline", "reason": ""})
    assert "Write in a sentence why" in answer.content.decode()
