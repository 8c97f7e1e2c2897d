"""One form out of many (R2.4.a): every datum once, with the items and the basis that ask it (I1, I2, I4).

A datum is keyed by subject and element, where the subject is the party, or the party it is the same as in this
situation. What an answer, an earlier item's result or another datum already gives is not asked but listed as
supplied; so is what a question still open will give. What is answered per party instance fills that instance: it is
supplied under the instance's id, and a row that other instances still need says for whom it is `known_for` already,
and whom it is `not_of`: the field's condition does not hold by that instance's own answers.
The strictest rule of all askers holds: required wins, options are what all of them allow.
"""

from collections.abc import Mapping
from typing import Any

from onething.catalogue.conditions import NOT_ASKED, evaluate
from onething.catalogue.edition_items import NO_BASIS, OLD_VALUE, cite
from onething.catalogue.plan_items import Item, Selection, made_by, resolve
from onething.catalogue.plan_parties import Parties, repeats, spared

Datum = tuple[str, str]
NOBODY: Mapping[str, dict[str, Any]] = {}


def form_of(
    document: Mapping[str, Any], selection: Selection, situation: Mapping[str, Any], parties: Parties
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what is asked, and what is known without asking, each datum once, by party and within it in the order of the items."""
    answers = Answers(document, situation, parties)
    made = {key: _data_of(item, selection, parties) for key, item in selection.items.items()}
    asked: dict[Datum, dict[str, Any]] = {}
    supplied: dict[Datum, dict[str, Any]] = {}
    for item in selection.ordered():
        basis = "；".join(cite(entry) for entry in item["basis"]) or NO_BASIS
        # What is not required may follow later, like such a paper: then it is enough that its maker has begun.
        makers = {True: sorted(selection.finished[item["key"]]), False: sorted(selection.earlier[item["key"]])}
        for field in item["fields"]:
            party = parties.get(field["party"])
            if (party and not party["asks"]) or evaluate(field["when"], situation) is not True:
                continue
            datum = (resolve(field["party"], parties), field["element"])
            source = answers.known.get(datum) or next(
                ({"kind": "produced", "item": key} for key in makers[field["required"]] if datum in made[key]), None
            )
            persons = NOBODY if source else answers.persons.get(datum, NOBODY)
            not_of = spared(party, field["when"], situation)
            wanted: list[tuple[dict[Datum, dict[str, Any]], Datum, dict[str, Any] | None]]
            wanted = [(supplied, (one, datum[1]), told) for one, told in persons.items() if one not in not_of]
            if not persons or not answers.of_everybody(datum):
                wanted.append((supplied if source else asked, datum, source))
            for target, whose, origin in wanted:
                entry = target.get(whose)
                if entry is None:
                    entry = target[whose] = _entry(document, whose, field, parties, datum[0], origin)
                    entry["known_for"] = list(persons) if whose == datum else []
                    entry["not_of"] = not_of if whose == datum else []
                else:
                    _tighten(entry, field)
                    entry["not_of"] = [one for one in entry["not_of"] if one in not_of]
                entry["asked_by"].append({"item": item["key"], "basis": basis})
    for datum in [datum for datum in supplied if datum in asked]:
        # Somebody who does not wait for the producing item needs it now, so it is asked, once, for all.
        waiting = supplied.pop(datum)
        _tighten(asked[datum], {**waiting, "registry": waiting["authored_registry"]})
        asked[datum]["asked_by"] += waiting["asked_by"]
    _derive(asked, supplied, selection)
    for entry in (*asked.values(), *supplied.values()):
        del entry["authored_registry"]
    order = {key: index for index, key in enumerate(parties)}
    return _by_party(asked, order), _by_party(supplied, order)


def _by_party(entries: Mapping[Datum, dict[str, Any]], order: Mapping[str, int]) -> list[dict[str, Any]]:
    """Keep what concerns one party together, in the order in which the author names the parties."""
    return sorted(entries.values(), key=lambda entry: order.get(entry["party"], len(order)))


class Answers:
    """The data that situation questions fill (decision 8): `known` for all of a party, `persons` instance by instance.

    Each comes with its source: the question and the value that the answer means, None while it is still open.
    """

    def __init__(self, document: Mapping[str, Any], situation: Mapping[str, Any], parties: Parties) -> None:
        self.known: dict[Datum, dict[str, Any]] = {}
        self.persons: dict[Datum, dict[str, dict[str, Any]]] = {}
        self._parties = parties
        for question in document["questions"]:
            answer = situation.get(question["key"])
            if answer is not NOT_ASKED:
                for fill in question["fills"]:
                    self._fill((resolve(fill["party"], parties), fill["element"]), question, fill, answer)

    def of_everybody(self, datum: Datum) -> bool:
        """True when no instance of the party is left to be asked; where rows are added later, some always are."""
        party = self._parties[datum[0]]
        return party["count"] is not None and set(party["instances"]) <= self.persons[datum].keys()

    def _fill(self, datum: Datum, question: Mapping[str, Any], fill: Mapping[str, Any], answer: Any) -> None:
        source = {"kind": "answer", "from": question["key"], "value": None}
        if answer is None:
            self.known.setdefault(datum, source)
            return
        if not isinstance(answer, Mapping):
            self._tell(datum, source, _meant(question, fill, answer))
            return
        values = {i: None if one is None else _meant(question, fill, one) for i, one in answer.items()}
        if datum[0] == question["per"] and repeats(self._parties[datum[0]]):
            filled = {i: {**source, "value": v} for i, v in values.items() if v is not None or answer[i] is None}
            self.persons.setdefault(datum, {}).update(filled)
        elif None in answer.values():
            self.known.setdefault(datum, source)
        elif all(value == values[next(iter(values))] for value in values.values()):  # one value for somebody else
            self._tell(datum, source, next(iter(values.values())))

    def _tell(self, datum: Datum, source: dict[str, Any], value: Any) -> None:
        if value is not None:
            self.known[datum] = {**source, "value": value}


def _meant(question: Mapping[str, Any], fill: Mapping[str, Any], answer: Any) -> Any:
    """Return the value that one answer means; None when it means none, so that the datum is asked."""
    if not isinstance(answer, list):
        return answer
    mapped = [fill["map"].get(one) if fill["map"] else one for one in answer]
    known = [one for one in mapped if one is not None]
    return (known or None) if question["multiple"] else mapped[0]


def _data_of(item: Item, selection: Selection, parties: Parties) -> set[Datum]:
    """Return the data that an item makes."""
    made = made_by(item, selection.situation)[1]
    return {(resolve(datum["party"], parties), datum["element"]) for datum in made}


def _entry(
    document: Mapping[str, Any],
    datum: Datum,
    field: Mapping[str, Any],
    parties: Parties,
    key: str,
    source: dict[str, Any] | None,
) -> dict[str, Any]:
    subject, element = datum
    known = document["elements"].get(element.removesuffix(OLD_VALUE), {})
    party = parties.get(key, {"name": key, "many": False})
    codes = document["code_lists"].get(known.get("code_list") or "", {})
    options = list(field["options"]) or ([c["name"] for c in codes.get("codes", [])] if codes.get("complete") else [])
    asked = (
        {"kind": "registry", "registry": field["registry"]}
        if field["registry"]
        else {"kind": "applicant", "registry": None}
    )
    return {
        "party": key, "party_name": party["name"], "subject": subject, "repeats": bool(party["many"]) and subject == key,
        "element": element, "element_name": known.get("name", element.removesuffix(OLD_VALUE)), "label": field["label"],
        "type": field["type"], "required": field["required"], "options": options, "multiple": field["multiple"],
        "unit": field["unit"], "hint": field["hint"] or known.get("format"), "pattern": known.get("pattern"),
        "max_length": known.get("max_length"), "min": known.get("min"), "max": known.get("max"),
        "sensitive": known.get("sensitive", False), "example": field["example"], "code_list": known.get("code_list"),
        "derived_from": field["derived_from"], "authored_registry": field["registry"], "asked_by": [], "source": source or asked,
    }  # fmt: skip


def _tighten(entry: dict[str, Any], field: Mapping[str, Any]) -> None:
    """Let the strictest rule win (I4). Contradictions are compile errors; here an empty meeting keeps the first."""
    entry["required"] = entry["required"] or field["required"]
    if field["options"]:
        both = [option for option in entry["options"] if option in field["options"]]
        entry["options"] = both if entry["options"] and both else entry["options"] or list(field["options"])
    if entry["type"] in ("text", "date") and field["type"] != entry["type"]:
        entry["type"] = field["type"]
    entry["multiple"] = entry["multiple"] and field["multiple"]
    if entry["source"]["kind"] == "applicant" and field["registry"]:
        entry["source"] = {"kind": "registry", "registry": field["registry"]}
    for key in ("hint", "unit", "example"):
        entry[key] = entry[key] or field[key]


def _derive(asked: dict[Datum, dict[str, Any]], supplied: dict[Datum, dict[str, Any]], selection: Selection) -> None:
    """Take out what follows from another datum of the same subject (a birth date from an identity number)."""
    for datum, entry in list(asked.items()):
        origins = [(entry["subject"], key) for key in entry["derived_from"]]
        if origins and all(_gives(origin, datum, entry, (asked, supplied), selection) for origin in origins):
            entry["source"] = {"kind": "derived", "from": [element for _, element in origins], "registry": None}
            supplied[datum] = asked.pop(datum)


def _gives(
    origin: Datum,
    datum: Datum,
    entry: Mapping[str, Any],
    data: tuple[Mapping[Datum, Mapping[str, Any]], Mapping[Datum, Mapping[str, Any]]],
    selection: Selection,
) -> bool:
    """True when an origin is sure to be there, does not itself hang on the datum, and comes early enough."""
    asked, supplied = data
    if origin in asked:
        return origin != datum and (asked[origin]["required"] or not entry["required"])
    known = supplied.get(origin)
    if known is not None and known["source"]["kind"] == "derived":
        return all(
            _gives((origin[0], key), datum, entry, data, selection)
            for key in known["source"]["from"]
            if origin != datum
        )
    return _known_to_all(known, entry, selection)


def _known_to_all(origin: Mapping[str, Any] | None, entry: Mapping[str, Any], selection: Selection) -> bool:
    """True when the origin is there for everybody who needs what follows from it: a new number comes too late for some."""
    if origin is None or origin["source"]["kind"] != "produced":
        return origin is not None
    return all(origin["source"]["item"] in selection.finished[asker["item"]] for asker in entry["asked_by"])
