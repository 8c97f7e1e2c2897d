"""What the bench says about a run: which budgets are kept, and that nothing unmeasured passes for kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.bench.report import Bound, Figure, Verdict, as_json, as_table, missed, ratio_of_rounds


@pytest.mark.parametrize(
    ("value", "budget", "bound", "verdict"),
    [
        (0.15, 0.15, Bound.AT_LEAST, Verdict.OK),
        (0.14, 0.15, Bound.AT_LEAST, Verdict.MISSED),
        (3.0, 3, Bound.AT_MOST, Verdict.OK),
        (3.1, 3, Bound.AT_MOST, Verdict.MISSED),
        (7.0, None, Bound.AT_MOST, Verdict.INFO),
        (None, 3, Bound.AT_MOST, Verdict.NOT_THERE),
    ],
)
def test_a_figure_keeps_its_budget_or_says_why_not(
    value: float | None, budget: float | None, bound: Bound, verdict: Verdict
) -> None:
    figure = Figure("x", "what", "floor", value, budget, bound)
    assert figure.verdict is verdict
    assert (figure in missed([figure])) == (verdict in {Verdict.MISSED, Verdict.NOT_THERE})


def test_a_failure_is_no_success_even_with_a_value() -> None:
    figure = Figure("x", "what", "floor", 1, 3, failed=True)
    assert missed([figure]) == [figure]


@given(
    st.lists(st.floats(1, 1000), min_size=1, max_size=9),
    st.floats(0.1, 10),
    st.lists(st.floats(0.2, 5), min_size=9, max_size=9),
)
def test_what_slows_both_sides_of_a_round_changes_no_ratio(
    floor: list[float], ratio: float, disturbed: list[float]
) -> None:
    base = [one * by for one, by in zip(floor, disturbed, strict=False)]
    assert ratio_of_rounds([one * ratio for one in base], base) == pytest.approx(ratio)


def test_table_and_json_carry_every_figure_with_its_raw_values() -> None:
    figures = [
        Figure("submit", "hand in", "pgbench", 0.24, 0.15, Bound.AT_LEAST, raw={"http/s": [71.5, 80.0]}, note="a note"),
        Figure("page", "a page", "an empty one", None, 3, note="there is no such page"),
    ]
    table = as_table(figures)
    for word in ("submit", "0.24 ×", "≥ 0.15", "ok", "http/s [71.5 80.0]", "a note", "not there yet"):
        assert word in table
    told = json.loads(as_json(figures, {"quick": True}))
    assert told["ok"] is False
    assert [one["verdict"] for one in told["figures"]] == ["ok", "not there yet"]
    assert told["figures"][0]["raw"] == {"http/s": [71.5, 80.0]}
