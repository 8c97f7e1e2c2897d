"""What is known, and what comes next: pure."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.factories.plans import calendar

from onething.exchange.rules import DepartmentStatus, Order, is_silent, known_status, place_in_order


@given(st.text(max_size=20))
def test_no_word_outside_the_list_is_guessed(word: str) -> None:
    assert (known_status(word) is None) == (word not in {one.value for one in DepartmentStatus})


@given(st.lists(st.integers(1, 6), max_size=30))
def test_whatever_arrives_what_is_applied_counts_up_by_one(given_numbers: list[int]) -> None:
    last, applied = 0, []
    for number in given_numbers:
        if place_in_order(last, number) is Order.NEXT:
            last = number
            applied.append(number)
    assert applied == list(range(1, len(applied) + 1))


def test_a_working_day_without_a_word_is_silence() -> None:
    friday = date(2026, 11, 20)
    quiet = [is_silent(since=friday, today=friday + timedelta(days=n), calendar=calendar(), limit=1) for n in range(5)]
    assert quiet == [False, False, False, False, True]  # Friday to Monday is one working day, Tuesday the second
