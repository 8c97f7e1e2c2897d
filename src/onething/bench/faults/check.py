"""What came of a run, counted from the database: nothing lost, doubled or stuck, and the log says the same as the tables.

Each function gives sentences about what is wrong; no sentence, no fault.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from django.db import connection
from django.db.models import Count

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.bench.faults.people import Handed
from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.rules import item_of_plan
from onething.cases.states import BundleState, ItemState
from onething.delivery.models import ResultDocument
from onething.delivery.rules import result_key, results_of
from onething.dispatch.models import Dispatch
from onething.exchange.models import ApiRequest
from onething.kit.models import OutboxMessage
from onething.messages.models import Message

__all__ = ["all_faults", "at_rest", "of_cases", "of_log", "of_outbox", "of_results", "of_submissions", "of_systems"]

FINISHED: Final = (ItemState.DONE, ItemState.RESULT_READY, ItemState.DELIVERED)
# The event that an act of the reference department is written down as.
WRITTEN_AS: Final = {"acceptance": "item.accepted", "decision": "item.granted", "check-done": "item.done"}
OK: Final = 200
# Jobs that somebody's case waits for; the others come back by the clock.
WAITED_FOR: Final = ("kit.deliver_messages", "delivery.issue_one")
JOBS: Final = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = ANY(%s) AND status::text = ANY(%s)"


def all_faults(handed: Sequence[Handed], *, items: int, files: Iterable[Path]) -> list[str]:
    """Everything that is wrong after a run of applications of so many items each."""
    cases = list(OneThingCase.objects.filter(account_id__in=[one.person.number for one in handed]))
    return [
        *of_submissions(handed),
        *of_cases(cases, items=items),
        *of_results(cases),
        *of_outbox(),
        *of_log(cases),
        *of_systems(files, cases),
    ]


def at_rest(accounts: range) -> bool:
    """Whether nothing is on its way any more: cases, messages and jobs."""
    cases = OneThingCase.objects.filter(account_id__in=accounts)
    unfinished = ItemCase.objects.filter(case__in=cases).exclude(state__in=FINISHED)
    waiting = OutboxMessage.objects.open().exists() or _jobs("todo", "doing")
    return not waiting and not unfinished.exists() and not cases.filter(closed_at__isnull=True).exists()


def of_submissions(handed: Iterable[Handed]) -> Iterator[str]:
    """A receipt stands for exactly one case; whoever was cut off and pressed again has one, too."""
    for one in handed:
        numbers = list(OneThingCase.objects.filter(account_id=one.person.number).values_list("number", flat=True))
        if not one.receipts:
            yield f"applicant {one.person.number} never got a receipt"
        if one.other:
            yield f"applicant {one.person.number} was answered {', '.join(sorted(set(one.other)))}"
        if not numbers:
            yield f"applicant {one.person.number}: the submission is lost"
        elif len(numbers) > 1:
            yield f"applicant {one.person.number}: {len(numbers)} cases of one submission"
        if set(one.receipts) - set(numbers):
            yield f"applicant {one.person.number} has a receipt of another case"


def of_cases(cases: Sequence[OneThingCase], *, items: int) -> Iterator[str]:
    """Every item is there, sent once, moved once from each state to the next, and finished."""
    sent = Counter(Dispatch.objects.filter(item__case__in=cases).values_list("item_id", flat=True))
    for case in cases:
        rows = list(case.items.order_by("ordinal"))
        if len(rows) != items:
            yield f"{case.number} has {len(rows)} items, not {items}"
        if case.bundle_state is not BundleState.GRANTED_ALL:
            yield f"{case.number} is stuck: {case.state}"
        for row in rows:
            if row.item_state not in FINISHED:
                yield f"{row.number} is stuck: {row.state}"
            if sent[row.pk] != 1:
                yield f"{row.number} was sent {sent[row.pk]} times"
        moves = Counter(
            (event.payload["item"], event.payload["new"])
            for event in Event.objects.filter(case_number=case.number)
            if "new" in event.payload
        )
        yield from (f"{number} became {new} {times} times" for (number, new), times in moves.items() if times > 1)


def of_results(cases: Sequence[OneThingCase]) -> Iterator[str]:
    """Each granted item has its documents once, in the applicant's hands once; each message was written once."""
    issued = Counter(ResultDocument.objects.filter(item__case__in=cases).values_list("item_id", "key"))
    given = Counter(
        str(event.payload["document"])
        for event in Event.objects.filter(case_number__in=[case.number for case in cases], kind="result.delivered")
    )
    for case in cases:
        for row in case.items.filter(outcome="granted"):
            wanted = [
                result_key(one, place)
                for place, one in enumerate(results_of(item_of_plan(case.plan, row.key)), start=1)
            ]
            for key in wanted:
                if issued[row.pk, key] != 1:
                    yield f"{row.number}: {issued[row.pk, key]} documents {key}"
    for number in ResultDocument.objects.filter(item__case__in=cases).values_list("number", flat=True):
        if given[number] != 1:
            yield f"result {number} was delivered {given[number]} times"
    yield from _of_messages(cases)


def _of_messages(cases: Sequence[OneThingCase]) -> Iterator[str]:
    written = Counter(
        (one.case_number, one.step, str(sorted(one.facts.items())))
        for one in Message.objects.filter(case_number__in=[case.number for case in cases])
    )
    yield from (
        f"{number}: told {times} times: {step}" for (number, step, _facts), times in written.items() if times > 1
    )
    told = {number for number, _step, _facts in written}
    yield from (f"{case.number}: its applicant was told nothing" for case in cases if case.number not in told)


def of_outbox() -> Iterator[str]:
    """Delivered, or given up with a reason; no job failed for good or hangs; no act of a system was left half done."""
    for one in OutboxMessage.objects.open()[:20]:
        yield f"message {one.topic} {one.key} is on its way after {one.attempts} attempts: {one.last_error}"
    for one in OutboxMessage.objects.dead().filter(last_error="")[:20]:
        yield f"message {one.topic} {one.key} was given up without a reason"
    if hanging := _jobs("todo", "doing"):
        yield f"{hanging} jobs are not done"
    if failed := _jobs("failed"):
        yield f"{failed} jobs failed for good"
    if begun := ApiRequest.objects.filter(status__isnull=True).count():
        yield f"{begun} acts of systems were begun and never answered"


def of_log(cases: Sequence[OneThingCase]) -> Iterator[str]:
    """The chain of each case is whole, and its states and days are those that the log gives."""
    for case in cases:
        yield from (f"log of {case.number} at {fault.seq}: {fault.problem}" for fault in verify_chain(case.number))
    for one in check_derived_states(numbers=[case.number for case in cases]):
        yield f"{one.item or one.case}: {one.what} is {one.stored}, the log gives {one.expected}"


def of_systems(files: Iterable[Path], cases: Sequence[OneThingCase]) -> Iterator[str]:
    """What a body's system was told is done is in the log once; it waits for no answer any more."""
    numbers = set(ItemCase.objects.filter(case__in=cases).values_list("number", flat=True))
    written = Counter(
        Event.objects.filter(case_number__in=[case.number for case in cases], kind__in=WRITTEN_AS.values()).values_list(
            "kind", "payload__item"
        )
    )
    for file in files:
        for number, kind, status in acts_of(file):
            if number not in numbers:  # of the town's own cases, which stand as they are
                continue
            if status is None:
                yield f"{number}: {file.name} still waits for an answer to {kind}"
            elif status == OK and written[WRITTEN_AS[kind], number] != 1:
                yield f"{number}: {kind} was answered, the log has it {written[WRITTEN_AS[kind], number]} times"


def acts_of(file: Path) -> list[tuple[str, str, int | None]]:
    """What a body's system did: number of the task, kind of act, status of its answer."""
    if not file.exists():
        return []
    known = sqlite3.connect(file)
    try:
        return known.execute("SELECT number, kind, status FROM act").fetchall()
    finally:
        known.close()


def outbox_figures() -> dict[str, int]:
    """How many messages were delivered, how many of them not at the first attempt, how many were given up."""
    delivered = OutboxMessage.objects.filter(delivered_at__isnull=False)
    counted = delivered.aggregate(all=Count("pk"))
    return {
        "delivered": counted["all"],
        "at a later attempt": delivered.filter(attempts__gt=1).count(),
        "given up": OutboxMessage.objects.dead().count(),
    }


def _jobs(*statuses: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(JOBS, [list(WAITED_FOR), list(statuses)])
        return int(cursor.fetchone()[0])
