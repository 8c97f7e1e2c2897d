"""The shipped dictionaries: shape, uniqueness, references and sources. Plain YAML, no Django."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from onething.catalogue.shapes import SHAPES, WORDS

CATALOGUE = Path(__file__).parents[2] / "catalogue"
TYPES = {
    "text", "long_text", "choice", "number", "date", "datetime", "month", "boolean", "phone", "id_number", "uscc",
    "address", "bank_account", "file",
}  # fmt: skip


@cache
def read(name: str) -> dict[str, Any]:
    """Read one file of the catalogue, once."""
    content = yaml.load((CATALOGUE / name).read_bytes(), Loader=yaml.CSafeLoader)
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


# --- places and bodies -----------------------------------------------------------------------------------------------

DISTRICTS = ("321202", "321203", "321204", "321281", "321282", "321283")
PROVENANCE = {"official", "derived", "invented"}


def test_divisions_have_the_shape_of_the_format() -> None:
    content = read("divisions.yaml")
    rows = content["divisions"]
    known = "code name level parent valid_from valid_to aliases administrative successor sources"
    codes = {row["code"] for row in rows}
    assert unknown_keys(rows, known) == set()
    assert doubles(row["code"] for row in rows) == []
    for row in rows:
        assert re.fullmatch(r"\d{6}(\d{3})?", row["code"]), row
        assert {row.get("parent"), row.get("successor")} - {None} <= codes
        assert row["level"] in {"province", "city", "county", "town", "zone"}
        assert row["sources"], row["code"]
        assert set(row["sources"]) <= set(content["sources"])
        if row["level"] == "town":
            assert row["code"].startswith(row["parent"])
            assert (row["code"][6] == "4") == (row.get("administrative") is False), row


def test_the_city_is_there_as_the_statistics_count_it() -> None:
    rows = read("divisions.yaml")["divisions"]
    assert [row["code"] for row in rows if row["level"] == "county"] == list(DISTRICTS)
    towns = [row["name"] for row in rows if row["level"] == "town" and row.get("administrative") is not False]
    assert Counter(name[-1] for name in towns) == {"镇": 61, "乡": 2, "道": 25}
    zone = next(row for row in rows if row["code"] == "321271")
    assert zone["successor"] == "321203"
    assert zone["valid_to"] < "2023-06-30"


def test_bodies_are_sourced_or_say_that_they_are_invented() -> None:
    content = read("organisations.yaml")
    rows = content["organisations"]
    known = "key name short division kind provenance valid_from valid_to note sources"
    places = {row["code"] for row in read("divisions.yaml")["divisions"]}
    assert unknown_keys(rows, known) == set()
    assert doubles(row["key"] for row in rows) == []
    assert doubles(row["name"] for row in rows) == []
    for row in rows:
        assert row["division"] in places, row["key"]
        assert row["kind"] in {"department", "institution", "enterprise"}
        assert row["provenance"] in PROVENANCE
        assert (row["provenance"] == "invented") == row["name"].endswith("（演示）"), row["key"]
        assert (row["provenance"] == "invented") != bool(row.get("sources")), row["key"]
        assert set(row.get("sources", [])) <= set(content["sources"])


def test_functions_have_the_shape_of_the_format() -> None:
    content = read("organisations.yaml")
    bodies = {row["key"]: row for row in content["organisations"]}
    assert unknown_keys(content["functions"], "key name kind words organisation provenance note") == set()
    assert doubles(row["key"] for row in content["functions"]) == []
    for row in content["functions"]:
        assert row["kind"] in {"department", "institution", "enterprise"}
        assert row["provenance"] in PROVENANCE
        assert doubles(iter(row["words"])) == []
        if "organisation" in row:
            assert bodies[row["organisation"]]["division"] == "321200", row["key"]


def test_a_wording_of_two_departments_stands_with_both() -> None:
    slots: dict[str, set[str]] = {}
    for row in read("organisations.yaml")["functions"]:
        for word in row["words"]:
            slots.setdefault(word, set()).add(row["key"])
    assert slots["医疗保障部门、卫生健康部门"] == {"medical_insurance", "health"}
    assert slots["住房城乡建设(城市管理)部门"] == {"housing_construction", "urban_management"}


def test_routing_names_what_exists_and_no_body_out_of_force() -> None:
    content = read("organisations.yaml")
    bodies = {row["key"]: row for row in content["organisations"]}
    functions = {row["key"]: row for row in content["functions"]}
    seen = [(row.get("function"), row.get("item"), row["division"]) for row in content["routing"]]
    assert unknown_keys(content["routing"], "function item division organisation") == set()
    assert len(seen) == len(set(seen))
    for row in content["routing"]:
        assert ("function" in row) != ("item" in row)
        assert row.get("function") in {None, *functions}
        assert "valid_to" not in bodies[row["organisation"]], row
        assert bodies[row["organisation"]]["division"] == row["division"], row
        if row["division"] == "321200" and "function" in row:
            assert functions[row["function"]].get("organisation") == row["organisation"]


def things() -> list[Path]:
    """Return the shipped one-things."""
    return sorted((CATALOGUE / "things").glob("*/*.yaml"))


@pytest.mark.parametrize("file", things(), ids=lambda file: file.stem)
@pytest.mark.parametrize("place", DISTRICTS)
def test_every_item_of_a_shipped_thing_finds_a_body_in_every_district(file: Path, place: str) -> None:
    content = read("organisations.yaml")
    words = {word: row["key"] for row in reversed(content["functions"]) for word in [row["key"], *row["words"]]}
    lines = {(row.get("item") or row["function"], row["division"]) for row in content["routing"]}
    thing = read(file.relative_to(CATALOGUE).as_posix())
    for item in thing["items"]:
        function = item.get("function") or words.get(item["department"])
        assert function, f"{item['department']}: no function slot"
        targets = {item.get("id", f"{thing['key']}/{item['key']}"), function}
        assert lines & {(target, at) for target in targets for at in (place, "321200", "320000")}, item["key"]


def test_an_item_that_is_routed_by_itself_is_an_item_of_a_shipped_thing() -> None:
    shipped = [read(file.relative_to(CATALOGUE).as_posix()) for file in things()]
    ids = {item.get("id", f"{thing['key']}/{item['key']}") for thing in shipped for item in thing["items"]}
    assert {row["item"] for row in read("organisations.yaml")["routing"] if "item" in row} <= ids


# --- norms and stages ------------------------------------------------------------------------------------------------


def test_norms_have_the_shape_of_the_format() -> None:
    content = read("norms.yaml")
    known = "title aliases kind place valid_from valid_to replaced_by source provenance note"
    assert unknown_keys(content["norms"], known) == set()
    assert doubles(word for row in content["norms"] for word in [row["title"], *row.get("aliases", [])]) == []
    for row in content["norms"]:
        assert row["kind"] in {"law", "regulation", "rule", "normative", "local"}
        assert row.get("source") in {None, *content["sources"]}
        assert row["provenance"] in PROVENANCE
        assert (row.get("place") == "湖南") == row["title"].startswith("湖南"), row["title"]
        assert not (row["kind"] == "law" and row["title"].endswith("办法")), row["title"]


@pytest.mark.parametrize("file", things(), ids=lambda file: file.stem)
def test_every_norm_of_a_shipped_thing_is_listed(file: Path) -> None:
    known = {word for row in read("norms.yaml")["norms"] for word in [row["title"], *row.get("aliases", [])]}
    thing = read(file.relative_to(CATALOGUE).as_posix())
    titles = {basis["title"] for item in thing["items"] for basis in item.get("legal_basis", [])}
    assert titles - known == set()


def test_stages_are_the_national_six_and_ten() -> None:
    rows = read("stages.yaml")["stages"]
    assert unknown_keys(rows, "key name subject words") == set()
    assert Counter(row["subject"] for row in rows) == {"organization": 6, "person": 10}
    assert doubles(word for row in rows for word in [row["name"], *row.get("words", [])]) == []


# --- the manual ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_the_manual_explains_every_key_of_the_format(shape: str) -> None:
    manual = (CATALOGUE / "README.md").read_text(encoding="utf-8")
    silent = {"english_name", "rule"}  # taken from older dictionaries, not to be written any more
    assert [key for key in SHAPES[shape] if key not in silent and f"`{key}`" not in manual] == []


@pytest.mark.parametrize("words", sorted(WORDS), ids=".".join)
def test_the_manual_lists_every_word_a_key_may_take(words: tuple[str, str]) -> None:
    manual = (CATALOGUE / "README.md").read_text(encoding="utf-8")
    assert [word for word in WORDS[words] if f"`{word}`" not in manual] == []


# --- all files -------------------------------------------------------------------------------------------------------

FILES = ("elements.yaml", "code_lists.yaml", "organisations.yaml", "divisions.yaml", "stages.yaml", "norms.yaml")


@pytest.mark.parametrize("name", FILES)
def test_a_dictionary_is_plain_yaml(name: str) -> None:
    text = (CATALOGUE / name).read_text(encoding="utf-8")
    assert "\t" not in text
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        assert not isinstance(event, yaml.AliasEvent)
        assert getattr(event, "anchor", None) is None
    assert depth(read(name)) <= 6


def depth(node: Any) -> int:
    """Return how deep a document nests."""
    children = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
    return 1 + max((depth(child) for child in children), default=0) if isinstance(node, (dict, list)) else 0


@pytest.mark.parametrize("name", FILES)
def test_no_telephone_and_no_street_address(name: str) -> None:
    text = "\n".join(line for line in (CATALOGUE / name).read_text(encoding="utf-8").splitlines() if "url:" not in line)
    assert not re.findall(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)", text)
    assert not re.findall(r"[\u4e00-\u9fff]{1,4}(?:路|街|大道)\d+号", text)


@pytest.mark.parametrize("file", things(), ids=lambda file: file.stem)
def test_options_of_a_field_are_names_of_its_code_list(
    file: Path, elements: list[dict[str, Any]], code_lists: list[dict[str, Any]]
) -> None:
    by_name = {word: row for row in elements for word in [row["key"], row["name"], *row.get("aliases", [])]}
    names = {row["key"]: {code["name"] for code in row["codes"]} for row in code_lists}
    for item in read(file.relative_to(CATALOGUE).as_posix())["items"]:
        for field in item.get("fields", []):
            element = by_name.get(field.get("element", field["label"]))
            assert element is not None, f"{item['key']}.{field['key']}: no element"
            if "code_list" in element:
                assert set(field.get("options", [])) <= names[element["code_list"]], f"{item['key']}.{field['key']}"
