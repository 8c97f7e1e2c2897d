"""What one submission writes, put together in memory: case, items, materials, dispatches, events (R2.6.a, R2.8.b)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from onething.audit.services import NewEvent
from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.cases.record import Acting, event_of
from onething.cases.rules import last_promised, near_day, planned_days
from onething.cases.states import ItemState, derive_bundle_state
from onething.cases.waiting import ready_on
from onething.kit.ids import item_number
from onething.materials.rules import Requirement
from onething.oneform.rules import prune_to, subjects_in

if TYPE_CHECKING:
    from onething.dispatch.services import Assignment
    from onething.parties.models import Account
    from onething.submission.models import Draft
    from onething.submission.planning import Planned

__all__ = ["Files", "NewCase", "assemble_case"]

Files = dict[tuple[str, str], list[tuple[int, str]]]
"""Stored file and name of every page, by material and subject."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """One submission, ready to be written. Unsaved rows: nothing here has an id yet."""

    case: OneThingCase
    packed_plan: bytes
    items: Sequence[ItemCase]
    materials: Sequence[MaterialInstance]
    events: Sequence[NewEvent]

    @property
    def number(self) -> str:
        """The public number."""
        return self.case.number

    @property
    def unrouted(self) -> list[ItemCase]:
        """Items nobody is known for."""
        return [item for item in self.items if item.organisation_id is None]


def assemble_case(
    draft: "Draft",
    account: "Account",
    *,
    planned: "Planned",
    values: Mapping[str, Mapping[str, Mapping[str, Any]]],
    files: Files,
    assignment: "Assignment",
    elsewhere: Mapping[tuple[str, str], str],
    number: str,
    idempotency_key: str,
    channel: str,
    accepting_division: str,
    received_on: date,
    at: datetime,
) -> NewCase:
    """Freeze a draft as a case. What of the saved values nobody asks any more stays behind (R2.6.b)."""
    plan, (form, papers) = planned.plan, planned.drawn(values)
    subjects = subjects_in(form)
    promised_on, provisional = last_promised(plan)
    case = OneThingCase(
        number=number,
        home_division=draft.place,
        accepting_division=accepting_division,
        edition_id=draft.edition_id,
        notice_id=draft.notice_id,
        onething=draft.onething,
        onething_name=plan["name"],
        plan=plan,
        plan_hash=planned.hash,
        answers=plan["answers"],
        form_values=prune_to(form, values),
        lead_organisation=assignment.lead,
        account=account,
        principal=account.principal,
        principal_name=account.principal_name or account.display_name,
        acting_for=account.principal,
        assurance=account.assurance,
        channel=channel,
        state="",
        idempotency_key=idempotency_key,
        submitted_at=at,
        received_on=received_on,
        promised_on=promised_on,
        promise_provisional=provisional,
    )
    items = _items(case, plan, (assignment, elsewhere), subjects, received_on, at)
    case.state = derive_bundle_state((ItemState(item.state), None) for item in items).value
    materials = _materials(case, papers, files, set(draft.commitments))
    by = Acting.of_account(account, channel=channel, accepting_division=accepting_division)
    return NewCase(case, planned.packed, items, materials, _events(case, items, len(materials), by, at))


def _items(
    case: OneThingCase,
    plan: Mapping[str, Any],
    routing: tuple["Assignment", Mapping[tuple[str, str], str]],
    subjects: Mapping[str, Sequence[str]],
    received_on: date,
    at: datetime,
) -> list[ItemCase]:
    """One row per item, or per instance of the party it runs for. What waits for nothing is received at once."""
    days, calendar = planned_days(plan), working_calendar()
    assignment, elsewhere = routing
    items: list[ItemCase] = []
    for item in plan["items"]:
        instances = subjects.get(item.get("per") or "") or item.get("instances") or ("",)
        due = days.get(item["key"])
        for instance in instances:
            ordinal = len(items) + 1
            place = elsewhere.get((item["key"], instance), case.home_division)
            body = assignment.bodies.get((item["key"], place))
            row = ItemCase(
                case=case,
                ordinal=ordinal,
                number=item_number(case.number, ordinal),
                key=item["key"],
                item_id=item["id"],
                name=item["name"],
                instance=instance if len(instances) > 1 else "",
                organisation=body,
                coordinator=assignment.coordinator if body is None else None,
                home_division=case.home_division,
                responsible_division=place,
                handed_over_from=case.accepting_division if place not in {"", case.accepting_division} else "",
                state=ItemState.WAITING.value if item["after"] else ItemState.RECEIVED.value,
                trigger=item.get("trigger") or "application",
                route=item.get("route") or "",
                joint_handling=item.get("joint_handling", {}).get("mode", ""),
                after=list(item["after"]),
                after_acceptance=list(item.get("starts_with", ())),
                submitted_at=at,
                planned_due=due,
                promised_due=due,
            )
            if not item["after"]:
                row.started_at, row.started_on = at, received_on
                ready = ready_on(item, case.form_values, since=received_on, calendar=calendar)
                row.promised_due = max(due, ready) if due and ready else due
                row.near_from = near_day(received_on, row.promised_due, calendar) if row.promised_due else None
            items.append(row)
    return items


def _materials(
    case: OneThingCase, wanted: Sequence[Requirement], files: Files, promised: set[str]
) -> list[MaterialInstance]:
    """One row per page handed in, per promise, per paper that comes by itself, and per paper to be brought later."""
    rows: list[MaterialInstance] = []
    for one in wanted:
        pages = files.get(one.slot, [])
        for page, (file_id, name) in enumerate(pages, start=1):
            rows.append(_material(case, one, "submit", page=page, file_id=file_id, file_name=name))
        if pages:
            continue
        by_itself = one.obtained in {"produced", "licence", "data"}
        if by_itself or (one.promise and one.key in promised) or (one.deferred and one.upload):
            rows.append(_material(case, one, one.obtained))
    return rows


def _material(
    case: OneThingCase,
    one: Requirement,
    obtained: str,
    *,
    page: int = 1,
    file_id: int | None = None,
    file_name: str = "",
) -> MaterialInstance:
    return MaterialInstance(
        case=case,
        key=one.key,
        subject=one.subject,
        name=one.name,
        obtained=obtained,
        page=page,
        file_id=file_id,
        file_name=file_name,
        items=list(one.items),
        home_division=case.home_division,
    )


def _events(case: OneThingCase, items: Sequence[ItemCase], materials: int, by: Acting, at: datetime) -> list[NewEvent]:
    """The act of the applicant, then each item's first state with the days it begins with (I9, I11)."""
    submitted = {
        "onething": case.onething,
        "edition": case.edition_id,
        "plan": case.plan_hash,
        "notice": case.notice_id,
        "items": len(items),
        "materials": materials,
        "received_on": case.received_on.isoformat(),
        "promised_on": case.promised_on.isoformat() if case.promised_on else None,
        "state": case.state,
    }
    return [
        event_of(case, "case.submitted", by=by, at=at, payload=submitted),
        *(event_of(case, f"item.{item.state}", by=by, at=at, payload=_first(item)) for item in items),
    ]


def _first(item: ItemCase) -> dict[str, Any]:
    return {
        "item": item.number,
        "old": ItemState.DRAFT.value,
        "new": item.state,
        "organisation": item.organisation.key if item.organisation is not None else None,
        "responsible_division": item.responsible_division,
        "handed_over_from": item.handed_over_from,
        "coordinator": item.coordinator_id,
        "planned_due": _iso(item.planned_due),
        "started_on": _iso(item.started_on),
        "promised_due": _iso(item.promised_due),
        "statutory_due": None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
