"""What becomes of a case: a plot says when it is handed in and how far each of its items comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from onething.town.visits import Stage

__all__ = ["PLOTS", "SCRIPTS", "Fate", "Light", "Plot", "plots_in_order"]


class Fate(StrEnum):
    """How far one item comes."""

    LEFT = "left"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    IN_REVIEW = "in_review"
    GRANTED_NOW = "granted_now"
    READY = "ready"
    DELIVERED = "delivered"
    TAKEN_BACK = "taken_back"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"
    RETURNED = "returned"
    REROUTED = "rerouted"
    WITHDRAWN = "withdrawn"
    IN_CORRECTION = "in_correction"
    SUSPENDED = "suspended"


F = Fate
# The acts of a body and of the applicant, one after the other; `walk` has a hand for each.
SCRIPTS: Final[dict[Fate, tuple[str, ...]]] = {
    F.LEFT: (),
    F.CLAIMED: ("claim",),
    F.ACCEPTED: ("claim", "accept"),
    F.IN_REVIEW: ("claim", "accept", "check"),
    F.GRANTED_NOW: ("claim", "accept", "check", "grant_now"),
    F.READY: ("claim", "accept", "check", "grant", "issue"),
    F.DELIVERED: ("claim", "accept", "check", "grant", "issue", "open"),
    F.TAKEN_BACK: ("claim", "accept", "check", "grant", "undo", "grant", "issue", "open"),
    F.REFUSED: ("claim", "accept", "check", "refuse"),
    F.NOT_ACCEPTED: ("claim", "not_accept"),
    F.RETURNED: ("claim", "return"),
    F.REROUTED: ("claim", "return", "reroute", "claim", "accept", "check", "grant", "issue", "open"),
    F.WITHDRAWN: ("withdraw",),
    F.IN_CORRECTION: ("claim", "find", "tend"),
    F.SUSPENDED: ("claim", "accept", "check", "stop"),
}


class Light(StrEnum):
    """The light one of the items left open shall show on the day the town is built."""

    ANY = "any"
    NORMAL = "normal"
    NEAR = "near"
    TODAY = "today"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Plot:
    """One kind of case. `held` is for the item whose light counts or the first one, `rest` for all others.

    `days` says how many working days ago it was handed in, unless the light decides. A plot with `draft` is never handed
    in: so many sections of its form are filled. With `leaf` the held item is one that no other waits for, so that the rest
    goes on without it; with `applied` one that is applied for, because nothing is corrected or stopped in a mere check.
    A plot with `visit` takes a one-thing that provides for a joint activity, and holds all the items that take part.
    """

    name: str
    share: int
    held: tuple[Fate, ...]
    rest: tuple[Fate, ...]
    days: tuple[int, int] = (20, 100)
    light: Light = Light.ANY
    draft: int | None = None
    leaf: bool = False
    applied: bool = False
    visit: Stage | None = None


UNDER_WAY: Final = (F.LEFT, F.CLAIMED, F.ACCEPTED, F.IN_REVIEW)
TAKEN_UP: Final = (F.ACCEPTED, F.IN_REVIEW)
WELL: Final = (F.DELIVERED, F.DELIVERED, F.READY)

PLOTS: Final = (
    Plot("new", 4, (F.LEFT,), (F.LEFT, F.LEFT, F.CLAIMED), days=(0, 1)),
    Plot("overdue", 2, UNDER_WAY, WELL, light=Light.OVERDUE),
    Plot("delivered", 8, (F.DELIVERED,), (F.DELIVERED,), days=(25, 110)),
    Plot("due-today", 2, UNDER_WAY, (*WELL, *UNDER_WAY), light=Light.TODAY),
    Plot("partly-granted", 3, (F.REFUSED,), WELL, days=(25, 110), leaf=True),
    Plot("under-way", 4, UNDER_WAY, (*WELL, *UNDER_WAY), days=(1, 8), light=Light.NORMAL),
    Plot("withdrawn", 1, (F.WITHDRAWN,), (F.WITHDRAWN,), days=(5, 100)),
    Plot("near", 2, UNDER_WAY, (*WELL, *UNDER_WAY), light=Light.NEAR),
    Plot("refused", 1, (F.REFUSED,), (F.REFUSED,), days=(25, 110)),
    Plot("unrouted", 1, (F.RETURNED,), (F.LEFT, F.CLAIMED, F.READY), days=(2, 6)),
    Plot("not-accepted", 1, (F.NOT_ACCEPTED,), (F.NOT_ACCEPTED,), days=(15, 110)),
    Plot("ready", 4, (F.READY,), (F.READY, F.DELIVERED), days=(12, 60)),
    Plot("begun", 2, (), (), days=(0, 30), draft=1),
    Plot("granted-now", 1, (F.GRANTED_NOW,), (F.IN_REVIEW, F.DELIVERED), days=(3, 10)),
    Plot("partly-withdrawn", 1, (F.WITHDRAWN,), WELL, days=(12, 110), leaf=True),
    Plot("rerouted", 1, (F.REROUTED,), WELL, days=(12, 60)),
    Plot("filled", 1, (), (), days=(0, 20), draft=100),
    Plot("taken-back", 1, (F.TAKEN_BACK,), WELL, days=(12, 90)),
    Plot("in-correction", 2, (F.IN_CORRECTION,), WELL, days=(6, 12), applied=True),
    Plot("suspended", 1, (F.SUSPENDED,), WELL, days=(6, 14), applied=True),
    Plot("visit-offered", 1, TAKEN_UP, WELL, days=(3, 5), visit=Stage.OFFERED),
    Plot("visit-booked", 1, TAKEN_UP, WELL, days=(3, 4), visit=Stage.BOOKED),
    Plot("visit-held", 1, TAKEN_UP, WELL, days=(12, 14), visit=Stage.HELD),
    Plot("visit-signed", 1, TAKEN_UP, WELL, days=(16, 20), visit=Stage.SIGNED),
)


def plots_in_order(chance: Random) -> Iterator[Plot]:
    """Every plot once, so that a small town has all of them, then by their share for ever."""
    yield from PLOTS
    while True:
        yield chance.choices(PLOTS, weights=[plot.share for plot in PLOTS])[0]
