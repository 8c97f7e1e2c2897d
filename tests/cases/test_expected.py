"""When the whole will be done as things stand, and why that day, line by line (R5.4)."""

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from onething.cases.clock_rules import Extension, ExtensionKind, Stop, StopKind
from onething.cases.expected import Cause, ItemNow, Line, Shift, expected_day
from onething.kit.workdays import load_calendar

CALENDAR = load_calendar(Path(__file__).parents[2] / "catalogue" / "calendar.yaml")
START = date(2026, 3, 2)  # a Monday; nothing is free until April


def item(key: str, told: date | None, *after: str, **more: object) -> ItemNow:
    begun = None if after else START
    values: dict[str, object] = {"promised_due": told, "started_on": begun, "decided_on": None, **more}
    return ItemNow(key.upper(), key, after, (), told, **values)  # type: ignore[arg-type]


def when(*items: ItemNow, promised: date | None = date(2026, 3, 20)) -> tuple[date | None, dict[str, Line]]:
    day, lines = expected_day(items, received_on=START, promised_on=promised, calendar=CALENDAR)
    return day, {line.number: line for line in lines}


LICENCE = item("licence", date(2026, 3, 6))
PERMIT = item("permit", date(2026, 3, 20), "licence")


def test_as_long_as_nothing_happened_the_day_is_the_one_told() -> None:
    day, lines = when(LICENCE, PERMIT)
    assert day == date(2026, 3, 20)
    assert [(line.told == line.now, line.shifts) for line in lines.values()] == [(True, ()), (True, ())]


def test_a_stop_of_what_is_waited_for_moves_what_waits() -> None:
    stop = Stop(1, StopKind.EXPERT_REVIEW, date(2026, 3, 4), 5, None)
    stopped = item("licence", date(2026, 3, 6), promised_due=date(2026, 3, 13), stops=(stop,))
    day, lines = when(stopped, PERMIT)
    assert day == date(2026, 3, 27)
    assert lines["LICENCE"].shifts == (Shift("expert_review", 5, ongoing=True),)
    assert lines["PERMIT"].shifts == (Shift(Cause.WAITED, 5, ongoing=True, keys=("licence",)),)


def test_two_overlapping_stops_are_counted_once_between_them() -> None:
    stops = (
        Stop(1, StopKind.CORRECTION, date(2026, 3, 3), None, date(2026, 3, 5)),
        Stop(2, StopKind.TESTING, date(2026, 3, 5), 2, date(2026, 3, 6)),
    )
    _day, lines = when(item("licence", date(2026, 3, 6), promised_due=date(2026, 3, 12), stops=stops))
    assert [(shift.cause, shift.days) for shift in lines["LICENCE"].shifts] == [("correction", 3), ("testing", 1)]


def test_what_ended_early_brings_the_rest_forward_and_what_ended_badly_counts_no_more() -> None:
    early = item("licence", date(2026, 3, 6), decided_on=date(2026, 3, 3))
    day, lines = when(early, PERMIT)
    assert (day, lines["LICENCE"].done, lines["LICENCE"].now) == (date(2026, 3, 17), True, date(2026, 3, 3))
    refused = item("licence", date(2026, 3, 6), decided_on=date(2026, 3, 3), ended_badly=True)
    day, lines = when(refused, item("other", date(2026, 3, 10)))
    assert (day, list(lines)) == (date(2026, 3, 10), ["OTHER"])


def test_an_extension_is_named_and_what_was_told_apart_does_not_count() -> None:
    more = (Extension(ExtensionKind.OWN, 10),)
    longer = item("licence", date(2026, 3, 6), promised_due=date(2026, 3, 20), extensions=more)
    day, lines = when(longer, item("card", date(2026, 5, 6)), item("unknown", None))
    assert day == date(2026, 3, 20)
    assert lines["LICENCE"].shifts == (Shift(Cause.EXTENDED, 10),)
    assert when(LICENCE, promised=None)[0] is None


DUE = st.integers(1, 40).map(lambda days: START + timedelta(days=days))


@given(DUE, st.integers(0, 30), DUE)
def test_a_later_predecessor_never_makes_the_whole_earlier(told: date, later: int, permit: date) -> None:
    told = CALENDAR.next_working_day(told)
    ends = CALENDAR.next_working_day(max(told, permit))
    first, waits = item("licence", told), item("permit", ends, "licence")
    moved = item("licence", told, promised_due=CALENDAR.add_working_days(told, later))
    before, after = when(first, waits, promised=ends)[0], when(moved, waits, promised=ends)[0]
    assert before == ends
    assert after is not None
    assert after >= ends
    assert CALENDAR.working_days_between(ends, after) == later
