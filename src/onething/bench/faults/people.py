"""The people of the run: applicants who hand in and press again when nothing comes back, and an officer who goes on meanwhile."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus

from django.db import connection
from django.utils import timezone

from onething.bench.client import Connection
from onething.bench.crowd import CSRF, Person
from onething.bench.faults.schedule import Schedule
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.states import ItemState, Trigger
from onething.dispatch.services import Decision, accept_item, claim_task, decide_item, finish_check, produced_of
from onething.kit.errors import Refused
from onething.parties.models import Officer

__all__ = ["Applicants", "Desk", "Handed"]

CLIENTS = 4
AGAIN_SECONDS = 0.3
GIVE_UP_SECONDS = 180
LOOK_SECONDS = 0.5
# Of so many looks one ends in a task done by hand; the rest is left to the bodies' systems.
BY_HAND_EVERY = 3


@dataclass
class Handed:
    """How handing in went for one person: tries, answers that did not come, and the receipts that did."""

    person: Person
    tries: int = 0
    cut: int = 0
    written_when_cut: int = 0
    receipts: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)


@dataclass
class Applicants:
    """Hands in at the moments of the schedule from four connections at once; presses once more after each receipt."""

    people: list[Person]
    schedule: Schedule
    port: int
    handed: list[Handed] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> list[threading.Thread]:
        """Begin; the threads end when everybody has a receipt or has given up."""
        self._began = time.monotonic()
        self._waiting = iter(list(zip(self.schedule.hand_ins, self.people, strict=True)))
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CLIENTS)]
        for one in threads:
            one.start()
        return threads

    def _work(self) -> None:
        while True:
            with self._lock:
                moment, person = next(self._waiting, (0.0, None))
            if person is None:
                connection.close()
                return
            time.sleep(max(0.0, self._began + moment - time.monotonic()))
            one = Handed(person)
            self.handed.append(one)
            until = time.monotonic() + GIVE_UP_SECONDS
            while len(one.receipts) < 2 and time.monotonic() < until:  # noqa: PLR2004  # the receipt, and pressed again
                self._press(one)

    def _press(self, one: Handed) -> None:
        """One press of the button. What is not a receipt is noted, and pressed again after a moment."""
        try:
            with Connection(self.port, {"sessionid": one.person.session, "csrftoken": CSRF}) as line:
                one.tries += 1
                answer = line.post(
                    f"/drafts/{one.person.number}/check/", {"declared": "yes", "csrfmiddlewaretoken": CSRF}
                )
        except ConnectionRefusedError:
            time.sleep(AGAIN_SECONDS)  # nothing was sent: nobody listens at the moment
            return
        except OSError:
            one.cut += 1
            one.written_when_cut += int(OneThingCase.objects.filter(account_id=one.person.number).exists())
            time.sleep(AGAIN_SECONDS)
            return
        to = answer.header("Location")
        if answer.status == HTTPStatus.FOUND and "/receipt/" in to:
            one.receipts.append(to.split("/")[2])
        else:
            one.other.append(f"{answer.status} {to}")
            time.sleep(AGAIN_SECONDS)


@dataclass
class Desk:
    """An officer at the window of each body in turn: looks at the worklist, and now and then does a task by hand.

    `looked` counts answers by their status, 0 while nobody listens; `slowest` is the longest answer in seconds.
    """

    officers: list[tuple[Officer, str]]
    port: int
    accounts: range
    looked: Counter[int] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    slowest: float = 0
    over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> threading.Thread:
        """Begin; ends when `over` is set."""
        thread = threading.Thread(target=self._work, daemon=True)
        thread.start()
        return thread

    def _work(self) -> None:
        turn = 0
        while not self.over.wait(LOOK_SECONDS):
            officer, session = self.officers[turn % len(self.officers)]
            turn += 1
            self._look(session)
            if turn % BY_HAND_EVERY == 0:
                self._do_one(officer)
        connection.close()

    def _look(self, session: str) -> None:
        began = time.monotonic()
        try:
            with Connection(self.port, {"sessionid": session, "csrftoken": CSRF}) as line:
                self.looked[line.get("/review/?light=").status] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
        except OSError:
            self.looked[0] += 1

    def _do_one(self, officer: Officer) -> None:
        """Take one open task of the run and finish it, whatever the body's system is doing."""
        rows = ItemCase.objects.visible_to(officer).at_hand().filter(case__account_id__in=self.accounts)
        item = rows.filter(claimed_by__isnull=True).select_related("case").order_by("-pk").first()
        if item is None:
            return
        try:
            item = claim_task(item_id=item.pk, officer=officer, at=timezone.now())
            self._finish(item, officer)
        except Refused as refused:  # the system was faster: foreseen, and told to the officer
            self.done[refused.code] += 1
        else:
            self.done["done"] += 1

    def _finish(self, item: ItemCase, officer: Officer) -> None:
        if item.trigger != Trigger.APPLICATION:
            finish_check(item_id=item.pk, officer=officer, at=timezone.now())
            return
        if item.item_state is ItemState.RECEIVED:
            accept_item(item_id=item.pk, officer=officer, at=timezone.now())
        produced: dict[str, dict[str, str]] = {}
        for one in produced_of(ItemCase.objects.select_related("case").get(pk=item.pk)):
            produced.setdefault(one.subject, {})[one.element] = f"示例{item.number}"
        decision = Decision(granted=True, opinion="符合条件，同意。", basis="示例依据", produced=produced)
        decide_item(item_id=item.pk, officer=officer, decision=decision, at=timezone.now())
