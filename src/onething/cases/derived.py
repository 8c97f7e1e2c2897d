"""Compare what is stored with what the event log says: states, dates, stops, the whole (I9, I11).

The log is replayed per case (`replay`), and its facts together with the plan give every day anew. Nothing is repaired here;
a difference is a finding for a person. Whether the log itself is what was written says `audit.verify`; `onething audit verify`
asks both.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from onething.audit.models import Event
from onething.cases.calendar import working_calendar
from onething.cases.clock import extensions_of, stops_of
from onething.cases.clock_rules import ClockDays, Stop, clock_days
from onething.cases.models import ClockExtension, ClockStop, ItemCase, OneThingCase
from onething.cases.replay import Replayed, replay
from onething.cases.rules import item_of_plan
from onething.cases.states import ItemState, Outcome, derive_bundle_state

__all__ = ["Difference", "check_derived_states"]

PORTION = 200
COUNTED = ("promised_due", "near_from", "statutory_due", "deliver_by", "waits_until")


@dataclass(frozen=True, slots=True)
class Difference:
    """One stored value that is not what the log and the rules give."""

    case: str
    item: str
    what: str
    stored: str
    expected: str


@dataclass(frozen=True, slots=True)
class _Portion:
    """Some cases with all that belongs to them, by case, by number and by item."""

    cases: list[OneThingCase]
    items: dict[int, list[ItemCase]]
    events: dict[str, list[Event]]
    stops: dict[int, list[ClockStop]]
    extensions: dict[int, list[ClockExtension]]


def check_derived_states(
    *, numbers: Iterable[str] | None = None, note: Callable[[int, int], None] = lambda _cases, _items: None
) -> Iterator[Difference]:
    """Every difference in all cases, or in some by number. Reads in portions; five queries for each 200 cases.

    `note` hears how many cases and items have been looked at, after each portion.
    """
    cases = OneThingCase.objects.order_by("pk")
    if numbers is not None:
        cases = cases.filter(number__in=list(numbers))
    last = done = items = 0
    while rows := list(cases.filter(pk__gt=last).defer("answers")[:PORTION]):
        last = rows[-1].pk
        portion = _portion(rows)
        for case in rows:
            yield from _check_case(case, portion)
        done, items = done + len(rows), items + sum(map(len, portion.items.values()))
        note(done, items)


def _portion(cases: list[OneThingCase]) -> _Portion:
    items, events = _by_case(cases), dict[str, list[Event]]()
    logged = Event.objects.filter(case_number__in=[one.number for one in cases]).order_by("case_number", "seq")
    for event in logged:
        events.setdefault(event.case_number, []).append(event)
    stops, extensions = dict[int, list[ClockStop]](), dict[int, list[ClockExtension]]()
    for stop in ClockStop.objects.filter(item__case__in=cases).defer("reason").order_by("item_id", "number"):
        stops.setdefault(stop.item_id, []).append(stop)
    for more in ClockExtension.objects.filter(item__case__in=cases).defer("reason").order_by("item_id", "pk"):
        extensions.setdefault(more.item_id, []).append(more)
    return _Portion(cases, items, events, stops, extensions)


def _by_case(cases: list[OneThingCase]) -> dict[int, list[ItemCase]]:
    items: dict[int, list[ItemCase]] = {}
    for item in ItemCase.objects.filter(case__in=cases).defer("opinion").order_by("pk"):
        items.setdefault(item.case_id, []).append(item)
    return items


def _check_case(case: OneThingCase, portion: _Portion) -> Iterator[Difference]:
    items = portion.items.get(case.pk, [])
    replayed = replay(portion.events.get(case.number, []), working_calendar())
    for item in items:
        logged = replayed.get(item.number, Replayed())
        yield from _check_item(case, item, logged)
        yield from _check_stops(case, item, logged, portion)
    whole = derive_bundle_state(
        (ItemState(item.state), Outcome(item.outcome) if item.outcome else None) for item in items
    )
    if whole.value != case.state:
        yield Difference(case.number, "", "state", case.state, whole.value)


def _check_item(case: OneThingCase, item: ItemCase, logged: Replayed) -> Iterator[Difference]:
    """State and days of one item: as the log gives them, and as its last event says they were."""
    for illegal in logged.illegal:
        yield Difference(case.number, item.number, "moves", illegal, "a listed move")
    if logged.state.value != item.state:
        yield Difference(case.number, item.number, "state", item.state, logged.state.value)
    for name, expected in _days(case, item, logged).items():
        stored = _iso(getattr(item, name))
        if stored != _iso(expected):
            yield Difference(case.number, item.number, name, str(stored), str(_iso(expected)))
        elif name in logged.said and logged.said[name] != stored:
            yield Difference(case.number, item.number, f"{name} as written down", str(logged.said[name]), str(stored))


def _days(case: OneThingCase, item: ItemCase, logged: Replayed) -> dict[str, date | None]:
    """Every stored day of an item, counted from the log and the plan."""
    planned = item_of_plan(case.plan, item.key)
    days: ClockDays = clock_days(planned, logged.facts, working_calendar(), values=case.form_values)
    counted = {name: getattr(days, name) for name in COUNTED}
    return {"started_on": logged.started_on, "accepted_on": logged.accepted_on, **counted}


def _check_stops(case: OneThingCase, item: ItemCase, logged: Replayed, portion: _Portion) -> Iterator[Difference]:
    stored = {stop.number: stop for stop in stops_of(portion.stops.get(item.pk, ()))}
    for number in sorted({*stored, *logged.stops}):
        if stored.get(number) != logged.stops.get(number):
            found, expected = stored.get(number), logged.stops.get(number)
            yield Difference(case.number, item.number, f"stop {number}", _stop_words(found), _stop_words(expected))
    extended = list(extensions_of(portion.extensions.get(item.pk, ())))
    if extended != logged.extensions:
        yield Difference(case.number, item.number, "extensions", str(extended), str(logged.extensions))


def _stop_words(stop: Stop | None) -> str:
    if stop is None:
        return "none"
    return f"{stop.kind} {stop.started_on} to {stop.ended_on or 'open'}, {stop.expected_days} days told"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
