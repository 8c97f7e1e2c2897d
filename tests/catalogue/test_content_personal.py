"""The shipped newborn and death: what a mother or a grieving family would notice first."""

import re
from datetime import date
from functools import cache
from typing import Any

import pytest

from onething.catalogue.loader import SHIPPED, Catalogue, load
from onething.catalogue.plan import make_plan
from onething.kit.identity import citizen_check_character
from onething.kit.workdays import load_calendar

ON = date(2026, 3, 2)
CALENDAR = load_calendar(SHIPPED / "calendar.yaml")

MOTHER = {
    "birth-place": "institution", "claim-time": "within-1-month", "parents-marital": "married", "parent-info": "both",
    "ethnicity-same": "same", "settle-with": "mother", "householder": "father", "collector": "mother",
    "maternity-insured": "not-insured",
}  # fmt: skip
FAMILY = {
    "domicile": "local", "death-kind": "hospital", "burial": "cremated", "pension-kind": "employee-retired",
    "medical-kind": "employee", "pay-to": "heir-account", "housing-fund": 10000, "other-heirs": 0,
    "lost-papers": ["none"], "licence": "yes", "welfare": ["none"], "estate-query": ["none"],
}  # fmt: skip


@cache
def catalogue() -> Catalogue:
    return load(SHIPPED)


def plan(thing: str, answers: dict[str, Any], **changed: Any) -> dict[str, Any]:
    document = catalogue().things[thing].document
    return make_plan(document, place="321202", answers={**answers, **changed}, on=ON, calendar=CALENDAR)


def keys(result: dict[str, Any]) -> set[str]:
    return {item["key"] for item in result["items"]}


def brought(result: dict[str, Any]) -> set[str]:
    return {
        m["key"] for m in result["materials"]
        if m["obtained"] == "submit" and m["required"] and not m["not_needed"]
    }  # fmt: skip


def test_a_usual_mother_brings_no_paper_and_fills_little() -> None:
    result = plan("newborn", MOTHER)
    assert result["gate"]["passed"] is True
    assert brought(result) == set()
    asked = [f for f in result["form"] if f["source"]["kind"] == "applicant" and f["required"]]
    typed = [f["element"] for f in asked if f["type"] != "choice"]
    assert len(typed) <= 8, typed


@pytest.mark.parametrize("marital", ["married", "unmarried", "divorced"])
@pytest.mark.parametrize("settle", ["mother", "grandparent"])
@pytest.mark.parametrize("collector", ["mother", "father", "entrusted"])
def test_registered_by_the_mother_only_nothing_of_the_father_is_asked(
    marital: str, settle: str, collector: str
) -> None:
    changed = {"parents-marital": marital, "settle-with": settle, "collector": collector, "parent-info": "mother-only"}
    result = plan("newborn", MOTHER, **changed)
    assert "father" not in {entry["party"] for entry in [*result["form"], *result["supplied"], *result["materials"]]}


def test_a_birth_abroad_issues_no_birth_certificate() -> None:
    result = plan("newborn", MOTHER, **{"birth-place": "abroad"})
    assert "birth-certificate" not in keys(result)
    assert "birth-certificate" not in {m["key"] for m in result["materials"]}
    assert "birth_certificate_number" not in {f["element"] for f in result["form"]}


def test_nothing_is_left_to_claim_when_the_hospital_settled() -> None:
    insured = {"maternity-insured": "insured"}
    assert "maternity-benefit" not in keys(plan("newborn", MOTHER, **insured, **{"hospital-settled": "settled"}))
    assert "maternity-benefit" in keys(plan("newborn", MOTHER, **insured, **{"hospital-settled": "manual"}))


def test_who_may_not_use_the_bundle_is_led_to_single_items() -> None:
    refused = plan("newborn", MOTHER, **{"settle-with": "elsewhere"})["gate"]["refusals"]
    assert refused
    assert all(refusal["leads_to"] for refusal in refused)


@pytest.mark.parametrize(("balance", "papers"), [(0, set()), (10000, {"housing-fund-heir-statement"}),
                                                (10001, {"inheritance-notarial-certificate", "inheritance-judgment"})])  # fmt: skip
def test_the_fund_balance_decides_which_proof_of_inheritance(balance: int, papers: set[str]) -> None:
    proofs = {"housing-fund-heir-statement", "inheritance-notarial-certificate", "inheritance-judgment"}
    result = plan("death", FAMILY, **{"housing-fund": balance})
    assert {m["key"] for m in result["materials"]} & proofs == papers


@pytest.mark.parametrize(
    "kind", ["hospital", "on-the-way", "home", "care-home", "other-place", "abnormal", "abroad", "declared"]
)
def test_one_death_certificate_or_none_and_never_asked_from_the_family(kind: str) -> None:
    result = plan("death", FAMILY, **{"death-kind": kind})
    made = keys(result) & {"death-certificate-normal", "death-certificate-abnormal"}
    assert len(made) == (0 if kind == "declared" else 1)
    assert "death-certificate" not in brought(result)
    assert ("death-declaration-judgment" in brought(result)) is (kind == "declared")


def test_heirs_are_as_many_as_the_family_says() -> None:
    heirs = {p["key"]: p for p in plan("death", FAMILY, **{"other-heirs": 2})["parties"]}["heir"]
    assert heirs["instances"] == ["heir-1", "heir-2"]
    assert not [f for f in plan("death", FAMILY)["form"] if f["party"] == "heir"]


def test_every_paper_that_people_hand_in_or_promise_has_a_sample() -> None:
    papers = {
        (material["key"], thing)
        for thing in ("newborn", "death")
        for item in catalogue().things[thing].document["items"]
        for material in item["materials"]
        if material["obtained"] in ("submit", "commitment")
    }
    types = catalogue().dictionaries.document_types
    assert {paper for paper in papers if not types.get(paper[0], {}).get("sample", {}).get("lines")} == set()


def test_identity_numbers_of_samples_belong_to_nobody() -> None:
    samples = [str(kind.get("sample", "")) for kind in catalogue().dictionaries.document_types.values()]
    numbers = {number for text in samples for number in re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", text)}
    assert numbers
    assert {number for number in numbers if citizen_check_character(number[:17]) == number[17]} == set()


def test_where_nobody_published_a_limit_nothing_is_promised_for_today() -> None:
    """A lost card: neither reporting nor replacing it has a published limit."""
    document = catalogue().things["social-security-card"].document
    lost = next(example for example in document["examples"] if "丢" in example["name"])
    result = plan("social-security-card", lost["answers"])
    assert result["promise"]["working_days"] is None
    assert result["promise"]["unpublished"]
    assert result["reductions"]["before"]["working_days"] == result["reductions"]["after"]["working_days"] == 0
