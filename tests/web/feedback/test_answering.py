"""The applicant's page of a correction: five points on one page, only they can be changed, nothing typed is lost (ux g)."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries
from tests.factories.cases import World, item_of, make_case
from tests.factories.feedback import field, find, finish, paper, round_of, side_by_side
from tests.web.review.desk import signed_in, text_of

from onething.cases.models import MaterialInstance, OneThingCase
from onething.feedback.areas import Box
from onething.feedback.models import CorrectionPoint, PointFile
from onething.feedback.services import Mark, tend_case

pytestmark = pytest.mark.django_db
NAME = field("person_name")


@pytest.fixture
def world() -> World:
    return side_by_side(at=timezone.now())


@pytest.fixture
def case(world: World) -> OneThingCase:
    """Three departments found five things; the notice is out."""
    now = timezone.now()
    case = make_case(world, at=now)
    find(world, case, "licence", NAME, "wrong", required="与身份证一致", at=now)
    find(world, case, "licence", paper("样例场所证"), "illegible", words="第二行看不清", at=now)
    find(world, case, "seal", NAME, "wrong", at=now)
    find(world, case, "food-permit", paper("健康证明", "staff-1"), "out_of_date", at=now)
    find(world, case, "food-permit", field("mobile_number", "staff-1"), "unclear", at=now)
    finish(world, case, "licence", "seal", "food-permit", "sign-check", at=now)
    assert round_of(case).state == "noticed"
    return case


def address(case: OneThingCase) -> str:
    return f"/cases/{case.number}/correction/1/"


def point(case: OneThingCase, key: str) -> CorrectionPoint:
    return CorrectionPoint.objects.get(round=round_of(case), key=key)


def photo(seed: int = 3) -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (30 + seed, 30), (seed, 90, 90)).save(content, "JPEG")
    return SimpleUploadedFile("新.jpg", content.getvalue(), content_type="image/jpeg")


def applicant(world: World) -> Client:
    return signed_in(world.account)


def test_one_page_says_what_is_wrong_why_who_asks_and_that_the_clock_stands(world: World, case: OneThingCase) -> None:
    """R2.7.a/1 and 4, g1, g6."""
    client = applicant(world)
    progress = client.get(f"/cases/{case.number}/").content.decode()
    assert f'href="{address(case)}"' in progress
    page = client.get(address(case)).content.decode()
    words = text_of(page)
    assert "请您补正4处" in words
    assert page.count("<h1") == 1
    assert page.count("提交补正") == 1
    for told in (
        "填错了",
        "应当是：与身份证一致",
        "看不清楚",
        "第二行看不清",
        "过了有效期",
        "海陵区市场监督管理局、泰州市公安局海陵分局",
    ):
        assert told in words, told
    assert "市场主体登记管理条例第十九条" in words
    assert "的时间停着不走；您提交的当天起，办理单位重新看，时间接着走" in words
    assert "“店招核对”照常办，不受影响" in words
    assert "不再办理，以后可以重新申请" in words


def test_only_the_controls_of_the_points_are_there_and_only_they_count(world: World, case: OneThingCase) -> None:
    """g2: on the server too."""
    client = applicant(world)
    page = client.get(address(case)).content.decode()
    names = set(re.findall(r'<(?:input|textarea|select)[^>]*? name="([^"]+)"', page))
    files = {f"files.{point(case, key).pk}" for key in ("样例场所证", "健康证明")}
    why = {f"why.{one.pk}" for one in round_of(case).points.all()}
    assert names == {"csrfmiddlewaretoken", "owner.person_name", "staff-1.mobile_number", *files, *why}
    before = case.form_values
    unasked = {"owner.trade_name": "别家", "owner.citizen_id_number": "321202199103050017"}
    typed = {"owner.person_name": "李莓", "staff-1.mobile_number": "13800001234"}
    answer = client.post(address(case), typed | unasked | dict.fromkeys(why, "已经是对的"))
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.form_values == {**before, "owner": {"owner": {**before["owner"]["owner"], "person_name": "李莓"}}}


def test_an_open_point_is_named_and_nothing_typed_is_lost(world: World, case: OneThingCase) -> None:
    """g5, X5: the summary names each, the files chosen in the same press are kept."""
    client = applicant(world)
    sent = {
        "owner.person_name": "李莓",
        "staff-1.mobile_number": "123",
        f"files.{point(case, '样例场所证').pk}": photo(),
    }
    answer = client.post(address(case), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "<title>错误：" in page
    summary = text_of(page[page.index('class="ys-summary"') : page.index("<h1")])
    assert "有 2 处需要修改" in summary or "2" in summary
    assert "店员手机号码" in summary
    assert "健康证明：上传改好的材料，或者写明不用改的理由" in summary
    assert 'value="李莓"' in page
    assert 'value="123"' in page
    assert PointFile.objects.filter(point=point(case, "样例场所证")).count() == 1
    assert item_of(case, "licence").state == "in_correction"


def test_answers_are_kept_by_themselves_and_a_chosen_file_can_go_again(world: World, case: OneThingCase) -> None:
    """X6."""
    client = applicant(world)
    kept = client.post(address(case), {"owner.person_name": "李莓"}, headers={"X-Autosave": "1"})
    assert "saved_at" in kept.json()
    assert 'value="李莓"' in client.get(address(case)).content.decode()
    target = point(case, "样例场所证")
    client.post(address(case), {"attach": target.pk, f"files.{target.pk}": photo()})
    chosen = PointFile.objects.get(point=target)
    client.post(address(case), {"remove": chosen.pk})
    assert not PointFile.objects.filter(point=target).exists()


def test_handed_in_it_goes_back_and_the_page_says_so(world: World, case: OneThingCase) -> None:
    client = applicant(world)
    sent: dict[str, object] = {"owner.person_name": "李莓", "staff-1.mobile_number": "13800009999"}
    sent |= {f"files.{point(case, key).pk}": photo(seed) for seed, key in enumerate(("样例场所证", "健康证明"), 5)}
    assert client.post(address(case), sent).status_code == 302
    assert {item_of(case, key).state for key in ("licence", "seal", "food-permit")} == {"received"}
    assert MaterialInstance.objects.filter(case=case, superseded_at__isnull=False).count() == 2
    again = client.post(address(case), sent, follow=True)
    assert "补正已经提交过了" in text_of(again.content.decode())
    assert "提交了补正，办理单位重新看" in text_of(client.get(address(case)).content.decode())


def test_more_time_by_one_click(world: World, case: OneThingCase) -> None:
    client, before = applicant(world), round_of(case).answer_by
    assert "再加15个工作日" in text_of(client.get(address(case)).content.decode())
    client.post(address(case), {"more_time": "1"})
    assert round_of(case).answer_by > before  # type: ignore[operator]
    assert "已经延长过" in text_of(client.get(address(case)).content.decode())


def test_a_stranger_finds_no_such_page(world: World, case: OneThingCase) -> None:
    stranger = signed_in(world.stranger)
    assert stranger.get(address(case)).status_code == 404
    assert stranger.post(address(case), {"owner.person_name": "周航"}).status_code == 404


def test_the_page_takes_the_same_queries_whatever_the_number_of_points(
    world: World, case: OneThingCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = applicant(world)
    client.get(address(case))
    with django_assert_max_num_queries(11):
        client.get(address(case))


def test_silence_is_said_with_its_day(world: World) -> None:
    """g4."""
    long_ago = timezone.now() - timedelta(days=30)
    case = make_case(world, at=timezone.now())
    for key in ("licence", "seal"):
        item = item_of(case, key)
        item.started_at, item.started_on = long_ago, long_ago.date()
        item.save(update_fields=["started_at", "started_on"])
    tend_case(case_id=case.pk, at=timezone.now())
    words = text_of(applicant(world).get(f"/cases/{case.number}/").content.decode())
    assert "起视为受理" in words


def test_the_page_of_a_paper_is_shown_with_what_was_marked_on_it(world: World) -> None:
    """ux g3."""
    now = timezone.now()
    case = make_case(world, at=now)
    row = case.materials.get(key="样例场所证", file__isnull=False)
    mark = Mark(row.pk, Box(0.6, 0.05, 0.3, 0.1))
    find(world, case, "licence", paper("样例场所证"), "illegible", mark=mark, at=now)
    finish(world, case, "licence", "seal", "food-permit", "sign-check", at=now)
    client = applicant(world)
    page = client.get(address(case)).content.decode()
    assert "在哪里：第1页右上角" in text_of(page)
    assert re.search(r'<rect class="ys-marked__area" x="60.0" y="5.0" width="30.0" height="10.0"/>', page)
    picture = f"/cases/{case.number}/papers/{row.pk}/picture/"
    assert f'<img class="ys-marked__page" src="{picture}" alt="您交的“{row.file_name}”，框出的是第1页右上角"' in page
    answer = client.get(picture)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert signed_in(world.stranger).get(picture).status_code == 404
    client.cookies["ys_language"] = "en"
    assert "Where: page 1, top right" in text_of(client.get(address(case)).content.decode())
