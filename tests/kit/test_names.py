"""Names of persons: rare characters and interpuncts survive, slips are named."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.kit.names import check_person_name, mask_name

IDEOGRAPHS = st.sampled_from("王兰梅䶮㛃𬀩𠮷〇龘\U00031350\U0003134a\U0002ebf0")
NAMES = st.text(IDEOGRAPHS, min_size=2, max_size=10)


@given(NAMES)
def test_rare_characters_are_characters_like_any_other(name: str) -> None:
    checked = check_person_name(name)
    assert checked.ok
    assert checked.value == name


@given(NAMES, NAMES, st.sampled_from("·•‧・･∙⋅●.．。"), st.sampled_from(["", " ", "\u3000"]))
def test_every_interpunct_becomes_the_one_of_the_registry(first: str, last: str, dot: str, space: str) -> None:
    assert check_person_name(first + space + dot + space + last).value == f"{first}·{last}"


@given(st.text(max_size=30))
def test_reading_in_twice_changes_nothing_more(text: str) -> None:
    once = check_person_name(text).value
    assert check_person_name(once).value == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("  王　兰 ", "王兰"),
        ("王\u200b兰\u202c", "王兰"),
        ("买买提··阿布都拉", "买买提·阿布都拉"),
        ("John  F. Kennedy", "John F. Kennedy"),
        ("Zoe\u0308 O'Brien-Li", "Zoë O'Brien-Li"),
        ("ئالىم", "ئالىم"),
        ("བསྟན་འཛིན", "བསྟན་འཛིན"),
        ("X", "X"),
    ],
)
def test_names_as_people_type_them(text: str, value: str) -> None:
    checked = check_person_name(text)
    assert (checked.value, checked.message) == (value, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" ", "填写姓名"),
        ("王" * 61, "姓名最多60个字，现在是61个"),
        ("王", "姓名要写全，现在只有1个字"),
        ("王3", "姓名里有数字“3”，请去掉"),
        ("王<b>", "姓名里有“<”，请只写姓名"),
        ("王?", "姓名里有一个字没有打出来，变成了“?”，请重新输入这个字"),
        ("王\ue863", "姓名里有一个自造字，别的电脑显示不出来。请换输入法重新输入这个字；打不出来就到窗口办"),
        ("·王兰", "姓名里的“·”要写在两个字中间，请检查开头和结尾"),
    ],
)
def test_messages_say_what_to_do(text: str, message: str) -> None:
    assert check_person_name(text).message == message


def test_sixty_characters_are_counted_as_people_count_them() -> None:
    assert check_person_name("𬀩" * 60).ok


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("李梅", "李*"),
        ("王小兰", "王*兰"),
        ("欧阳小兰", "欧**兰"),
        ("买买提·阿布都拉", "买***拉"),
        ("John Smith", "J*** S***"),
        ("𬀩䶮", "𬀩*"),
        ("", ""),
    ],
)
def test_masked_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked
