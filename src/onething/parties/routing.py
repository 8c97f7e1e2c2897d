"""To whom an item goes at a place on a day, and which person receives what finds no target (R2.8.b)."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import connection

from onething.parties.models import Officer, Organisation, Routing
from onething.parties.rules import Binding, ItemToRoute, choose_organisations, full_code

__all__ = ["ItemToRoute", "division_chain", "find_coordinator", "route_items"]

# The place and everything around it, nearest first. A division that is gone hands over to its successor (R5.2: cases
# of 321271 still resolve after 2023), so the walk goes through the successor and from there outwards. The step limit
# ends a walk over data that contains a circle.
CHAIN = """
    WITH RECURSIVE chain AS (
        SELECT code, parent_id, successor_id, valid_to, 0 AS distance
          FROM parties_division WHERE code = %(place)s
        UNION ALL
        SELECT d.code, d.parent_id, d.successor_id, d.valid_to, chain.distance + 1
          FROM chain JOIN parties_division d
            ON d.code = CASE WHEN chain.valid_to < %(on)s AND chain.successor_id IS NOT NULL
                             THEN chain.successor_id ELSE chain.parent_id END
         WHERE chain.distance < 12
    )
    SELECT code, min(distance) FROM chain GROUP BY code ORDER BY 2
"""


def division_chain(division: str, on: date) -> dict[str, int]:
    """The place and the divisions around it, each with its distance; empty for a place nobody knows. One query."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, {"place": full_code(division), "on": on})
        return dict(cursor.fetchall())


def route_items(items: Iterable[ItemToRoute], division: str, on: date) -> dict[str, Organisation | None]:
    """The body that handles each item at a place on a day, by the item's key; None where the table says nothing.

    Two queries, whatever the number of items. The order of precedence is in `parties.rules`.
    """
    wanted = list(items)
    chain = division_chain(division, on)
    lines = (
        Routing.objects.at(chain, on)
        .about(items={one.item for one in wanted}, functions={one.function for one in wanted})
        .select_related("organisation")
    )
    bindings: list[Binding] = []
    bodies: dict[int, Organisation] = {}
    for line in lines:
        bodies[line.organisation_id] = line.organisation
        bindings.append(_binding(line, chain))
    chosen = choose_organisations(wanted, bindings)
    return {key: None if body is None else bodies[body] for key, body in chosen.items()}


def find_coordinator(division: str, on: date) -> Officer | None:
    """The named person nearest to a place who receives what finds no target. Two queries."""
    chain = division_chain(division, on)
    officers = (
        Officer.objects.serving()
        .in_role(Officer.Role.COORDINATOR)
        .filter(organisation__division_id__in=list(chain))
        .select_related("account", "organisation")
        .order_by("pk")
    )
    return min(officers, key=lambda officer: (chain[officer.organisation.division_id], officer.pk), default=None)


def _binding(line: Routing, chain: Mapping[str, int]) -> Binding:
    return Binding(
        organisation=line.organisation_id,
        distance=chain[line.division_id],
        item=line.item,
        function=line.function_id or "",
        valid_from=line.valid_from,
    )
