"""Ask about all situations at once, exactly, without listing them (design decision 12).

`find_situation` searches for answers that make a condition true. It settles one question after the other, in the
order in which people are asked, and drops a branch as soon as the three-valued evaluation knows the outcome. Only
questions named by the condition, and those that decide whether they are asked, take part; numbers are tried once in
every interval between the thresholds that conditions name. A budget bounds the search: a condition that needs more
is reported as too tangled, never judged by a sample.

A question asked per party instance is like one with several answers: each instance gives its own, so any of them may
hold side by side, `at_once` as many as there can be instances. Of several numbers only the least and the greatest
tell conditions apart. How many instances an answer to the counting question allows is not followed up: a situation
found may need more of them than that answer says.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Any

from onething.catalogue.conditions import NOT_ASKED, Condition, Open, atoms, evaluate, questions_of
from onething.catalogue.plan_parties import MOST_INSTANCES

BUDGET = 60_000
MOST_SUBSETS = 5  # options of one question whose every combination is tried against every other
MOST_PAIRS = 45  # the same for pairs of numbers that two party instances answer


class TooTangled(Exception):
    """The condition needs more steps than the budget allows."""


class Analysis:
    """Answers questions about the situations of one edition."""

    def __init__(self, questions: list[dict[str, Any]]) -> None:
        self._order = [question["key"] for question in questions]
        self._questions = {question["key"]: question for question in questions}
        self._needed: dict[str, set[str]] = {}

    def find_situation(self, condition: Condition) -> dict[str, Any] | None:
        """Return answers under which the condition holds, or None when there are none. Raises TooTangled."""
        involved = self._involved(condition)
        if not involved:
            return {} if evaluate(condition, {}) else None
        thresholds = self._thresholds(condition, involved)
        try:
            return _Search(self._questions, involved, thresholds, condition).run()
        except RecursionError:  # far more questions or options than anybody could answer
            raise TooTangled from None

    def possible(self, condition: Condition) -> bool:
        """True when some situation makes the condition hold. Raises TooTangled."""
        return self.find_situation(condition) is not None

    def matters(self, key: str, condition: Condition) -> bool:
        """True when the answer to a question can change whether the condition holds. Raises TooTangled."""
        question = self._questions[key]
        asked = question["when"]
        named = {value for atom in atoms(condition) if atom["q"] == key for value in atom.get("in", ())}
        values = [] if len(named) > MOST_SUBSETS and _combines(question) else self._sample_answers(question, condition)
        if not values or (_at_once(question) > 1 and len(values) > max(MOST_PAIRS, 2**MOST_SUBSETS)):
            # too many to try in twos: then judged by whether it is ever true and ever false
            return all(self.possible({"all": [asked, whole]}) for whole in (condition, {"not": condition}))
        for index, one in enumerate(values):
            for other in values[index + 1 :]:
                first, second = ({"with": {key: answer}, "of": condition} for answer in (one, other))
                for yes, no in ((first, second), (second, first)):
                    if self.possible({"all": [asked, yes, {"not": no}]}):
                        return True
        return False

    def _sample_answers(self, question: Mapping[str, Any], condition: Condition) -> list[Any]:
        if question["type"] != "choice":
            return _numbers(question, self._thresholds(condition, {question["key"]})[question["key"]])
        named = {value for atom in atoms(condition) if atom["q"] == question["key"] for value in atom.get("in", ())}
        others = [[option["value"]] for option in question["options"] if option["value"] not in named][:1]
        sizes = range(1, len(named) + 1) if _combines(question) else (1,)
        sets = [list(chosen) for size in sizes for chosen in combinations(sorted(named), size)]
        return [chosen for chosen in sets if _fits(question, chosen)] + others

    def _involved(self, condition: Condition) -> set[str]:
        pending, involved = questions_of(condition), set[str]()
        while pending:
            key = pending.pop()
            if key in involved or key not in self._questions:
                continue
            involved.add(key)
            pending |= questions_of(self._questions[key]["when"]) - involved
        return involved

    def _thresholds(self, condition: Condition, involved: set[str]) -> dict[str, set[int]]:
        result: dict[str, set[int]] = {key: set() for key in involved}
        for whole in (condition, *(self._questions[key]["when"] for key in involved)):
            for atom in atoms(whole):
                if "n" in atom and atom["q"] in result:
                    result[atom["q"]].add(atom["n"])
        return result

    def in_order(self, keys: set[str]) -> list[str]:
        """Return question keys in the order in which they are asked."""
        return [key for key in self._order if key in keys]


class _Search:
    def __init__(
        self,
        questions: Mapping[str, Mapping[str, Any]],
        involved: set[str],
        thresholds: Mapping[str, set[int]],
        goal: Condition,
    ) -> None:
        self._questions = questions
        self._order = [key for key in questions if key in involved]
        self._thresholds = thresholds
        self._goal = goal
        self._named: dict[str, list[str]] = {key: [] for key in self._order}
        for whole in (goal, *(questions[key]["when"] for key in self._order)):
            for atom in atoms(whole):
                for value in atom.get("in", ()):
                    if atom["q"] in self._named and value not in self._named[atom["q"]]:
                        self._named[atom["q"]].append(value)
        self._left = BUDGET

    def run(self) -> dict[str, Any] | None:
        return self._from(0, {})

    def _from(self, index: int, answers: dict[str, Any]) -> dict[str, Any] | None:
        self._left -= 1
        if self._left < 0:
            raise TooTangled
        truth = evaluate(self._goal, answers)
        if truth is False:
            return None
        if index == len(self._order):
            return {k: v for k, v in answers.items() if v is not NOT_ASKED} if truth else None
        key = self._order[index]
        question = self._questions[key]
        asked = evaluate(question["when"], answers)
        choices: Iterator[Any] = iter(()) if asked is False else self._answers(key, question, answers)
        for answer in choices:
            found = self._from(index + 1, {**answers, key: answer})
            if found is not None:
                return found
        if asked is not True:
            return self._from(index + 1, {**answers, key: NOT_ASKED})
        return None

    def _answers(self, key: str, question: Mapping[str, Any], answers: dict[str, Any]) -> Iterator[Any]:
        if question["type"] != "choice":
            yield from _numbers(question, self._thresholds[key])
        elif _combines(question):
            yield from self._subsets(key, question, answers)
        else:
            named = self._named[key]
            yield from ([value] for value in named)
            yield from ([o["value"]] for o in [o for o in question["options"] if o["value"] not in named][:1])

    def _subsets(self, key: str, question: Mapping[str, Any], answers: dict[str, Any]) -> Iterator[list[str]]:
        """Yield every allowed set of options as far as the named ones tell them apart, cutting hopeless branches."""
        alone = _alone(question) if _at_once(question) == 1 else set()  # by themselves first; never beside others
        named = [value for value in self._named[key] if value not in alone]
        rest = [o["value"] for o in question["options"] if o["value"] not in named and o["value"] not in alone]
        yield from ([value] for value in sorted(alone))

        def grow(index: int, chosen: frozenset[str], refused: frozenset[str]) -> Iterator[list[str]]:
            self._left -= 1
            if self._left < 0:
                raise TooTangled
            if not _fits(question, chosen) or evaluate(self._goal, {**answers, key: Open(chosen, refused)}) is False:
                return
            if index == len(named):
                picked = sorted(chosen) or rest[:1]
                if picked:
                    yield picked
                return
            yield from grow(index + 1, chosen | {named[index]}, refused)
            yield from grow(index + 1, chosen, refused | {named[index]})

        yield from grow(0, frozenset(), frozenset())


def _at_once(question: Mapping[str, Any]) -> int:
    """Return how many persons may answer a question, each in his own way."""
    return int(question.get("at_once", MOST_INSTANCES)) if question.get("per") else 1


def _combines(question: Mapping[str, Any]) -> bool:
    """True when several options may hold side by side."""
    return bool(question["multiple"]) or _at_once(question) > 1


def _alone(question: Mapping[str, Any]) -> set[str]:
    """Return the options that whoever chooses them chooses nothing beside."""
    return {option["value"] for option in question["options"] if option["exclusive"] or not question["multiple"]}


def _fits(question: Mapping[str, Any], chosen: Collection[str]) -> bool:
    """True when as many persons as there can be are able to choose these options between them."""
    alone = _alone(question).intersection(chosen)
    return len(alone) + (len(alone) < len(chosen)) <= _at_once(question)


def _numbers(question: Mapping[str, Any], thresholds: set[int]) -> list[Any]:
    """Return one answer for every way to lie between the thresholds; of several persons the least and the greatest."""
    numbers = _representatives(question, thresholds)
    if _at_once(question) == 1:
        return numbers
    pairs = [{"1": low, "2": high} for low, high in combinations(numbers, 2)]
    return [*numbers, *pairs]


def _representatives(question: Mapping[str, Any], thresholds: set[int]) -> list[int]:
    """Return one whole number from every interval that the thresholds cut out of the question's range."""
    candidates = {number + step for number in thresholds for step in (-1, 0, 1)} or {0}
    low, high = question.get("min"), question.get("max")
    kept = [n for n in sorted(candidates) if (low is None or n >= low) and (high is None or n <= high)]
    return kept or [low if low is not None else high if high is not None else 0]
