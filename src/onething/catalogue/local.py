"""What differs in places: nation → province → city → district, each change with its dates (decision 0014).

An author writes one complete one-thing and, under `local`, what another rule changes in a place from a day on. An inner
place inherits what holds around it. Compiling works out, for every place named and every period, the items as they then
are; a plan only looks up the nearest place that has something to say. Pure: no tables, no files.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

__all__ = ["Period", "apply_changes", "at_place", "at_variant", "in_force", "periods_of", "places_around", "thing_at"]

CODE_LENGTH: Final = 6
# What a change adds to instead of replacing it.
ADDED: Final = ("legal_basis", "conditions")
MERGED: Final = {"materials": "name", "fields": "key"}
Period = tuple[str | None, str | None]  # first and last day, both included; None is without end


def places_around(code: str) -> tuple[str, ...]:
    """The place and those around it, the innermost first: 321202 → 321202, 321200, 320000."""
    county = code[:CODE_LENGTH].ljust(CODE_LENGTH, "0")
    return tuple(dict.fromkeys((county, f"{county[:4]}00", f"{county[:2]}0000")))


def in_force(entry: Mapping[str, Any], day: str) -> bool:
    """Whether a change holds on a day (ISO)."""
    return (entry.get("valid_from") or day) <= day <= (entry.get("valid_to") or day)


def periods_of(changes: Sequence[Mapping[str, Any]], place: str) -> Iterator[Period]:
    """The stretches of time, in order, during which the same changes hold in a place; stretches without any are left out."""
    around = places_around(place)
    mine = [change for change in changes if change["place"] in around]
    starts = {change["valid_from"] for change in mine if change.get("valid_from")}
    starts |= {_shifted(change["valid_to"], 1) for change in mine if change.get("valid_to")}
    borders: list[str | None] = [None, *sorted(starts)]
    for first, following in zip(borders, [*borders[1:], None], strict=True):
        last = _shifted(following, -1) if following else None
        inside = first or last or ""  # no border at all: any day will do
        if any(in_force(change, inside) for change in mine):
            yield first, last


def thing_at(thing: Mapping[str, Any], place: str, day: str) -> dict[str, Any]:
    """The authored one-thing as it is in a place on a day: outer places first, so that the inner rule wins."""
    around = places_around(place)
    holding = [change for change in thing.get("local", ()) if change["place"] in around and in_force(change, day)]
    holding.sort(key=lambda change: (-around.index(change["place"]), change.get("valid_from") or ""))
    changed = dict(thing)
    for change in holding:
        changed = apply_changes(changed, change)
    return changed


def apply_changes(thing: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """One change laid over an authored one-thing. What it does not name stays; unknown items are left to the check."""
    changed = dict(thing)
    if "promised_working_days" in change:
        changed["promised_working_days"] = change["promised_working_days"]
        changed["promised_source"] = change.get("source")
    if "gate" in change:
        changed["gate"] = _merged(thing.get("gate", []), change["gate"], "key")
    by_key = {item["key"]: item for item in change.get("items", ())}
    changed["items"] = [
        _item(item, by_key[item["key"]]) if item["key"] in by_key else item for item in thing.get("items", [])
    ]
    return changed


def _item(item: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    changed = dict(item)
    for key, value in change.items():
        if key in ADDED:
            changed[key] = [*item.get(key, []), *value]
        elif key in MERGED:
            changed[key] = _merged(item.get(key, []), value, MERGED[key])
        else:
            changed[key] = value
    if "promised_working_days" in change and "promised" in item.get("limits", {}):
        changed["limits"] = {name: limit for name, limit in item["limits"].items() if name != "promised"}
    return changed


def _merged(entries: Sequence[Mapping[str, Any]], changes: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    """Entries with the changes to those of the same name; `drop` takes one away, a new name comes last."""
    merged = {str(entry.get(name)): dict(entry) for entry in entries}
    for change in changes:
        key = str(change.get(name))
        if change.get("drop"):
            merged.pop(key, None)
        else:
            merged[key] = {**merged.get(key, {}), **change}
    return list(merged.values())


def at_place(document: Mapping[str, Any], place: str, on: date) -> Mapping[str, Any]:
    """An edition's document as it holds in a place on a day. The document itself when nothing differs there."""
    day = on.isoformat()
    for code in places_around(place):
        for variant in document.get("local", ()):
            if variant["place"] == code and in_force(variant, day):
                return at_variant(document, variant)
    return document


def at_variant(document: Mapping[str, Any], variant: Mapping[str, Any]) -> Mapping[str, Any]:
    """An edition's document with one of its variants in place of what differs."""
    items = variant["items"]
    changed = [items.get(item["key"], item) for item in document["items"]]
    return {**document, **variant["whole"], "items": changed}


def _shifted(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
