"""To whom an item goes at a place on a day, and which person receives what finds no target (R2.8.b)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from onething.parties.models import Officer, Organisation
from onething.parties.rules import Binding, ItemToRoute, choose_organisations, full_code

__all__ = ["ItemToRoute", "division_chain", "find_coordinator", "route_items"]

# The place and everything around it, nearest first. A division that is gone hands over to its successor (R5.2: cases
# of 321271 still resolve after 2023), so the walk goes through the successor and from there outwards. The step limit
# ends a walk over data that contains a circle.
WALK = """
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
"""
CHAIN = f"{WALK} SELECT code, min(distance) FROM chain GROUP BY code ORDER BY 2"  # noqa: S608  # no input in it
# Both walks in one statement: this runs with every submission, and two statements built by the models were a tenth of it.
LINES = f"""{WALK}
    , nearest AS (SELECT code, min(distance) AS distance FROM chain GROUP BY code)
    , heirs AS (
        SELECT id AS gone, successor_id AS heir, 1 AS step
          FROM parties_organisation WHERE successor_id IS NOT NULL AND valid_to < %(on)s
        UNION ALL
        SELECT heirs.gone, next.successor_id, heirs.step + 1
          FROM heirs JOIN parties_organisation next ON next.id = heirs.heir
         WHERE next.successor_id IS NOT NULL AND next.valid_to < %(on)s AND heirs.step < 12
    )
    , last_heir AS (SELECT DISTINCT ON (gone) gone, heir FROM heirs ORDER BY gone, step DESC)
    SELECT nearest.distance, line.item, coalesce(line.function_id, ''), line.valid_from, {{columns}}
      FROM nearest
      JOIN parties_routing line ON line.division_id = nearest.code
      LEFT JOIN last_heir ON last_heir.gone = line.organisation_id
      JOIN parties_organisation body ON body.id = coalesce(last_heir.heir, line.organisation_id)
     WHERE (line.item = ANY(%(items)s) OR line.function_id = ANY(%(functions)s))
       AND coalesce(line.valid_from, %(on)s) <= %(on)s AND coalesce(line.valid_to, %(on)s) >= %(on)s
       AND coalesce(body.valid_from, %(on)s) <= %(on)s AND coalesce(body.valid_to, %(on)s) >= %(on)s
     ORDER BY line.id
"""  # noqa: S608  # names of our own columns, no input


def division_chain(division: str, on: date) -> dict[str, int]:
    """The place and the divisions around it, each with its distance; empty for a place nobody knows. One query."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, {"place": full_code(division), "on": on})
        return dict(cursor.fetchall())


def route_items(items: Iterable[ItemToRoute], division: str, on: date) -> dict[str, Organisation | None]:
    """The body that handles each item at a place on a day, by the item's key; None where the table says nothing.

    One query, whatever the number of items. The order of precedence is in `parties.rules`.
    """
    wanted = list(items)
    fields = [str(field.attname) for field in Organisation._meta.concrete_fields]  # noqa: SLF001  # Django's documented Meta API
    asked: dict[str, Any] = {
        "place": full_code(division),
        "on": on,
        "items": sorted({one.item for one in wanted} - {""}),
        "functions": sorted({one.function for one in wanted} - {""}),
    }
    with connection.cursor() as cursor:
        # A body that is gone by then receives nothing any more; its successor does.
        cursor.execute(LINES.format(columns=", ".join(f"body.{name}" for name in fields)), asked)
        lines = cursor.fetchall()
    bindings: list[Binding] = []
    bodies: dict[int, Sequence[Any]] = {}
    for line in lines:
        distance, item, function, valid_from, *body = line
        bodies[body[0]] = body
        bindings.append(Binding(body[0], distance, item, function, valid_from))
    chosen = choose_organisations(wanted, bindings)
    rows = {
        body: Organisation.from_db(connection.alias, fields, bodies[body])
        for body in chosen.values()
        if body is not None
    }
    return {key: None if body is None else rows[body] for key, body in chosen.items()}


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
