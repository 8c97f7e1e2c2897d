"""Which body handles an item at a place: the decision, without a database (R5.2, design decision 6).

An item is routed in two rounds. First what is said about the *item itself*, from the innermost division outwards
(town, district, city, province, nation); only when nothing at all is said about the item, what is said about its
*function*, again from the innermost division outwards. Item before function, because one approval bureau may hold 91
items of 14 departments: a sentence about the item is knowledge, the function is only the usual case. Inner before outer,
because districts merge bureaus differently from their city.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

__all__ = ["Binding", "ItemToRoute", "choose_organisations", "full_code", "holds_on"]

CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class ItemToRoute:
    """An item as far as routing looks at it: its key in the one-thing, its global id, its function slot."""

    key: str
    item: str
    function: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """One line of the routing table: an item or a function (never both) goes to a body, at a distance from the place.

    `distance` is 0 for the place itself, 1 for the division around it, and so on outwards.
    """

    organisation: int
    distance: int
    item: str = ""
    function: str = ""
    valid_from: date | None = None


def full_code(code: str) -> str:
    """The twelve-digit form of a division code of six, nine or twelve digits. Raises ValueError on anything else."""
    text = code.strip()
    if not (text.isascii() and text.isdigit() and len(text) in {2, 4, 6, 9, CODE_LENGTH}):
        message = f"not a division code: {code!r}"
        raise ValueError(message)
    return text.ljust(CODE_LENGTH, "0")


def holds_on(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """Whether a period holds on a day. Both ends belong to the period; an absent end is open."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)


def choose_organisations(items: Iterable[ItemToRoute], bindings: Sequence[Binding]) -> dict[str, int | None]:
    """The body for each item, or None when the table says nothing: then a person must decide, never a guess.

    Where two lines tie, the one that came into force later holds, so that a change is made by adding a line.
    """
    by_item: dict[str, Binding] = {}
    by_function: dict[str, Binding] = {}
    for binding in bindings:
        if binding.item:
            _keep_nearer(by_item, binding.item, binding)
        else:
            _keep_nearer(by_function, binding.function, binding)
    return {one.key: _organisation(one, by_item, by_function) for one in items}


def _organisation(one: ItemToRoute, by_item: Mapping[str, Binding], by_function: Mapping[str, Binding]) -> int | None:
    found = by_item.get(one.item) or by_function.get(one.function)
    return found.organisation if found else None


def _keep_nearer(best: dict[str, Binding], key: str, binding: Binding) -> None:
    known = best.get(key)
    if known is None or _rank(binding) < _rank(known):
        best[key] = binding


def _rank(binding: Binding) -> tuple[int, int, int]:
    started = binding.valid_from.toordinal() if binding.valid_from else 0
    return binding.distance, -started, binding.organisation
