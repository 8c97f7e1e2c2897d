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
from onething.catalogue.plan_form import form_of
from onething.catalogue.plan_items import select_items
from onething.catalogue.plan_materials import materials_of
from onething.catalogue.plan_promise import Calendar, fees_of, promise_of, reductions_of

SCHEMA = "onething.plan/1"
LONGEST_NUMBER = 15  # digits
MOST_INSTANCES = 100  # of one party, as far as an answer may say how many there are
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
    Returns the plan as JSON-ready data. Raises BadAnswers naming everything that is wrong.
    """
    situation = settle(document, answers)
    known = {item["key"] for item in document["items"]}
    if unknown := [key for key in chosen or [] if key not in known]:
        raise BadAnswers([f"没有事项“{key}”，可选：{'、'.join(sorted(known))}" for key in unknown])
    parties = _parties(document, situation)
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
        "edition": edition or edition_hash(dict(document)),
        "place": place,
        "on": on.isoformat(),
        "answers": {key: value for key, value in situation.items() if value is not NOT_ASKED},
        "gate": _gate(document, situation),
        "questions": _questions(document, situation),
        "possible": [
            {"key": item["key"], "name": item["name"], "questions": _open_questions(document, item, situation)}
            for item in selection.possible
        ],
        "items": selection.described(),
        "left_out": selection.left_out(),
        "form": form,
        "supplied": supplied,
        "parties": [_party(party, form) for party in parties.values()],
        "materials": materials,
        "promise": promise,
        "fees": fees_of(selection, situation),
        "reductions": reductions_of(document, selection, form, materials, promise),
    }


def settle(document: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers in one form, with questions that do not apply marked as not asked. Raises BadAnswers."""
    questions = {question["key"]: question for question in document["questions"]}
    faults = [f"没有问题“{key}”，可答：{'、'.join(questions)}" for key in answers if key not in questions]
    situation: dict[str, Any] = {}
    for key, question in questions.items():
        asked = evaluate(question["when"], situation)
        if asked is False:
            situation[key] = NOT_ASKED
        elif asked is True and answers.get(key) is not None:
            value = _answer(question, answers[key], faults)
            if value is not None:
                situation[key] = value
    if faults:
        raise BadAnswers(faults)
    return situation


def _answer(question: Mapping[str, Any], raw: Any, faults: list[str]) -> Any:
    read = {"number": _number, "date": _day, "choice": _options}[question["type"]]
    if question["per"] is not None and isinstance(raw, Mapping):
        given = {str(instance): read(question, value, faults) for instance, value in raw.items()}
        return {instance: value for instance, value in given.items() if value is not None} or None
    return read(question, raw, faults)


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
    return number


def _day(question: Mapping[str, Any], raw: Any, faults: list[str]) -> str | None:
    try:
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        faults.append(f"问题“{question['key']}”要填日期，写成 2026-03-05，现在是“{str(raw)[:40]}”")
        return None


def _parties(document: Mapping[str, Any], situation: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the parties of this situation: present or not, their instances, and whom each one is the same as."""
    result: dict[str, dict[str, Any]] = {}
    for party in document["parties"]:
        count = situation.get(party["count"]) if party["count"] else None
        if isinstance(count, int) and count > MOST_INSTANCES:
            raise BadAnswers([f"问题“{party['count']}”最多填 {MOST_INSTANCES}，现在是 {count}"])
        number = count if isinstance(count, int) else party["min"] if party["many"] else 1
        many = party["many"] or party["count"] is not None
        present = False if count == 0 else evaluate(party["when"], situation)
        result[party["key"]] = {
            **party,
            "present": present,
            "same": None,
            "instances": [f"{party['key']}-{n + 1}" for n in range(number)] if many else [party["key"]],
        }
    for party in result.values():  # an absent party's data cannot stand for anybody's
        same = [s["party"] for s in party["same_as"] if evaluate(s["when"], situation) is True]
        party["same"] = next((key for key in same if key in result and result[key]["present"] is True), None)
    return result


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


def _questions(document: Mapping[str, Any], situation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the questions that matter in this situation, in the order in which they are asked."""
    result = []
    for question in document["questions"]:
        answer = situation.get(question["key"])
        if answer is NOT_ASKED or (answer is None and evaluate(question["when"], situation) is not True):
            continue
        result.append(
            {
                **{k: v for k, v in question.items() if k not in ("when", "fills")},
                "answer": answer,
                "status": "open" if answer is None else "answered",
            }
        )
    return result


def _open_questions(document: Mapping[str, Any], item: Mapping[str, Any], situation: Mapping[str, Any]) -> list[str]:
    return [
        q["key"] for q in document["questions"] if q["key"] in questions_of(item["when"]) and q["key"] not in situation
    ]


def _party(party: Mapping[str, Any], form: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "key": party["key"], "name": party["name"], "kind": party["kind"], "repeats": party["many"],
        "min": party["min"], "max": party["max"], "instances": party["instances"], "same_as": party["same"],
        "signs": party["signs"], "subject": party["subject"], "applicant": party["applicant"],
        "present": party["present"], "asked": any(field["party"] == party["key"] for field in form),
    }  # fmt: skip
