"""Which body an item goes to: the decision without a database (R5.2, design decision 6)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.parties.rules import Binding, ItemToRoute, choose_organisations, full_code, holds_on

FOOD = ItemToRoute(key="food-licence", item="restaurant-start/food-licence", function="market")


def chosen(*bindings: Binding, item: ItemToRoute = FOOD) -> int | None:
    return choose_organisations([item], bindings)[item.key]


def test_a_function_goes_to_the_nearest_body() -> None:
    assert chosen(Binding(1, distance=2, function="market"), Binding(2, distance=1, function="market")) == 2


def test_a_word_about_the_item_wins_over_the_function_even_from_further_out() -> None:
    bureau = Binding(9, distance=1, item=FOOD.item)
    assert chosen(Binding(1, distance=0, function="market"), bureau) == 9


def test_of_two_words_about_the_item_the_nearer_holds() -> None:
    assert chosen(Binding(9, distance=1, item=FOOD.item), Binding(3, distance=0, item=FOOD.item)) == 3


def test_nothing_said_is_nobody_not_a_guess() -> None:
    assert chosen(Binding(1, distance=0, function="health")) is None
    assert chosen() is None


def test_an_item_without_function_is_not_caught_by_lines_without_function() -> None:
    bare = ItemToRoute(key="x", item="a/x")
    assert chosen(Binding(1, distance=0, item="a/y"), item=bare) is None


def test_of_two_lines_at_one_place_the_later_holds() -> None:
    old = Binding(1, distance=0, function="market")
    new = Binding(2, distance=0, function="market", valid_from=date(2026, 1, 1))
    assert chosen(old, new) == chosen(new, old) == 2


bindings = st.builds(
    Binding,
    organisation=st.integers(1, 5),
    distance=st.integers(0, 4),
    item=st.sampled_from(["", FOOD.item, "other/item"]),
    function=st.just("market"),
    valid_from=st.sampled_from([None, date(2025, 1, 1), date(2026, 1, 1)]),
)


@given(st.lists(bindings, max_size=8), st.randoms())
def test_the_order_of_lines_changes_nothing(lines: list[Binding], chance: object) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert chosen(*lines) == chosen(*shuffled)


@given(st.lists(bindings, max_size=8))
def test_the_choice_is_always_one_of_the_lines(lines: list[Binding]) -> None:
    body = chosen(*lines)
    assert body in {line.organisation for line in lines} | {None}
    if any(line.item in {"", FOOD.item} for line in lines):
        assert body is not None


@pytest.mark.parametrize(
    ("short", "full"),
    [("32", "320000000000"), ("3212", "321200000000"), ("321202", "321202000000"), ("321202100", "321202100000")],
)
def test_codes_are_filled_up_to_twelve_digits(short: str, full: str) -> None:
    assert full_code(short) == full == full_code(full)


@pytest.mark.parametrize("wrong", ["", "32120", "3212020000000", "32120x", "３２１２０２", "海陵区"])
def test_what_is_no_code_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="division code"):
        full_code(wrong)


def test_both_ends_belong_to_a_period() -> None:
    start, end = date(2026, 1, 1), date(2026, 12, 31)
    assert holds_on(start, end, start)
    assert holds_on(start, end, end)
    assert not holds_on(start, end, date(2027, 1, 1))
    assert holds_on(None, None, end)
