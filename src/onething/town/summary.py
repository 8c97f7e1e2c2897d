"""What there is in the town: counts by one-thing, district and state, for people and for programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Value, When

from onething.activities.models import JointActivity
from onething.cases.models import ItemCase, OneThingCase
from onething.dispatch.rules import Light
from onething.kit.workdays import legal_date
from onething.parties.models import Division
from onething.submission.models import Draft

__all__ = ["Summary", "summary"]

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """All cases of an installation, counted."""

    cases: int
    items: int
    drafts: int
    things: dict[str, Counts]
    places: Counts
    states: Counts
    item_states: Counts
    lights: Counts
    visits: Counts
    without_body: int

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The summary in words."""
        yield f"{self.cases:,} cases with {self.items:,} items, {self.drafts:,} drafts; {self.without_body} items without a body"
        for what, counts in (
            ("cases", self.states),
            ("items", self.item_states),
            ("open items by light", self.lights),
            ("joint visits", self.visits),
            ("places", self.places),
        ):
            yield f"{what}: " + ", ".join(f"{name} {number:,}" for name, number in counts.items())
        for name, counts in self.things.items():
            yield f"  {name}: {sum(counts.values()):,} ({', '.join(f'{state} {n:,}' for state, n in counts.items())})"


def summary(*, at: datetime) -> Summary:
    """Count what there is now. A handful of queries, whatever the number of cases."""
    cases, items = OneThingCase.objects.all(), ItemCase.objects.all()
    things: dict[str, Counts] = {}
    rows = cases.values_list("onething", "state").annotate(number=Count("pk")).order_by("onething", "state")
    for thing, state, number in rows:
        things.setdefault(thing, {})[state] = number
    names = dict(Division.objects.filter(pk__in=cases.values("home_division")).values_list("pk", "name"))
    states, item_states = _counts(cases, "state"), _counts(items, "state")
    return Summary(
        cases=sum(states.values()),
        items=sum(item_states.values()),
        drafts=Draft.objects.filter(case__isnull=True).count(),
        things=things,
        places={names.get(code, code): number for code, number in _counts(cases, "home_division").items()},
        states=states,
        item_states=item_states,
        lights=_lights(at),
        visits=_counts(JointActivity.objects.all(), "state"),
        without_body=items.without_body().count(),
    )


def _lights(at: datetime) -> Counts:
    """Open items that somebody can work on, by their light as the worklist shows it."""
    today = legal_date(at)
    light = Case(
        When(promised_due__lt=today, then=Value(Light.OVERDUE.value)),
        When(promised_due=today, then=Value(Light.TODAY.value)),
        When(near_from__lte=today, then=Value(Light.NEAR.value)),
        default=Value(Light.NORMAL.value),
    )
    return _counts(ItemCase.objects.at_hand().annotate(light=light), "light")


def _counts(rows: Any, name: str) -> Counts:  # noqa: ANN401  # a queryset of any table
    found = rows.annotate(counted=F(name)).values_list("counted").annotate(number=Count("pk")).order_by("counted")
    return dict(found)
