"""The table of moves and the derived state of the whole (R5.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.cases.models import BUNDLE_STATE_WORDS, ITEM_STATE_WORDS
from onething.cases.states import (
    ENDED,
    FINAL,
    MOVES,
    OPEN,
    BundleState,
    IllegalStep,
    ItemState,
    Outcome,
    check_move,
    derive_bundle_state,
)

ONWARD = [move for move in MOVES if not move.takes_back]
END_OF = {
    ItemState.GRANTED: Outcome.GRANTED,
    ItemState.REFUSED: Outcome.REFUSED,
    ItemState.DONE: Outcome.DONE,
    ItemState.NOT_ACCEPTED: Outcome.NOT_ACCEPTED,
    ItemState.NOT_REQUIRED: Outcome.NOT_REQUIRED,
    ItemState.WITHDRAWN: Outcome.WITHDRAWN,
    ItemState.TERMINATED: Outcome.TERMINATED,
}
items = st.one_of(
    st.sampled_from(sorted(OPEN)).map(lambda state: (state, None)),
    st.sampled_from(sorted(END_OF)).map(lambda state: (state, END_OF[state])),
    st.sampled_from([ItemState.RESULT_READY, ItemState.DELIVERED, ItemState.ARCHIVED]).map(
        lambda state: (state, Outcome.GRANTED)
    ),
)


@given(st.lists(st.sampled_from(ItemState), max_size=12))
def test_no_walk_leaves_an_end(walk: list[ItemState]) -> None:
    state = ItemState.DRAFT
    for new in walk:
        try:
            move = check_move(state, new)
        except IllegalStep:
            continue
        if not move.takes_back:
            assert state not in FINAL
            assert state not in ENDED or new in ENDED
        state = new


def test_every_state_is_open_ended_or_a_draft_and_each_can_be_reached() -> None:
    assert OPEN | ENDED | {ItemState.DRAFT} == set(ItemState)
    assert not OPEN & ENDED
    reached, grown = {ItemState.DRAFT}, True
    while grown:
        new = {move.new for move in ONWARD if move.old in reached} - reached
        reached |= new
        grown = bool(new)
    assert reached == set(ItemState)
    assert frozenset({ItemState.ARCHIVED}) == FINAL


def test_every_step_has_one_line_and_every_state_its_words() -> None:
    steps = [(move.old, move.new) for move in MOVES]
    assert len(steps) == len(set(steps))
    assert set(ITEM_STATE_WORDS) == set(ItemState)
    assert set(BUNDLE_STATE_WORDS) == set(BundleState)


def test_what_this_issue_builds() -> None:
    """Archiving and the counter's intermediate step come later, in the same table."""
    unbuilt = {move.act for move in MOVES if not move.built}
    assert unbuilt == {
        "item.submitted", "item.not_required", "item.archived",
    }  # fmt: skip


@given(st.lists(items, min_size=1, max_size=8), st.randoms())
def test_the_state_of_the_whole_is_total_and_knows_no_order(
    rows: list[tuple[ItemState, Outcome | None]], random: object
) -> None:
    state = derive_bundle_state(rows)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert derive_bundle_state(shuffled) == state
    assert state.is_closed == all(row[0] in ENDED for row in rows)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ("granted granted granted granted refused", BundleState.PARTLY_GRANTED),
        ("granted done not_required", BundleState.GRANTED_ALL),
        ("done", BundleState.GRANTED_ALL),
        ("granted withdrawn", BundleState.PARTLY_GRANTED),
        ("refused terminated", BundleState.REFUSED_ALL),
        ("not_accepted terminated", BundleState.NOT_ACCEPTED),
        ("withdrawn withdrawn", BundleState.WITHDRAWN),
        ("withdrawn terminated", BundleState.WITHDRAWN),
        ("terminated", BundleState.TERMINATED),
        ("not_required", BundleState.TERMINATED),
    ],
)
def test_outcomes_and_the_whole(outcomes: str, expected: BundleState) -> None:
    rows = [(ItemState(one), Outcome(one)) for one in outcomes.split()]
    assert derive_bundle_state(rows) == expected


def test_waiting_for_the_applicant_outweighs_the_rest() -> None:
    rows = [(ItemState.IN_CORRECTION, None), (ItemState.IN_REVIEW, None), (ItemState.GRANTED, Outcome.GRANTED)]
    assert derive_bundle_state(rows) == BundleState.WAITING_FOR_APPLICANT
    assert derive_bundle_state([(ItemState.RECEIVED, None), (ItemState.WAITING, None)]) == BundleState.DISPATCHED
