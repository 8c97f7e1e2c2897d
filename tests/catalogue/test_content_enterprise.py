"""The shipped restaurant: what a noodle-shop owner would notice first."""

import re
from datetime import date
from functools import cache
from typing import Any

import pytest

from onething.catalogue.loader import SHIPPED, Catalogue, load
from onething.catalogue.plan import make_plan
from onething.kit.identity import citizen_check_character
from onething.kit.workdays import load_calendar

ON = date(2026, 11, 25)
CALENDAR = load_calendar(SHIPPED / "calendar.yaml")

NOODLE_SHOP = {
    "has-licence": "licence-ok", "dishes": ["hot"], "online": "online-yes", "area": 96,
    "gathering-place": "gathering-yes", "fire-route": "fire-commit", "decoration": "deco-small",
    "signboard": "sign-shop", "tobacco": "tobacco-no", "drain": "drain-shared", "eia": "eia-no", "agent": "self",
}  # fmt: skip


@cache
def catalogue() -> Catalogue:
    return load(SHIPPED)


def plan(changed: dict[str, Any] | None = None, chosen: list[str] | None = None) -> dict[str, Any]:
    document = catalogue().things["restaurant-start"].document
    answers = {key: value for key, value in {**NOODLE_SHOP, **(changed or {})}.items() if value is not None}
    return make_plan(document, place="321202", answers=answers, on=ON, calendar=CALENDAR, chosen=chosen)


def items(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["key"]: item for item in result["items"]}


def papers(result: dict[str, Any], *ways: str) -> set[str]:
    return {m["key"] for m in result["materials"] if m["obtained"] in ways}


def asked(result: dict[str, Any]) -> set[tuple[str, str]]:
    return {(entry["party"], entry["element"]) for entry in result["form"]}


def test_a_noodle_shop_sees_few_fields_few_uploads_and_one_date() -> None:
    result = plan()
    assert result["gate"]["passed"] is True
    assert len(result["form"]) <= 45
    uploads = {m["key"] for m in result["materials"] if m["obtained"] == "submit" and m["necessity"] != "非必要"}
    assert len(uploads) <= 4, uploads
    assert (result["promise"]["working_days"], result["promise"]["due_on"]) == (10, "2026-12-09")
    floor_plan = [m for m in result["materials"] if m["key"] == "floor-plan"]
    assert [{asker["item"] for asker in m["asked_by"]} for m in floor_plan] == [{"food-licence", "fire-check"}]


@pytest.mark.parametrize(("route", "days", "late"), [("fire-commit", 1, ["上门核查"]), ("fire-inspect", 13, [])])
def test_time_and_steps_of_the_fire_check_belong_to_its_route(route: str, days: int, late: list[str]) -> None:
    item = items(plan({"fire-route": route}))["fire-check"]
    assert item["limit"]["value"] == days
    assert [step["name"] for step in item["steps"] if step["after_decision"]] == late
    letter = "fire-commitment-letter" in papers(plan({"fire-route": route}), "commitment")
    assert letter == (route == "fire-commit")


def test_answers_are_not_asked_again_as_fields() -> None:
    filled = {entry["element"]: entry["source"].get("value") for entry in plan({"dishes": ["hot", "cold"]})["supplied"]}
    assert filled["food_items"] == ["热食类食品制售", "冷食类食品制售"]
    assert filled["used_area"] == 96
    assert filled["sells_online"] is True
    assert filled["fire_check_way"] == "告知承诺"


def test_a_new_company_gets_its_code_before_anybody_asks_it() -> None:
    result = plan({"has-licence": "licence-none"})
    assert ("company", "uscc") not in asked(result)
    assert "business-licence" in papers(result, "produced")
    assert items(plan({"has-licence": "licence-none"}, ["signboard"])).keys() >= {"registration", "licence-check"}


def test_a_changed_scope_asks_the_old_and_the_new_value() -> None:
    result = plan({"has-licence": "licence-no-scope"})
    assert {("company", "uscc"), ("company", "business_scope_new")} <= asked(result)
    assert papers(result, "submit") >= {"articles-amendment", "change-resolution"}


@pytest.mark.parametrize(("area", "more"), [(150, False), (151, True)])
def test_drainage_asks_more_of_a_shop_over_150_square_metres(area: int, more: bool) -> None:
    result = plan({"drain": "drain-own", "area": area})
    assert ("grease-trap-papers" in papers(result, "submit")) == more
    assert "water-quality-commitment" in papers(result, "commitment")


def test_selling_sealed_packages_only_leads_to_the_single_items() -> None:
    result = plan({"dishes": ["packaged-sale"]})
    assert result["gate"]["passed"] is False
    assert "signboard" in result["gate"]["refusals"][0]["leads_to"]


def test_the_fire_voucher_of_the_decoration_feeds_the_fire_check() -> None:
    result = plan({"decoration": "deco-permit"})
    assert "decoration-fire-filing" in items(result)["fire-check"]["after"]
    assert "decoration-fire-voucher" in papers(result, "produced")


@pytest.mark.parametrize("agent", ["self", "delegate"])
def test_only_somebody_else_is_asked_for_as_handler(agent: str) -> None:
    result = plan({"agent": agent})
    assert ({party for party, _ in asked(result)} >= {"handler"}) == (agent == "delegate")
    assert ("power-of-attorney" in papers(result, "submit")) == (agent == "delegate")


def test_every_paper_handed_in_or_promised_has_a_filled_sample_without_a_real_person() -> None:
    document = catalogue().things["restaurant-start"].document
    for item in document["items"]:
        for material in item["materials"]:
            if material["obtained"] not in ("submit", "commitment"):
                continue
            sample = document["documents"][material["key"]]["sample"]
            assert all(sample[part] for part in ("lines", "look_for", "mistakes")), material["key"]
            for number in re.findall(r"\d{17}[\dX]", " ".join(sample["lines"])):
                assert citizen_check_character(number[:17]) != number[17]
