"""Dates, money and masks are written in one way (ux 3.4)."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from onething.web.ui import formats

AT = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)  # 14:30 in Taizhou


def test_dates_in_prose_and_in_tables() -> None:
    assert formats.prose_date(AT) == "2026年3月5日（星期四）14:30"
    assert formats.prose_date(date(2026, 11, 29)) == "2026年11月29日（星期日）"
    assert formats.table_date(AT) == "2026-03-05 14:30"
    assert formats.table_date(date(2026, 3, 5)) == "2026-03-05"
    assert formats.time_of_day(AT) == "14:30"


def test_an_evening_in_utc_is_the_next_day_here() -> None:
    assert formats.table_date(datetime(2026, 12, 31, 16, 5, tzinfo=UTC)) == "2027-01-01 00:05"


@pytest.mark.parametrize(("fen", "text"), [(128000, "1280.00元"), (0, "0.00元"), (5, "0.05元"), (-150, "-1.50元")])
def test_money(fen: int, text: str) -> None:
    assert formats.money(fen) == text


@given(st.integers(-(10**12), 10**12))
def test_money_loses_no_fen(fen: int) -> None:
    text = formats.money(fen).removesuffix("元")
    assert int(text.replace(".", "")) == fen


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王秀兰", "王*兰"),
        ("李雷", "李*"),
        ("王", "王"),
        ("阿依古丽·买买提", "阿***·**提"),
        ("䶮㛃𬀩", "䶮*𬀩"),
        (" 王秀兰 ", "王*兰"),
        ("", ""),
    ],
)
def test_masked_names(name: str, masked: str) -> None:
    assert formats.mask_name(name) == masked


def test_masked_numbers() -> None:
    assert formats.mask_id("321202199001011234") == "3212**********1234"
    assert formats.mask_phone("13812341234") == "138****1234"
    assert formats.mask_phone("0523-86881234") == "**********234"
    assert formats.mask_id("") == formats.mask_phone("") == ""


@given(st.text(st.characters(categories=["Nd"]), min_size=1, max_size=30))
def test_a_mask_hides_at_least_half_and_keeps_the_length(number: str) -> None:
    for mask in (formats.mask_id, formats.mask_phone):
        masked = mask(number)
        assert len(masked) == len(number)
        if len(number) != formats.MOBILE_NUMBER or mask is formats.mask_id:
            assert masked.count("*") >= len(number) / 2


def test_deadlines_say_date_and_working_days() -> None:
    assert formats.due_text(date(2026, 3, 12), 3) == "3月12日前，还剩3个工作日"
    assert formats.due_text(date(2026, 3, 12), 0) == "3月12日前，今天到期"
    assert formats.due_text(date(2026, 3, 12), -2) == "3月12日前，已超期2个工作日"
    assert formats.due_text(date(2026, 3, 12), None) == "3月12日前"


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "1KB"), (900, "1KB"), (340 * 1024, "340KB"), (14 * 1024**2, "14MB"), (int(1.84 * 1024**2), "1.8MB")],
)
def test_file_sizes(size: int, text: str) -> None:
    assert formats.file_size(size) == text


def test_english_pages_write_days_money_and_deadlines_in_english() -> None:
    with translation.override("en"):
        assert formats.prose_date(date(2026, 3, 5)) == "Thursday, 5 March 2026"
        assert formats.prose_date(datetime(2026, 3, 5, 6, 30, tzinfo=UTC)) == "Thursday, 5 March 2026, 14:30"
        assert formats.money(128_000) == "CNY 1280.00"
        assert formats.due_text(date(2026, 3, 12), 3) == "by 12 March, 3 working days left"
        assert formats.working_days_left(1) == "1 working day left"
        assert formats.working_days_left(0) == "due today"
        assert formats.working_days_left(-2) == "2 working days overdue"
