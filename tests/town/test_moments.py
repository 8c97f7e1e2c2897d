"""Acts of the town fall into office hours of the published calendar."""

from datetime import date, datetime, time
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.factories.plans import calendar

from onething.kit.workdays import LEGAL_ZONE
from onething.town.moments import Moments

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def is_open(moment: datetime) -> bool:
    hour = moment.astimezone(LEGAL_ZONE).time()
    return calendar().is_working_day(moment.astimezone(LEGAL_ZONE).date()) and (
        time(8, 30) <= hour <= time(12, 1) or time(13, 30) <= hour <= time(17, 31)
    )


@given(DAYS, st.times(), st.integers(), st.integers(1, 2000))
def test_whatever_comes_later_comes_in_office_hours_and_later(day: date, hour: time, seed: int, minutes: int) -> None:
    before = datetime.combine(day, hour, tzinfo=LEGAL_ZONE)
    after = Moments(calendar()).after(before, Random(seed), shortest=1, longest=minutes)
    assert after > before
    assert is_open(after)


@given(DAYS)
def test_days_back_are_worked_and_none_is_left_out(day: date) -> None:
    found = list(Moments(calendar()).back(day, days=30))
    assert found == sorted(found, reverse=True)
    assert len(found) == sum(calendar().is_working_day(date.fromordinal(day.toordinal() - back)) for back in range(31))
