"""The notice on the page has the paper's words; choosing items is explained (a4, b6, R2.6.b)."""

import pytest
from tests.web.public.walker import NEWBORN, RESTAURANT, Walker

from onething.kit.documents import pdf_words, squeeze
from onething.notice.models import NoticeIssued
from onething.notice.rules import text_lines
from onething.submission.models import Draft


@pytest.mark.parametrize(("key", "answers"), [("newborn", NEWBORN), ("restaurant-start", RESTAURANT)])
def test_page_and_paper_say_the_same(walker: Walker, key: str, answers: dict[str, str]) -> None:
    walker.begin(key)
    page = walker.tell(answers)
    notice = NoticeIssued.objects.get()
    article = page.root.all("article")[0]
    said = squeeze(article.text).replace("：", "")
    expected = squeeze("".join(text_lines(notice.content))).replace("：", "")
    checked = squeeze("".join(notice.content["check_lines"])).replace("：", "")
    assert said == expected.removesuffix(checked)
    assert said in pdf_words(walker.download(f"/notices/{notice.number}/pdf/")).replace("：", "")


def test_the_same_situation_has_one_notice(walker: Walker) -> None:
    walker.begin("newborn")
    page = walker.tell(NEWBORN)
    walker.get(page.path)
    assert NoticeIssued.objects.count() == 1
    assert walker.queries <= 6
    notice = NoticeIssued.objects.get()
    assert notice.content["number"] == notice.number
    assert walker.get(f"/notices/{notice.number}/").root.all("article")


def test_leaving_an_item_out_says_what_is_lost_and_drops_what_only_it_asked(walker: Walker) -> None:
    walker.begin("newborn")
    page = walker.tell(NEWBORN)
    page = walker.get(page.links["只办其中几件"])
    assert "不办就没有：" in page.text
    form = page.form("items")
    keys = [key for key in form.options["items"] if key != "social-security-card"]
    page = walker.press({"items": keys}, holding="items")
    assert page.heading.endswith("为您列好了")
    assert "不再办：社会保障卡申领" in page.text
    assert "您选择不办的事" in page.text
    assert "社会保障卡申领" not in Draft.objects.get().chosen  # type: ignore[operator]
    assert NoticeIssued.objects.count() == 2
    walker.get(f"{walker.draft}items/")
    walker.press({"items": form.options["items"]}, holding="items")
    assert Draft.objects.get().chosen is None


def test_what_cannot_be_left_out_stays_with_its_reason(walker: Walker) -> None:
    walker.begin("restaurant-start")
    page = walker.tell(RESTAURANT)
    page = walker.get(page.links["只办其中几件"])
    assert "必须一起办，依据：" in page.text
    page = walker.press({"items": ["registration"]}, holding="items")
    assert "这几件不能不办，原因写在下面：企业营业执照信息核验" in page.text
    assert "licence-check" in page.form("items").data["items"]
    page = walker.press({"items": None}, holding="items", status=422)
    assert page.errors == ["至少选一件要办的事"]


def test_nobody_else_reads_a_notice(walker: Walker) -> None:
    walker.begin("newborn")
    walker.tell(NEWBORN)
    number = NoticeIssued.objects.get().number
    stranger = Walker()
    assert "/accounts/sign-in/" in stranger.get(f"/notices/{number}/").path
    stranger.press({"account": "zhouhang"}, status=404)
    assert stranger.client.get(f"/notices/{number}/").status_code == 404
    assert stranger.client.get(f"/notices/{number}/pdf/").status_code == 404
