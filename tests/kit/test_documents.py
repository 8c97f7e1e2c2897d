"""Documents: every word of the data arrives on paper, rare characters too, and the bytes are repeatable."""

import datetime as dt
import io
import logging
import shutil
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from onething.kit import fonts
from onething.kit.checks import fonts_check
from onething.kit.documents import (
    TEMPLATES,
    BlockProblem,
    blocks_to_text,
    pdf_words,
    qr_svg,
    render_document,
    squeeze,
    verification,
)

AT = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
BLOCKS: list[dict[str, object]] = [
    {"kind": "heading", "text": "什么时候办好", "level": 1},
    {
        "kind": "paragraph",
        "text": "今天提交，12月1日前全部办好，一共5个工作日。“引号”和《书名》、#let $x$ *星* _线_ C:\\路径 <b> @a",
    },
    {"kind": "facts", "rows": [["母亲", "王䶮㛃𬀩"], ["父亲", "买买提·阿布都拉"]]},
    {"kind": "heading", "text": "要交的材料", "level": 2},
    {"kind": "list", "items": ["居民身份证\n（原件看过就还）", "户口簿"]},
    {"kind": "list", "items": ["先开出生医学证明", "再报户口"], "ordered": True},
    {
        "kind": "table",
        "caption": "各部门的时间",
        "columns": ["要办的事", "部门", "时间"],
        "rows": [
            ["出生医学证明签发（首次签发，需要分娩记录）" * 3, "市卫健委", "1个工作日"],
            ["户口登记", "市公安局", "5个工作日"],
        ],
        "widths": [3, 1, 1],
    },
    {"kind": "note", "text": "依据待补"},
]
DATA = {
    "title": "一次性告知单",
    "subtitle": "新生儿出生",
    "number": "G32120220261125000042K",
    "facts": [["办理地点", "海陵区"], ["版本", "3（ab12cd34）"]],
    "blocks": BLOCKS,
    "issuer": "泰州市数据局",
    "date": "2026年11月25日",
}


def plain(text: str) -> str:
    """Words without the numbers of an ordered list, which page and paper draw by themselves."""
    return squeeze(text).replace("1.先", "先").replace("2.再", "再")


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_word_arrives(template: str) -> None:
    words = plain(pdf_words(render_document(template, DATA, at=AT)))
    head = "一次性告知单新生儿出生G32120220261125000042K办理地点：海陵区版本：3（ab12cd34）"
    assert words == head + squeeze(blocks_to_text(BLOCKS)) + "泰州市数据局2026年11月25日"


@pytest.mark.parametrize("template", TEMPLATES)
def test_extras_of_a_document(template: str) -> None:
    check = verification("https://example.org/verify/ACDE", ["核验码 ACDE-FGHJ", "打开网址输入核验码"])
    data = {
        **DATA,
        "verify": check,
        "mark": "演示数据，没有法律效力",
        "footer": "版本 3",
        "addressee": "王𬀩",
        "large": True,
    }
    words = pdf_words(render_document(template, data, at=AT))
    for piece in ("核验码ACDE-FGHJ", "打开网址输入核验码", "演示数据，没有法律效力", "版本3"):
        assert piece in words
    assert ("王𬀩：" in words) is (template in {"decision", "official"})


def test_the_same_data_give_the_same_bytes() -> None:
    one = render_document("notice", DATA, at=AT)
    assert one == render_document("notice", DATA, at=AT)
    assert one != render_document("notice", DATA, at=AT + dt.timedelta(days=1))
    reader = pypdf.PdfReader(io.BytesIO(one))
    assert reader.metadata is not None
    assert reader.metadata.title == "一次性告知单"
    assert reader.metadata.creation_date == AT


def test_a_moment_finer_than_a_second_dates_the_paper_to_the_second() -> None:
    finer = render_document("notice", DATA, at=AT.replace(microsecond=987_654))
    assert finer == render_document("notice", DATA, at=AT)


def test_a_long_table_goes_on_with_its_head() -> None:
    rows = [[f"第{n}份材料", "部门"] for n in range(120)]
    block = {"kind": "table", "columns": ["材料名称", "谁要"], "rows": rows}
    pdf = render_document("table", {"title": "材料清单", "blocks": [block]}, at=AT)
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 2
    assert all("材料名称" in page.extract_text() for page in pages)
    words = pdf_words(pdf)
    assert all(f"第{n}份材料" in words for n in range(120))


LINES = st.text(
    "王兰䶮㛃𬀩·一二三，。（）“”《》、：0123456789ABCxyz#$*_<>@`\\/[]{}~^&%\"'=+- ", min_size=1, max_size=40
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, min_size=1, max_size=5))
def test_whatever_people_write_is_text_not_markup(lines: list[str]) -> None:
    blocks = [{"kind": "paragraph", "text": line} for line in lines]
    words = pdf_words(render_document("notice", {"title": "标题", "blocks": blocks}, at=AT))
    assert words == "标题" + squeeze("".join(lines))


def test_a_character_no_font_has_does_not_stop_the_paper(caplog: pytest.LogCaptureFixture) -> None:
    data = {"title": "告知单", "blocks": [{"kind": "paragraph", "text": "王\U00031350先生"}]}
    with caplog.at_level(logging.WARNING):
        words = pdf_words(render_document("notice", data, at=AT))
    assert words.startswith("告知单王")
    assert words.endswith("先生")
    assert "U+31350" in caplog.text
    assert "先生" not in caplog.text


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"kind": "picture"}, r"blocks\[1\]: unknown kind 'picture'"),
        ({"kind": "paragraph"}, r"blocks\[1\] \(paragraph\): needs \['text'\]"),
        ({"kind": "note", "text": "x", "colour": "red"}, "may have"),
        ({"kind": "list", "items": [1]}, "not text"),
        ({"kind": "facts", "rows": [["a"]]}, "rows of different length"),
        ({"kind": "table", "columns": ["a", "b"], "rows": [["1"]]}, "rows of different length"),
    ],
)
def test_wrong_blocks_are_named(block: dict[str, object], message: str) -> None:
    with pytest.raises(BlockProblem, match=message):
        render_document("notice", {"title": "t", "blocks": [BLOCKS[0], block]}, at=AT)


def test_unknown_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="there are notice, receipt"):
        render_document("../secret", DATA, at=AT)


def test_text_of_blocks() -> None:
    assert blocks_to_text(BLOCKS).splitlines()[:4] == [
        "什么时候办好",
        "今天提交，12月1日前全部办好，一共5个工作日。“引号”和《书名》、#let $x$ *星* _线_ C:\\路径 <b> @a",
        "母亲：王䶮㛃𬀩",
        "父亲：买买提·阿布都拉",
    ]


def test_a_qr_code_is_inert_svg() -> None:
    svg = qr_svg("https://example.org/verify/ACDE")
    assert svg.startswith("<svg ")
    assert "<script" not in svg


class TestFonts:
    def test_these_fonts_have_the_rare_characters(self) -> None:
        assert fonts_check() == []
        assert fonts.font_set().body

    def test_a_font_without_them_stops_the_start(self, settings: Settings, tmp_path: Path) -> None:
        folder = Path(fonts._package_folder()[0])
        shutil.copy(folder / "SimHei.ttf", tmp_path)
        settings.ONETHING_FONT_PATHS = [tmp_path]
        settings.ONETHING_FONTS_BODY = ["SimHei"]
        (error,) = fonts_check()
        assert "has the characters 𬀩" in error.msg
        assert "ONETHING_FONT_PATHS" in error.msg

    def test_an_empty_folder_stops_the_start(self, settings: Settings, tmp_path: Path) -> None:
        settings.ONETHING_FONT_PATHS = [tmp_path]
        (error,) = fonts_check()
        assert "䶮㛃𬀩" in error.msg

    def test_a_folder_that_is_not_there_is_named(self, settings: Settings, tmp_path: Path) -> None:
        settings.ONETHING_FONT_PATHS = [tmp_path / "none"]
        (error,) = fonts_check()
        assert "does not exist" in error.msg
