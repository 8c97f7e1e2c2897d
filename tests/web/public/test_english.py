"""A reader of English walks from the zone to the case; what is left in Chinese is named here, and the paper stays Chinese."""

import re
from typing import Any

import pytest
from django.utils import timezone
from tests.web.public.filling import fill_form, hand_in
from tests.web.public.page_reader import Node, Page
from tests.web.public.walker import DEATH, NEWBORN, RESTAURANT, Walker

from onething.cases.models import OneThingCase
from onething.catalogue.services import current_edition
from onething.notice.models import NoticeIssued
from onething.parties.models import Officer
from onething.submission.models import DraftSection
from onething.web.ui.addresses import link_to

CHINESE = re.compile("[\u3400-\u9fff]+")
# Official words in brackets after or before their English, words a paper must hold, laws as they are called.
ALLOWED = re.compile(
    r"[(（“][^()（）“”]*[)）”]|《[^》]*》[第条款项、一二三四五六七八九十百之\d]*|For example: [^;]+|\S*第[一二三四五六七八九十百]+条\S*"
)


# What the walker types, and who is chosen to sign in: proper names.
TYPED = ("阿依古丽·买买提", "中国", "䶮㛃𬀩小馆", "一号楼", "照片.jpg")


def left_in(page: Page) -> list[str]:
    """The Chinese of the main part that no rule allows. Samples show a Chinese paper, a declaration is quoted as it binds."""
    texts: list[str] = []

    def gather(node: Node) -> None:
        if node.attrs.get("lang") == "zh-CN" or node.attrs.get("class", "").startswith(
            ("ys-source", "ys-upload__name")
        ):
            return
        for child in node.children:
            if isinstance(child, str):
                texts.append(child)
            else:
                gather(child)

    gather(page.main)
    joined = " ".join(" ".join(texts).split())
    for typed in TYPED:
        joined = joined.replace(typed, " ")
    return CHINESE.findall(ALLOWED.sub(" ", joined))


class Reader(Walker):
    """A visitor who reads English and notes what is left in Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.client.cookies["ys_language"] = "en"
        self.language = "en"
        self.left: dict[str, list[str]] = {}

    def _answer(self, response: Any, path: str, status: int) -> Page:
        page = super()._answer(response, path, status)
        if "/accounts/" not in page.path and (left := left_in(page)):
            self.left.setdefault(page.path, []).extend(left)
        return page


@pytest.fixture
def reader(walker: Walker) -> Reader:
    del walker  # only its town is wanted
    return Reader()


def test_a_mother_who_reads_english_applies_for_her_newborn(reader: Reader) -> None:
    reader.get("/things/newborn/")
    reader.begin("newborn")
    page = reader.tell(NEWBORN)
    assert page.heading == "A child is born: your list is ready"
    draft = reader.draft
    for part in ("answers/", "items/", "questions/settle-with/unsure/"):
        reader.get(f"{draft}{part}")
    reader.get(f"{draft}tasks/")
    reader.sign_in("limei")
    fill_form(reader)
    hand_in(reader)
    page = reader.get(f"{draft}check/")
    assert "Application" not in page.heading
    page = reader.press({"declared": "yes"}, holding="declared")
    case = OneThingCase.objects.get()
    assert page.heading.endswith("Application submitted")
    reader.get(f"/cases/{case.number}/")
    reader.get(f"/cases/{case.number}/withdraw/")
    assert reader.left == {}


@pytest.mark.parametrize(
    ("key", "answers", "person"),
    [("death", DEATH, "limei"), ("restaurant-start", RESTAURANT, "wangdayong")],
    ids=["death", "restaurant"],
)
def test_the_other_two_one_things_are_in_english_to_the_end(
    reader: Reader, key: str, answers: dict[str, Any], person: str
) -> None:
    reader.get(f"/things/{key}/")
    reader.begin(key)
    page = reader.tell(answers)
    assert page.heading.endswith("your list is ready")
    reader.get(f"{reader.draft}tasks/")
    reader.sign_in(person)
    fill_form(reader)
    hand_in(reader)
    reader.get(f"{reader.draft}check/")
    reader.press({"declared": "yes"}, holding="declared")
    case = OneThingCase.objects.get()
    reader.get(f"/cases/{case.number}/")
    assert reader.left == {}


def test_each_item_by_itself_is_in_english(reader: Reader) -> None:
    for key in ("newborn", "death", "restaurant-start"):
        current = current_edition(key, at=timezone.now())
        assert current is not None
        for item in current.document["items"]:
            reader.get(f"/things/{key}/items/{item['key']}/")
    assert reader.left == {}


@pytest.mark.parametrize(
    "path", ["/verify/", "/verify/ABCD-EFGH-JKMN-PQRS/", "/ui/help/", "/ui/identify/", "/ui/accessibility/"]
)
def test_the_pages_around_are_in_english(reader: Reader, path: str) -> None:
    reader.get(path)
    assert reader.left == {}


def test_the_switch_keeps_the_page(walker: Walker) -> None:
    walker.begin("newborn")
    here = walker.page.path
    switch = next(one for one in walker.page.root.all("a", hreflang="en"))
    walker.language = "en"
    page = walker.get(switch.attrs["href"])
    assert page.path == here
    assert page.heading == "Where do you want to apply?"
    back = next(one for one in page.root.all("a", hreflang="zh-hans"))
    walker.language = "zh-CN"
    page = walker.get(back.attrs["href"])
    assert (page.path, page.heading) == (here, "在哪里办？")


def test_the_notice_is_kept_and_printed_in_chinese(reader: Reader) -> None:
    reader.begin("newborn")
    page = reader.tell(NEWBORN)
    notice = NoticeIssued.objects.get()
    assert notice.content["title"] == "一次性告知单"
    assert "要办" in str(notice.content)
    assert "Things" not in str(notice.content)
    assert "The Chinese text is binding" in page.text
    assert page.links["download the Chinese notice (PDF)"] == f"/notices/{notice.number}/pdf/"
    chinese = Walker()
    chinese.client.cookies["sessionid"] = reader.client.cookies["sessionid"].value
    page = chinese.get(reader.page.path)
    assert NoticeIssued.objects.count() == 1
    assert "一次性告知单" in page.text
    assert "The Chinese" not in page.text


def test_what_is_declared_is_quoted_in_the_words_that_bind(reader: Reader) -> None:
    reader.begin("newborn")
    reader.tell(NEWBORN)
    draft = reader.draft
    reader.get(f"{draft}tasks/")
    reader.sign_in("limei")
    page = reader.get(f"{draft}check/")
    quoted = [one.text for one in page.main.all("ul", lang="zh-CN")]
    assert "我填写的内容和提交的材料都是真的。" in quoted[-1]
    assert "What I filled in and handed in is true." in page.text
    assert any(line.startswith("Enter ") for line in page.links)


def test_a_fault_is_told_in_english_and_kept_in_chinese(reader: Reader) -> None:
    reader.begin("newborn")
    reader.tell(NEWBORN)
    draft = reader.draft
    reader.get(f"{draft}tasks/")
    reader.sign_in("limei")
    reader.get(f"{draft}form/mother/")
    name = next(one for one in reader.page.form("revision").data if one.endswith("mobile_number"))
    page = reader.press({name: "123"}, holding="revision", status=422)
    assert any("must have 11 characters" in one for one in page.errors), page.errors
    faulty = DraftSection.objects.get(key="mother").faulty
    assert "要11位" in faulty[name]["message"]


def test_an_untranslated_one_thing_says_so_once(reader: Reader) -> None:
    told = "Some of this has not been translated yet"
    for path in ("/", "/things/flexible-employment/"):
        page = reader.get(path)
        assert page.root.text.count(told) == 1, path
    assert told not in reader.get("/things/newborn/").root.text


def test_english_words_find_a_one_thing(reader: Reader) -> None:
    page = reader.get("/search/?q=Restaurant")
    assert "Opening a restaurant" in page.links
    assert "Opening a restaurant" not in reader.get("/search/?q=spaceship").links


def test_a_page_in_english_asks_the_database_no_more(walker: Walker, reader: Reader) -> None:
    for one in (walker, reader):
        one.begin("newborn")
        one.tell(NEWBORN)
    for part in ("answers/", "items/", "notice/"):
        walker.get(f"{walker.draft}{part}")
        reader.get(f"{reader.draft}{part}")
        assert reader.queries == walker.queries, part


def test_staff_pages_stay_chinese(reader: Reader) -> None:
    officer = Officer.objects.serving().filter(role=Officer.Role.REVIEWER).select_related("account").first()
    assert officer is not None
    reader.client.force_login(officer.account)
    content = reader.client.get(link_to("review:home"), follow=True).content.decode()
    assert '<html lang="zh-CN"' in content
    assert "退出" in content
