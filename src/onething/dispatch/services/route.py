"""To whom an item goes, when it was sent, and what happens when nobody is known (R2.8.b)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from onething.cases.models import ItemCase
from onething.cases.services import Acting, FindingsOpen, lock_case, record, settle_bundle
from onething.cases.states import ItemState
from onething.dispatch.access import Forbidden, hold, may_coordinate
from onething.dispatch.models import Dispatch
from onething.dispatch.services.flow import announce_start
from onething.kit import db, outbox
from onething.kit.errors import Refused
from onething.parties.models import Officer, Organisation
from onething.parties.routing import ItemToRoute, find_coordinator, route_items

__all__ = [
    "TOPIC_COORDINATOR",
    "AssignedItem",
    "Assignment",
    "NoBody",
    "assign_items",
    "reroute_item",
    "return_misrouted",
]

TOPIC_COORDINATOR = "dispatch.coordinator"
LEAD = "lead:"


class NoBody(Refused):
    """The body named does not exist or no longer holds."""

    code = "no_body"


@dataclass(frozen=True, slots=True)
class AssignedItem:
    """An item and the body it goes to; None when the routing table says nothing."""

    key: str
    organisation: Organisation | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who handles what on a day: items by key and place, the lead, and the person who gets what found no body."""

    bodies: Mapping[tuple[str, str], Organisation | None]
    lead: Organisation | None
    coordinator: Officer | None


def assign_items(
    plan: Mapping[str, Any],
    *,
    division: str,
    on: date,
    lead_function: str = "",
    elsewhere: Mapping[tuple[str, str], str] | None = None,
) -> Assignment:
    """Route every item of a plan, at the case's place and where `elsewhere` sends it (`responsible_divisions`).

    One query per place, and two more when something finds no target.
    """
    places = {division: {item["key"] for item in plan["items"]}}
    for (key, _instance), place in (elsewhere or {}).items():
        places.setdefault(place, set()).add(key)
    found: dict[tuple[str, str], Organisation | None] = {}
    lead = None
    for place, keys in places.items():
        wanted = [
            ItemToRoute(item["key"], item["id"], item.get("function") or "")
            for item in plan["items"]
            if item["key"] in keys
        ]
        if lead_function and place == division:
            wanted.append(ItemToRoute(LEAD, "", lead_function))
        here = route_items(wanted, place, on) if place else dict.fromkeys(keys)
        lead = here.pop(LEAD, lead)
        found |= {(key, place): body for key, body in here.items()}
    coordinator = find_coordinator(division, on) if None in found.values() else None
    return Assignment(found, lead, coordinator)


@db.transaction
def return_misrouted(*, item_id: int, officer: Officer, right_body: str, reason: str, at: datetime) -> ItemCase:
    """Send back what is not this body's, naming the right one; the coordinator gets it, the applicant's clock runs on.

    Raises Refused without a reason or right body, FindingsOpen, Forbidden, TaskTaken, IllegalMove.
    """
    if not reason.strip() or not right_body.strip():
        raise Refused("退回要写明理由和应该办理的单位", code="incomplete")
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = hold(locked, item_id, officer, at=at)
    if item.item_state is not ItemState.RECEIVED:
        raise Refused(f"“{item.name}”{item.get_state_display()}，不能再退回", code="illegal_move", item=item.number)
    if item.open_findings:
        raise FindingsOpen(f"“{item.name}”有您单位提的问题，先撤回再退回", item=item.number, count=item.open_findings)
    Dispatch.objects.filter(item=item, returned_at__isnull=True).update(
        returned_at=at, returned_by=officer, return_reason=reason.strip(), right_body=right_body.strip()
    )
    coordinator = find_coordinator(item.home_division, at.date())
    item.organisation, item.claimed_by, item.claimed_at, item.coordinator = None, None, None, coordinator
    item.opinion, item.checks = {}, {}  # what this body had begun to write is nothing for the next one
    item.save(update_fields=["organisation", "claimed_by", "claimed_at", "coordinator", "opinion", "checks"])
    record(
        locked.case, "item.returned", by=Acting.of_officer(officer), at=at,
        payload={"item": item.number, "from": officer.organisation.key, "right_body": right_body.strip()},
    )  # fmt: skip
    outbox.enqueue(
        TOPIC_COORDINATOR,
        f"{item.number}@{at.isoformat()}",
        {"item": item.number},
        at=at,
        home_division=item.home_division,
    )
    return item


@db.transaction
def reroute_item(*, item_id: int, coordinator: Officer, organisation: str, at: datetime, reason: str = "") -> ItemCase:
    """The coordinator sends an item without a body to one, by the body's key. Raises Forbidden, NoBody, Refused.

    `reason` stays with the sending, not in the event: it is free text.
    """
    if not may_coordinate(coordinator):
        raise Forbidden("只有协调员可以改派")
    body = Organisation.objects.valid_on(at.date()).filter(key=organisation).first()
    if body is None:
        raise NoBody("没有这个单位，请从列表里选", organisation=organisation)
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = locked.by_id[item_id]
    if item.organisation_id is not None or not item.is_open:
        raise Refused(f"“{item.name}”已经有单位在办，不用改派", code="has_body", item=item.number)
    item.organisation, item.coordinator = body, None
    if not item.responsible_division:  # the place that was named lies outside: it is decided where the coordinator says
        item.responsible_division = body.division_id
        accepted = locked.case.accepting_division
        item.handed_over_from = accepted if accepted != body.division_id else ""
    item.save(update_fields=["organisation", "coordinator", "responsible_division", "handed_over_from"])
    last = Dispatch.objects.filter(item=item).order_by("-round").first()
    if last is not None and last.organisation_id is None and last.returned_at is None:
        last.organisation, last.sent_at, last.sent_by, last.sent_reason = body, at, coordinator, reason.strip()
        last.save(update_fields=["organisation", "sent_at", "sent_by", "sent_reason"])
    else:
        Dispatch.objects.create(
            item=item, home_division=item.home_division, organisation=body, round=(last.round if last else 0) + 1,
            sent_at=at, sent_by=coordinator, sent_reason=reason.strip(),
        )  # fmt: skip
    record(
        locked.case, "item.dispatched", by=Acting.of_officer(coordinator), at=at,
        payload={"item": item.number, "organisation": body.key},
    )  # fmt: skip
    if item.item_state is not ItemState.WAITING:
        announce_start(item, at=at)
    settle_bundle(locked, at=at)
    return item
