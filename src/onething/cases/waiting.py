"""When a body may decide at the earliest: the waiting periods of an item, counted on the days of its case. Pure.

公示期、债权申报期 protect people outside the case (公司法 art. 235, 市场主体登记管理条例 art. 33): before the last day is over, nobody
can know that none of them objects. A period opens on the day the applicant says it was published, where the form asks for it,
but never before the body has the item and took it up: what one side alone says cannot shorten what protects others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from onething.catalogue.periods import Calendar, last_day, ready_day

__all__ = ["Values", "Wait", "ready_on", "waits_of", "waits_until"]

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wait:
    """One period on its days. `last_day` still belongs to it; from `open_from` on the item can be decided."""

    name: str
    begun_on: date
    last_day: date
    basis: str

    @property
    def open_from(self) -> date:
        """The day after the last one."""
        return self.last_day + DAY


def waits_of(planned: Mapping[str, Any], values: Values, *, since: date, calendar: Calendar) -> tuple[Wait, ...]:
    """The periods of one item of a plan, the one that ends last at the end. `since` is the first day they can open."""
    found = []
    for period in _periods(planned):
        begun = _opened(period, values, since)
        found.append(Wait(period["name"], begun, last_day(period, begun, calendar), str(period.get("basis") or "")))
    return tuple(sorted(found, key=lambda wait: (wait.last_day, wait.name)))


def waits_until(planned: Mapping[str, Any], values: Values, *, since: date, calendar: Calendar) -> date | None:
    """The last day of the longest period of an item; None where nothing is waited for."""
    waits = waits_of(planned, values, since=since, calendar=calendar)
    return waits[-1].last_day if waits else None


def ready_on(planned: Mapping[str, Any], values: Values, *, since: date, calendar: Calendar) -> date | None:
    """The first working day on which the item can be decided; None where nothing is waited for."""
    days = [ready_day([period], _opened(period, values, since), calendar) for period in _periods(planned)]
    return max((day for day in days if day is not None), default=None)


def _periods(planned: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Plans made before periods were told apart have none."""
    found: Sequence[Mapping[str, Any]] = planned.get("waiting_periods") or ()
    return found


def _opened(period: Mapping[str, Any], values: Values, since: date) -> date:
    """The day stated in the form, the latest of several, but not before `since`."""
    said = period["starts_at"] or {}
    stated = [str(one.get(said["element"]) or "") for one in values.get(said.get("party", ""), {}).values()]
    return max([since, *(date.fromisoformat(day[:10]) for day in stated if day)])
