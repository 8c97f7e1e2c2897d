"""Waiting periods on their days: what opens them, what their last day is, and what that means for a promise."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.factories.plans import calendar

from onething.cases.rules import promised_end
from onething.cases.waiting import ready_on, waits_of, waits_until

STARTS_AT = {"party": "company", "element": "notice_start"}
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
LIMITS = st.sampled_from([None, ("natural_day", 30), ("working_day", 60)])


def period(value: int, unit: str = "natural_day", *, stated: bool = True) -> dict[str, Any]:
    return {
        "name": "公示期", "value": value, "unit": unit, "start_event": "公告", "basis": "条例第三十三条",
        "starts_at": STARTS_AT if stated else None,
    }  # fmt: skip


def said(*days: date) -> dict[str, Any]:
    return {"company": {f"company-{n}": {"notice_start": day.isoformat()} for n, day in enumerate(days, start=1)}}


def test_the_last_day_by_law() -> None:
    """The day of the opening is not counted, a free last day moves on, and the last day still belongs to it."""
    item = {"waiting_periods": [period(20), period(45)]}
    short, long = waits_of(item, {}, since=date(2026, 11, 25), calendar=calendar())
    assert (short.last_day, short.open_from) == (date(2026, 12, 15), date(2026, 12, 16))
    assert long.last_day == date(2027, 1, 11)  # 9 January 2027 is a Saturday
    assert waits_until(item, {}, since=date(2026, 11, 25), calendar=calendar()) == long.last_day
    assert ready_on(item, {}, since=date(2026, 11, 25), calendar=calendar()) == date(2027, 1, 12)
    assert waits_of({}, {}, since=date(2026, 11, 25), calendar=calendar()) == ()


def test_a_later_publication_opens_later_an_earlier_one_shortens_nothing() -> None:
    item, since = {"waiting_periods": [period(20)]}, date(2026, 11, 25)
    for stated, begun in (
        ([date(2026, 12, 1)], date(2026, 12, 1)),
        ([date(2020, 1, 1)], since),
        ([date(2026, 12, 1), date(2026, 12, 3)], date(2026, 12, 3)),
        ([], since),
    ):
        assert waits_of(item, said(*stated), since=since, calendar=calendar())[0].begun_on == begun


def test_what_does_not_ask_for_the_day_opens_with_acceptance() -> None:
    item, since = {"waiting_periods": [period(20, stated=False)]}, date(2026, 11, 25)
    assert waits_of(item, said(date(2026, 12, 1)), since=since, calendar=calendar())[0].begun_on == since


@given(
    value=st.integers(1, 90),
    unit=st.sampled_from(["natural_day", "working_day"]),
    since=DAYS,
    stated=st.lists(DAYS, max_size=2),
    later=st.integers(0, 40),
)
def test_no_wait_is_shorter_than_the_law_says(
    value: int, unit: str, since: date, stated: list[date], later: int
) -> None:
    item = {"waiting_periods": [period(value, unit)]}
    wait = waits_of(item, said(*stated), since=since, calendar=calendar())[0]
    assert wait.begun_on >= since
    assert wait.last_day >= wait.begun_on + timedelta(days=value)
    assert calendar().is_working_day(wait.last_day)
    ready = ready_on(item, said(*stated), since=since, calendar=calendar())
    assert ready is not None
    assert ready > wait.last_day
    then = waits_until(item, said(*stated), since=since + timedelta(days=later), calendar=calendar())
    assert then is not None
    assert then >= wait.last_day  # taking it up later never shortens it


@given(limit=LIMITS, since=DAYS, value=st.integers(1, 90))
def test_nobody_promises_what_cannot_be_done_yet(limit: tuple[str, int] | None, since: date, value: int) -> None:
    unit, days = limit or ("natural_day", value)
    item = {
        "limit": {"value": days, "unit": unit, "kind": "promised" if limit else "waiting"},
        "waiting_periods": [period(value)],
    }
    ready = ready_on(item, {}, since=since, calendar=calendar())
    due = promised_end(item, since, calendar(), ready_on=ready)
    assert ready is not None
    assert due is not None
    assert due >= ready
    assert limit is not None or due == ready
