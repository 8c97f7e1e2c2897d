"""What became of a submission: receipt, progress, refusals, results, taking back, verification (a7, h1)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.web.public.filling import fill_form, hand_in
from tests.web.public.walker import NEWBORN, Walker

from onething.audit.models import Event
from onething.cases.models import ItemCase, OneThingCase
from onething.delivery.services import issue_result
from onething.dispatch.services import Decision, Stopping, accept_item, decide_item, not_accept_item, stop_clock
from onething.documents.models import OfficialDocument
from onething.documents.services import send_out
from onething.kit.documents import pdf_words
from onething.messages.services import tell_applicant
from onething.parties.models import Officer
from onething.submission.services import issue_receipt


@pytest.fixture
def mother(walker: Walker) -> Walker:
    """李梅 on the receipt of her newborn's application."""
    walker.begin("newborn")
    page = walker.tell(NEWBORN)
    walker.get(page.links["登录后填写"])
    walker.sign_in("limei")
    fill_form(walker)
    hand_in(walker)
    walker.get(f"{walker.draft}check/")
    walker.press({"declared": "yes"}, holding="declared")
    return walker


def item(key: str) -> ItemCase:
    return ItemCase.objects.select_related("case", "organisation").get(key=key)


def reviewer(one: ItemCase) -> Officer:
    assert one.organisation is not None
    return Officer.objects.filter(organisation=one.organisation, role=Officer.Role.REVIEWER)[0]


def decide(key: str, *, granted: bool) -> ItemCase:
    one, at = item(key), timezone.now()
    accept_item(item_id=one.pk, officer=reviewer(one), at=at)
    decision = (
        Decision(granted=True, opinion="符合条件，同意。", basis="母婴保健法第二十三条", produced=_produced(one))
        if granted
        else Decision(
            granted=False, basis="条例第七条", reason="出生记录和系统里的不一致", remedies="60日内可以申请行政复议"
        )
    )
    return decide_item(item_id=one.pk, officer=reviewer(one), decision=decision, at=at)


def _produced(one: ItemCase) -> dict[str, dict[str, str]]:
    return {"baby": {"birth_certificate_number": "Z320000001"}} if one.key == "birth-certificate" else {}


def test_the_receipt_says_who_does_what_until_when(mother: Walker) -> None:
    case = OneThingCase.objects.get()
    page = mother.get(f"/cases/{case.number}/receipt/")
    assert mother.queries <= 6
    for one in case.items.all():
        assert one.name in page.text
        assert one.organisation is not None
        assert one.organisation.name in page.text
    assert "前办好" in page.text
    assert "12345" in page.text
    words = pdf_words(mother.download(page.links["下载回执（PDF）"]))
    assert case.number in words
    assert "出生医学证明首次签发" in words


def test_the_numbered_receipt_stands_on_the_page_as_soon_as_it_is_out(mother: Walker) -> None:
    case = OneThingCase.objects.get()
    assert "收件回执" not in mother.get(f"/cases/{case.number}/receipt/").text
    receipt = issue_receipt(case_number=case.number, at=timezone.now())
    assert receipt is not None
    send_out(document_id=receipt.pk, at=timezone.now())
    page = mother.get(f"/cases/{case.number}/receipt/")
    assert mother.queries <= 6
    assert receipt.number in page.text
    words = pdf_words(mother.download(page.links["下载收件回执（PDF）"]))
    assert "网上提交，系统自动接收" in words
    assert receipt.code in words


def test_progress_reads_as_people_speak(mother: Walker) -> None:
    number = OneThingCase.objects.get().number
    page = mother.get(f"/cases/{number}/")
    assert mother.queries <= 8
    assert "已收到（收件）" in page.text
    assert "等“出生医学证明首次签发”办好，自动开始" in page.text
    decide("birth-certificate", granted=True)
    page = mother.get(f"/cases/{number}/")
    assert "已同意（准予）" in page.text
    assert "已经办好1件" in page.text


def test_a_refusal_gives_reason_basis_and_remedies(mother: Walker) -> None:
    number = OneThingCase.objects.get().number
    decide("birth-service-registration", granted=False)
    one = item("vaccination-certificate")
    not_accept_item(
        item_id=one.pk, officer=reviewer(one), right_body="接种门诊", reason="在接种门诊办", at=timezone.now()
    )
    page = mother.get(f"/cases/{number}/")
    for words in (
        "出生记录和系统里的不一致",
        "条例第七条",
        "60日内可以申请行政复议",
        "应该找：接种门诊",
        "申请复核",
    ):
        assert words in page.text
    assert "没有办成2件，不影响别的事" in page.text


def test_why_the_day_moved_is_told_with_the_written_notice(mother: Walker) -> None:
    """A stop and an extension: the applicant reads why, opens the notice, and has a message (行政许可法 art. 42, 45)."""
    number, one = OneThingCase.objects.get().number, item("birth-certificate")
    at = timezone.now() - timedelta(minutes=5)
    accept_item(item_id=one.pk, officer=reviewer(one), at=at)
    stopping = Stopping("appraisal", "母婴保健法第二十三条", 3, "亲子关系要鉴定")
    stop_clock(item_id=one.pk, officer=reviewer(one), stopping=stopping, at=at)
    notice = OfficialDocument.objects.get(kind="special_procedure")
    send_out(document_id=notice.pk, at=timezone.now())
    page = mother.get(f"/cases/{number}/")
    assert mother.queries <= 10
    assert "正在鉴定，预计" in page.text
    paper = pdf_words(mother.download(page.links["下载特别程序告知书（PDF）"]))
    for words in ("程序：鉴定", "预计3个工作日", "母婴保健法第二十三条", "亲子关系要鉴定", notice.code):
        assert words in paper
    event = Event.objects.get(kind="item.suspended")
    tell_applicant(case_number=number, seq=event.seq, at=timezone.now())
    assert "期间不计时，告知书在进度里" in mother.get("/messages/").text


def test_a_result_is_downloaded_and_verified_by_anybody(mother: Walker) -> None:
    number = OneThingCase.objects.get().number
    decided = decide("birth-certificate", granted=True)
    document = issue_result(item_id=decided.pk, at=timezone.now())[0]
    page = mother.get(f"/cases/{number}/")
    assert mother.download(page.links[f"下载{document.name}（PDF）"]).startswith(b"%PDF")
    anybody = Walker()
    page = anybody.get(f"/verify/{document.code}/")
    assert page.heading == "核验结果：有效"
    assert "✓ 有效" in page.text
    assert anybody.queries <= 2
    assert "李梅" not in page.text
    assert len(page.main.all("dt")) <= 6
    assert anybody.client.get(f"/results/{document.pk}/").status_code == 302
    anybody.get("/verify/")
    page = anybody.get(f"/verify/?code={document.code.lower()}")
    assert page.heading == "核验结果：有效"
    assert anybody.get("/verify/ABCD-EFGH-JKMN-PQRS/").heading == "核验结果：查不到"


def test_what_nobody_accepted_can_be_taken_back(mother: Walker) -> None:
    number = OneThingCase.objects.get().number
    accept_item(item_id=item("birth-certificate").pk, officer=reviewer(item("birth-certificate")), at=timezone.now())
    page = mother.get(f"/cases/{number}/withdraw/")
    assert "出生医学证明首次签发" not in page.form("items").options["items"]
    assert str(item("birth-certificate").pk) not in page.form("items").options["items"]
    wanted = str(item("parenting-guidance").pk)
    page = mother.press({"items": [wanted]}, holding="items")
    assert "已经撤回：科学育儿指导服务登记" in page.text
    assert item("parenting-guidance").state == "withdrawn"
    mother.get(f"/cases/{number}/withdraw/")
    assert mother.press({"items": None}, holding="items", status=422).errors


def test_the_link_asks_to_sign_in_and_a_stranger_finds_nothing(mother: Walker) -> None:
    number = OneThingCase.objects.get().number
    for path in (f"/cases/{number}/", f"/cases/{number}/receipt/"):
        later = Walker()
        later.get(path)
        assert "/accounts/sign-in/" in later.page.path
        later.sign_in("limei")
        assert later.page.path == path
    stranger = Walker()
    stranger.get("/mine/")
    stranger.sign_in("zhouhang")
    assert "还没有提交过申请" in stranger.page.text
    for path in ("", "receipt/", "receipt/pdf/", "withdraw/"):
        assert stranger.client.get(f"/cases/{number}/{path}").status_code == 404


def test_mine_lists_cases_with_a_bounded_number_of_queries(mother: Walker) -> None:
    page = mother.get("/mine/")
    assert "提交的申请，1件" in page.text
    assert mother.queries <= 6


def test_a_page_that_is_not_there_offers_search_and_the_hotline(walker: Walker) -> None:
    page = walker.get("/things/nothing-like-this/", status=404)
    assert page.heading == "没有找到这一页"
    assert "大家常找的" in page.text
    assert "12345" in page.text
    assert page.form("q").action == "/search/"


def test_official_documents_stand_at_their_item_and_the_first_look_delivers(mother: Walker) -> None:
    """R2.2.c/4: what a body said in writing is downloaded where its item stands, and answers by its code."""
    case, one = OneThingCase.objects.get(), item("birth-certificate")
    accept_item(item_id=one.pk, officer=reviewer(one), at=timezone.now() - timedelta(minutes=5))
    assert "受理通知书" not in mother.get(f"/cases/{case.number}/").text
    document = OfficialDocument.objects.get()
    send_out(document_id=document.pk, at=timezone.now())
    page = mother.get(f"/cases/{case.number}/")
    assert document.number in page.text
    answer = mother.client.get(page.links["下载受理通知书（PDF）"])
    assert one.name in pdf_words(b"".join(answer))
    document.refresh_from_db()
    assert document.delivered_at is not None
    checked = mother.get(f"/verify/{document.code}/")
    assert document.number in checked.text
    assert "李梅" not in checked.text
