"""Case and item numbers, verification codes, short hashes."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.kit import ids

NUMBERS = st.builds(
    ids.case_number,
    st.sampled_from(["321200000000", "321202", "321283"]),
    st.dates(dt.date(2024, 1, 1), dt.date(2099, 12, 31)),
    st.integers(1, 10**9),
)


@given(NUMBERS)
def test_a_number_reads_back(number: str) -> None:
    read = ids.parse_case_number(number)
    assert read is not None
    assert ids.case_number(read.division, read.on, read.sequence) == number
    assert ids.parse_case_number(ids.item_number(number, 3)) == ids.CaseNumber(read.division, read.on, read.sequence, 3)


@given(NUMBERS, st.integers(0, 30), st.integers(1, 35))
def test_a_single_wrong_character_is_noticed(number: str, position: int, step: int) -> None:
    place = position % len(number)
    old = ids.ALPHABET_36.index(number[place])
    new = ids.ALPHABET_36[(old + step) % 36]
    assert not ids.has_right_check(number[:place] + new + number[place + 1 :])


def test_nearly_every_swap_of_two_neighbouring_digits_is_noticed() -> None:
    """Mod 37,36 has blind spots. One character in front brings it into each of its 36 states, so this is all there is."""
    blind = [
        (front, one, two)
        for front, one, two in product(ids.ALPHABET_36, "0123456789", "0123456789")
        if one > two and ids.check_character(front + one + two) == ids.check_character(front + two + one)
    ]
    assert len(blind) == 9  # of 1620
    assert all(int(one) - int(two) == 1 for _, one, two in blind)


def test_known_check_character() -> None:
    assert ids.check_character("A12425GABC1234002") == "M"  # the example of ISO 7064 in the GRid standard
    assert ids.case_number("321202000000", dt.date(2026, 11, 25), 42)[:-1] == "32120220261125000042"


def test_a_number_is_read_as_people_type_it() -> None:
    number = ids.case_number("321202", dt.date(2026, 11, 25), 42)
    typed = f" {number[:6]} {number[6:14]} {number[14:].lower()}－01"
    assert ids.parse_case_number(typed) == ids.CaseNumber("321202", dt.date(2026, 11, 25), 42, 1)


@pytest.mark.parametrize("text", ["", "32120220261125", "x" * 21, "٣" * 21, "3212022026112500004２ "])
def test_what_is_no_number(text: str) -> None:
    assert ids.parse_case_number(text) is None


def test_a_day_that_is_none() -> None:
    body = "32120220261345000042"
    assert ids.parse_case_number(body + ids.check_character(body)) is None


def test_numbers_refuse_nonsense() -> None:
    with pytest.raises(ValueError, match="division"):
        ids.case_number("32", dt.date(2026, 11, 25), 1)
    with pytest.raises(ValueError, match="starts at 1"):
        ids.case_number("321202", dt.date(2026, 11, 25), 0)
    with pytest.raises(ValueError, match="1 to 99"):
        ids.item_number("x", 100)


def test_verification_codes() -> None:
    codes = {ids.verification_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(ids.is_verification_code(code) for code in codes)
    assert not set("".join(codes)) & set("01258BILOSUVZ")
    assert ids.is_verification_code(f" {next(iter(codes)).lower()} ")
    assert not ids.is_verification_code("3469-ACDE")


def test_short_hash() -> None:
    assert ids.short_hash("AB12CD34" + "0" * 56) == "ab12cd34"
