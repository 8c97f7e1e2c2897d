"""The algebra of the clocks: the law's tables, and what holds for every stop, extension and holiday (R5.4)."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.cases.clock_rules import (
    EXTENSION_DAYS,
    PROCEDURES,
    ClockDays,
    ClockFacts,
    Extension,
    ExtensionKind,
    Stop,
    StopKind,
    clock_days,
    pauses_of,
)
from onething.kit.workdays import is_paused, load_calendar

CALENDAR = load_calendar(Path(__file__).parents[2] / "catalogue" / "calendar.yaml")
DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))
UNITS = st.sampled_from(["working_day", "natural_day", "instant", "working_hour"])
OWN = Extension(ExtensionKind.OWN, EXTENSION_DAYS[ExtensionKind.OWN])
JOINT = Extension(ExtensionKind.JOINT, EXTENSION_DAYS[ExtensionKind.JOINT])


def day(text: str) -> date:
    return date.fromisoformat(text)


def item(value: int, unit: str = "working_day", *, kind: str = "行政许可") -> dict[str, Any]:
    limit = {"value": value, "unit": unit}
    return {"limit": limit, "statutory": limit, "kind": kind}


def counted(planned: dict[str, Any], start: date, *stops: Stop, more: tuple[Extension, ...] = ()) -> ClockDays:
    facts = ClockFacts(planned_due=None, started_on=start, accepted_on=start, stops=stops, extensions=more)
    return clock_days(planned, facts, CALENDAR)


def stop(first: date, last: date | None, number: int = 1, told: int | None = None) -> Stop:
    return Stop(number, StopKind.EXPERT_REVIEW, first, told, last)


@pytest.mark.parametrize(
    ("start", "days", "first", "last", "due"),
    [
        ("2026-06-01", 20, "2026-06-08", "2026-06-12", "2026-07-07"),  # expert review, both days stand still
        ("2026-06-01", 20, "2026-06-13", "2026-06-14", "2026-06-30"),  # a weekend gives no working day back
        ("2026-06-01", 20, "2026-06-19", "2026-06-21", "2026-06-30"),  # the Dragon Boat Festival neither
        ("2026-02-10", 10, "2026-02-13", "2026-02-24", "2026-03-05"),  # Spring Festival: 13th, 14th and 24th are worked
        ("2026-09-28", 5, "2026-10-10", "2026-10-10", "2026-10-12"),  # a make-up Saturday is a day like any other
        ("2026-06-01", 20, "2026-06-30", "2026-06-30", "2026-07-01"),  # the last day itself
        ("2026-06-01", 20, "2026-07-01", "2026-07-03", "2026-06-30"),  # behind the end there is nothing to give back
        ("2026-06-01", 20, "2026-06-01", "2026-06-01", "2026-06-30"),  # the start day was not counted anyway
    ],
)
def test_working_days_inside_a_stop_are_given_back(start: str, days: int, first: str, last: str, due: str) -> None:
    found = counted(item(days), day(start), stop(day(first), day(last)))
    assert found.statutory_due == found.promised_due == day(due)


@pytest.mark.parametrize(
    ("more", "due"),
    [((), "2026-10-30"), ((OWN,), "2026-11-13"), ((JOINT,), "2026-11-20"), ((OWN, JOINT), "2026-12-04")],
)
def test_extensions_add_working_days(more: tuple[Extension, ...], due: str) -> None:
    assert counted(item(20), day("2026-09-28"), more=more).statutory_due == day(due)


@pytest.mark.parametrize(
    ("start", "days", "more", "due"),
    [("2026-07-01", 45, (), "2026-09-02"), ("2026-07-01", 45, (JOINT,), "2026-09-22")],
)
def test_joint_handling_has_45_and_15_days(start: str, days: int, more: tuple[Extension, ...], due: str) -> None:
    assert counted(item(days), day(start), more=more).statutory_due == day(due)


def test_a_limit_in_natural_days_gets_natural_days_back_and_ends_on_a_working_day() -> None:
    """60 days from 2026-07-01 end on Sunday 2026-08-30; a stop from Friday to Monday gives four days back, not two."""
    thirty = item(30, "natural_day")
    assert counted(thirty, day("2026-07-01")).statutory_due == day("2026-07-31")
    assert counted(thirty, day("2026-07-01"), stop(day("2026-07-10"), day("2026-07-13"))).statutory_due == day(
        "2026-08-04"
    )
    assert counted(item(60, "natural_day"), day("2026-07-01")).statutory_due == day("2026-08-31")


def test_a_licence_is_delivered_within_ten_working_days_of_the_grant_and_nothing_else_is() -> None:
    granted = ClockFacts(planned_due=None, granted_on=day("2026-02-10"))
    assert clock_days(item(20), granted, CALENDAR).deliver_by == day("2026-03-02")
    assert clock_days(item(20, kind="公共服务"), granted, CALENDAR).deliver_by is None
    assert clock_days(item(20), ClockFacts(planned_due=None), CALENDAR).deliver_by is None


def test_before_it_starts_an_item_has_the_day_that_was_told() -> None:
    told = clock_days(item(20), ClockFacts(planned_due=day("2026-12-01")), CALENDAR)
    assert told == ClockDays(day("2026-12-01"), None, None, None)


def test_without_a_published_limit_there_is_no_day() -> None:
    nothing = {"limit": {"value": None, "unit": None}, "statutory": None, "kind": "行政许可"}
    found = counted(nothing, day("2026-06-01"), stop(day("2026-06-08"), day("2026-06-12")), more=(OWN,))
    assert found == ClockDays(None, None, None, None)


def test_an_open_stop_lasts_as_long_as_was_told() -> None:
    start = day("2026-06-01")
    told = counted(item(20), start, stop(day("2026-06-08"), None, told=5))
    assert told == counted(item(20), start, stop(day("2026-06-08"), day("2026-06-12")))
    assert counted(item(20), start, stop(day("2026-06-08"), None)).promised_due == day("2026-07-01")
    on_saturday = pauses_of([stop(day("2026-06-06"), None, told=1)], CALENDAR)
    assert on_saturday == ((day("2026-06-06"), day("2026-06-08")),)


def test_the_eight_procedures_are_those_of_the_law() -> None:
    assert list(PROCEDURES.values()) == ["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"]
    assert set(StopKind) - set(PROCEDURES) == {StopKind.CORRECTION, StopKind.OWN_LAW}


@st.composite
def closed_stops(draw: st.DrawFn, start: date) -> list[Stop]:
    stops = []
    for number in range(1, draw(st.integers(0, 5)) + 1):
        first = start + timedelta(days=draw(st.integers(-3, 70)))
        stops.append(stop(first, first + timedelta(days=draw(st.integers(0, 40))), number))
    return stops


CASES = st.tuples(DAYS, st.integers(0, 60), UNITS).flatmap(
    lambda case: closed_stops(case[0]).map(lambda stops: (*case, stops))
)


@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_stops_does_not_matter(case: tuple[date, int, str, list[Stop]], random: Any) -> None:
    start, days, unit, stops = case
    shuffled = list(stops)
    random.shuffle(shuffled)
    assert counted(item(days, unit), start, *shuffled) == counted(item(days, unit), start, *stops)


@given(CASES)
def test_overlapping_stops_count_once(case: tuple[date, int, str, list[Stop]]) -> None:
    """Every single day of the union, each as a stop of its own, gives the same days as the stops as they are."""
    start, days, unit, stops = case
    union = sorted(
        {
            one.started_on + timedelta(days=n)
            for one in stops
            for n in range(((one.ended_on or start) - one.started_on).days + 1)
        }
    )
    single = [stop(one, one, number) for number, one in enumerate(union, start=1)]
    assert counted(item(days, unit), start, *single) == counted(item(days, unit), start, *stops)


@given(CASES, st.integers(1, 30), st.integers(0, 4), st.booleans())
def test_a_longer_stop_never_makes_an_earlier_due(
    case: tuple[date, int, str, list[Stop]], longer: int, which: int, extended: bool
) -> None:
    start, days, unit, stops = case
    more = (OWN,) if extended else ()
    before = counted(item(days, unit), start, *stops, more=more)
    grown = [
        stop(one.started_on, (one.ended_on or start) + timedelta(days=longer), one.number)
        if one.number == which + 1
        else one
        for one in stops
    ]
    after = counted(item(days, unit), start, *grown, more=more)
    assert before.promised_due is not None
    assert after.promised_due is not None
    assert after.promised_due >= before.promised_due
    assert counted(item(days, unit), start, more=more).promised_due <= before.promised_due  # type: ignore[operator]


@given(CASES)
def test_a_due_day_is_worked_and_runs(case: tuple[date, int, str, list[Stop]]) -> None:
    start, days, unit, stops = case
    found = counted(item(days, unit), start, *stops)
    assert found.promised_due is not None
    assert found.near_from is not None
    assert CALENDAR.is_working_day(found.promised_due)
    assert not is_paused(found.promised_due, pauses_of(stops, CALENDAR))
    assert start <= found.near_from <= found.promised_due


@given(CASES)
def test_as_many_working_days_run_as_the_limit_has(case: tuple[date, int, str, list[Stop]]) -> None:
    start, days, _, stops = case
    due, pauses = counted(item(days), start, *stops).promised_due, pauses_of(stops, CALENDAR)
    assert due is not None
    after = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    running = [one for one in after if CALENDAR.is_working_day(one) and not is_paused(one, pauses)]
    assert len(running) == days or (days == 0 and len(running) <= 1)
