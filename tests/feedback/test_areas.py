"""A marked place: any four numbers are a rectangle within the page or refused, and every place has words (ux g3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.feedback.areas import Area, Box, NoBox, read_box

numbers = st.floats(min_value=-20, max_value=130, allow_nan=False)


@given(numbers, numbers, numbers, numbers)
def test_what_is_taken_lies_on_the_page_and_has_words(left: float, top: float, width: float, height: float) -> None:
    try:
        box = read_box(*(f"{one:.3f}" for one in (left, top, width, height)))
    except NoBox:
        assert not (0 <= left < 99.9 and 0 <= top < 99.9 and 0.1 < width <= 100 and 0.1 < height <= 100)
        return
    assert box is not None
    assert 0 <= box.left < box.left + box.width <= 1.0001
    assert 0 <= box.top < box.top + box.height <= 1.0001
    area = Area(7, 1, 1, 1, 1, box)
    assert area.words.startswith("第1页")
    assert Area.of_json(area.as_json()) == area


@pytest.mark.parametrize(
    "typed", [("1", "", "2", "3"), ("一", "2", "3", "4"), ("nan", "0", "5", "5"), ("0", "0", "0", "9")]
)
def test_what_is_no_rectangle_is_refused(typed: tuple[str, str, str, str]) -> None:
    with pytest.raises(NoBox):
        read_box(*typed)


def test_nothing_typed_is_no_place_and_percent_signs_do_no_harm() -> None:
    assert read_box("", " ", "", "") is None
    assert read_box("10%", "20％", "30", "40") == Box(0.1, 0.2, 0.3, 0.4)


@pytest.mark.parametrize(
    ("area", "words"),
    [
        (Area(1, 1, 1, 1, 1, Box(0.7, 0.8, 0.2, 0.1)), "第1页右下角"),
        (Area(1, 1, 1, 3, 5, Box(0.0, 0.4, 1.0, 0.1)), "第3页中间"),
        (Area(1, 2, 2, 1, 1, Box(0.0, 0.0, 0.1, 0.1)), "第2份文件左上角"),
        (Area(1, 2, 2, 4, 9, Box(0.0, 0.0, 1.0, 1.0)), "第2份文件第4页整页"),
    ],
)
def test_the_page_and_the_place_in_words(area: Area, words: str) -> None:
    assert area.words == words
