"""Who is there in a situation, and which questions are asked of whom (design decisions 7 to 9).

A party is there if its own `when` holds, whoever it belongs to is there, and nobody answered that there are none of
it. What an answer still missing decides is open: about such a party nothing is asked, and an item that runs for it
stays possible. A question asked per party instance takes one answer for everybody, or a mapping of instance to answer.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from onething.catalogue.conditions import NOT_ASKED, Condition, conjunction, evaluate

Party = Mapping[str, Any]
Parties = Mapping[str, Party]

MOST_INSTANCES = 100  # of one party, as far as an answer may say how many there are


def questions_as_asked(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the document's questions with what its parties say about them.

    A question that counts a party takes no number which the party does not allow: nought, or `least` and more. One
    asked per instance is asked only if the party is there; `at_once` tells how many answers may stand side by side.
    """
    parties = {party["key"]: party for party in document["parties"]}
    counted = {party["count"]: party for party in document["parties"] if party["count"]}
    result: list[Mapping[str, Any]] = []
    for question in document["questions"]:
        asked = question
        if question["key"] in counted:
            party = counted[question["key"]]
            low, high = count_range(party, question)
            asked = {**asked, "min": low, "max": high, "least": party["min"]}
        if question["per"] in parties:
            asked = {**asked, **_asked_of(parties[question["per"]], parties, document["questions"], asked["when"])}
        result.append(asked)
    return result


def _asked_of(
    party: Party, parties: Parties, questions: Iterable[Mapping[str, Any]], when: Condition
) -> dict[str, Any]:
    """Return when a question is asked of each instance of a party: not before it is known how many there are."""
    counting = next((question for question in questions if question["key"] == party["count"]), None)
    when, most = conjunction(when, presence(party, parties, questions)), most_of(party)
    if counting is not None:
        low, high = count_range(party, counting)
        when, most = conjunction(when, {"not": {"q": party["count"], "cmp": "lt", "n": low}}), min(most, high)
    return {"when": when, "at_once": most}


def count_range(party: Party, question: Mapping[str, Any]) -> tuple[int, int]:
    """Return how few and how many may be answered where a question counts a party; none at all is a number too."""
    low = question["min"] if question["min"] is not None else party["min"] if party["min"] > 1 else 0
    high = min(n for n in (question["max"], party["max"], MOST_INSTANCES) if n is not None)
    return low, high


def most_of(party: Party) -> int:
    """Return how many instances there can be."""
    if not repeats(party):
        return 1
    return MOST_INSTANCES if party["max"] is None else max(party["max"], party["min"], 1)


def repeats(party: Party) -> bool:
    """True when there can be several instances, so that each has a number."""
    return bool(party["many"] or party["count"] is not None)


def presence(party: Party, parties: Parties, questions: Iterable[Mapping[str, Any]]) -> Condition:
    """Return the condition under which a party is there: its own, those of whom it belongs to, and not counted nought."""
    parts: list[Condition] = []
    seen: set[str] = set()
    one: Party | None = party
    while one is not None and one["key"] not in seen:
        seen.add(one["key"])
        parts.append(one["when"])
        if one["count"] and any(q["key"] == one["count"] and count_range(one, q)[0] < 1 for q in questions):
            parts.append({"not": {"q": one["count"], "cmp": "lt", "n": 1}})
        one = parties.get(one["parent"] or "")
    return conjunction(*parts)


def instances_of(party: Party, situation: Mapping[str, Any]) -> list[str]:
    """Return the ids of a party's instances as far as known: as many as the answer says, else as few as there must be."""
    if not repeats(party):
        return [party["key"]]
    count = situation.get(party["count"]) if party["count"] else None
    number = count if isinstance(count, int) else party["min"] if party["many"] else 1
    return [f"{party['key']}-{n + 1}" for n in range(number)]


def spared(party: Party | None, when: Condition, situation: Mapping[str, Any]) -> list[str]:
    """Return whom of a party a demand does not concern, by what each of them answered: a firm has no identity card."""
    if party is None or not repeats(party):
        return []
    return [instance for instance in party["instances"] if evaluate(when, situation, instance) is not True]


def can_be(instance: str, party: Party) -> bool:
    """True when a party can have an instance of this id in some situation."""
    if not repeats(party):
        return bool(instance == party["key"])
    number = instance.removeprefix(f"{party['key']}-")
    if number == instance or not (number.isascii() and number.isdigit()) or number.startswith("0"):
        return False
    return len(number) <= len(str(MOST_INSTANCES)) and int(number) <= most_of(party)


def parties_of(document: Mapping[str, Any], situation: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the parties of this situation: `present` or not or None, their instances, whom each is the `same` as.

    `asks` is true when it is certain that its data are asked under its own name: it is there, and whether it is the
    same as somebody else is not open any more.
    """
    authored = {party["key"]: party for party in document["parties"]}
    result: dict[str, dict[str, Any]] = {}
    for key, party in authored.items():
        result[key] = {
            **party,
            "present": evaluate(presence(party, authored, document["questions"]), situation),
            "instances": instances_of(party, situation),
        }
    for party in result.values():
        party["same"], decided = _same(party, result, situation)
        party["asks"] = decided and party["present"] is True
    return result


def _same(party: Party, parties: Parties, situation: Mapping[str, Any]) -> tuple[str | None, bool]:
    """Return whom a party is the same as, and whether that is decided. An absent party's data can stand for nobody's."""
    for same in party["same_as"]:
        holds = evaluate(same["when"], situation)
        there = parties[same["party"]]["present"] if same["party"] in parties else False
        if holds is True and there is True:
            return same["party"], True
        if holds is not False and there is not False:
            return None, False
    return None, True


def is_open(answer: Any) -> bool:
    """True when a question still waits for an answer, or for that of one party instance."""
    if isinstance(answer, Mapping):
        return None in answer.values()
    return answer is None


def told(answer: Any) -> Any:
    """Return an answer without the party instances that have not answered yet; None when there is none at all."""
    if answer is NOT_ASKED:
        return None
    if isinstance(answer, Mapping):
        return {instance: value for instance, value in answer.items() if value is not None} or None
    return answer
