"""The lead arranges a visit, inspectors note it on the spot: the pages, and who may open them (journey f, ux f2–f4)."""

import re
from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.factories.cases import item_of, picture
from tests.factories.parties import make_officer
from tests.factories.visits import ITEMS, Visit, answer_all, book, make_visit, sign
from tests.web.review.desk import signed_in, text_of

from onething.activities.models import BlockedTime, ChecklistPoint, Defect, JointActivity, SentEntry, SitePhoto
from onething.activities.rules import Opinion
from onething.activities.services import cancel_activity, confirm_sheet
from onething.audit.models import ReadLog
from onething.files.services import read_stored
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit() -> Visit:
    return make_visit(at=timezone.now())


def lead(visit: Visit) -> Client:
    return signed_in(visit.lead.account)


def inspector(visit: Visit, key: str) -> Client:
    return signed_in(visit.inspector(key).account)


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return text_of(answer.content.decode())


def page_of(visit: Visit) -> str:
    return f"/review/visits/{visit.activity.pk}/"


def site_of(visit: Visit, key: str) -> str:
    return f"/review/visits/site/{visit.part(key).pk}/"


def test_the_lead_arranges_from_the_page_of_the_case_in_two_presses(visit: Visit) -> None:
    """R2.8.d/1: what the one-thing says is chosen already; the next page has three times."""
    now = timezone.now()
    cancel_activity(activity_id=visit.activity.pk, officer=visit.lead, reason="重新安排", at=now)
    client = lead(visit)
    case = read(client, f"/review/cases/{visit.case.number}/")
    assert "安排联合勘验" in case
    assert "取消了联合勘验" in case
    page = client.get(f"/review/cases/{visit.case.number}/visits/new/").content.decode()
    chosen = dict.fromkeys(re.findall(r'name="(points-\d+)" value="0" checked', page), "0")
    assert len(chosen) == len(ITEMS)
    form = {"kind": "survey", "minutes": "90", "place": "", "invited": "消防专家", **chosen}
    answer = client.post(f"/review/cases/{visit.case.number}/visits/new/", form, follow=True)
    made = JointActivity.objects.latest("pk")
    assert answer.redirect_chain[-1][0] == f"/review/visits/{made.pk}/"
    starts = re.findall(r'name="starts" value="([^"]+)" checked', answer.content.decode())
    assert len(starts) == 3
    after = re.search(r'name="after" value="([^"]+)"', answer.content.decode())
    assert after is not None
    client.post(f"/review/visits/{made.pk}/offer/", {"starts": starts, "after": after[1]})
    made.refresh_from_db()
    assert (made.state, made.slots.count()) == ("offered", 3)


def test_the_lead_adds_points_of_its_own_and_a_body_comes_for_nothing_else(visit: Visit) -> None:
    """R2.8.d/2."""
    now = timezone.now()
    cancel_activity(activity_id=visit.activity.pk, officer=visit.lead, reason="重新安排", at=now)
    seal, food = item_of(visit.case, "seal"), item_of(visit.case, "food-permit")
    form = {
        "kind": "survey",
        "minutes": "90",
        f"points-{food.pk}": "0",
        f"own-{food.pk}": "",
        f"own-{seal.pk}": "门牌和申请一致\n\n 门牌和申请一致 \n招牌没有挡住消防通道",
    }
    assert lead(visit).post(f"/review/cases/{visit.case.number}/visits/new/", form).status_code == 302
    made = JointActivity.objects.latest("pk")
    parts = {one.item.key: one for one in made.participations.select_related("item")}
    assert set(parts) == {"food-permit", "seal"}
    titles = [(one.title, one.basis) for one in parts["seal"].points.order_by("ordinal")]
    assert titles == [("门牌和申请一致（牵头部门加的）", ""), ("招牌没有挡住消防通道（牵头部门加的）", "")]
    assert all("牵头部门加的" not in one.title for one in parts["food-permit"].points.all())
    site = signed_in(visit.inspector("seal").account)
    book(visit, at=now, activity=made)
    assert "门牌和申请一致（牵头部门加的）" in read(site, f"/review/visits/site/{parts['seal'].pk}/")


def test_what_was_typed_stays_when_it_cannot_be_arranged(visit: Visit) -> None:
    item = item_of(visit.case, "seal")
    address = f"/review/cases/{visit.case.number}/visits/new/"
    form = {
        "kind": "assessment",
        "minutes": "90",
        f"points-{item.pk}": "0",
        "place": "示例路9号",
        f"own-{item.pk}": "门牌",
    }
    answer = lead(visit).post(address, form)
    assert answer.status_code == 422
    assert "至少选两个单位" in answer.content.decode()
    assert "示例路9号" in answer.content.decode()
    assert re.search(r">\s*门牌</textarea>", answer.content.decode())


def test_who_has_no_part_in_it_sees_nothing(visit: Visit) -> None:
    book(visit, at=timezone.now())
    stranger = make_officer(visit.world.town.bodies["health"], name="周航", role=Officer.Role.LEAD)
    other = signed_in(stranger.account)
    addresses = [page_of(visit), f"{page_of(visit)}sheet/", f"/review/cases/{visit.case.number}/visits/new/"]
    assert [other.get(one).status_code for one in addresses] == [404] * 3
    foreign = inspector(visit, "food-permit")
    for tail in ("", "checklist/"):
        assert foreign.get(f"{site_of(visit, 'seal')}{tail}").status_code == 404
    assert foreign.post(f"{site_of(visit, 'seal')}send/", {"kind": "answer"}).status_code == 404
    assert signed_in(visit.world.account).get(site_of(visit, "seal")).status_code == 403


def test_the_lead_sees_how_it_went_and_starts_the_recheck(
    visit: Visit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    book(visit, at=timezone.now())
    for key, value, opinion in (
        ("food-permit", "ok", Opinion.PASS), ("seal", "not_ok", Opinion.DEFECTS), ("sign-check", "ok", Opinion.PASS),
    ):  # fmt: skip
        answer_all(visit, key, value)
        sign(visit, key, opinion, words="要补登记簿" if key == "seal" else "")
    confirm_sheet(
        activity_id=visit.activity.pk, account=visit.world.account, words="", at=visit.begins + timedelta(hours=1)
    )
    client = lead(visit)
    with django_assert_max_num_queries(18):
        page = read(client, page_of(visit))
    for words in ("要补登记簿", "没有解决的问题", "请申请人拍照复查", "算数"):
        assert words in page
    pdf = client.get(f"{page_of(visit)}sheet/")
    assert pdf.content[:5] == b"%PDF-"
    assert inspector(visit, "seal").get(f"{page_of(visit)}sheet/").status_code == 200
    client.post(f"{page_of(visit)}recheck/", {"how": "photo"})
    again = JointActivity.objects.latest("pk")
    assert (again.by_photo, again.participations.count()) == (True, 1)


def test_a_refused_act_says_what_holds_now(visit: Visit) -> None:
    client = lead(visit)
    answer = client.post(f"{page_of(visit)}cancel/", {"reason": ""})
    assert answer.status_code == 422
    assert "写明为什么取消" in answer.content.decode()
    assert client.post(f"{page_of(visit)}explode/").status_code == 404


def test_without_script_the_form_is_one_and_pressed_twice_counts_once(visit: Visit) -> None:
    book(visit, at=timezone.now())
    client, address = inspector(visit, "seal"), site_of(visit, "seal")
    page = client.get(address).content.decode()
    form_id = re.search(r'name="form_id" value="([^"]+)"', page)
    assert form_id is not None
    photo = read_stored(picture(7))
    for _ in range(2):
        form = {"form_id": form_id[1], "answer-1": "not_ok", "note-1": "没有登记簿", "defect": "门口没有牌子"}
        form["photo-1"] = as_file(photo)
        assert client.post(address, form).status_code == 302
    assert ChecklistPoint.objects.get(participation=visit.part("seal"), ordinal=1).answer == "not_ok"
    assert (Defect.objects.count(), SitePhoto.objects.count()) == (1, 1)
    page = read(client, address)
    assert "门口没有牌子" in page
    shown = client.get(f"{address}photos/{SitePhoto.objects.get().pk}/")
    assert b"".join(shown.streaming_content)[:3] == b"\xff\xd8\xff"  # type: ignore[attr-defined]
    refused = client.post(address, {"form_id": "again", "opinion": "pass", "sign": "1"})
    assert refused.status_code == 422
    assert "不能选“通过”" in refused.content.decode()
    assert client.post(address, {"form_id": "last", "opinion": "defects", "sign": "1"}).status_code == 302
    assert visit.part("seal").opinion == "defects"
    assert ReadLog.objects.filter(what__startswith="visit ").exists()


def as_file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", content, "image/jpeg")


def test_a_device_sends_each_entry_and_is_told_whether_it_is_new(visit: Visit) -> None:
    book(visit, at=timezone.now())
    client, address = inspector(visit, "seal"), f"{site_of(visit, 'seal')}send/"
    entry = {"kind": "answer", "client_id": "abc", "taken_at": "2026-11-25T10:00:00.000Z", "point": "1", "answer": "ok"}
    assert client.post(address, entry).json() == {"taken": True}
    assert client.post(address, entry).json() == {"taken": False}
    assert SentEntry.objects.count() == 1
    for wrong in (
        {"kind": "dance"},
        {"kind": "answer", "client_id": "x", "point": "9", "answer": "ok"},
        {"kind": "photo"},
    ):
        answer = client.post(address, wrong)
        assert (answer.status_code, answer.json()) == (422, {"message": ANY})
    bad = client.post(address, {**entry, "client_id": "y", "file": as_file(b"not a picture")})
    assert bad.status_code == 422
    assert SentEntry.objects.count() == 1


def test_after_the_signature_a_point_needs_its_reason(visit: Visit) -> None:
    """ux f4."""
    book(visit, at=timezone.now())
    answer_all(visit, "seal")
    sign(visit, "seal")
    client, address = inspector(visit, "seal"), f"{site_of(visit, 'seal')}late/"
    assert client.post(address, {"text": "还有一处", "reason": ""}).status_code == 422
    assert client.post(address, {"text": "还有一处", "reason": "当时停电"}).status_code == 302
    page = read(lead(visit), page_of(visit))
    assert "当时停电" in page


def test_the_agenda_lists_what_comes_next_and_keeps_ones_own_blocked_times(
    visit: Visit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    book(visit, at=timezone.now())
    client = inspector(visit, "seal")
    day = (timezone.localtime() + timedelta(days=3)).date().isoformat()
    assert client.post("/review/visits/", {"day": day, "since": "09:00", "until": "12:00"}).status_code == 302
    assert client.post("/review/visits/", {"day": "soon", "since": "09:00", "until": "12:00"}).status_code == 422
    with django_assert_max_num_queries(9):
        page = read(client, "/review/visits/")
    assert "刻章备案" in page
    assert "去掉" in page
    client.post("/review/visits/", {"unblock": str(BlockedTime.objects.get().pk)})
    assert not BlockedTime.objects.exists()
    assert "联合勘验 开小店一件事" in read(lead(visit), "/review/visits/")


def test_the_checklist_prints_and_the_worker_has_its_scope(visit: Visit) -> None:
    """ux f3: paper is the fallback; the worker lies in the folder it serves."""
    book(visit, at=timezone.now())
    pdf = inspector(visit, "seal").get(f"{site_of(visit, 'seal')}checklist/")
    assert pdf.content[:5] == b"%PDF-"
    worker = Client().get("/review/visits/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
