"""What happens between the departments: dispatching six items at once, and a whole round of corrections."""

import time
from collections.abc import Sequence

from django.utils import timezone

from onething.bench.crowd import Person
from onething.bench.report import Bound, Figure, ratio_of_rounds, spread
from onething.bench.rows import rows_written_by
from onething.bench.run import Run, interleaved
from onething.bench.situation import ITEMS
from onething.bench.visitors import hand_in
from onething.cases.calendar import working_calendar
from onething.cases.models import OneThingCase
from onething.dispatch.services import assign_items
from onething.feedback.board import demands_for
from onething.feedback.models import CorrectionRound
from onething.feedback.rules import TargetKind
from onething.feedback.services import NewFinding, PointAnswer, enter_findings, hand_in_answers, keep_answers
from onething.kit import db
from onething.kit.sequences import new_case_number
from onething.kit.workdays import legal_date
from onething.parties.models import Account, Officer
from onething.submission.assemble import Files, NewCase, assemble_case
from onething.submission.models import Draft, DraftMaterial
from onething.submission.planning import Planned, plan_for
from onething.submission.services import values_of
from onething.submission.write import write_case

__all__ = ["measure"]

DISPATCH_BUDGET = 0.2
# Some 160 statements, most of them reads under the lock of the case, stand against 35 rows that are only written.
CORRECTION_BUDGET = 0.02


def measure(run: Run) -> list[Figure]:
    """Both, each against the same rows by plain SQL."""
    return [_dispatch(run), _correction(run)]


def _dispatch(run: Run) -> Figure:
    size = 20 if run.quick else 100
    first = _assembled(run.crowd.next(1))
    floor = rows_written_by(lambda: _send(first))
    rates = interleaved(
        run,
        "dispatches per second",
        {
            "dispatch": lambda: _timed(_assembled(run.crowd.next(size))),
            "floor": lambda: floor.write(times=size, transactions=1),
        },
    )
    return _figure(
        "dispatch",
        f"route {ITEMS} items, write them with dispatches, events and the outbox in one transaction",
        f"the same {len(floor.rows)} rows by plain INSERTs, no index, one transaction",
        rates["dispatch"],
        rates["floor"],
        DISPATCH_BUDGET,
    )


Prepared = tuple[int, Planned, NewCase]


def _assembled(people: Sequence[Person]) -> list[Prepared]:
    """Applications as `submit` has them before it writes: planned, checked and put together, which is not measured here."""
    at = timezone.now()
    received_on = working_calendar().receipt_day(at)
    found = []
    for person in people:
        draft = Draft.objects.select_related("edition").get(pk=person.number)
        planned = plan_for(draft.edition, place=draft.place, answers=draft.answers, chosen=draft.chosen, on=received_on)
        files: Files = {}
        for one in DraftMaterial.objects.filter(draft=draft, file__isnull=False).order_by("page"):
            files.setdefault((one.key, one.subject), []).append((one.file_id or 0, one.file_name))
        new = assemble_case(
            draft, Account.objects.get(pk=person.number), planned=planned, values=values_of(draft), files=files,
            assignment=assign_items(planned.plan, division=draft.place, on=received_on), elsewhere={},
            number=new_case_number(draft.place, legal_date(at)), idempotency_key=f"draft-{draft.pk}", channel="web",
            accepting_division=draft.place, received_on=received_on, at=at,
        )  # fmt: skip
        found.append((draft.pk, planned, new))
    return found


@db.transaction
def _send_one(draft: int, planned: Planned, new: NewCase) -> None:
    assign_items(planned.plan, division=new.case.home_division, on=new.case.received_on)
    write_case(new, draft_id=draft, at=new.case.submitted_at)


def _send(prepared: list[Prepared]) -> None:
    for one in prepared:
        _send_one(*one)


def _timed(prepared: list[Prepared]) -> float:
    began = time.perf_counter()
    _send(prepared)
    return len(prepared) / (time.perf_counter() - began)


def _correction(run: Run) -> Figure:
    size = 5 if run.quick else 15
    (first,), verbs = hand_in(run.crowd, 1), list[int]()
    floor = rows_written_by(lambda: verbs.append(_round(first)))
    rates = interleaved(
        run,
        "rounds per second",
        {
            "round": lambda: _rounds(hand_in(run.crowd, size)),
            "floor": lambda: floor.write(times=size, transactions=verbs[0]),
        },
    )
    return _figure(
        "correction",
        "a round: every body finds something and has finished, one notice, answered and handed in",
        f"the same {len(floor.rows)} rows by plain INSERTs, no index, {verbs[0]} transactions",
        rates["round"],
        rates["floor"],
        CORRECTION_BUDGET,
    )


def _rounds(cases: Sequence[OneThingCase]) -> float:
    began = time.perf_counter()
    for case in cases:
        _round(case)
    return len(cases) / (time.perf_counter() - began)


def _round(case: OneThingCase) -> int:
    """One round over all items that can be corrected; gives how many verbs it took."""
    verbs = 0
    items = list(case.items.filter(state="received").select_related("case", "organisation").order_by("ordinal"))
    for item in items:
        officer = Officer.objects.serving().filter(organisation=item.organisation, role=Officer.Role.REVIEWER)
        target = min((one for one in demands_for(item).targets if one.kind is TargetKind.FIELD), default=None)
        found = [] if target is None else [NewFinding(target, "wrong", "和证件不一致")]
        person = (
            officer.exclude(account__kind=Account.Kind.SYSTEM)
            .select_related("account", "organisation")
            .order_by("pk")[0]
        )
        enter_findings(item_id=item.pk, officer=person, findings=found, finished=True, at=timezone.now())
        verbs += 1
    asked = CorrectionRound.objects.get(case=case)
    if asked.state != "noticed":
        msg = f"the round to be measured is {asked.state}"
        raise LookupError(msg)
    answers = {point.pk: PointAnswer(explanation="核对过，填的是对的") for point in asked.points.all()}
    keep_answers(round_id=asked.pk, account=case.account, answers=answers, at=timezone.now())
    hand_in_answers(round_id=asked.pk, account=case.account, at=timezone.now())
    return verbs + 2


def _figure(name: str, what: str, against: str, ours: list[float], floor: list[float], budget: float) -> Figure:
    return Figure(
        name, what, against, ratio_of_rounds(ours, floor), budget, Bound.AT_LEAST,
        raw={"per second": ours, "floor/s": floor}, note=f"single rounds {spread(ours, floor)}",
    )  # fmt: skip
