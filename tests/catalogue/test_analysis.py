"""The exact analysis agrees with trying every situation."""

from itertools import chain, combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.generated import compiled, things

from onething.catalogue.analysis import Analysis, TooTangled
from onething.catalogue.conditions import NOT_ASKED, evaluate, questions_of


def every_situation(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All situations the slow way: every allowed answer of every question that is asked."""
    situations: list[dict[str, Any]] = [{}]
    for question in questions:
        longer = []
        for situation in situations:
            if evaluate(question["when"], situation) is not True:
                longer.append({**situation, question["key"]: NOT_ASKED})
                continue
            longer += [{**situation, question["key"]: answer} for answer in every_answer(question)]
        situations = longer
    return situations


def every_answer(question: dict[str, Any]) -> list[Any]:
    if question["type"] == "number":
        return list(range(question["min"], question["max"] + 1))
    free = [o["value"] for o in question["options"] if not o["exclusive"]]
    alone = [[o["value"]] for o in question["options"] if o["exclusive"]]
    if not question["multiple"]:
        return [[value] for value in free] + alone
    subsets = chain.from_iterable(combinations(free, size) for size in range(1, len(free) + 1))
    return [list(subset) for subset in subsets] + alone


@given(things(), st.data())
def test_finds_a_situation_exactly_when_there_is_one(thing: dict[str, Any], data: st.DataObject) -> None:
    document = compiled(thing)
    questions = document["questions"][:3]
    known = {question["key"] for question in questions}
    conditions = [c for c in (item["when"] for item in document["items"]) if _names(c) <= known]
    goal: Any = {"all": [data.draw(st.sampled_from([{"not": c}, c])) for c in conditions]} if conditions else True
    found = Analysis(questions).find_situation(goal)
    true_somewhere = any(evaluate(goal, situation) is True for situation in every_situation(questions))
    assert (found is not None) == true_somewhere
    if found is not None:
        asked = {q["key"]: found.get(q["key"], NOT_ASKED) for q in questions if q["key"] in _closure(goal, questions)}
        assert evaluate(goal, asked) is True


@given(things())
def test_a_question_matters_exactly_when_an_answer_changes_something(thing: dict[str, Any]) -> None:
    document = compiled(thing)
    questions = document["questions"][:2]
    known = {question["key"] for question in questions}
    for question, item in product(questions, document["items"]):
        if not _names(item["when"]) <= known:
            continue
        changes = any(
            evaluate(item["when"], {**situation, question["key"]: one})
            != evaluate(item["when"], {**situation, question["key"]: other})
            for situation in every_situation(questions)
            if situation[question["key"]] is not NOT_ASKED
            for one, other in combinations(every_answer(question), 2)
            # a later question may be asked because of this answer: only what stays comparable counts here
            if _same_later(questions, {**situation, question["key"]: one}, {**situation, question["key"]: other})
        )
        if changes:
            assert Analysis(questions).matters(question["key"], item["when"])


def test_two_options_that_matter_only_together_matter() -> None:
    options = [{"value": value, "label": value, "exclusive": False} for value in "abc"]
    question = {
        "key": "q", "type": "choice", "multiple": True, "when": True, "options": options, "min": None, "max": None,
    }  # fmt: skip
    both = {"all": [{"q": "q", "in": ["a"]}, {"q": "q", "in": ["b"]}]}
    assert Analysis([question]).matters("q", both)
    assert not Analysis([question]).matters("q", {"q": "q", "in": ["a", "b", "c"]})


OPTIONS = [{"value": value, "label": value, "exclusive": value == "c"} for value in "abc"]


@st.composite
def asked_of_each(draw: st.DrawFn) -> dict[str, Any]:
    """A question that up to so many persons answer, each for himself."""
    number = draw(st.booleans())
    return {
        "key": "each", "per": "heir", "type": "number" if number else "choice", "when": True, "options": OPTIONS,
        "multiple": not number and draw(st.booleans()), "min": 0, "max": 4, "at_once": draw(st.integers(1, 3)),
    }  # fmt: skip


def conditions_on(question: dict[str, Any]) -> st.SearchStrategy[Any]:
    plain: st.SearchStrategy[Any] = (
        st.builds(
            lambda word, n: {"q": "each", "cmp": word, "n": n}, st.sampled_from(["gt", "lt", "lte"]), st.integers(0, 4)
        )
        if question["type"] == "number"
        else st.builds(lambda values: {"q": "each", "in": sorted(values)}, st.sets(st.sampled_from("abc"), min_size=1))
    )
    other = st.just({"q": "other", "in": ["x"]})
    return st.recursive(
        plain | other,
        lambda inner: st.builds(lambda c: {"not": c}, inner)
        | st.builds(lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)),
        max_leaves=6,
    )  # fmt: skip


def answers_of_persons(question: dict[str, Any]) -> list[dict[str, Any]]:
    """Every way in which one person, two, … as many as there can be, may answer."""
    single = every_answer(question)
    return [
        {f"heir-{n}": one for n, one in enumerate(persons)}
        for count in range(1, question["at_once"] + 1)
        for persons in product(single, repeat=count)
    ]


@given(st.data())
def test_what_several_persons_answer_is_searched_exactly(data: st.DataObject) -> None:
    each = data.draw(asked_of_each())
    other = {
        "key": "other", "type": "choice", "when": data.draw(conditions_on(each).filter(lambda c: "other" not in str(c))),
        "multiple": False, "min": None, "max": None,
        "options": [{"value": value, "label": value, "exclusive": False} for value in "xy"],
    }  # fmt: skip
    goal = data.draw(conditions_on(each))
    situations = [
        {"each": persons, "other": answer}
        for persons in answers_of_persons(each)
        for answer in ([["x"], ["y"]] if evaluate(other["when"], {"each": persons}) else [NOT_ASKED])
    ]
    analysis = Analysis([each, other])
    assert analysis.possible(goal) == any(evaluate(goal, situation) for situation in situations)
    alone = data.draw(conditions_on(each).filter(lambda c: "other" not in str(c)))
    outcomes = {evaluate(alone, {"each": persons}) for persons in answers_of_persons(each)}
    assert analysis.matters("each", alone) == (len(outcomes) > 1)


def test_a_hopeless_search_gives_up_loudly() -> None:
    options = [{"value": f"v{n}", "label": "", "exclusive": False} for n in range(14)]
    questions = [
        {"key": f"q{n}", "type": "choice", "multiple": True, "when": True, "options": options, "min": None, "max": None}
        for n in range(6)
    ]
    # No situation satisfies it, and nothing shows before the last answer: each option in one question and not the other.
    parity: Any = {
        "all": [
            {"any": [{"all": [{"q": f"q{a}", "in": [f"v{n}"]}, {"not": {"q": f"q{(a + 1) % 6}", "in": [f"v{n}"]}}]},
                     {"all": [{"not": {"q": f"q{a}", "in": [f"v{n}"]}}, {"q": f"q{(a + 1) % 6}", "in": [f"v{n}"]}]}]}
            for a in (0, 1, 2, 3, 4) for n in range(14)
        ]
        + [{"any": [{"all": [{"q": "q0", "in": ["v0"]}, {"q": "q5", "in": ["v0"]}]},
                    {"all": [{"not": {"q": "q0", "in": ["v0"]}}, {"not": {"q": "q5", "in": ["v0"]}}]}]}]
    }  # fmt: skip
    with pytest.raises(TooTangled):
        Analysis(questions).find_situation(parity)


def _names(condition: Any) -> set[str]:
    return questions_of(condition)


def _closure(condition: Any, questions: list[dict[str, Any]]) -> set[str]:
    needed = _names(condition)
    for question in reversed(questions):
        if question["key"] in needed:
            needed |= _names(question["when"])
    return needed


def _same_later(questions: list[dict[str, Any]], one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(
        (evaluate(q["when"], one) is True) == (evaluate(q["when"], other) is True) == (one[q["key"]] is not NOT_ASKED)
        for q in questions
    )


@pytest.mark.parametrize("kind", ["choice", "number"])
def test_two_persons_may_answer_differently(kind: str) -> None:
    each = {
        "key": "each", "per": "heir", "type": kind, "when": True, "options": OPTIONS, "multiple": False,
        "min": 0, "max": 9, "at_once": 2,
    }  # fmt: skip
    parts: list[Any] = [{"q": "each", "in": [value]} for value in "abc"]
    if kind == "number":
        parts = [{"q": "each", "cmp": "lt", "n": 2}, {"q": "each", "cmp": "gt", "n": 7}]
    assert Analysis([each]).find_situation({"all": parts[:2]})
    assert Analysis([{**each, "at_once": 1}]).find_situation({"all": parts[:2]}) is None
    if kind == "choice":
        assert Analysis([each]).find_situation({"all": parts}) is None  # three answers need three persons
        assert Analysis([{k: v for k, v in each.items() if k != "at_once"}]).possible({"all": parts})
