"""From signing in to the receipt: claimed drafts, sections, conflicts, materials, the one submission (X5, X6, a6, b3–b7)."""

import io

import pypdf
import pytest
from django.utils import timezone
from PIL import Image
from tests.factories.editions import thing_document
from tests.web.public.filling import fill_form, filled, hand_in
from tests.web.public.walker import NEWBORN, RESTAURANT, Walker, photo

from onething.cases.models import OneThingCase
from onething.catalogue.services import current_edition, publish
from onething.submission.models import Draft, DraftMaterial, DraftSection


@pytest.fixture
def mother(walker: Walker) -> Walker:
    """李梅 before the tasks of her newborn."""
    walker.begin("newborn")
    page = walker.tell(NEWBORN)
    walker.get(page.links["登录后填写"])
    walker.sign_in("limei")
    return walker


@pytest.fixture
def owner(walker: Walker) -> Walker:
    """王大勇 before the tasks of his restaurant."""
    walker.begin("restaurant-start")
    page = walker.tell(RESTAURANT)
    walker.get(page.links["登录后填写"])
    walker.sign_in("wangdayong")
    return walker


def test_signing_in_takes_the_draft_along(mother: Walker) -> None:
    draft = Draft.objects.get()
    assert draft.account is not None
    assert draft.account.username == "limei"
    assert mother.page.path == f"/drafts/{draft.pk}/tasks/"
    assert "未开始" in mother.page.text
    assert "草稿保存到" in mother.page.text


def test_two_drafts_of_one_thing_are_a_choice(mother: Walker) -> None:
    first = Draft.objects.get().pk
    second = Walker()
    second.begin("newborn")
    page = second.tell(NEWBORN)
    second.get(page.links["登录后填写"])
    page = second.sign_in("limei")
    assert page.heading == "这件事您有两份草稿，接着办哪一份？"
    second.send(page.forms[0], {"keep": str(first)})
    assert second.page.path == f"/drafts/{first}/tasks/"
    assert Draft.objects.filter(set_aside=True).count() == 1
    assert "先放着" in second.get("/mine/").text


def test_a_section_keeps_what_is_wrong_and_says_it_twice(mother: Walker) -> None:
    page = mother.get(f"{mother.draft}form/mother/")
    form = page.form("revision")
    data = filled(form) | {"mother.citizen_id_number": "32120219900101123", "mother.person_name": "䶮㛃·𬀩"}
    page = mother.send(form, data, status=422)
    assert any("17位" in line for line in page.errors)
    assert page.text.count(page.errors[0]) == 2
    kept = page.form("revision").data
    assert kept["mother.citizen_id_number"] == "32120219900101123"
    assert kept["mother.person_name"] == "䶮㛃·𬀩"
    again = mother.get(f"{mother.draft}form/mother/").form("revision").data
    assert again["mother.citizen_id_number"] == "32120219900101123"
    assert mother.queries <= 8
    assert "需要修改" in mother.get(f"{mother.draft}tasks/").text
    assert mother.queries <= 10


def test_what_is_known_is_text_and_not_asked(mother: Walker) -> None:
    page = mother.get(f"{mother.draft}form/mother/")
    assert "mother.marital_status" not in page.form("revision").data
    assert "已婚" in page.text
    assert "来自您前面的回答" in page.text


def test_saving_by_itself_answers_with_the_time(mother: Walker) -> None:
    form = mother.get(f"{mother.draft}form/mother/").form("revision")
    response = mother.client.post(
        form.action,
        form.data | {"mother.person_name": "李梅"},
        headers={"X-Autosave": "1", "Accept": "application/json"},
    )
    assert response.json()["revision"] == 1
    assert ":" in response.json()["saved_at"]
    mother.client.logout()
    gone = Walker().client.post(form.action, {}, headers={"X-Autosave": "1"})
    assert gone.status_code in {401, 403}


def test_two_tabs_never_overwrite_silently(mother: Walker) -> None:
    first = mother.get(f"{mother.draft}form/hospital/").form("revision")
    mother.send(first, {"hospital.medical_institution_name": "甲医院", "later": "1"})
    page = mother.send(first, {"hospital.medical_institution_name": "乙医院"}, status=409)
    assert page.heading == "助产机构的信息，两处都改过"
    assert "甲医院" in page.text
    assert "乙医院" in page.text
    assert DraftSection.objects.get(key="hospital").data["hospital"]["medical_institution_name"] == "甲医院"
    form = page.form("revision")
    mother.send(form, {"hospital.medical_institution_name": "乙医院"})
    assert DraftSection.objects.get(key="hospital").data["hospital"]["medical_institution_name"] == "乙医院"


def test_people_are_added_and_removed_without_losing_the_others(owner: Walker) -> None:
    page = owner.get(f"{owner.draft}form/worker/")
    form = page.form("revision")
    page = owner.send(form, {"worker-1.person_name": "林晓棠"}, action=f"{form.action}add/")
    assert "从业人员2" in page.text
    form = page.form("revision")
    assert form.data["worker-1.person_name"] == "林晓棠"
    page = owner.send(form, {"worker-2.person_name": "秦越"}, action=f"{form.action}remove/worker-1/")
    assert page.heading == "删除从业人员1？"
    assert set(DraftSection.objects.get(key="worker").data) == {"worker-1", "worker-2"}
    page = owner.press()
    data = page.form("revision").data
    assert data["worker-2.person_name"] == "秦越"
    assert "worker-1.person_name" not in data


def test_each_material_once_with_its_askers(owner: Walker) -> None:
    page = owner.get(f"{owner.draft}materials/")
    assert owner.queries <= 10
    keys = [form.data["key"] for form in page.forms if "files" in form.options]
    assert len(keys) == len(set(keys))
    assert "先办后补（容缺受理）" in page.text
    assert "不超过10MB" in page.text
    plan = next(form for form in page.forms if form.data.get("key") == "floor-plan")
    page = owner.send(plan, {"files": photo("平面图.jpg")})
    assert "平面图.jpg" in page.text
    row = DraftMaterial.objects.get()
    shown = owner.client.get(f"{owner.draft}materials/files/{row.pk}/")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.getvalue()
    plan = next(form for form in page.forms if form.data.get("key") == "floor-plan")
    owner.send(plan, {"files": photo("新图.jpg", seed=9), "replace": "1"})
    assert DraftMaterial.objects.get().file_name == "新图.jpg"
    plan = next(form for form in owner.page.forms if form.data.get("key") == "floor-plan")
    owner.send(plan, {"remove": str(DraftMaterial.objects.get().pk)})
    assert not DraftMaterial.objects.exists()


def test_the_pages_of_a_paper_are_ordered_turned_and_seen_small(owner: Walker) -> None:
    page = owner.get(f"{owner.draft}materials/")
    plan = next(form for form in page.forms if form.data.get("key") == "floor-plan")
    for seed in (1, 2, 3):
        page = owner.send(plan, {"files": photo(f"第{seed}张.jpg", seed=seed)})
        plan = next(form for form in page.forms if form.data.get("key") == "floor-plan")
    with_three = owner.queries
    first, second, third = DraftMaterial.objects.order_by("page")
    owner.send(plan, {"later": str(first.pk)})
    owner.send(plan, {"earlier": str(third.pk)})
    owner.send(plan, {"earlier": str(second.pk)})
    owner.send(plan, {"later": str(first.pk)})
    names = list(DraftMaterial.objects.order_by("page").values_list("page", "file_name"))
    assert names == [(1, "第2张.jpg"), (2, "第3张.jpg"), (3, "第1张.jpg")]
    page = owner.get(f"{owner.draft}materials/")
    assert owner.queries <= 10
    assert with_three <= 10
    assert page.text.index("第2张.jpg") < page.text.index("第3张.jpg") < page.text.index("第1张.jpg")

    def seen(address: str) -> tuple[int, int]:
        answer = owner.client.get(f"{owner.draft}materials/files/{first.pk}/{address}")
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]
        content = answer.getvalue() if answer.streaming else answer.content
        with Image.open(io.BytesIO(content)) as picture:
            return picture.size

    assert seen("") == (61, 40)
    owner.send(plan, {"turn": str(first.pk)})
    assert seen("") == (40, 61)
    assert seen("small/") == (40, 61)
    owner.send(plan, {"turn": "99999999999999999999"})
    owner.send(plan, {"turn": "x"})
    assert [row.page for row in DraftMaterial.objects.order_by("page")] == [1, 2, 3]


def test_a_camera_is_offered_where_a_photograph_is_worth_something(owner: Walker) -> None:
    page = owner.get(f"{owner.draft}materials/")
    answer = owner.client.get(f"{owner.draft}materials/").content.decode()
    assert len([form for form in page.forms if "files" in form.options]) >= answer.count('capture="environment"') > 0


def _named(content: bytes, name: str) -> io.BytesIO:
    stream = io.BytesIO(content)
    stream.name = name
    return stream


def locked_pdf() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_five_refusals_in_five_different_words(owner: Walker) -> None:
    page = owner.get(f"{owner.draft}materials/")
    form = next(one for one in page.forms if one.data.get("key") == "floor-plan")
    good = photo().getvalue()
    told = []
    for stream in (
        _named(good + b"\0" * (11 * 1024 * 1024), "大.jpg"),
        _named(b"MZ\x90\x00" * 100, "程序.jpg"),
        _named(b"", "空.jpg"),
        _named(good[:200], "坏.jpg"),
        _named(locked_pdf(), "锁.pdf"),
    ):
        page = owner.send(form, {"files": stream}, status=422)
        assert len(page.errors) == 1
        told.append(page.errors[0])
    assert len(set(told)) == 5
    assert owner.send(form, {}, status=422).errors == ["先选一个文件或拍一张照片，再点“上传”"]


def test_nothing_is_handed_in_with_gaps_and_each_leads_to_its_place(owner: Walker) -> None:
    page = owner.get(f"{owner.draft}check/")
    assert "补好才能提交" in page.text
    assert owner.queries <= 14
    page = owner.press({}, holding="declared", status=422)
    assert page.title.startswith("错误：")
    assert any("企业名称" in line for line in page.errors)
    assert "阅读并勾选声明" in page.errors
    owner.get(page.links["填写企业名称"] if "填写企业名称" in page.links else page.links["填写企业的企业名称"])
    assert owner.page.path.endswith("/form/company/")
    assert not OneThingCase.objects.exists()


def test_numbers_are_masked_until_they_are_asked_for(mother: Walker) -> None:
    fill_form(mother)
    page = mother.get(f"{mother.draft}check/")
    assert "321202199203150022" not in page.text
    assert "3212**********" in page.text
    number = DraftSection.objects.get(key="mother").data["mother"]["citizen_id_number"]
    assert number in mother.get(f"{mother.draft}check/{page.links['显示完整的证件号码，方便核对']}").text


def test_the_number_of_a_passport_is_masked_as_well(walker: Walker) -> None:
    """Whatever document the buyer of a home is known by; what is no number stays readable (X12)."""
    walker.begin("second-hand-home")
    sale = {"transfer-cause": "sale", "payment": "full", "seller-mortgage": "none", "ownership": "sole"}
    page = walker.tell({**sale, **dict.fromkeys(("features", "tax-relief", "utilities"), "none"), "agent": "self"})
    walker.get(page.links["登录后填写"])
    walker.sign_in("limei")
    walker.get(f"{walker.draft}form/buyer/")
    typed = {
        "buyer-1.person_name": "李梅",
        "buyer-1.id_document_type": "护照",
        "buyer-1.id_document_number": "EA1234567",
    }
    walker.press({**typed, "later": "1"}, holding="revision")
    page = walker.get(f"{walker.draft}check/")
    assert ("李梅" in page.text, "EA*****67" in page.text, "EA1234567" in page.text) == (True, True, False)


def test_submitting_twice_is_submitting_once(mother: Walker) -> None:
    fill_form(mother)
    hand_in(mother)
    form = mother.get(f"{mother.draft}check/").form("declared")
    first = mother.send(form, {"declared": "yes"}).path
    second = mother.send(form, {"declared": "yes"}).path
    assert first == second
    assert OneThingCase.objects.count() == 1
    draft = Draft.objects.get()
    assert mother.get(f"/drafts/{draft.pk}/tasks/").path == first
    case = OneThingCase.objects.get()
    assert case.form_values["mother"]["mother"]["person_name"] == "阿依古丽·买买提"
    assert case.notice_id is not None


def test_what_is_no_longer_offered_cannot_be_handed_in_and_says_so(mother: Walker) -> None:
    """Nothing is lost and nothing is handed in, also when the end comes while the last page is open."""
    fill_form(mother)
    hand_in(mother)
    form = mother.get(f"{mother.draft}check/").form("declared")
    now = timezone.now()
    publish([thing_document("death")], effective_at=now, at=now, complete=True)
    page = mother.send(form, {"declared": "yes"})
    assert "已经停办" in page.root.text
    assert "已经停办" in mother.get(f"{mother.draft}tasks/").root.text
    assert (OneThingCase.objects.count(), Draft.objects.count()) == (0, 1)


def test_a_draft_is_deleted_after_saying_what_goes(mother: Walker) -> None:
    page = mother.get(f"{mother.draft}tasks/")
    page = mother.get(page.links["删除草稿"])
    assert "不能找回" in page.text
    mother.press()
    assert not Draft.objects.exists()
    assert mother.page.heading == "我的"


def test_a_new_edition_changes_a_draft_only_with_consent(mother: Walker) -> None:
    now = timezone.now()
    document = current_edition("newborn", at=now).document  # type: ignore[union-attr]
    left = [one for one in document["items"] if one["key"] != "parenting-guidance"]
    gates = [
        {**one, "leads_to": [key for key in one["leads_to"] if key != "parenting-guidance"]} for one in document["gate"]
    ]
    publish([{**document, "items": left, "gate": gates}], effective_at=now, at=now)
    page = mother.get(f"{mother.draft}tasks/")
    assert "这件事的规定有新版本" in page.root.text
    before = Draft.objects.get().edition_id
    page = mother.get(f"{mother.draft}edition/")
    assert "不再办：科学育儿指导服务登记" in page.text
    assert Draft.objects.get().edition_id == before
    mother.press()
    draft = Draft.objects.get()
    assert draft.edition_id != before
    assert draft.answers["settle-with"] == "mother"


def test_the_end_of_the_sign_in_is_announced_and_put_off(mother: Walker) -> None:
    page = mother.get(f"{mother.draft}tasks/")
    box = page.root.all("div", role="alert")[-1]
    assert 0 < int(box.attrs["data-ys-session"]) <= 12 * 3600
    session = mother.client.session
    session["signed_in_at"] = int(timezone.now().timestamp()) - 11 * 3600
    session.save()
    assert int(mother.get("/mine/").root.all("div", role="alert")[-1].attrs["data-ys-session"]) <= 3600
    token = mother.page.root.all("input", name="csrfmiddlewaretoken")[0].attrs["value"]
    mother.client.post("/ui/stay/", {"csrfmiddlewaretoken": token}, headers={"Accept": "application/json"})
    assert int(mother.get("/mine/").root.all("div", role="alert")[-1].attrs["data-ys-session"]) > 11 * 3600
