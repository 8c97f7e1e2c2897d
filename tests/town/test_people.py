"""The town's people and firms exist nowhere, and its samples fit what they are made for (R5.14)."""

import re
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.kit.identity import age_on, birth_date, check_citizen_number, check_phone, check_uscc, sex
from onething.oneform.checks import check_value
from onething.oneform.rules import Field
from onething.town.patterns import sample_of
from onething.town.people import CODE_WEIGHTS, MODULUS, invent_firm, invent_person
from onething.town.values import NoSample, Writer

ON = date(2026, 11, 25)
DISTRICT = "321204000000"


@given(st.integers(), st.integers(0, 90))
def test_nobody_of_the_town_has_a_number_that_a_real_person_could_have(seed: int, age: int) -> None:
    person = invent_person(Random(seed), division=DISTRICT, place="姜堰区", on=ON, ages=(age, age + 5))
    number = person.identity_number
    assert check_citizen_number(number, demo=False, on=ON).code == "check_digit"
    assert check_citizen_number(number, demo=True, on=ON).ok
    assert birth_date(number) == person.born
    found = sex(number)
    assert found is not None
    assert person.sex == {"1": "男", "2": "女"}[found.value]
    assert check_phone(person.phone).ok
    assert person.phone.startswith("1600000")


@given(st.integers())
def test_no_register_gave_out_the_code_of_a_firm(seed: int) -> None:
    firm = invent_firm(Random(seed), division=DISTRICT, place="姜堰区")
    assert check_uscc(firm.uscc).code == ""
    inner = firm.uscc[8:17]
    total = sum(int(character, 36) * weight for character, weight in zip(inner[:8], CODE_WEIGHTS, strict=True))
    assert inner[8] != "0123456789X0"[MODULUS - total % MODULUS]
    assert "虚构" in firm.name


@given(
    st.sampled_from(
        [r"^\d{4}-\d{6}-\d{2}$", r"[A-Z]{2}\d+", r"^(苏|沪)[A-HJ]\w{5}$", r"^1?\d{2,4}(号|室)?$", r"^[^\s]{2}$|x+"]
    ),
    st.integers(),
)
def test_a_sample_of_a_pattern_matches_it_or_there_is_none(pattern: str, seed: int) -> None:
    sample = sample_of(pattern, Random(seed))
    assert sample is None or re.search(pattern, sample)


def asked(**changed: object) -> Field:
    told = {"subject": "owner", "element": "x", "name": "某项", "label": "某项", "type": "text", "required": True}
    return Field(**{**told, **changed})  # type: ignore[arg-type]


@given(st.sampled_from(["text", "number", "date", "datetime", "month", "boolean", "phone", "id_number", "uscc",
                        "bank_account", "address", "long_text"]), st.integers())  # fmt: skip
def test_every_type_of_element_has_a_value_its_own_check_takes(kind: str, seed: int) -> None:
    field = asked(type=kind)
    typed = Writer(Random(seed), DISTRICT, "姜堰区", ON).typed(field)
    value, fault = check_value(field, typed, today=ON, demonstration=True)
    assert fault is None
    assert value


def test_the_same_person_everywhere() -> None:
    writer = Writer(Random(1), DISTRICT, "姜堰区", ON)
    name = asked(element="person_name", name="姓名")
    assert writer.typed(name) == writer.typed(name)
    assert writer.typed(asked(type="id_number")) == writer.person("owner").identity_number


def test_what_a_reader_of_a_case_would_stumble_over_fits() -> None:
    """Whoever retires is old enough, a place is a name and no digits, a number is that of the document beside it."""
    writer = Writer(Random(1), DISTRICT, "姜堰区", ON)
    assert age_on(writer.person("retiree").born, ON) >= 57
    assert writer.typed(asked(element="region_code", type="choice", pattern=r"^\d{6}$")) == "姜堰区"
    kinds = (("护照", "护照"), ("居民身份证", "居民身份证"))
    assert writer.typed(asked(element="id_document_type", type="choice", options=kinds)) == "居民身份证"
    number = asked(element="id_document_number", type="text", pattern="^[0-9A-Za-z]{1,30}$")
    assert writer.typed(number) == writer.person("owner").identity_number


def test_what_nothing_fits_is_named() -> None:
    impossible = asked(label="不可能的编号", pattern=r"^(?=a)b$")
    with pytest.raises(NoSample, match=r"owner\.x “不可能的编号”"):
        Writer(Random(1), DISTRICT, "姜堰区", ON).typed(impossible)
