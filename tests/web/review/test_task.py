"""One task: what its page shows and hides, what each act demands, what follows (ux e5–e7)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.factories.cases import CITIZEN_NUMBER, grant, item_of, make_case
from tests.web.review.desk import Desk, make_desk, marks, text_of

from onething.audit.models import ReadLog
from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.cases.states import ItemState
from onething.delivery.services import issue_result
from onething.dispatch.models import OpinionTemplate

pytestmark = pytest.mark.django_db
LICENCE = {"produced.owner.uscc": "91321202MA00000007"}


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> OneThingCase:
    return make_case(desk.world, at=timezone.now())


def address(item: ItemCase, act: str = "") -> str:
    return f"/review/tasks/{item.number}/" + (f"{act}/" if act else "")


def opened(client: Client, item: ItemCase, act: str = "", status: int = 200) -> str:
    answer = client.get(address(item, act))
    assert answer.status_code == status
    return answer.content.decode()


def accepted(client: Client, case: OneThingCase, key: str = "licence") -> ItemCase:
    item = item_of(case, key)
    assert client.post(address(item, "accept"), marks(opened(client, item))).status_code == 302
    return item_of(case, key)


def refused_words(client: Client, item: ItemCase, act: str, typed: dict[str, str]) -> str:
    """The error summary of an act that was not done."""
    answer = client.post(address(item, act), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "<title>错误：" in page
    return text_of(page[page.index('class="ys-summary"') : page.index("<h1")])


# --- what is shown -----------------------------------------------------------------------------------------------


def test_only_this_items_data_and_papers(desk: Desk, case: OneThingCase) -> None:
    licence = opened(desk.reviewer(), item_of(case, "licence"))
    assert "阿依古丽·买买提" in licence
    assert "样例场所证" in licence
    assert "䶮记" not in licence, "the sign's words belong to another item"
    assert "健康证明" not in licence
    grant(desk.world, item_of(case, "licence"), at=timezone.now())
    food = opened(desk.reviewer("health"), item_of(case, "food-permit"))
    assert "𬀩㛃" in food
    assert "健康证明（店员）" in food
    assert "材料“店员的健康证明”齐全、属实" in food
    assert "样例场所证" not in food
    assert "阿依古丽·买买提" not in food


def test_sensitive_values_are_masked_until_asked_for_and_each_look_is_logged(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), item_of(case, "licence")
    page = opened(client, item)
    assert CITIZEN_NUMBER not in page
    assert "3212**********0025" in page
    shown = client.post(address(item, "show"), {"field": "owner.citizen_id_number"})
    assert CITIZEN_NUMBER in shown.content.decode()
    what = list(ReadLog.objects.filter(case_number=case.number).order_by("pk").values_list("what", flat=True))
    assert what == [f"task {item.number}", f"task {item.number}", f"shown {item.number} owner.citizen_id_number"]
    assert CITIZEN_NUMBER not in opened(client, item), "the next look begins masked"


def test_showing_part_of_the_page_says_the_same(desk: Desk, case: OneThingCase) -> None:
    item = item_of(case, "licence")
    part = desk.reviewer().post(
        address(item, "show"), {"field": "owner.citizen_id_number"}, headers={"HX-Request": "true"}
    )
    page = part.content.decode()
    assert CITIZEN_NUMBER in page
    assert "<html" not in page
    assert "data-ys-focus" in page


@pytest.mark.parametrize("field", ["", "owner.trade_name", "staff-1.mobile_number", "owner.person_name"])
def test_nothing_else_can_be_asked_for(desk: Desk, case: OneThingCase, field: str) -> None:
    item = item_of(case, "licence")
    assert desk.reviewer().post(address(item, "show"), {"field": field}).status_code == 404
    assert (
        desk.reviewer()
        .post(address(item, "show"), {"field": "owner.citizen_id_number", "shown": field or "x.y"})
        .status_code
        == 404
        or not field
    )
    assert not ReadLog.objects.filter(what__startswith="shown").exists()


def test_a_phone_number_is_masked_whatever_the_dictionary_says(desk: Desk, case: OneThingCase) -> None:
    grant(desk.world, item_of(case, "licence"), at=timezone.now())
    page = opened(desk.reviewer("health"), item_of(case, "food-permit"))
    assert "13800001234" not in page
    assert "138****1234" in page


def test_before_it_starts_nothing_is_shown_and_nothing_logged(desk: Desk, case: OneThingCase) -> None:
    food = item_of(case, "food-permit")
    page = opened(desk.reviewer("health"), food)
    assert "要等“营业执照”办好" in page
    assert "𬀩㛃" not in page
    assert "138****1234" not in page
    assert not ReadLog.objects.exists()
    paper = MaterialInstance.objects.filter(case=case, file__isnull=False).asked_by("food-permit").get()
    assert desk.reviewer("health").get(address(food) + f"materials/{paper.pk}/").status_code == 404


def test_a_paper_is_shown_inert_and_logged(desk: Desk, case: OneThingCase) -> None:
    item = item_of(case, "licence")
    paper = MaterialInstance.objects.filter(case=case, file__isnull=False).asked_by("licence").get()
    src = address(item) + f"materials/{paper.pk}/"
    assert f'src="{src}"' in opened(desk.reviewer(), item)
    answer = desk.reviewer().get(src)
    assert b"".join(answer)[:2] == b"\xff\xd8"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert "no-store" in answer["Cache-Control"]
    assert ReadLog.objects.filter(what=f"material {item.number} {paper.pk}").count() == 1


def test_papers_of_other_items_and_cases_are_not_there_and_the_try_is_logged(desk: Desk, case: OneThingCase) -> None:
    item, client = item_of(case, "licence"), desk.reviewer()
    other = MaterialInstance.objects.filter(case=case, file__isnull=False).asked_by("food-permit").get()
    assert client.get(address(item) + f"materials/{other.pk}/").status_code == 404
    assert ReadLog.objects.get().what == f"denied material {item.number} {other.pk}"
    assert client.get(address(item) + "materials/999999/").status_code == 404
    assert client.get(address(item) + "produced/999999/").status_code == 404


def test_the_checklist_names_the_basis_of_each_point(desk: Desk, case: OneThingCase) -> None:
    page = opened(desk.reviewer(), item_of(case, "licence"))
    points = re.findall(r'<legend class="ys-check__title">(.+?)</legend>\s*<p class="ys-hint">(.+?)</p>', page)
    assert points[0] == ("1. 有经营场所", "依据：《市场主体登记管理条例》第十九条")
    assert ("材料“样例场所证”齐全、属实" in points[1][0]) or ("材料“样例场所证”齐全、属实" in points[2][0])
    assert all(basis.startswith("依据：") for _title, basis in points)


def test_the_number_of_queries_is_bounded(
    desk: Desk, case: OneThingCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, item = desk.reviewer(), item_of(case, "licence")
    opened(client, item)
    with django_assert_max_num_queries(9):
        opened(client, item)
    item = accepted(client, case)
    with django_assert_max_num_queries(12):
        opened(client, item)


# --- marks and texts are kept -------------------------------------------------------------------------------------


def test_marks_and_the_opinion_are_kept_by_themselves(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), accepted(desk.reviewer(), case)
    ItemCase.objects.filter(pk=item.pk).update(checks={})
    sent = {"check.condition:1": "not_ok", "panel": "grant", "opinion": "还要看一眼𬀩"}
    kept = client.post(address(item, "save"), sent, headers={"X-Autosave": "1"})
    assert re.fullmatch(r"\d\d:\d\d", kept.json()["saved_at"])
    page = opened(client, item)
    assert "还要看一眼𬀩" in page
    assert re.search(r'name="check\.condition:1" value="not_ok" checked', page)
    assert item_of(case, "licence").decision == {}


def test_the_rest_can_be_marked_at_once(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), item_of(case, "licence")
    client.post(address(item, "save"), {"check.condition:1": "not_ok", "all_ok": "1", "panel": "accept"})
    checks = item_of(case, "licence").checks
    assert checks.pop("condition:1") == "not_ok"
    assert set(checks.values()) == {"ok"}


def test_a_colleagues_task_is_not_written_to(desk: Desk, case: OneThingCase) -> None:
    item = accepted(desk.reviewer(), case)
    answer = desk.colleague().post(
        address(item, "save"), {"check.condition:1": "not_ok", "panel": "grant"}, headers={"X-Autosave": "1"}
    )
    assert answer.status_code == 409
    assert "陈静" in answer.json()["message"]


# --- acts ---------------------------------------------------------------------------------------------------------


def test_a_template_is_filled_and_what_is_missing_is_named(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), accepted(desk.reviewer(), case)
    OpinionTemplate.objects.create(
        organisation=item.organisation,
        purpose="grant",
        title="本局",
        text="{店主姓名}的{事项}，证号{店主身份证号}，{局长}批。",
    )
    page = opened(client, item, "")
    key = re.search(r'<option value="(t\d+)"[^>]*>本局', page)
    assert key is not None
    typed = LICENCE | {"use_template": "1", "opinion_template": key[1], "basis": "第一条"}
    answer = client.post(address(item, "grant"), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "阿依古丽·买买提的营业执照，证号【店主身份证号：待填】，【局长：待填】批。" in page
    assert "模板里还缺这些内容" in page
    assert "店主身份证号、局长" in page
    assert CITIZEN_NUMBER not in page
    assert "91321202MA00000007" in page, "nothing typed is lost"
    assert item_of(case, "licence").state == ItemState.IN_REVIEW or item_of(case, "licence").state == ItemState.ACCEPTED


def test_a_place_left_open_is_not_sent(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), accepted(desk.reviewer(), case)
    typed = marks(opened(client, item)) | LICENCE | {"opinion": "【局长：待填】批。", "basis": "x"}
    assert "把“局长”填好，再提交" in refused_words(client, item, "grant", typed)


@pytest.mark.parametrize("missing", ["basis", "reason", "remedies"])
def test_a_refusal_needs_basis_reason_and_remedies(desk: Desk, case: OneThingCase, missing: str) -> None:
    client, item = desk.reviewer(), accepted(desk.reviewer(), case)
    whole = {"basis": "条例第十九条", "reason": "场所不符合要求", "remedies": "60日内可以申请行政复议"}
    words = {"basis": "写明依据的条文", "reason": "写明理由", "remedies": "写明申请人可以怎样救济"}
    told = refused_words(client, item, "refuse", whole | {missing: "  "})
    assert "有 1 处需要修改" in told
    assert words[missing] in told
    assert item_of(case, "licence").outcome == ""
    client.post(address(item, "refuse"), whole)
    after = item_of(case, "licence")
    assert after.state == ItemState.REFUSED
    assert after.decision["remedies"] == whole["remedies"]
    assert after.opinion["reason"] == whole["reason"]
    assert item_of(case, "food-permit").state == ItemState.TERMINATED


def test_a_refusal_begins_with_its_basis_and_remedies_filled_in(desk: Desk, case: OneThingCase) -> None:
    page = opened(desk.reviewer(), accepted(desk.reviewer(), case), "refuse")
    assert "《市场主体登记管理条例》第十九条" in page
    assert "60日内申请行政复议" in page


def test_nobody_agrees_to_what_was_not_looked_at(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), item_of(case, "licence")
    client.post(address(item, "accept"))
    page = opened(client, item)
    assert "第1点还没有核对" in refused_words(client, item, "grant", LICENCE | {"opinion": "同意", "basis": "x"})
    bad = marks(page) | {"check.condition:1": "not_ok"} | LICENCE | {"opinion": "同意", "basis": "x"}
    assert "第1点核对为“不符合”，不能同意" in refused_words(client, item, "grant", bad)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "填写店主的统一社会信用代码，后面的事要用"), ("123", "统一社会信用代码"), ("  ", "填写店主")],
)
def test_what_a_grant_brings_forth_is_checked(desk: Desk, case: OneThingCase, typed: str, words: str) -> None:
    client, item = desk.reviewer(), accepted(desk.reviewer(), case)
    sent = marks(opened(client, item)) | {"opinion": "同意", "basis": "x", "produced.owner.uscc": typed}
    assert words in refused_words(client, item, "grant", sent)
    assert item_of(case, "licence").outcome == ""


def test_not_accepting_names_the_right_body(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), item_of(case, "licence")
    assert "不予受理" in opened(client, item, "not-accept")
    told = refused_words(client, item, "not-accept", {"reason": "不归我们", "right_body": ""})
    assert "写明应该找哪个单位" in told
    done = client.post(address(item, "not-accept"), {"reason": "不归我们", "right_body": "省市场监督管理局"})
    assert done.status_code == 302
    after = item_of(case, "licence")
    assert after.state == ItemState.NOT_ACCEPTED
    assert after.decision["right_body"] == "省市场监督管理局"


def test_a_misrouted_task_goes_back_and_leaves_nothing_behind(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), item_of(case, "licence")
    client.post(address(item, "save"), {"check.condition:1": "ok", "panel": "not-accept", "reason": "草稿"})
    sent = client.post(address(item, "return"), {"reason": "是住建的事", "right_body": "海陵区卫生健康委员会"})
    assert sent.status_code == 302
    after = item_of(case, "licence")
    assert (after.organisation, after.checks, after.opinion) == (None, {}, {})
    assert client.get(address(item)).status_code == 404


def test_a_check_is_ticked_off_with_one_press(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), item_of(case, "sign-check")
    page = opened(client, item)
    assert "办好了" in page
    assert "受理（开始计时）" not in page
    done = client.post(address(item, "finish"), marks(page) | {"opinion": "已核对"})
    assert done.status_code == 302
    assert item_of(case, "sign-check").state == ItemState.DONE


def test_an_event_with_a_document_is_done_and_granted_with_one_press(desk: Desk, case: OneThingCase) -> None:
    grant(desk.world, item_of(case, "licence"), at=timezone.now())
    client, seal = desk.reviewer("public-security"), item_of(case, "seal")
    page = opened(client, seal)
    assert "91321202MA00000007" in page, "what the licence brought forth is there without asking"
    client.post(address(seal, "finish"), marks(page))
    after = item_of(case, "seal")
    assert after.state == ItemState.GRANTED
    assert issue_result(item_id=seal.pk, at=timezone.now())[0].name == "印章备案回执"


def test_after_the_decision_the_next_task_opens_and_it_can_be_taken_back(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), accepted(desk.reviewer(), case)
    sent = marks(opened(client, item)) | LICENCE | {"opinion": "同意", "basis": "条例", "list": "holder=free"}
    done = client.post(address(item, "grant"), sent)
    assert done["Location"] == f"{address(item_of(case, 'sign-check'))}?done={item.number}&list=holder%3Dfree"
    page = client.get(done["Location"]).content.decode()
    assert "“营业执照”：已同意（准予）" in page
    assert re.search(r'<h1 class="ys-case__title"[^>]*data-ys-focus>店招核对', page)
    undo = re.search(r'action="([^"]+/undo/)"', page)
    assert undo is not None
    back = client.post(undo[1])
    assert back["Location"] == address(item)
    assert item_of(case, "licence").state == ItemState.ACCEPTED
    assert item_of(case, "food-permit").state == ItemState.WAITING


def test_an_acceptance_can_be_taken_back_too(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), item_of(case, "licence")
    done = client.post(address(item, "accept"), {"list": "holder=mine"})
    assert done["Location"] == f"{address(item)}?done={item.number}&list=holder%3Dmine"
    page = client.get(done["Location"]).content.decode()
    assert "“营业执照”：已受理" in page
    assert "撤回受理" in page
    client.post(address(item, "undo"))
    assert item_of(case, "licence").state == ItemState.RECEIVED
    again = client.post(address(item, "undo"), follow=True)
    assert "没有可以撤回的" in again.content.decode()


def test_the_next_task_being_ones_own_does_not_end_the_minute(desk: Desk, case: OneThingCase) -> None:
    """What the decision started is opened next and with that claimed; the decision can be taken back all the same."""
    client, item = desk.reviewer(), accepted(desk.reviewer(), case)
    ItemCase.objects.filter(case=case, key="food-permit").update(organisation=item.organisation, promised_due=None)
    ItemCase.objects.filter(case=case, key="sign-check").update(organisation=None)
    done = client.post(
        address(item, "grant"), marks(opened(client, item)) | LICENCE | {"opinion": "同意", "basis": "x"}
    )
    food = item_of(case, "food-permit")
    assert done["Location"].startswith(address(food))
    assert food.claimed_by == desk.world.officers["market"]
    client.post(address(item, "undo"))
    assert item_of(case, "licence").state == ItemState.ACCEPTED
    food = item_of(case, "food-permit")
    assert (food.state, food.claimed_by) == (ItemState.WAITING, None)


def test_after_a_minute_the_offer_is_gone(desk: Desk, case: OneThingCase) -> None:
    client = desk.reviewer()
    grant(desk.world, item_of(case, "licence"), at=timezone.now() - timedelta(seconds=61))
    item = item_of(case, "licence")
    page = opened(client, item)
    assert "撤回这个决定" not in page
    assert "已同意（准予）" in page
    answer = client.post(address(item, "undo"), follow=True)
    assert "已经过了60秒" in answer.content.decode()


def test_the_last_task_leads_to_the_list(desk: Desk, case: OneThingCase) -> None:
    grant(desk.world, item_of(case, "licence"), at=timezone.now())
    client, food = desk.reviewer("health"), accepted(desk.reviewer("health"), case, "food-permit")
    done = client.post(address(food, "grant"), marks(opened(client, food)) | {"opinion": "同意", "basis": "x"})
    assert done["Location"] == f"/review/?light=&done={food.number}"
    page = client.get(done["Location"]).content.decode()
    assert "没有待办" in page
    assert "撤回这个决定" in page


def test_an_old_page_is_told_so(desk: Desk, case: OneThingCase) -> None:
    client, item = desk.reviewer(), item_of(case, "licence")
    grant(desk.world, item, at=timezone.now())
    answer = client.post(address(item, "accept"))
    assert answer.status_code == 422
    assert "这一件刚才变了" in answer.content.decode()
    assert client.get(address(item, "refuse"))["Location"] == address(item)


def test_enter_in_a_field_decides_nothing(desk: Desk, case: OneThingCase) -> None:
    """The first button of the form is what Enter presses: it saves."""
    page = opened(desk.reviewer(), accepted(desk.reviewer(), case))
    form = page[page.index('id="review"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert "/save/" in first[0]
