"""初审 on one page: the machine's look first, a verdict for every part, one act that ends it (R2.2.c)."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries
from tests.factories.cases import CITIZEN_NUMBER, item_of, make_case
from tests.web.review.desk import Desk, lead_case, make_desk, signed_in, text_of

from onething.audit.models import ReadLog
from onething.cases.models import OneThingCase
from onething.cases.states import ItemState
from onething.feedback.models import Finding
from onething.intake.models import PreliminaryReview

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> OneThingCase:
    made = make_case(desk.world, at=timezone.now())
    lead_case(desk, made)
    return made


def address(case: OneThingCase) -> str:
    return f"/review/cases/{case.number}/preliminary/"


def begun(desk: Desk, case: OneThingCase) -> str:
    assert desk.of(desk.lead).post(address(case), {"do": "start"}).status_code == 302
    return desk.of(desk.lead).get(address(case)).content.decode()


def all_ok(page: str) -> dict[str, str]:
    return dict.fromkeys(re.findall(r'name="(verdict-\d+)"', page), "ok")


def place_of(page: str, title: str) -> str:
    found = re.search(rf'id="part-(\d+)">\d+\. {title}', page)
    assert found is not None
    return found[1]


def test_the_case_page_leads_to_it_and_the_look_is_written_down(desk: Desk, case: OneThingCase) -> None:
    client = desk.of(desk.lead)
    assert address(case) in client.get(f"/review/cases/{case.number}/").content.decode()
    page = client.get(address(case)).content.decode()
    assert "没有查到重复的文件" in page
    assert "开始初审" in page
    assert 'name="verdict-1"' not in page
    assert CITIZEN_NUMBER not in page
    assert ReadLog.objects.filter(what="preliminary review").count() == 1
    assert desk.reviewer().get(address(case)).status_code == 403


def test_everything_in_order_ends_complete(desk: Desk, case: OneThingCase) -> None:
    page = begun(desk, case)
    client = desk.of(desk.lead)
    early = client.post(address(case), {"do": "finish", "outcome": "complete"})
    assert early.status_code == 422
    assert "项没有核对" in text_of(early.content.decode())
    done = client.post(address(case), {**all_ok(page), "do": "finish", "outcome": "complete"})
    assert done.headers["Location"] == f"/review/cases/{case.number}/"
    assert PreliminaryReview.objects.get().outcome == "complete"
    story = text_of(client.get(f"/review/cases/{case.number}/").content.decode())
    assert "初审有了结论：齐全" in story
    assert "符合" in text_of(client.get(address(case)).content.decode())


def test_what_is_to_be_corrected_goes_into_the_one_notice_and_is_counted(desk: Desk, case: OneThingCase) -> None:
    page = begun(desk, case)
    client, place = desk.of(desk.lead), place_of(page, "样例场所证")
    sent = {**all_ok(page), f"verdict-{place}": "to_correct", "do": "finish", "outcome": "correction"}
    lacks = client.post(address(case), sent)
    assert lacks.status_code == 422
    assert "选一个要补正的原因" in lacks.content.decode()
    assert not Finding.objects.exists()
    told = {**sent, f"reason-{place}": "illegible", f"words-{place}": "第二页拍糊了"}
    assert client.post(address(case), told).status_code == 302
    assert [(one.reason, one.words) for one in Finding.objects.all()] == [("illegible", "第二页拍糊了")]
    ended = text_of(client.get(address(case)).content.decode())
    assert "看不清楚：1次" in ended
    assert "第二页拍糊了" in ended


def test_what_is_put_right_on_the_spot_is_shown_before_and_after(
    desk: Desk, case: OneThingCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = begun(desk, case)
    client, place, owner = desk.of(desk.lead), place_of(page, "样例场所证"), place_of(page, "店主")
    spot = f"{address(case)}spot/"
    assert client.get(spot).headers["Location"] == address(case)
    early = client.post(address(case), {f"verdict-{place}": "ok", "do": "finish", "outcome": "on_the_spot"})
    assert "项没有核对" in text_of(early.content.decode())
    sent = {**all_ok(page), "do": "finish", "outcome": "on_the_spot"}
    for part, reason in ((place, "not_signed"), (owner, "unclear")):
        sent |= {f"verdict-{part}": "to_correct", f"reason-{part}": reason}
    assert client.post(address(case), sent).headers["Location"] == spot
    with django_assert_max_num_queries(12):
        form = client.get(spot).content.decode()
    assert 'value="䶮记"' in form
    assert CITIZEN_NUMBER not in form
    typed = {"owner.person_name": "阿依古丽·买买提", "owner.trade_name": "新䶮记", "owner.citizen_id_number": ""}
    lacks = client.post(spot, {**typed, "confirmed_by": "李梅"})
    assert lacks.status_code == 422
    again = lacks.content.decode()
    assert "样例场所证：选改好的文件，或拍照" in again
    assert 'value="新䶮记"' in again
    file = re.search(r'name="(files-\d+)"', again)
    assert file is not None
    photo = SimpleUploadedFile("补签.jpg", photograph(), content_type="image/jpeg")
    done = client.post(spot, {**typed, "confirmed_by": "李梅", file[1]: photo})
    assert done.headers["Location"] == f"/review/cases/{case.number}/"
    ended = text_of(client.get(address(case)).content.decode())
    for words in ("当场改了：样例场所证", "补签.jpg", "䶮记", "新䶮记", "李梅"):
        assert words in ended
    licence = item_of(case, "licence")
    assert "申请人改过：" in desk.reviewer().get(f"/review/tasks/{licence.number}/").content.decode()
    told = text_of(signed_in(desk.world.account).get(f"/cases/{case.number}/").content.decode())
    assert "当面改好了2处，已经当面确认" in told
    assert client.get(spot).headers["Location"] == address(case)
    assert signed_in(desk.world.stranger).get(spot).status_code == 403


def photograph() -> bytes:
    content = BytesIO()
    Image.new("RGB", (60, 40), (10, 80, 120)).save(content, "JPEG")
    return content.getvalue()


def test_what_is_not_ours_ends_by_the_page_with_the_bodys_document(desk: Desk, case: OneThingCase) -> None:
    begun(desk, case)
    client, licence = desk.of(desk.lead), item_of(case, "licence")
    sent = {"do": "finish", "outcome": "not_competent", "items": [str(licence.pk)], "reason": "经营场所在邻市"}
    lacks = client.post(address(case), sent)
    assert lacks.status_code == 422
    assert "写明应该找哪个单位" in lacks.content.decode()
    assert re.search(rf'value="{licence.pk}"[^>]*checked', lacks.content.decode())
    done = client.post(address(case), {**sent, "right_body": "邻市市场监管局"})
    assert done.headers["Location"] == address(case)
    assert item_of(case, "licence").state == ItemState.NOT_ACCEPTED
    page = client.get(address(case)).content.decode()
    assert "样例场所证" not in page
    assert f'value="{licence.pk}"' not in page
    applicant = signed_in(desk.world.account)
    assert "邻市市场监管局" in text_of(applicant.get(f"/cases/{case.number}/").content.decode())


def test_saving_keeps_and_enter_saves_and_decides_nothing(desk: Desk, case: OneThingCase) -> None:
    page = begun(desk, case)
    assert re.search(r'<button[^>]*name="do" value="(\w+)"', page)[1] == "save"  # type: ignore[index]
    client = desk.of(desk.lead)
    assert client.post(address(case), {"verdict-1": "ok", "do": "save"}).status_code == 302
    kept = client.get(address(case)).content.decode()
    assert re.search(r'name="verdict-1" value="ok" checked', kept)
    assert PreliminaryReview.objects.get().outcome == ""


def test_the_same_file_twice_is_told_before_anybody_looks(desk: Desk, case: OneThingCase) -> None:
    first = case.materials.filter(file__isnull=False).order_by("pk")[0]
    case.materials.filter(file__isnull=False).exclude(pk=first.pk).update(file=first.file)
    assert "是同一个文件" in desk.of(desk.lead).get(address(case)).content.decode()


def test_papers_open_inert_for_the_lead_and_for_nobody_else(desk: Desk, case: OneThingCase) -> None:
    paper = case.materials.filter(file__isnull=False).order_by("pk")[0]
    answer = desk.of(desk.lead).get(f"{address(case)}{paper.pk}/")
    assert b"".join(answer)[:2] == b"\xff\xd8"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert ReadLog.objects.filter(what=f"preliminary material {paper.pk}").count() == 1
    other = make_case(desk.world, at=timezone.now())
    assert desk.of(desk.lead).get(f"{address(other)}{paper.pk}/").status_code == 404
    assert desk.of(desk.lead).get(address(other)).status_code == 404


def test_its_queries_are_bounded(
    desk: Desk, case: OneThingCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    begun(desk, case)
    with django_assert_max_num_queries(12):
        desk.of(desk.lead).get(address(case))
