"""Equal conditions are written in one way, and that way means the same."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.generated import compiled
from tests.catalogue.test_check import SOUND

from onething.catalogue.conditions import NOT_ASKED, Condition, canonical, evaluate
from onething.catalogue.edition import edition_hash

ATOMS = st.builds(
    lambda key, values: {"q": key, "in": sorted(values)},
    st.sampled_from("pqr"),
    st.sets(st.sampled_from("ab"), min_size=1),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    ATOMS | st.booleans(),
    lambda inner: (
        st.builds(lambda part: {"not": part}, inner)
        | st.builds(lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any"]), st.lists(inner, max_size=4))
    ),
    max_leaves=12,
)
ANSWERS = st.dictionaries(
    st.sampled_from("pqr"),
    st.one_of(
        st.just(NOT_ASKED),
        st.lists(st.sampled_from("ab"), min_size=1, unique=True),
        st.dictionaries(st.sampled_from(["h-1", "h-2"]), st.sampled_from([["a"], ["b"], None]), min_size=1),
    ),
)


def shuffled(condition: Condition, random: Any) -> Condition:
    """The same with the parts of every list in another order."""
    if isinstance(condition, bool) or "q" in condition:
        return condition
    if "not" in condition:
        return {"not": shuffled(condition["not"], random)}
    kind = next(iter(condition))
    return {kind: random.sample([shuffled(part, random) for part in condition[kind]], len(condition[kind]))}


@given(CONDITIONS, ANSWERS)
def test_the_canonical_form_means_the_same(condition: Condition, answers: dict[str, Any]) -> None:
    assert evaluate(canonical(condition), answers) is evaluate(condition, answers)


@given(CONDITIONS, st.randoms(use_true_random=False))
def test_the_order_of_parts_is_nothing(condition: Condition, random: Any) -> None:
    assert canonical(shuffled(condition, random)) == canonical(condition)
    assert canonical(canonical(condition)) == canonical(condition)


def test_how_an_author_orders_a_condition_does_not_change_the_edition() -> None:
    def edition(when: Any) -> str:
        thing = copy.deepcopy(SOUND)
        thing["scenarios"].append({"key": "area", "question": "多少平方米？", "type": "number", "min": 0})
        thing["items"][1]["when"] = when
        return edition_hash(compiled(thing))

    first = edition({"place": ["in", "out"], "paid": ["no"], "area": {"gt": 3, "lte": 9}})
    same: list[Any] = [
        {"paid": ["no"], "place": ["out", "in"], "area": {"lte": 9, "gt": 3}},
        {"all": [{"area": {"gt": 3}}, {"all": [{"paid": ["no"], "place": ["in", "out"]}, {"area": {"lte": 9}}]}]},
        {"not": {"not": {"paid": ["no"], "place": ["out", "in"], "area": {"lte": 9, "gt": 3}}}},
    ]
    assert {edition(when) for when in same} == {first}
    assert edition({"any": [{"paid": ["no"]}, {"place": ["in"]}]}) == edition(
        {"any": [{"place": ["in"]}, {"paid": ["no"]}]}
    )
    assert edition({"paid": ["no"]}) != edition({"paid": ["yes"]})
