"""The texts of a one-thing told apart from its data, and their translations."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from onething.catalogue.loader import SHIPPED, Catalogue, load
from onething.catalogue.texts import is_citation, texts_of, translated

TRANSLATED = ("newborn", "death", "restaurant-start")
ENGLISH = Path(SHIPPED) / "locale" / "en" / "LC_MESSAGES" / "django.po"


@cache
def shipped() -> Catalogue:
    return load(SHIPPED)


@cache
def english() -> frozenset[str]:
    with ENGLISH.open("rb") as written:
        return frozenset(str(one.id) for one in read_po(written) if one.id and one.string)


@pytest.mark.parametrize("key", TRANSLATED)
def test_every_text_of_a_translated_one_thing_has_english(key: str) -> None:
    lacking = [text for text in texts_of(shipped().things[key].document) if text not in english()]
    assert lacking == [], "run `make messages`, then translate catalogue/locale/en"


def test_only_texts_change() -> None:
    document: dict[str, Any] = {
        "key": "newborn",
        "name": "新生儿",
        "aliases": ["上户口"],
        "questions": [{"key": "a", "question": "在哪里？", "options": [{"value": "甲", "label": "甲"}]}],
        "items": [
            {"name": "登记", "note": "给作者看", "basis": [{"title": "法"}], "materials": [{"note": "找不到的才要"}]}
        ],
        "functions": {"health": "卫生健康", "none": None},
        "code_lists": {"sex": {"name": "性别", "codes": [{"code": "1", "name": "男"}]}},
    }
    made = translated(document, lambda text: f"<{text}>")
    assert made == {
        "key": "newborn",
        "name": "<新生儿>",
        "aliases": ["上户口"],
        "questions": [{"key": "a", "question": "<在哪里？>", "options": [{"value": "甲", "label": "<甲>"}]}],
        "items": [
            {
                "name": "<登记>",
                "note": "给作者看",
                "basis": [{"title": "法"}],
                "materials": [{"note": "<找不到的才要>"}],
            }
        ],
        "functions": {"health": "<卫生健康>", "none": None},
        "code_lists": {"sex": {"name": "性别", "codes": [{"code": "1", "name": "<男>"}]}},
    }


@pytest.mark.parametrize("text", ["《中华人民共和国消防法》第十五条", "户口登记条例第七条", "《国办发〔2015〕96号》"])
def test_a_law_is_cited_as_it_is_called(text: str) -> None:
    assert is_citation(text)
    assert not is_citation("办事指南载明不收费")
