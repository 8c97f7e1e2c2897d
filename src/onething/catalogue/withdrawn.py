"""What ends with the rule it rests on: at midnight of the day a norm is withdrawn its demands are gone (R2.5.d/2).

The day is in the edition already, so nothing has to be published or switched at midnight. Pure.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

__all__ = ["end_of_item", "in_law"]


def in_law(document: Mapping[str, Any], on: date) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
    """The document without what rests only on norms withdrawn by a day, and what that took away.

    Each row: `item` (key), `name`, `what` (`item` or `material`), `basis` (titles), `since` (ISO day).
    """
    day = on.isoformat()
    gone: list[dict[str, Any]] = []
    items = [_item(item, day, gone) for item in document["items"]]
    return ({**document, "items": items}, gone) if gone else (document, gone)


def _item(item: Mapping[str, Any], day: str, gone: list[dict[str, Any]]) -> Mapping[str, Any]:
    end = end_of_item(item)
    if end and end <= day:
        titles = [basis["title"] for basis in item["basis"]]
        gone.append({"item": item["key"], "name": item["name"], "what": "item", "basis": titles, "since": end})
        return {**item, "when": False}
    ended = [material for material in item["materials"] if material["ends"] and material["ends"] <= day]
    for material in ended:
        titles = list(material["repealed"])
        gone.append(
            {
                "item": item["key"],
                "name": material["name"],
                "what": "material",
                "basis": titles,
                "since": material["ends"],
            }
        )
    return {**item, "materials": [one for one in item["materials"] if one not in ended]} if ended else item


def end_of_item(item: Mapping[str, Any]) -> str | None:
    """The day from which none of an item's bases holds any more; None while one goes on, or where none is known."""
    ends = [basis["valid_to"] for basis in item["basis"]]
    return max(ends) if ends and all(ends) else None
