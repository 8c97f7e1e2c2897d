"""The plan: what one situation needs. A pure function of edition, place, answers, chosen items and day (design 2.2).

`make_plan` is the only entry. Its parts stand beside it: `plan_items` (which items, in which order), `plan_form`
(one form), `plan_materials` (one set of materials), `plan_promise` (dates, fees, the four reductions). Notice, form,
material list and the reviewer's checklist are views of its result; nothing else decides what a person is asked.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from onething.catalogue.conditions import NOT_ASKED, evaluate, questions_of
from onething.catalogue.edition import edition_hash
from onething.catalogue.local import at_place
from onething.catalogue.plan_form import form_of
from onething.catalogue.plan_items import Selection, select_items
from onething.catalogue.plan_materials import materials_of
from onething.catalogue.plan_parties import (
    Parties,
    can_be,
    instances_of,
    is_open,
    parties_of,
    presence,
    questions_as_asked,
    told,
)
from onething.catalogue.plan_promise import Calendar, fees_of, promise_of, reductions_of
from onething.catalogue.withdrawn import in_law

SCHEMA = "onething.plan/1"
LONGEST_NUMBER = 15  # digits
_WHOLE = re.compile(r"-?[0-9]+")


class BadAnswers(Exception):
    """Answers or choices that this one-thing cannot take. Every fault is a sentence that says what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


def make_plan(
    document: Mapping[str, Any],
    *,
    place: str,
    answers: Mapping[str, Any],
    on: date,
    calendar: Calendar,
    chosen: Sequence[str] | None = None,
    version: str = "draft",
    edition: str | None = None,
) -> dict[str, Any]:
    """Plan one situation, partly or fully answered.

    `answers` maps question keys to a chosen value, a list of them, a whole number, or (for a question asked per
    party instance) a mapping of instance to answer. `chosen` names the items wanted; None means all that apply.
    A chosen item that this situation does not have is no fault, for answers change after choosing: the plan names it
    in `not_applicable`, as `out` or, while an answer is missing, as `possible`. One that no situation has is a fault.
    Returns the plan as JSON-ready data. Raises BadAnswers naming everything that is wrong.
    """
    edition = edition or edition_hash(dict(document))
    document, withdrawn = in_law(at_place(document, place, on), on)
    situation = settle(document, answers)
    known = {item["key"] for item in document["items"]}
    if unknown := [key for key in chosen or [] if key not in known]:
        raise BadAnswers([f"没有事项“{key}”，可选：{'、'.join(sorted(known))}" for key in unknown])
    parties = parties_of(document, situation)
    selection = select_items(document, situation, chosen, parties)
    form, supplied = form_of(document, selection, situation, parties)
    materials = materials_of(document, selection, situation, parties)
    promise = promise_of(document, selection, on, calendar)
    return {
        "schema": SCHEMA,
        "onething": document["key"],
        "name": document["name"],
        "subject": document["subject"],
        "version": version,
        "edition": edition,
        "place": place,
        "on": on.isoformat(),
        "answers": {key: told(value) for key, value in situation.items() if value is not NOT_ASKED},
        "gate": _gate(document, situation),
        "questions": _questions(document, situation),
        "possible": [
            {"key": item["key"], "name": item["name"], "questions": _open_questions(document, item, situation, parties)}
            for item in selection.possible
        ],
        "items": selection.described(),
        "left_out": selection.left_out(),
        "withdrawn": withdrawn,
        "not_applicable": _not_applicable(document, selection, chosen),
        "form": form,
        "supplied": supplied,
        "parties": [_party(party, form) for party in parties.values()],
        "materials": materials,
        "promise": promise,
        "fees": fees_of(selection, situation),
        "reductions": reductions_of(document, selection, form, materials, promise),
    }


def settle(document: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers in one form, with questions that do not apply marked as not asked. Raises BadAnswers.

    The answer to a question asked per party instance is one for all, or a mapping with every instance there is; None
    stands for those that have not answered. What is answered for an instance that this situation no longer has falls
    out like the answer to a question no longer asked; an instance that no situation has is a fault.
    """
    questions = {question["key"]: question for question in questions_as_asked(document)}
    parties = {party["key"]: party for party in document["parties"]}
    faults = [f"没有问题“{key}”，可答：{'、'.join(questions)}" for key in answers if key not in questions]
    situation: dict[str, Any] = {}
    waiting, settled = list(questions), -1
    while waiting and len(situation) > settled:  # once through, unless an author lets a question hang on a later one
        settled, undecided = len(situation), []
        for key in waiting:
            asked = evaluate(questions[key]["when"], situation)
            if asked is False:
                situation[key] = NOT_ASKED
            elif asked is None:
                undecided.append(key)
            elif answers.get(key) is not None:
                value = _answer(questions[key], answers[key], parties, situation, faults)
                if value is not None:
                    situation[key] = value
        waiting = undecided
    if faults:
        raise BadAnswers(faults)
    return situation


def _answer(
    question: Mapping[str, Any], raw: Any, parties: Parties, situation: Mapping[str, Any], faults: list[str]
) -> Any:
    read = {"number": _number, "date": _day, "choice": _options}[question["type"]]
    party = parties.get(question["per"])
    if party is None or not isinstance(raw, Mapping):
        return read(question, raw, faults)
    given = {str(instance): value for instance, value in raw.items() if value is not None}
    there = instances_of(party, situation)
    if strangers := [instance for instance in given if not can_be(instance, party)]:
        faults.append(
            f"问题“{question['key']}”没有“{'、'.join(strangers)}”可答，可答：{'、'.join(there) or '（没有）'}"
        )
        return None
    # Where the applicant adds rows himself, there may be more of them than the plan knows of.
    added = [] if party["count"] else [instance for instance in given if instance not in there]
    answer = {
        instance: read(question, given[instance], faults) if instance in given else None
        for instance in (*there, *added)
    }
    return answer if told(answer) else None


def _options(question: Mapping[str, Any], raw: Any, faults: list[str]) -> list[str] | None:
    values = list(dict.fromkeys(str(one) for one in (raw if isinstance(raw, (list, tuple)) else [raw])))
    known = {option["value"]: option for option in question["options"]}
    lacking = [value for value in values if value not in known]
    alone = [known[value]["label"] for value in values if value in known and known[value]["exclusive"]]
    if lacking or not values:
        faults.append(f"问题“{question['key']}”没有选项{'、'.join(lacking) or '（空）'}，可选：{'、'.join(known)}")
    elif len(values) > 1 and not question["multiple"]:
        faults.append(f"问题“{question['key']}”只能选一个，给了 {len(values)} 个")
    elif len(values) > 1 and alone:
        faults.append(f"问题“{question['key']}”选了“{'、'.join(alone)}”，就不能再选别的")
    else:
        return [value for value in known if value in values]
    return None


def _number(question: Mapping[str, Any], raw: Any, faults: list[str]) -> int | None:
    text = str(raw).strip()
    if isinstance(raw, bool) or not _WHOLE.fullmatch(text) or len(text) > LONGEST_NUMBER:
        faults.append(f"问题“{question['key']}”要填整数，现在是“{text[:40]}”")
        return None
    number, low, high = int(text), question["min"], question["max"]
    if (low is not None and number < low) or (high is not None and number > high):
        faults.append(
            f"问题“{question['key']}”要在 {low if low is not None else '…'} 到 {high if high is not None else '…'} 之间"
        )
        return None
    if 0 < number < question.get("least", 0):
        faults.append(f"问题“{question['key']}”要么填 0，要么至少填 {question['least']}，现在是 {number}")
        return None
    return number


def _day(question: Mapping[str, Any], raw: Any, faults: list[str]) -> str | None:
    try:
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        faults.append(f"问题“{question['key']}”要填日期，写成 2026-03-05，现在是“{str(raw)[:40]}”")
        return None


def _gate(document: Mapping[str, Any], situation: Mapping[str, Any]) -> dict[str, Any]:
    judged = [(gate, evaluate(gate["when"], situation)) for gate in document["gate"]]
    passed = False if any(v is False for _, v in judged) else None if any(v is None for _, v in judged) else True
    return {
        "passed": passed,
        "refusals": [
            {"key": gate["key"], "message": gate["message"], "leads_to": gate["leads_to"]}
            for gate, value in judged
            if value is False
        ],
    }


def _not_applicable(
    document: Mapping[str, Any], selection: Selection, chosen: Sequence[str] | None
) -> list[dict[str, Any]]:
    """Return the items that were chosen and yet are none of this plan."""
    undecided = {item["key"] for item in selection.possible}
    return [
        {"key": item["key"], "name": item["name"], "status": "possible" if item["key"] in undecided else "out"}
        for item in document["items"]
        if item["key"] in (chosen or ()) and item["key"] not in selection.items
    ]


_INNER = ("when", "fills", "at_once", "least")  # of a question, nothing that anybody is shown


def _questions(document: Mapping[str, Any], situation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the questions that matter in this situation, in the order in which they are asked."""
    result = []
    for question in questions_as_asked(document):
        answer = situation.get(question["key"])
        if answer is NOT_ASKED or (answer is None and evaluate(question["when"], situation) is not True):
            continue
        result.append(
            {
                **{k: v for k, v in question.items() if k not in _INNER},
                "answer": told(answer),
                "status": "open" if is_open(answer) else "answered",
            }
        )
    return result


def _open_questions(
    document: Mapping[str, Any], item: Mapping[str, Any], situation: Mapping[str, Any], parties: Parties
) -> list[str]:
    named = questions_of(item["when"])
    if item["per"] in parties:
        named |= questions_of(presence(parties[item["per"]], parties, document["questions"]))
    return [q["key"] for q in document["questions"] if q["key"] in named and is_open(situation.get(q["key"]))]


def _party(party: Mapping[str, Any], form: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "key": party["key"], "name": party["name"], "kind": party["kind"], "repeats": party["many"],
        "min": party["min"], "max": party["max"], "instances": party["instances"], "counted": bool(party["count"]), "same_as": party["same"],
        "signs": party["signs"], "subject": party["subject"], "applicant": party["applicant"],
        "present": party["present"], "asked": any(field["party"] == party["key"] for field in form),
    }  # fmt: skip
