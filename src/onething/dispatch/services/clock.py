"""A body's acts on its clock: stop it for a procedure of the law, let it go on, extend the limit (R5.4).

Each stands in the log with its basis; stops and extensions are told in writing in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from onething.cases.clock import ClockRefused, add_extension, close_stop, extension_facts, open_stop, recount
from onething.cases.clock_rules import EXTENSION_DAYS
from onething.cases.models import ClockStop, ItemCase
from onething.cases.rules import item_of_plan
from onething.cases.services import (
    Acting,
    IllegalMove,
    LockedCase,
    NewStop,
    dates_of,
    lock_case,
    move_item,
    record,
    settle_bundle,
)
from onething.cases.states import ItemState
from onething.dispatch.access import demand_extender, hold
from onething.dispatch.clock_rules import (
    EXTENSION_BASIS,
    NO_STOP,
    extension_bar,
    extension_kind,
    procedures_of,
    result_day_fault,
    stop_gaps,
)
from onething.dispatch.services.decline import Incomplete
from onething.dispatch.services.letters import tell_extension, tell_stop
from onething.kit import db
from onething.kit.workdays import legal_date
from onething.parties.models import Officer

__all__ = ["Stopping", "extend_clock", "resume_clock", "stop_clock"]

RUNNING = frozenset({ItemState.ACCEPTED, ItemState.IN_REVIEW})


@dataclass(frozen=True, slots=True)
class Stopping:
    """Why a clock stops. `procedure` is a key of `procedures_of`; `basis` is the article by which this item needs it."""

    procedure: str
    basis: str
    expected_days: int | None
    reason: str = ""


@db.transaction
def stop_clock(*, item_id: int, officer: Officer, stopping: Stopping, at: datetime) -> ItemCase:
    """Stop an accepted item's clocks for one procedure (行政许可法 art. 45).

    A second procedure may begin while the first one lasts; their days count once. Raises Incomplete without basis or days,
    ClockRefused for what the law does not name or what lasts already, IllegalMove, Forbidden, TaskTaken.
    """
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = hold(locked, item_id, officer, at=at)
    procedure = next((one for one in procedures_of(_planned(item)) if one.key == stopping.procedure), None)
    if procedure is None:
        raise ClockRefused(NO_STOP, item=item.number, procedure=stopping.procedure)
    if gaps := stop_gaps(basis=stopping.basis, expected_days=stopping.expected_days):
        raise Incomplete("暂停计时要说清楚：" + "；".join(gaps), gaps=gaps)
    new = NewStop(procedure.kind, stopping.basis.strip(), stopping.expected_days, stopping.reason.strip(), officer)
    if item.item_state is ItemState.SUSPENDED:
        _write(locked, item, "item.clock_stopped", open_stop(item, new, at=at), officer, at=at)
    elif item.item_state in RUNNING:
        move_item(locked, item, ItemState.SUSPENDED, by=Acting.of_officer(officer), at=at, stop=new)
    else:
        raise IllegalMove(
            f"“{item.name}”现在是“{item.get_state_display()}”，受理以后、作出决定以前才能暂停计时", item=item.number
        )
    tell_stop(locked, item, new, procedure.name, officer=officer, at=at)
    settle_bundle(locked, at=at)
    return item


@db.transaction
def resume_clock(
    *, item_id: int, officer: Officer, at: datetime, number: int | None = None, result_on: date | None = None
) -> ItemCase:
    """End a stop: the result is in. Its day, not the day somebody says so, ends the stop; without one it is today.

    `number` names the stop where several last; the clock goes on when the last one has ended. Raises ClockRefused for a day
    outside the stop or when nothing stands still, and as stop_clock.
    """
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = hold(locked, item_id, officer, at=at)
    rows = list(ClockStop.objects.filter(item=item, ended_on__isnull=True).order_by("number"))
    if item.item_state is not ItemState.SUSPENDED or not rows:
        raise IllegalMove(f"“{item.name}”现在是“{item.get_state_display()}”，计时没有暂停", item=item.number)
    row = next((one for one in rows if one.number == number), None) if number is not None else rows[0]
    if row is None or (number is None and len(rows) > 1):
        raise ClockRefused("有几个程序还没有结束，请选是哪一个有了结果", item=item.number)
    last = result_on or legal_date(at)
    if fault := result_day_fault(last, started_on=row.started_on, today=legal_date(at)):
        raise ClockRefused(fault, item=item.number, day=last.isoformat())
    ended = close_stop(row, on=last, at=at, officer=officer)
    if len(rows) > 1:
        _write(locked, item, "item.clock_resumed", ended, officer, at=at)
    else:
        move_item(locked, item, ItemState.IN_REVIEW, by=Acting.of_officer(officer), at=at, payload=ended)
    settle_bundle(locked, at=at)
    return item


@db.transaction
def extend_clock(*, item_id: int, officer: Officer, reason: str, at: datetime) -> ItemCase:
    """Allow more time, once, before the limit is over (行政许可法 art. 42): the head of the body 10 working days, for what is
    handled jointly the head of the government 15.

    Raises Incomplete without a reason, which the applicant is told; ClockRefused where art. 42 does not allow it; Forbidden
    for who may not; IllegalMove before acceptance and after the decision.
    """
    if not reason.strip():
        raise Incomplete("延长期限要写明理由，申请人会看到", gaps=("写明理由",))
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = locked.by_id[item_id]
    demand_extender(officer, item)
    if item.item_state not in {*RUNNING, ItemState.SUSPENDED}:
        raise IllegalMove(
            f"“{item.name}”现在是“{item.get_state_display()}”，受理以后、作出决定以前才能延长期限", item=item.number
        )
    due = item.statutory_due or item.promised_due
    kind = extension_kind(_planned(item))
    extended = item.clock_extensions.filter(kind=kind.value).exists()
    if bar := extension_bar(_planned(item), due=due, today=legal_date(at), extended=extended):
        raise ClockRefused(bar, item=item.number)
    extension = add_extension(
        item, kind, days=EXTENSION_DAYS[kind], basis=EXTENSION_BASIS[kind], reason=reason.strip(), approver=officer,
        at=at,
    )  # fmt: skip
    _write(locked, item, "item.clock_extended", extension_facts(extension), officer, at=at)
    tell_extension(locked, item, extension)
    settle_bundle(locked, at=at)
    return item


def _planned(item: ItemCase) -> Mapping[str, Any]:
    return item_of_plan(item.case.plan, item.key)


def _write(
    locked: LockedCase, item: ItemCase, kind: str, changed: Mapping[str, object], officer: Officer, *, at: datetime
) -> None:
    """Count the days anew and write down what changed; the item's state stays as it is."""
    item.save(update_fields=sorted(recount(locked.case, item)))
    payload = {"item": item.number, **dates_of(item), **changed}
    record(locked.case, kind, by=Acting.of_officer(officer), at=at, payload=payload)
