"""The zone: found by everyday words, read without signing in (a1, R2.2.b)."""

import pytest
from tests.web.public.walker import Walker


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
