"""What the measurements share: the scratch installation, how much of everything, where progress goes, when time is up."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from onething.bench.crowd import Crowd
from onething.bench.scratch import Scratch
from onething.bench.situation import ONETHING, filled_draft
from onething.parties.demo import RESIDENTS
from onething.parties.models import Account

__all__ = ["OutOfTime", "Run", "interleaved"]


class OutOfTime(Exception):
    """The time the bench may take is used up. What is measured by then is reported."""


@dataclass
class Run:
    """One run of the bench."""

    scratch: Scratch
    quick: bool
    until: float
    at: datetime = field(default_factory=timezone.now)
    _crowd: Crowd | None = None

    @property
    def rounds(self) -> int:
        """How often everything is repeated, always in turn with what it is compared with."""
        return 3 if self.quick else 7

    @property
    def submissions(self) -> int:
        """How many applications one round hands in."""
        return 120 if self.quick else 400

    @property
    def crowd(self) -> Crowd:
        """Applicants with filled drafts. The first one fills it through the verbs, the others are copies."""
        if self._crowd is None:
            username = next(one.username for one in RESIDENTS if one.principal_name)
            account = Account.objects.get(username=username)
            self._crowd = Crowd(filled_draft(account, at=self.at, onething=ONETHING), at=self.at)
        return self._crowd

    def say(self, text: str) -> None:
        """One line of progress. Raises OutOfTime, so that a slow machine gets a part of the table instead of none."""
        print(f"  {text}", file=sys.stderr, flush=True)
        if time.monotonic() > self.until:
            raise OutOfTime


def interleaved(
    run: Run, what: str, sides: Mapping[str, Callable[[], float]], *, rounds: int | None = None
) -> dict[str, list[float]]:
    """Every side once per round, in turn, the order reversed every other round. The first round warms up and is not kept."""
    results: dict[str, list[float]] = {name: [] for name in sides}
    order = list(sides)
    for number in range((rounds or run.rounds) + 1):
        for name in order if number % 2 else reversed(order):
            value = sides[name]()
            if number:
                results[name].append(value)
        if number:
            run.say(f"{what} {number}/{rounds or run.rounds}: " + _told(results))
    return results


def _told(results: Mapping[str, list[float]]) -> str:
    return ", ".join(f"{name} {values[-1]:,.4g}" for name, values in results.items())
