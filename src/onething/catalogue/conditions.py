"""Conditions as plain data, evaluated three-valued (design decisions 7 and 12).

An authored condition is a mapping: `{question: [values]}`, `{question: {gt: 10000}}`, `{all: […]}`, `{any: […]}`,
`{not: …}`. Compiled it is JSON that says the same without shortcuts:

    true                                   always
    {"q": "dishes", "in": ["raw"]}         at least one of these was chosen
    {"q": "area", "cmp": "gt", "n": 150}   a number compared
    {"all": […]}, {"any": […]}, {"not": …}

`evaluate` answers True (in), False (out) or None (possible: an answer is missing). An answer is a list of chosen
values, a whole number, a mapping of instance to answer for a question asked per party instance, `NOT_ASKED` for a
question that does not apply in this situation, or absent.
"""

import json
import operator
from collections.abc import Iterator, Mapping
from typing import Any, Final

Condition = Any  # JSON: True or one of the mappings above
Truth = bool | None

NOT_ASKED: Final = "not asked"
COMPARISONS: Final = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


class Open:
    """A multi-select answer of which only some options are settled; used while all situations are searched."""

    __slots__ = ("chosen", "refused")

    def __init__(self, chosen: frozenset[str] = frozenset(), refused: frozenset[str] = frozenset()) -> None:
        self.chosen, self.refused = chosen, refused


def evaluate(condition: Condition, answers: Mapping[str, Any], instance: str | None = None) -> Truth:
    """Return whether the condition holds. `instance` picks one party's answer to a question asked per instance."""
    if condition is True or condition is False:
        return bool(condition)
    if "q" in condition:
        return _atom(condition, answers.get(condition["q"]), instance)
    if "all" in condition:
        return _settle(condition["all"], answers, instance, decisive=False)
    if "any" in condition:
        return _settle(condition["any"], answers, instance, decisive=True)
    if "with" in condition:  # the situation with some answers replaced; made by the analysis only
        return evaluate(condition["of"], {**answers, **condition["with"]}, instance)
    inner = evaluate(condition["not"], answers, instance)
    return None if inner is None else not inner


def _settle(parts: list[Condition], answers: Mapping[str, Any], instance: str | None, *, decisive: bool) -> Truth:
    """Join parts: one `decisive` part settles the whole, otherwise one open part leaves it open."""
    truth: Truth = not decisive
    for part in parts:
        value = evaluate(part, answers, instance)
        if value is decisive:
            return decisive
        if value is None:
            truth = None
    return truth


def _atom(atom: Mapping[str, Any], answer: Any, instance: str | None) -> Truth:
    if answer is None or answer is NOT_ASKED:
        return None if answer is None else False
    if isinstance(answer, Mapping):
        if instance is not None and instance in answer:
            return _atom(atom, answer[instance], None)
        found = [_atom(atom, one, None) for one in answer.values()]
        return True if True in found else None if None in found else False
    if "in" in atom:
        return _chosen(atom["in"], answer)
    return COMPARISONS[atom["cmp"]](answer, atom["n"]) if isinstance(answer, int) else None


def _chosen(values: list[str], answer: Any) -> Truth:
    if not isinstance(answer, Open):
        return any(value in answer for value in values)
    if any(value in answer.chosen for value in values):
        return True
    return False if all(value in answer.refused for value in values) else None


def atoms(condition: Condition) -> Iterator[Mapping[str, Any]]:
    """Yield every comparison inside a condition."""
    if condition is True or condition is False:
        return
    if "q" in condition:
        yield condition
    elif "not" in condition:
        yield from atoms(condition["not"])
    elif "with" in condition:
        yield from atoms(condition["of"])
    else:
        for part in condition.get("all", condition.get("any", ())):
            yield from atoms(part)


def questions_of(condition: Condition) -> set[str]:
    """Return the keys of the questions that a condition names."""
    return {atom["q"] for atom in atoms(condition)}


def canonical(condition: Condition) -> Condition:
    """Return the one way to write a condition, so that equal conditions compile equally and hash equally.

    Parts inside parts of the same kind stand beside them, and each once, in a fixed order: nobody is shown a
    condition, so what an author wrote first is of no use to a reader. Options of one question keep the given order.
    """
    if isinstance(condition, bool) or "q" in condition:
        return condition
    if "not" in condition:
        inner = canonical(condition["not"])
        if isinstance(inner, bool):
            return not inner
        return inner.get("not", {"not": inner})
    kind = "all" if "all" in condition else "any"
    decisive = kind == "any"
    parts: dict[str, Condition] = {}
    for part in map(canonical, condition[kind]):
        for single in [part] if isinstance(part, bool) or kind not in part else part[kind]:
            parts[json.dumps(single, ensure_ascii=False, sort_keys=True)] = single
    if any(part is decisive for part in parts.values()):
        return decisive
    kept = [parts[text] for text in sorted(parts) if not isinstance(parts[text], bool)]
    return not decisive if not kept else kept[0] if len(kept) == 1 else {kind: kept}


def conjunction(*parts: Condition) -> Condition:
    """Join conditions with “and”, leaving out those that always hold."""
    kept = [part for part in parts if part is not True]
    if False in [part for part in kept if isinstance(part, bool)]:
        return False
    return True if not kept else kept[0] if len(kept) == 1 else {"all": kept}


def disjunction(parts: list[Condition]) -> Condition:
    """Join conditions with “or”."""
    if any(part is True for part in parts):
        return True
    kept = [part for part in parts if part is not False]
    return False if not kept else kept[0] if len(kept) == 1 else {"any": kept}


def negation(condition: Condition) -> Condition:
    """Return the opposite."""
    return (not condition) if isinstance(condition, bool) else {"not": condition}
