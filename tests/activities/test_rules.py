"""Common free times, when nobody is left, whether a visit counts: by properties (R2.8.d/4, ux f2)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.factories.plans import calendar, small_plan

from onething.activities.rules import (
    MOST_OWN,
    Busy,
    Opinion,
    Proposal,
    ValidWith,
    VisitHours,
    clashes,
    consolidated,
    free_times,
    full_when,
    is_valid,
    own_looks,
    points_to_look_at,
    taken_when,
)
from onething.activities.states import FINAL, MOVES, RUNNING, ActivityState, IllegalActivityStep, check_step
from onething.kit.workdays import LEGAL_ZONE

HOURS = VisitHours(((time(9), time(11, 30)), (time(14), time(17))), 10)
# Thursday before the National Day week of 2026, of which the shipped calendar knows holidays and make-up days.
NATIONAL_DAY = datetime(2026, 9, 24, 2, tzinfo=UTC)
moments = st.integers(0, 60 * 24 * 25).map(lambda minutes: NATIONAL_DAY + timedelta(minutes=minutes))


@st.composite
def stretches(draw: st.DrawFn) -> Busy:
    start = draw(moments)
    return start, start + timedelta(minutes=draw(st.integers(10, 60 * 24 * 9)))


busy_bodies = st.dictionaries(st.sampled_from("abcd"), st.lists(stretches(), max_size=4), min_size=1)
lengths = st.sampled_from([15, 45, 90, 150])


def times(busy: dict[str, list[Busy]], minutes: int, after: datetime) -> list[Proposal]:
    return free_times(busy, minutes=minutes, after=after, calendar=calendar(), hours=HOURS)


@given(busy_bodies, lengths, moments)
def test_a_time_offered_is_on_a_working_day_inside_the_hours_and_names_exactly_who_is_taken(
    busy: dict[str, list[Busy]], minutes: int, after: datetime
) -> None:
    found = times(busy, minutes, after)
    assert len(found) == 3
    assert len({one.start for one in found}) == 3
    for one in found:
        start, end = one.start.astimezone(LEGAL_ZONE), one.end.astimezone(LEGAL_ZONE)
        assert one.start >= after
        assert calendar().is_working_day(start.date())
        assert end - start == timedelta(minutes=minutes)
        assert any(begin <= start.time() and end.time() <= close for begin, close in HOURS.halves)
        assert set(one.missing) == {body for body, taken in busy.items() if clashes(one.start, one.end, taken)}


@given(busy_bodies, lengths, moments)
def test_nobody_is_missing_where_a_time_for_all_could_be_found(
    busy: dict[str, list[Busy]], minutes: int, after: datetime
) -> None:
    """As many times for all as there are half days with one, up to three; only then those with somebody missing (f2)."""
    day = after.astimezone(LEGAL_ZONE).date()
    worked: list[date] = []
    while len(worked) < HOURS.days:
        worked += [day] if calendar().is_working_day(day) else []
        day += timedelta(days=1)
    free = 0
    for day in worked:
        for begin, close in HOURS.halves:
            first, last = (datetime.combine(day, clock, LEGAL_ZONE) for clock in (begin, close))
            starts = [first + timedelta(minutes=30 * n) for n in range(6)]
            fitting = [one for one in starts if one >= after and one + timedelta(minutes=minutes) <= last]
            free += any(
                not any(clashes(one, one + timedelta(minutes=minutes), taken) for taken in busy.values())
                for one in fitting
            )
    assert sum(not one.missing for one in times(busy, minutes, after)) == min(3, free)


def test_common_times_come_first_and_lie_in_different_half_days() -> None:
    found = times({"a": [], "b": []}, 90, NATIONAL_DAY)
    assert [one.start.astimezone(LEGAL_ZONE).strftime("%m-%d %H:%M") for one in found] == [
        "09-24 10:00", "09-24 14:00", "09-28 09:00",
    ]  # fmt: skip  # the 25th to 27th are Mid-Autumn Festival


def test_without_a_common_time_the_nearest_say_who_is_missing() -> None:
    """One body is away for a month: never an empty list (ux f2)."""
    month = (NATIONAL_DAY, NATIONAL_DAY + timedelta(days=60))
    found = times({"a": [], "b": [month]}, 90, NATIONAL_DAY)
    assert len(found) == 3
    assert {one.missing for one in found} == {("b",)}


def test_a_common_time_far_away_comes_before_a_near_one_with_somebody_missing() -> None:
    away = (NATIONAL_DAY, datetime(2026, 10, 9, 1, tzinfo=UTC))
    found = times({"a": [], "b": [away]}, 90, NATIONAL_DAY)
    assert all(not one.missing for one in found)
    assert found[0].start >= away[1]


@given(st.lists(stretches(), max_size=8), st.integers(0, 4), moments)
def test_a_body_is_taken_when_all_its_people_are(taken: list[Busy], people: int, moment: datetime) -> None:
    away = sum(since <= moment < until for since, until in taken)
    assert clashes(moment, moment + timedelta(microseconds=1), full_when(taken, people)) == (away >= max(1, people))


@given(st.lists(stretches(), max_size=8), st.integers(0, 4))
@example(
    [
        (NATIONAL_DAY, NATIONAL_DAY + timedelta(hours=1)),
        (NATIONAL_DAY + timedelta(hours=1), NATIONAL_DAY + timedelta(hours=2)),
    ],
    0,
)
def test_times_when_nobody_is_left_are_in_order_and_apart(taken: list[Busy], people: int) -> None:
    found = full_when(taken, people)
    assert all(since < until for since, until in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9))
def test_a_visit_counts_by_its_rule(invited: int, quorum: int, present: int) -> None:
    present = min(present, invited)
    assert is_valid(ValidWith.ALL, None, invited=invited, present=present) == (present == invited)
    assert is_valid(ValidWith.QUORUM, quorum, invited=invited, present=present) == (present >= min(quorum, invited))


def test_a_visit_to_which_nobody_came_never_counts() -> None:
    assert not is_valid(ValidWith.QUORUM, 0, invited=3, present=0)


@given(st.lists(st.sampled_from(Opinion)))
def test_the_whole_is_as_strict_as_the_strictest(opinions: list[Opinion]) -> None:
    order = [Opinion.PASS, Opinion.DEFECTS, Opinion.FAIL]
    expected = max(opinions, key=order.index) if opinions else None
    assert consolidated(opinions) is expected


@given(moments, moments, st.integers(0, 10_000))
def test_a_device_can_neither_see_the_future_nor_be_there_before_the_booking(
    claimed: datetime, booked: datetime, later: int
) -> None:
    received = booked + timedelta(minutes=later)
    taken = taken_when(claimed, booked=booked, received=received)
    assert booked <= taken <= received
    if booked <= claimed <= received:
        assert taken == claimed


def test_an_item_is_looked_at_by_its_conditions_with_its_basis() -> None:
    (look,) = points_to_look_at(small_plan(food="yes"), "licence")
    assert (look.title, "市场主体登记管理条例" in look.basis) == ("有经营场所", True)


def test_an_item_without_conditions_still_has_something_to_look_at() -> None:
    assert [one.title for one in points_to_look_at(small_plan(food="yes"), "seal")] == ["现场情况和申请内容一致"]


@given(st.lists(st.sampled_from(ActivityState), max_size=12))
def test_no_walk_leaves_an_end_and_only_listed_steps_are_taken(walk: list[ActivityState]) -> None:
    state = ActivityState.PROPOSED
    for new in walk:
        if new in MOVES[state]:
            check_step(state, new)
            assert state in RUNNING
            state = new
        else:
            with pytest.raises(IllegalActivityStep):
                check_step(state, new)
    assert (state in FINAL) == (not MOVES[state])


def test_every_state_can_be_reached() -> None:
    known, pending = {ActivityState.PROPOSED}, [ActivityState.PROPOSED]
    while pending:
        for new in MOVES[pending.pop()] - known:
            known.add(new)
            pending.append(new)
    assert known == set(ActivityState)


@given(st.lists(st.text(max_size=130), max_size=15))
def test_what_the_lead_adds_is_one_point_a_line_each_once_and_says_whose_it_is(lines: list[str]) -> None:
    found = own_looks("\n".join(lines))
    assert len(found) <= MOST_OWN
    assert len({one.title for one in found}) == len(found)
    assert all(one.title.endswith("（牵头部门加的）") and not one.basis for one in found)
    assert bool(found) == any(part.strip() for line in lines for part in line.splitlines())
