"""The zone: found by everyday words, read without signing in (a1, R2.2.b)."""

import re

import pytest
from django.utils import timezone
from tests.factories.editions import thing_document
from tests.web.public.walker import Walker

from onething.catalogue.services import publish


@pytest.mark.parametrize("words", ["上户口", "出生证", "宝宝医保", "csyjs", "出生一件是"])
def test_everyday_words_lead_to_the_newborn_first(walker: Walker, words: str) -> None:
    page = walker.get(f"/search/?q={words}")
    first = page.main.all("article")[0].all("a")[0]
    assert first.attrs["href"] == "/things/newborn/"
    assert walker.queries <= 4


def test_whoever_looks_for_one_item_is_shown_it_and_offered_the_bundle(walker: Walker) -> None:
    """R4.3.b: starting a single item that belongs to a bundle offers the bundle with its advantage."""
    page = walker.get("/search/?q=社会保障卡申领")
    assert walker.queries <= 4
    link = next(one for one in page.main.all("a") if one.text.strip() == "社会保障卡申领")
    item = walker.get(link.attrs["href"])
    assert "可以和别的事一起办" in item.text
    assert "→" in item.text, "what is saved, in figures"
    assert any(one.attrs["href"].startswith("/things/") and "看看一起办" in one.text for one in item.main.all("a"))


def test_nothing_found_says_what_to_do(walker: Walker) -> None:
    page = walker.get("/search/?q=不存在的事情啊")
    assert "没有找到" in page.text
    assert "12345" in page.text


def test_a_synonym_from_the_catalogue_leads_there(walker: Walker) -> None:
    """No file of a one-thing says 馆子 or 本; the group of synonyms does."""
    for words, key in (("开馆子", "restaurant-start"), ("娃娃医保", "newborn"), ("打预防针", "newborn")):
        page = walker.get(f"/search/?q={words}")
        assert page.main.all("article")[0].all("a")[0].attrs["href"] == f"/things/{key}/", words


def test_without_words_the_search_says_how_to_ask(walker: Walker) -> None:
    walker.get("/search/")  # a process that sees a release for the first time reads its words
    page = walker.get("/search/")
    assert walker.queries <= 2
    assert "拼音首字母" in page.text
    assert any(one.attrs["href"].startswith("/search/?q=") for one in page.main.all("a"))


def number_in(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    assert found, text
    return int(found.group(1))


def test_a_large_catalogue_is_shown_by_stages_and_searched_with_an_honest_count(walker: Walker) -> None:
    """Two hundred one-things with ten thousand items: short pages, few queries, and a way to everything."""
    now = timezone.now()
    items = thing_document("newborn")["items"]
    crowd = [
        thing_document(
            f"city-{number:03}",
            name=f"城市第{number}件一件事",
            stages=["travel"],
            functions={"health": "卫生健康部门"},
            items=[{**items[0], "function": "health", "key": f"i{item}", "id": f"{number}/{item}", "name": f"出行{number}之{item}"}
                   for item in range(50)],
        )
        for number in range(200)
    ]  # fmt: skip
    publish(crowd, effective_at=now, at=now)
    walker.get("/")
    page = walker.get("/")
    assert walker.queries <= 2
    assert len(page.response.content) < 40_000
    link = next(one for one in page.main.all("a") if "全部200件" in one.text)
    seen: list[str] = []
    address: str | None = link.attrs["href"]
    while address:
        page = walker.get(address)
        seen += [one.all("a")[0].attrs["href"] for one in page.main.all("article")]
        address = next((one.attrs["href"] for one in page.main.all("a") if one.text.strip() == "看后面的"), None)
    assert len(seen) == len(set(seen)) == 200
    walker.get("/search/?q=出行")
    page = walker.get("/search/?q=出行")
    assert walker.queries <= 3
    assert "先列最接近的20件" in page.text
    assert number_in(r"名称里有的共(\d+)件", page.text) >= 10_000
    assert len(page.response.content) < 40_000
    narrowed = next(one for one in page.main.all("a") if one.text.strip() == "个人")
    assert 200 <= number_in(r"找到 (\d+) 件", walker.get(narrowed.attrs["href"]).text) < 210


def test_the_front_page_is_grouped_by_subject_and_stage(walker: Walker) -> None:
    walker.get("/")
    page = walker.get("/")
    assert walker.queries <= 2, "as many as ever, however many one-things there are"
    for words in ("个人", "企业", "新生儿出生一件事", "开办餐饮店一件事", "公民身后一件事"):
        assert words in page.text
    page = walker.get("/?subject=organization")
    assert "开办餐饮店一件事" in page.text
    assert "新生儿出生一件事" not in page.text


def test_the_guide_tells_all_before_anything_is_asked(walker: Walker) -> None:
    page = walker.get("/things/restaurant-start/")
    assert walker.queries <= 3
    assert [one.attrs["type"] for one in page.main.all("button")] == ["submit"]
    for words in ("谁可以办", "能拿到什么", "要多久", "要多少钱", "哪些情况不能联办", "版本"):
        assert words in page.text


def test_the_guide_says_what_is_saved_and_how_it_is_counted(walker: Walker) -> None:
    page = walker.get("/things/newborn/")
    table = page.main.all("table")[0]
    rows = {row.all("th")[0].text.strip(): [cell.text.strip() for cell in row.all("td")] for row in table.all("tr")[1:]}
    fields = next(cells for label, cells in rows.items() if label.startswith("要填的内容"))
    after, less = fields[1].split("少")
    assert int(fields[0]) > int(after)
    assert less == f"{round(100 * (int(fields[0]) - int(after)) / int(fields[0]))}%"
    assert "怎么数的" in page.text
    assert "推算" in page.text, "trips and steps are concluded, not published"


def test_public_pages_stay_light(walker: Walker) -> None:
    for path in ("/", "/things/newborn/", "/search/?q=户口"):
        page = walker.get(path)
        assert len(page.response.content) < 30_000
