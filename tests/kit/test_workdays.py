"""The working-day calendar: published facts, tables over the holidays, and the laws of counting."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.kit.workdays import LEGAL_ZONE, Calendar, CalendarError, legal_date, load_calendar

CALENDAR = load_calendar(Path(__file__).parents[2] / "catalogue" / "calendar.yaml")
DAYS = st.dates(dt.date(2022, 12, 1), dt.date(2028, 12, 31))
COUNTS = st.integers(1, 60)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("date", "worked"),
    [
        ("2022-12-30", True),  # Friday before New Year
        ("2022-12-31", False),
        ("2023-01-28", True),  # make-up Saturday after Spring Festival
        ("2024-02-09", True),  # New Year's Eve of 2024 was a day to be worked by the notice
        ("2024-02-18", True),  # make-up Sunday
        ("2025-10-08", False),
        ("2026-01-02", False),
        ("2026-01-04", True),  # make-up Sunday
        ("2026-02-14", True),  # make-up Saturday before Spring Festival
        ("2026-02-16", False),
        ("2026-02-23", False),
        ("2026-02-28", True),
        ("2026-05-09", True),
        ("2026-09-20", True),  # make-up Sunday
        ("2026-09-25", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-11-25", True),
        ("2026-11-28", False),
    ],
)
def test_published_days(date: str, worked: bool) -> None:
    assert CALENDAR.is_working_day(day(date)) is worked


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2026-09-21", 5, "2026-09-29"),
        ("2026-09-28", 5, "2026-10-10"),  # over National Day, make-up Saturday counts
        ("2026-09-28", 20, "2026-10-30"),
        ("2026-09-28", 30, "2026-11-13"),
        ("2026-02-10", 10, "2026-03-02"),  # over Spring Festival with both make-up days
        ("2026-04-30", 5, "2026-05-11"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2026-07-01", 45, "2026-09-02"),
        ("2026-07-01", 60, "2026-09-22"),  # counts Sunday 2026-09-20
        ("2025-12-26", 5, "2026-01-05"),  # counts Sunday 2026-01-04
        ("2026-08-08", 5, "2026-08-14"),  # starts on a Saturday
        ("2026-02-13", 1, "2026-02-14"),  # make-up Saturday is a day like any other
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-09-19", 1, "2026-09-20"),
        ("2026-11-25", 0, "2026-11-25"),
        ("2026-11-28", 0, "2026-11-30"),
    ],
)
def test_working_days_from_a_start(start: str, count: int, due: str) -> None:
    assert CALENDAR.add_working_days(day(start), count) == day(due)


def test_a_pause_gives_its_working_days_back_once() -> None:
    week = (day("2026-06-08"), day("2026-06-12"))
    inside = (day("2026-06-10"), day("2026-06-11"))
    assert CALENDAR.add_working_days(day("2026-06-01"), 20, pauses=[week]) == day("2026-07-07")
    assert CALENDAR.add_working_days(day("2026-06-01"), 20, pauses=[week, inside]) == day("2026-07-07")


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-09-20", 10, "2026-09-30"),
        ("2026-09-21", 10, "2026-10-08"),  # ends in the holiday, moves behind it
        ("2026-10-30", 15, "2026-11-16"),  # 14 November is a Saturday
        ("2026-01-30", 15, "2026-02-14"),  # ends on a make-up Saturday and stays there
    ],
)
def test_natural_days_end_on_a_working_day(start: str, count: int, end: str) -> None:
    assert CALENDAR.add_natural_days(day(start), count) == day(end)


@given(DAYS, COUNTS)
def test_counting_there_and_back(start: dt.date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working_day(end)
    assert end > start
    assert CALENDAR.working_days_between(start, end) == count
    assert CALENDAR.working_days_between(end, start) == -count


@given(DAYS, DAYS, COUNTS, COUNTS)
def test_later_or_longer_never_ends_earlier(one: dt.date, two: dt.date, few: int, more: int) -> None:
    first, second = sorted((one, two))
    low, high = sorted((few, more))
    assert CALENDAR.add_working_days(first, low) <= CALENDAR.add_working_days(second, low)
    assert CALENDAR.add_working_days(first, low) <= CALENDAR.add_working_days(first, high)
    assert CALENDAR.add_natural_days(first, low) <= CALENDAR.add_natural_days(second, high)


@given(DAYS, COUNTS, COUNTS)
def test_two_limits_in_a_row_are_one_long_limit(start: dt.date, one: int, two: int) -> None:
    middle = CALENDAR.add_working_days(start, one)
    assert CALENDAR.add_working_days(middle, two) == CALENDAR.add_working_days(start, one + two)


@given(st.lists(st.tuples(DAYS, st.times()), min_size=2, max_size=2))
def test_handing_in_later_is_never_received_earlier(moments: list[tuple[dt.date, dt.time]]) -> None:
    first, second = (CALENDAR.receipt_day(dt.datetime.combine(*at, tzinfo=LEGAL_ZONE)) for at in sorted(moments))
    assert first <= second
    assert CALENDAR.is_working_day(first)


@pytest.mark.parametrize(
    ("at", "received"),
    [
        ("2026-11-25T09:00+08:00", "2026-11-25"),
        ("2026-11-25T17:29:59+08:00", "2026-11-25"),
        ("2026-11-25T17:30+08:00", "2026-11-26"),
        ("2026-11-27T20:00+08:00", "2026-11-30"),  # Friday evening
        ("2026-11-28T10:00+08:00", "2026-11-30"),  # Saturday
        ("2026-09-20T10:00+08:00", "2026-09-20"),  # worked Sunday
        ("2026-09-30T18:00+08:00", "2026-10-08"),
        ("2026-11-25T01:00+00:00", "2026-11-25"),
        ("2026-11-25T16:30+00:00", "2026-11-26"),  # past midnight in China, in office hours tomorrow's clock
    ],
)
def test_receipt_outside_hours_counts_as_the_next_working_day(at: str, received: str) -> None:
    assert CALENDAR.receipt_day(dt.datetime.fromisoformat(at)) == day(received)


def test_closing_time_can_be_set() -> None:
    at = dt.datetime.fromisoformat("2026-11-25T17:45+08:00")
    assert CALENDAR.receipt_day(at, closes=dt.time(18)) == day("2026-11-25")


def test_the_legal_date_is_chinas() -> None:
    assert legal_date(dt.datetime(2026, 11, 24, 16, 30, tzinfo=dt.UTC)) == day("2026-11-25")
    with pytest.raises(ValueError, match="time zone"):
        legal_date(dt.datetime(2026, 11, 24))  # noqa: DTZ001 - the naive moment is the point


@pytest.mark.parametrize(
    ("count", "unit", "end"),
    [
        (0, "instant", "2026-11-25"),
        (4, "working_hour", "2026-11-26"),
        (9, "working_hour", "2026-11-27"),
        (3, "working_day", "2026-11-30"),
        (3, "natural_day", "2026-11-30"),
    ],
)
def test_units_of_a_limit(count: int, unit: str, end: str) -> None:
    due = CALENDAR.due(day("2026-11-25"), count, unit)
    assert (due.on, due.provisional) == (day(end), False)


def test_beyond_the_published_year_a_date_is_provisional() -> None:
    assert CALENDAR.due(day("2026-12-28"), 3, "working_day").provisional is False
    late = CALENDAR.due(day("2026-12-28"), 10, "working_day")
    assert late.provisional
    assert late.on.year == 2027
    assert CALENDAR.is_working_day(day("2027-01-04"))


@pytest.mark.parametrize(
    ("year", "message"),
    [
        ({"notice": ["n"], "off": [{"date": "2026-01-03"}], "make_up_workdays": [{"date": "2026-01-03"}]}, "both"),
        ({"notice": ["n"], "make_up_workdays": [{"date": "2026-01-05"}]}, "no weekend day"),
        ({"notice": ["n"], "off": [{"date": "2026-02-30"}]}, "no date"),
        ({"notice": ["n"], "off": [{"date": "2026-01-01"}, {"date": "2026-01-01"}]}, "twice"),
        ({"off": [{"date": "2026-01-01"}]}, "source"),
    ],
)
def test_contradicting_calendars_are_refused(year: dict[str, object], message: str) -> None:
    with pytest.raises(CalendarError, match=message):
        Calendar.from_data({"published_through": "2026-12-31", "years": {2026: year}})


@pytest.mark.parametrize("count", [-1, 100_000])
def test_absurd_limits_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="a limit has"):
        CALENDAR.add_working_days(day("2026-11-25"), count)


@given(DAYS, COUNTS)
def test_the_latest_start_is_over_and_the_day_after_it_is_not(over_by: dt.date, count: int) -> None:
    start = CALENDAR.latest_start(count, over_by=over_by)
    assert CALENDAR.add_working_days(start, count) < over_by
    assert CALENDAR.add_working_days(start + dt.timedelta(days=1), count) >= over_by
