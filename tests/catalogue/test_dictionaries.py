"""The shipped dictionaries: shape, uniqueness, references and sources. Plain YAML, no Django."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

CATALOGUE = Path(__file__).parents[2] / "catalogue"
TYPES = {
    "text", "long_text", "choice", "number", "date", "datetime", "month", "boolean", "phone", "id_number", "uscc",
    "address", "bank_account", "file",
}  # fmt: skip


def read(name: str) -> dict[str, Any]:
    """Read one dictionary file."""
    content = yaml.safe_load((CATALOGUE / name).read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def unknown_keys(rows: list[dict[str, Any]], known: str) -> set[str]:
    """Return keys that the format does not have."""
    return {key for row in rows for key in row} - set(known.split())


def doubles(values: Iterator[str]) -> list[str]:
    """Return what occurs more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


@pytest.fixture(scope="module")
def elements() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read("elements.yaml")["elements"]
    return rows


@pytest.fixture(scope="module")
def code_lists() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read("code_lists.yaml")["code_lists"]
    return rows


def test_elements_have_the_shape_of_the_format(elements: list[dict[str, Any]]) -> None:
    known = (
        "key name aliases type format pattern max_length min max unit code_list multiple derived_from sensitive "
        "standard registry note sources unsourced"
    )
    assert unknown_keys(elements, known) == set()
    assert {row["type"] for row in elements} <= TYPES
    assert [row["key"] for row in elements if not re.fullmatch(r"[a-z][a-z0-9_]*", row["key"])] == []


def test_a_name_belongs_to_one_element(elements: list[dict[str, Any]]) -> None:
    assert doubles(row["key"] for row in elements) == []
    assert doubles(word for row in elements for word in [row["name"], *row.get("aliases", [])]) == []


def test_an_element_is_sourced_or_says_that_it_is_not(elements: list[dict[str, Any]]) -> None:
    known = read("elements.yaml")["sources"]
    for row in elements:
        assert bool(row.get("sources")) != bool(row.get("unsourced")), row["key"]
        assert set(row.get("sources", [])) <= set(known), row["key"]


def test_elements_refer_to_what_exists(elements: list[dict[str, Any]], code_lists: list[dict[str, Any]]) -> None:
    keys = {row["key"] for row in elements}
    lists = {row["key"] for row in code_lists}
    for row in elements:
        assert set(row.get("derived_from", [])) <= keys - {row["key"]}, row["key"]
        if "code_list" in row:
            assert row["code_list"] in lists
            assert row["type"] == "choice", row["key"]
    assert {row.get("code_list") for row in elements} >= lists, "a code list that nothing uses"


def test_patterns_are_whole_value_expressions(elements: list[dict[str, Any]]) -> None:
    for row in elements:
        if "pattern" in row:
            assert row["pattern"].startswith("^"), row["key"]
            re.compile(row["pattern"], re.ASCII)
            assert not re.search(r"\\[pPUZAz]|\(\?<", row["pattern"]), f"{row['key']}: not understood by browsers"


@pytest.mark.parametrize(
    "name", ["张三", "䶮", "㛃", "𬀩", "王𬀩", "阿卜杜拉·买买提", "José María", "O'Neill", "李〇", "王" * 60]
)
def test_a_real_name_is_accepted(elements: list[dict[str, Any]], name: str) -> None:
    pattern = next(row["pattern"] for row in elements if row["key"] == "person_name")
    assert re.fullmatch(pattern, name)


@pytest.mark.parametrize("name", ["", "王" * 61, "张3", "张三<b>", "张\n三", "😀"])
def test_what_is_no_name_is_refused(elements: list[dict[str, Any]], name: str) -> None:
    pattern = next(row["pattern"] for row in elements if row["key"] == "person_name")
    assert not re.fullmatch(pattern, name)


def test_what_is_derived_or_sensitive_is_marked(elements: list[dict[str, Any]]) -> None:
    by_key = {row["key"]: row for row in elements}
    assert "citizen_id_number" in by_key["birth_date"]["derived_from"]
    assert by_key["sex"]["derived_from"] == ["citizen_id_number"]
    assert by_key["age"]["derived_from"] == ["birth_date"]
    for key in ("citizen_id_number", "id_document_number", "bank_account", "cause_of_death", "disability_kind"):
        assert by_key[key]["sensitive"] is True, key


def test_joins_name_existing_elements_and_give_a_reason(elements: list[dict[str, Any]]) -> None:
    keys = {row["key"] for row in elements}
    names = {word for row in elements for word in [row["name"], *row.get("aliases", [])]}
    for join in read("elements.yaml")["joins"]:
        assert unknown_keys([join], "keys names reason") == set()
        assert set(join["keys"]) <= keys
        assert set(join["names"]) <= names
        assert join["reason"]


def test_code_lists_have_the_shape_of_the_format(code_lists: list[dict[str, Any]]) -> None:
    known = set(read("code_lists.yaml")["sources"])
    assert unknown_keys(code_lists, "key name standard complete sources unsourced note codes") == set()
    assert doubles(row["key"] for row in code_lists) == []
    for row in code_lists:
        assert bool(row.get("sources")) != bool(row.get("unsourced")), row["key"]
        assert set(row.get("sources", [])) <= known
        assert isinstance(row["complete"], bool)
        assert unknown_keys(row["codes"], "code name note") == set()
        assert all(isinstance(code["code"], str) for code in row["codes"]), row["key"]
        assert doubles(code["code"] for code in row["codes"]) == []
        assert doubles(code["name"] for code in row["codes"]) == []


def test_the_fifty_six_peoples_are_there(code_lists: list[dict[str, Any]]) -> None:
    codes = next(row["codes"] for row in code_lists if row["key"] == "ethnicity")
    assert [code["code"] for code in codes] == [f"{number:02d}" for number in range(1, 57)]
