"""To whom an item goes when a case is handed in, and who gets what nobody is known for (R2.8.b)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onething.kit.errors import Refused
from onething.parties.models import Officer, Organisation
from onething.parties.routing import ItemToRoute, find_coordinator, route_items

__all__ = [
    "TOPIC_COORDINATOR",
    "AssignedItem",
    "Assignment",
    "NoBody",
    "assign_items",
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
