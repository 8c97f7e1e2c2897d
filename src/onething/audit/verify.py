"""Whether the log is what was written: the chain of every case, and heads that were kept elsewhere (R5.6/1).

A chain is sound when nothing of it was changed, removed or put in and its head names its end. What no look from inside can
tell is an older copy of everything put back, or an end cut off together with its head: for that the heads are written out and
kept where whoever owns the database does not reach, and compared later.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass

from onething.audit.models import Event, EventHead
from onething.audit.services import GENESIS, hash_of_event
from onething.kit import db

__all__ = ["ChainFault", "Head", "compare_heads", "heads", "verify_chain", "verify_chains"]

CHAINS_AT_ONCE = 200
EVENTS_AT_ONCE = 2000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ChainFault:
    """One place where a chain is not what was written. `seq` is where it shows."""

    case_number: str
    seq: int
    problem: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ended at some time."""

    case_number: str
    seq: int
    hash: str


@db.transaction
def verify_chain(case_number: str) -> list[ChainFault]:
    """Every fault of a chain: changed, missing and foreign events, and a lost end. An empty list is a sound one.

    Holds the head meanwhile, so that an act going on is not taken for a fault.
    """
    head = EventHead.objects.select_for_update(no_key=True).filter(case_number=case_number).first()
    chain = _Chain(case_number)
    for event in Event.objects.filter(case_number=case_number).order_by("seq").iterator(EVENTS_AT_ONCE):
        chain.take(event)
    return chain.ended(head)


def verify_chains(progress: Progress = lambda chains, events: None) -> Iterator[ChainFault]:
    """Every fault of every chain, in the order of their numbers. Reads in portions, holds no more than one of them.

    `progress` is told after each portion how many chains and events were looked at. Nothing is locked: a chain that does not
    seem sound is looked at again by itself, since it may have been written to between two reads.
    """
    chains = events = 0
    after, portion = "", _heads_after("")
    while True:
        last = portion[-1].case_number if portion else None
        looked, read = yield from _verify_between(after, last, portion)
        chains, events = chains + looked, events + read
        progress(chains, events)
        if last is None:
            return
        after, portion = last, _heads_after(last)


def heads() -> Iterator[Head]:
    """Where every chain ends now, in the order of their numbers, for keeping elsewhere."""
    for row in EventHead.objects.order_by("case_number").iterator(EVENTS_AT_ONCE):
        yield Head(row.case_number, row.seq, row.hash)


def compare_heads(kept: Iterable[Head]) -> Iterator[ChainFault]:
    """What heads written out earlier say of the log of today: each chain still goes through the event it then ended with."""
    portion: list[Head] = []
    for head in kept:
        portion.append(head)
        if len(portion) == CHAINS_AT_ONCE:
            yield from _compare(portion)
            portion = []
    yield from _compare(portion)


class _Chain:
    """One chain while its events are read in their order."""

    def __init__(self, case_number: str) -> None:
        self.case_number = case_number
        self.seq, self.hash = 0, GENESIS
        self.faults: list[ChainFault] = []

    def take(self, event: Event) -> None:
        if event.seq != self.seq + 1:
            self._fault(self.seq + 1, f"missing: after {self.seq} comes {event.seq}")
        elif event.previous_hash != self.hash:
            self._fault(event.seq, "does not follow the event before it")
        if hash_of_event(event) != event.hash:
            self._fault(event.seq, "changed after it was written")
        self.seq, self.hash = event.seq, event.hash

    def ended(self, head: EventHead | None) -> list[ChainFault]:
        if head is None:
            if self.seq:
                self._fault(self.seq, "the head of the chain is missing")
        elif head.seq > self.seq:
            self._fault(self.seq + 1, f"missing: the chain ends at {self.seq}, {head.seq} were written")
        elif head.seq < self.seq or head.hash != self.hash:
            self._fault(self.seq, "the head of the chain names another end")
        return self.faults

    def _fault(self, seq: int, problem: str) -> None:
        self.faults.append(ChainFault(self.case_number, seq, problem))


def _heads_after(number: str) -> list[EventHead]:
    return list(EventHead.objects.filter(case_number__gt=number).order_by("case_number")[:CHAINS_AT_ONCE])


def _verify_between(
    after: str, last: str | None, portion: list[EventHead]
) -> Generator[ChainFault, None, tuple[int, int]]:
    """The chains with numbers behind `after` up to `last`, with a head or without. Gives how many chains and events."""
    rows = Event.objects.filter(case_number__gt=after).order_by("case_number", "seq")
    if last is not None:
        rows = rows.filter(case_number__lte=last)
    chains = {head.case_number: _Chain(head.case_number) for head in portion}
    known: Mapping[str, EventHead] = {head.case_number: head for head in portion}
    events = 0
    for event in rows.iterator(EVENTS_AT_ONCE):
        events += 1
        chains.setdefault(event.case_number, _Chain(event.case_number)).take(event)
    for number, chain in sorted(chains.items()):
        if chain.ended(known.get(number)):
            yield from verify_chain(number)
    return len(chains), events


def _compare(portion: list[Head]) -> Iterator[ChainFault]:
    numbers = [head.case_number for head in portion]
    seqs = {head.seq for head in portion}
    rows = Event.objects.filter(case_number__in=numbers, seq__in=seqs).values_list("case_number", "seq", "hash")
    found = {(number, seq): last for number, seq, last in rows}
    for head in portion:
        now = found.get((head.case_number, head.seq))
        if now is None:
            yield ChainFault(
                head.case_number, head.seq, "missing: the chain had this event when its head was written out"
            )
        elif now != head.hash:
            yield ChainFault(head.case_number, head.seq, "another event than when the head was written out")
