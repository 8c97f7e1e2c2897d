"""What goes wrong when: drawn from a seed, so that a run can be had again. Pure."""

from dataclasses import dataclass
from random import Random
from typing import Final

__all__ = ["OFF", "STAGES", "VICTIMS", "Schedule", "draw"]

OFF: Final = "off"
# How the departments' systems behave, one after the other; "" is well. The names are those of the reference department.
STAGES: Final = ("", OFF, "slow", "twice", "out-of-order", "rubbish")
VICTIMS: Final = ("web", "worker")
# Seconds between two kills: long enough for a process to come up and be in the middle of something.
APART: Final = (2.0, 9.0)


@dataclass(frozen=True)
class Schedule:
    """Seconds from the beginning: when who is killed, when the systems change, when each application is handed in."""

    kills: tuple[tuple[float, str], ...]
    stages: tuple[tuple[float, str], ...]
    hand_ins: tuple[float, ...]
    seconds: float


def draw(*, seed: int, cases: int, seconds: float) -> Schedule:
    """Applications come all the time, kills too, each of both processes at least once; every fault has its turn."""
    random = Random(seed)
    kills: list[tuple[float, str]] = []
    moment = random.uniform(*APART)
    while moment < seconds:
        kills.append((moment, random.choice(VICTIMS)))
        moment += random.uniform(*APART)
    for victim in VICTIMS:
        if victim not in {one for _moment, one in kills}:
            kills.append((random.uniform(seconds / 3, seconds), victim))
    order = [STAGES[0], *random.sample(STAGES[1:], len(STAGES) - 1)]
    stages = tuple((seconds * place / len(order), name) for place, name in enumerate(order))
    hand_ins = tuple(sorted(random.uniform(0, seconds * 0.9) for _ in range(cases)))
    return Schedule(tuple(sorted(kills)), stages, hand_ins, seconds)
