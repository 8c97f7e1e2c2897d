"""Rules of a place: the inner one wins, each in its time, and what nobody changes stays."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.catalogue.local import at_place, in_force, periods_of, places_around, thing_at

PLACES = ("320000", "321200", "321202", "430000")
DAYS = [date(2024, 1, 1) + timedelta(days=31 * number) for number in range(24)]


def a_thing(*local: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": "shop",
        "name": "开店",
        "promised_working_days": 10,
        "gate": [{"key": "own", "message": "只限本市"}],
        "items": [
            {
                "key": "licence",
                "name": "许可",
                "limits": {"statutory": {"value": 20, "unit": "working_day"}, "promised": {"value": 9, "unit": "working_day"}},
                "materials": [{"name": "申请书"}, {"name": "租赁合同", "copies": 2}],
                "conditions": ["有固定场所"],
            },
            {"key": "tax", "name": "税务"},
        ],
        "local": list(local),
    }  # fmt: skip


def test_a_place_lies_in_those_around_it() -> None:
    assert places_around("321202001000") == ("321202", "321200", "320000")
    assert places_around("320000") == ("320000",)


def test_the_inner_rule_wins_and_inherits_the_outer_one() -> None:
    thing = a_thing(
        {"place": "321202", "items": [{"key": "licence", "promised_working_days": 3}]},
        {
            "place": "320000",
            "items": [
                {
                    "key": "licence",
                    "promised_working_days": 5,
                    "conditions": ["已公示"],
                    "materials": [
                        {"name": "申请书", "drop": True},
                        {"name": "租赁合同", "copies": 1},
                        {"name": "承诺书"},
                    ],
                }
            ],
        },
    )
    licence = thing_at(thing, "321202", "2026-01-01")["items"][0]
    assert licence["promised_working_days"] == 3
    assert licence["limits"] == {"statutory": {"value": 20, "unit": "working_day"}}, (
        "the law stays, the old promise goes"
    )
    assert licence["conditions"] == ["有固定场所", "已公示"]
    assert licence["materials"] == [{"name": "租赁合同", "copies": 1}, {"name": "承诺书"}]
    assert thing_at(thing, "321283", "2026-01-01")["items"][0]["promised_working_days"] == 5
    assert thing_at(thing, "430100", "2026-01-01")["items"] == thing["items"]


def test_a_gate_is_changed_by_its_key() -> None:
    thing = a_thing(
        {"place": "430000", "gate": [{"key": "own", "message": "只限本省"}, {"key": "age", "message": "成年"}]}
    )
    changed = thing_at(thing, "430100", "2026-01-01")
    assert [gate["message"] for gate in changed["gate"]] == ["只限本省", "成年"]


@pytest.mark.parametrize(
    ("changes", "place", "periods"),
    [
        ([{"place": "320000"}], "321202", [(None, None)]),
        ([{"place": "320000", "valid_from": "2025-01-01"}], "320000", [("2025-01-01", None)]),
        (
            [
                {"place": "320000", "valid_from": "2025-01-01", "valid_to": "2025-12-31"},
                {"place": "321202", "valid_from": "2025-07-01"},
            ],
            "321202",
            [("2025-01-01", "2025-06-30"), ("2025-07-01", "2025-12-31"), ("2026-01-01", None)],
        ),
        ([{"place": "430000"}], "321202", []),
    ],
)
def test_periods(changes: list[dict[str, Any]], place: str, periods: list[tuple[str | None, str | None]]) -> None:
    assert list(periods_of(changes, place)) == periods


days = st.none() | st.sampled_from([day.isoformat() for day in DAYS])
changes = st.lists(
    st.builds(
        lambda place, ends, number: {
            "place": place,
            "valid_from": ends[0],
            "valid_to": ends[1],
            "items": [{"key": "tax", "promised_working_days": number}],
        },
        st.sampled_from(PLACES),
        st.tuples(days, days).filter(lambda ends: not (ends[0] and ends[1]) or ends[0] <= ends[1]),
        st.integers(0, 9),
    ),
    max_size=5,
)


@given(changes, st.sampled_from(PLACES), st.sampled_from(DAYS))
def test_what_holds_is_the_same_throughout_a_period(local: list[dict[str, Any]], place: str, day: date) -> None:
    thing = a_thing(*local)
    inside = [
        (first, last)
        for first, last in periods_of(local, place)
        if in_force({"valid_from": first, "valid_to": last}, day.isoformat())
    ]
    holding = [one for one in local if one["place"] in places_around(place) and in_force(one, day.isoformat())]
    assert len(inside) == (1 if holding else 0)
    if inside:
        probe = inside[0][0] or inside[0][1] or day.isoformat()
        assert thing_at(thing, place, probe)["items"] == thing_at(thing, place, day.isoformat())["items"]
    else:
        assert thing_at(thing, place, day.isoformat())["items"] == thing["items"]


def test_a_document_is_looked_up_by_the_nearest_place_and_the_day() -> None:
    document = {
        "items": [{"key": "licence", "days": 9}, {"key": "tax", "days": 1}],
        "target_working_days": 10,
        "local": [
            {"place": "320000", "valid_from": None, "valid_to": None, "items": {"licence": {"key": "licence", "days": 5}},
             "whole": {}},
            {"place": "321202", "valid_from": "2026-01-01", "valid_to": None,
             "items": {"licence": {"key": "licence", "days": 3}}, "whole": {"target_working_days": 4}},
        ],
    }  # fmt: skip

    def days(place: str, on: date) -> tuple[int, int]:
        found = at_place(document, place, on)
        return found["items"][0]["days"], found["target_working_days"]

    assert days("321202001000", date(2026, 3, 1)) == (3, 4)
    assert days("321202", date(2025, 3, 1)) == (5, 10)
    assert days("321283", date(2026, 3, 1)) == (5, 10)
    assert at_place(document, "430100", date(2026, 3, 1)) is document
