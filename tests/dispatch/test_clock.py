"""Stopping, resuming and extending a clock at its body (R5.4; 行政许可法 art. 42, 45)."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from tests.cast import AT, Name
from tests.factories.cases import World, item_of, make_case, make_world
from tests.factories.parties import make_officer

from onething.audit.models import Event
from onething.cases.clock import ClockRefused
from onething.cases.derived import check_derived_states
from onething.cases.models import ClockExtension, ClockStop, ItemCase
from onething.cases.services import IllegalMove
from onething.dispatch.clock_rules import procedures_of
from onething.dispatch.services import (
    Forbidden,
    Incomplete,
    Stopping,
    TaskTaken,
    accept_item,
    extend_clock,
    resume_clock,
    stop_clock,
)
from onething.kit.errors import Refused
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db

REVIEW = Stopping("expert_review", "食品安全法第三十五条", 5)


def day(number: int, *, hour: int = 0) -> datetime:
    """Some days after AT, which is Wednesday, 2026-11-25, ten in the morning."""
    return AT + timedelta(days=number, hours=hour)


def accepted(world: World) -> ItemCase:
    """The licence, accepted on the day it was received: promised for one working day, by law three."""
    item = item_of(make_case(world), "licence")
    return accept_item(item_id=item.pk, officer=world.officers["market"], at=AT)


def head(world: World, function: str = "market") -> Officer:
    return make_officer(world.town.bodies[function], name=Name.LEAD, role=Officer.Role.HEAD)


def fresh(item: ItemCase) -> ItemCase:
    return item_of(item.case, item.key)


def stopped(world: World, item: ItemCase, *, at: datetime, stopping: Stopping = REVIEW) -> ItemCase:
    return stop_clock(item_id=item.pk, officer=world.officers["market"], stopping=stopping, at=at)


def resumed(world: World, item: ItemCase, *, at: datetime, **more: object) -> ItemCase:
    return resume_clock(item_id=item.pk, officer=world.officers["market"], at=at, **more)  # type: ignore[arg-type]


def test_a_procedure_stops_both_clocks_until_the_day_its_result_is_in() -> None:
    world = make_world()
    item = accepted(world)
    assert (item.promised_due, item.statutory_due) == (date(2026, 11, 26), date(2026, 11, 30))
    paused = stopped(world, item, at=day(1))
    assert paused.state == "suspended"
    # Told for five working days, 26 November to 2 December: until it ends that is the estimate.
    assert (paused.promised_due, paused.statutory_due) == (date(2026, 12, 3), date(2026, 12, 7))
    on = resumed(world, item, at=day(12), result_on=date(2026, 12, 1))
    assert on.state == "in_review"
    assert (on.promised_due, on.statutory_due) == (date(2026, 12, 2), date(2026, 12, 4))
    stop = ClockStop.objects.get()
    assert (stop.started_on, stop.ended_on, stop.ended_by) == (
        date(2026, 11, 26), date(2026, 12, 1), world.officers["market"],
    )  # fmt: skip
    assert list(check_derived_states()) == []


def test_two_procedures_at_once_count_once_and_the_clock_waits_for_both() -> None:
    world = make_world()
    item = accepted(world)
    stopped(world, item, at=day(1))
    both = stopped(world, item, at=day(2), stopping=Stopping("testing", "食品安全法第八十七条", 2))
    assert both.promised_due == date(2026, 12, 3)
    with pytest.raises(ClockRefused, match="哪一个"):
        resumed(world, item, at=day(5))
    half = resumed(world, item, at=day(5), number=2)
    assert half.state == "suspended"
    done = resumed(world, item, at=day(6), number=1)
    assert (done.state, done.promised_due) == ("in_review", date(2026, 12, 2))
    assert Event.objects.filter(kind__in=["item.clock_stopped", "item.clock_resumed"]).count() == 2
    assert list(check_derived_states()) == []


def test_the_same_procedure_does_not_begin_twice() -> None:
    world = make_world()
    item = accepted(world)
    stopped(world, item, at=day(1))
    with pytest.raises(ClockRefused, match="已经因为同一个原因"):
        stopped(world, item, at=day(2))
    assert ClockStop.objects.count() == 1


@pytest.mark.parametrize("procedure", ["site_visit", "publicity", "circulation", "outage", "correction", "own-1", ""])
def test_nothing_else_stops_a_clock(procedure: str) -> None:
    world = make_world()
    item = accepted(world)
    with pytest.raises(ClockRefused, match="现场勘验、公示、内部会签、系统故障都照常计时"):
        stopped(world, item, at=day(1), stopping=Stopping(procedure, "某条", 5))
    assert fresh(item).state == "accepted"
    assert not ClockStop.objects.exists()


@pytest.mark.parametrize(
    ("stopping", "gap"),
    [
        (Stopping("hearing", " ", 5), "写明依据的条文"),
        (Stopping("hearing", "某条", None), "写明预计需要多少个工作日"),
        (Stopping("hearing", "某条", 0), "写明预计需要多少个工作日"),
        (Stopping("hearing", "某条", 251), "写明预计需要多少个工作日"),
    ],
)
def test_a_stop_without_basis_or_days_is_refused(stopping: Stopping, gap: str) -> None:
    world = make_world()
    with pytest.raises(Incomplete, match=gap):
        stopped(world, accepted(world), at=day(1), stopping=stopping)


def test_the_law_of_an_item_may_name_a_procedure_of_its_own() -> None:
    steps = [
        {"name": "公示", "working_days": 5, "stops_clock": True, "basis": "某条例第九条"},
        {"name": "现场核查", "working_days": 3, "stops_clock": False, "basis": "某条例第八条"},
        {"name": "评残", "working_days": 3, "stops_clock": True, "basis": None},
    ]
    own = [one for one in procedures_of({"steps": steps}) if one.kind == "own_law"]
    assert [(one.key, one.name, one.basis, one.days) for one in own] == [("own-1", "公示", "某条例第九条", 5)]
    assert len(procedures_of({})) == 8


def test_before_acceptance_and_for_others_there_is_nothing_to_stop() -> None:
    world = make_world()
    item = item_of(make_case(world), "licence")
    with pytest.raises(IllegalMove, match="受理以后"):
        stopped(world, item, at=AT)
    with pytest.raises(Forbidden):
        stop_clock(item_id=item.pk, officer=world.officers["health"], stopping=REVIEW, at=AT)
    accept_item(item_id=item.pk, officer=world.officers["market"], at=AT)
    with pytest.raises(TaskTaken):
        stop_clock(item_id=item.pk, officer=world.colleagues["market"], stopping=REVIEW, at=AT)


@pytest.mark.parametrize("result_on", [date(2026, 11, 25), date(2026, 12, 3), date(1999, 1, 1), date(9999, 12, 31)])
def test_a_day_outside_is_refused_and_the_refusal_says_which_days_hold(result_on: date) -> None:
    world = make_world()
    item = accepted(world)
    stopped(world, item, at=day(1))
    with pytest.raises(ClockRefused, match="2026年11月26日和今天2026年12月2日"):
        resumed(world, item, at=day(7), result_on=result_on)
    assert fresh(item).state == "suspended"


def test_what_does_not_stand_still_cannot_go_on() -> None:
    world = make_world()
    with pytest.raises(IllegalMove, match="没有暂停"):
        resumed(world, accepted(world), at=day(1))


def test_the_head_allows_ten_working_days_once() -> None:
    world = make_world()
    item = accepted(world)
    longer = extend_clock(item_id=item.pk, officer=head(world), reason="要核对外地档案", at=day(1))
    assert (longer.promised_due, longer.statutory_due) == (date(2026, 12, 10), date(2026, 12, 14))
    assert longer.state == "accepted"
    with pytest.raises(ClockRefused, match="已经延长过一次"):
        extend_clock(item_id=item.pk, officer=head_again(), reason="还是不够", at=day(2))
    assert ClockExtension.objects.get().reason == "要核对外地档案"
    assert "档案" not in str(Event.objects.get(kind="item.clock_extended").payload)
    assert list(check_derived_states()) == []


def head_again() -> Officer:
    return Officer.objects.get(role=Officer.Role.HEAD)


def test_only_the_head_of_the_body_extends_and_only_in_time() -> None:
    world = make_world()
    item = accepted(world)
    for officer in (world.officers["market"], head(world, "health")):
        with pytest.raises(Forbidden, match="负责人"):
            extend_clock(item_id=item.pk, officer=officer, reason="不够", at=day(1))
    own = head(world)
    with pytest.raises(Incomplete, match="理由"):
        extend_clock(item_id=item.pk, officer=own, reason="  ", at=day(1))
    with pytest.raises(ClockRefused, match="2026年11月30日已经过了"):
        extend_clock(item_id=item.pk, officer=own, reason="不够", at=day(6))
    extend_clock(item_id=item.pk, officer=own, reason="不够", at=day(5))


def test_an_extension_while_the_clock_stands_still_counts_behind_the_stop() -> None:
    world = make_world()
    item = accepted(world)
    stopped(world, item, at=day(1))
    extend_clock(item_id=item.pk, officer=head(world), reason="不够", at=day(2))
    assert resumed(world, item, at=day(2)).statutory_due == date(2026, 12, 16)
    assert list(check_derived_states()) == []


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_to_a_clock_the_log_gives_the_same_days(seed: int) -> None:
    """A random walk over New Year's and Spring Festival's calendar: refused or done, stored and replayed days never differ."""
    world, chance = make_world(), Random(seed)  # a walk, no secret
    start = datetime.fromisoformat("2026-01-26T10:00:00+08:00")
    case = make_case(world, at=AT)
    item, at, done = item_of(case, "licence"), max(start, AT), 0
    officer, own = world.officers["market"], head(world)
    accept_item(item_id=item.pk, officer=officer, at=at)
    for _ in range(14):
        at += timedelta(hours=chance.choice([2, 14, 24, 24, 60]))
        open_stops = list(ClockStop.objects.filter(item=item, ended_on__isnull=True))
        try:
            match chance.randrange(5):
                case 0 | 1:
                    procedure = chance.choice(["hearing", "testing", "expert_review"])
                    stopped(world, item, at=at, stopping=Stopping(procedure, "某条", chance.randint(1, 9)))
                case 2 | 3:
                    one = chance.choice(open_stops).number if open_stops else None
                    ago = timedelta(days=chance.randrange(3))
                    resumed(world, item, at=at, number=one, result_on=(at - ago).date())
                case _:
                    extend_clock(item_id=item.pk, officer=own, reason="不够", at=at)
        except Refused:
            continue
        done += 1
        assert list(check_derived_states(numbers=[case.number])) == []
    assert done >= 3
