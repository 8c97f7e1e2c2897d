"""Citizen numbers, credit codes, phones, bank accounts: what passes, and what people are told."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.kit import identity
from onething.kit.identity import CITIZEN_CHECKS, USCC_CHARACTERS, Sex

DATES = st.dates(dt.date(1900, 1, 1), dt.date(2026, 11, 25))
BODIES = st.builds(
    lambda region, born, serial: f"{region}{born:%Y%m%d}{serial:03d}",
    st.sampled_from(["321202", "321281", "110105", "440524", "810000", "830000", "932840"]),
    DATES,
    st.integers(0, 999),
)


def right(body: str) -> str:
    return body + identity.citizen_check_character(body)


def wrong(body: str, step: int = 1) -> str:
    place = CITIZEN_CHECKS.index(identity.citizen_check_character(body))
    return body + CITIZEN_CHECKS[(place + step) % 11]


@given(BODIES, st.integers(1, 10))
def test_a_real_installation_takes_right_numbers_and_a_demonstration_wrong_ones(body: str, step: int) -> None:
    assert identity.check_citizen_number(right(body), demo=False).ok
    assert identity.check_citizen_number(wrong(body, step), demo=True).ok
    assert identity.check_citizen_number(right(body), demo=True).code == "real_number"
    assert identity.check_citizen_number(wrong(body, step), demo=False).code == "check_digit"


@given(BODIES, st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(body: str, position: int, step: int) -> None:
    number = right(body)
    digit = str((int(number[position]) + step) % 10)
    assert not identity.check_citizen_number(number[:position] + digit + number[position + 1 :], demo=False).ok


@given(BODIES)
def test_what_a_number_says(body: str) -> None:
    number = right(body)
    born = identity.birth_date(number)
    assert born is not None
    assert f"{born:%Y%m%d}" == body[6:14]
    assert identity.sex(number) is (Sex.MALE if int(body[16]) % 2 else Sex.FEMALE)
    assert identity.birth_date(number[:-1]) is None


@pytest.mark.parametrize(
    "number",
    ["11010519491231002X", "440524188001010014", "321202199001010017", "830000199001010012", "810000199001010019"],
)
def test_known_right_numbers(number: str) -> None:
    assert identity.check_citizen_number(number, demo=False) == identity.Checked(number)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "required", "填写身份证号"),
        ("32120219900101001", "length", "身份证号要18位，现在是17位"),
        ("321202900101001", "old_number", "15位的旧身份证号已经停用，请填18位的"),
        ("3212021990010100l7", "characters", "身份证号前17位是数字，最后一位是数字或X，请改第17位"),
        ("32120219900230001X", "birth_date", "身份证号第7到14位是出生日期，没有19900230这一天，请对照证件检查"),
        ("321202209901010010", "birth_date", "身份证号里的出生日期在今天之后，请对照证件检查第7到14位"),
        ("001202199001010017", "region", "身份证号的前两位不对，请对照证件检查"),
        ("110105194912310021", "check_digit", "身份证号有一位可能抄错了，请对照证件逐位检查"),
        ("٣٢١٢٠٢١٩٩٠٠١٠١٠٠١٧", "characters", "身份证号前17位是数字，最后一位是数字或X，请改第1位"),
    ],
)
def test_messages_say_what_to_do(text: str, code: str, message: str) -> None:
    checked = identity.check_citizen_number(text, demo=False, on=dt.date(2026, 11, 25))
    assert (checked.ok, checked.code, checked.message) == (False, code, message)


def test_the_message_uses_the_words_of_the_field() -> None:
    assert (
        identity.check_citizen_number("1", demo=True, label="母亲身份证号").message == "母亲身份证号要18位，现在是1位"
    )


def test_typing_habits_are_undone() -> None:
    checked = identity.check_citizen_number(" １１０１０５ 19491231 \u200b002x ", demo=False)
    assert checked == identity.Checked("11010519491231002X")


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2008-11-25", "2026-11-25", 18),
        ("2008-11-26", "2026-11-25", 17),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
    ],
)
def test_age(born: str, on: str, age: int) -> None:
    assert identity.age_on(dt.date.fromisoformat(born), dt.date.fromisoformat(on)) == age


@pytest.mark.parametrize(
    "code",
    [
        *["11440232MB2D06811W", "12441500196720244T", "11100000000013338W", "91330102MA28NBU477"],
        *["11430000006122244L", "113700000045046442", "91321200MA0000007F", "11321200000000000Y"],
    ],
)
def test_known_credit_codes(code: str) -> None:
    assert identity.check_uscc(code.lower()) == identity.Checked(code)


@pytest.mark.parametrize(
    ("text", "ok", "message"),
    [
        ("91330102MA28NBU478", True, "统一社会信用代码有一位可能抄错了，请对照营业执照检查；没有抄错就继续"),
        ("91330102MA28NBUI77", False, "统一社会信用代码里没有字母I，看看是不是数字1"),
        ("91330102MA28NB-477", False, "统一社会信用代码只有数字和大写字母，请改第15位"),
        ("9133010", False, "统一社会信用代码要18位，现在是7位"),
        ("B1330102MA28NBU477", False, "统一社会信用代码的前8位不对，请对照营业执照检查"),
        ("", False, "填写统一社会信用代码"),
    ],
)
def test_credit_code_messages(text: str, ok: bool, message: str) -> None:
    checked = identity.check_uscc(text)
    assert (checked.ok, checked.message) == (ok, message)


@given(st.text(USCC_CHARACTERS, min_size=9, max_size=9), st.integers(0, 16), st.integers(1, 30))
def test_a_wrong_character_of_a_credit_code_is_noticed(tail: str, position: int, step: int) -> None:
    body = "91321202" + tail
    code = body + identity.uscc_check_character(body)
    assert identity.check_uscc(code).code == ""
    other = USCC_CHARACTERS[(USCC_CHARACTERS.index(code[position]) + step) % 31]
    assert identity.check_uscc(code[:position] + other + code[position + 1 :]).code != ""


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("138 0013 8000", "13800138000", ""),
        ("+86-138-0013-8000", "13800138000", ""),
        ("008613800138000", "13800138000", ""),
        ("0523-86880000", "052386880000", ""),
        ("(010)88880000", "01088880000", ""),
        ("86880000", "86880000", "length"),
        ("0523-1", "05231", "landline"),
        ("1380013800", "1380013800", "length"),
        ("12800138000", "12800138000", "prefix"),
        ("1380013800o", "1380013800o", "characters"),
        ("", "", "required"),
    ],
)
def test_phones(text: str, value: str, code: str) -> None:
    checked = identity.check_phone(text)
    assert (checked.value, checked.code) == (value, code)


def test_phone_messages() -> None:
    assert identity.check_phone("1380013800").message == "手机号码要11位，现在是10位"
    assert identity.check_phone("0523-86880000", landline=False).message == "手机号码要11位，现在是12位"


@given(st.text("0123456789", min_size=12, max_size=18), st.integers(0, 17), st.integers(1, 9))
def test_a_wrong_digit_of_a_bank_card_is_noticed(body: str, position: int, step: int) -> None:
    card = next(body + check for check in "0123456789" if identity.check_bank_account(body + check).ok)
    place = position % len(card)
    other = card[:place] + str((int(card[place]) + step) % 10) + card[place + 1 :]
    assert identity.check_bank_account(other).message == "银行卡号有一位可能抄错了，请对照银行卡检查"


def test_accounts_of_firms_have_no_common_check_digit() -> None:
    assert identity.check_bank_account("1115 6201 0400 12345", card=False).ok
    assert identity.check_bank_account("12345", card=False).message == "银行账号要6到32位，现在是5位"


def test_masks() -> None:
    assert identity.mask_citizen_number("11010519491231002X") == "1****************X"
    assert identity.mask_citizen_number("11010519491231002X", own=True) == "110105********002X"
    assert identity.mask_phone("13800138000") == "138****8000"
    assert identity.mask_bank_account("6222021234567890") == "************7890"
    assert identity.mask_phone("138") == "***"


@given(st.text(max_size=40))
def test_no_text_breaks_a_check(text: str) -> None:
    for checked in (
        identity.check_citizen_number(text, demo=True),
        identity.check_uscc(text),
        identity.check_phone(text),
        identity.check_bank_account(text),
        identity.check_person_name(text),
    ):
        assert checked.ok is (checked.code == "" or not checked.blocks)
        assert bool(checked.code) == bool(checked.message)
    assert identity.birth_date(text) is None or len(text) >= 18
