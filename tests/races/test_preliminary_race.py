"""The accepting end ends an item while its body takes it: one of the two, never both. The fault is first shown unlocked (R2.2.c)."""

import threading
from collections.abc import Iterable

import pytest
from tests.cast import AT
from tests.factories.cases import World, item_of, make_case
from tests.factories.feedback import lead_of, side_by_side
from tests.races.test_correction_race import unlocked
from tests.races.test_submit_race import at_once

from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import IllegalMove
from onething.cases.states import ItemState
from onething.dispatch.services import Declined, claim_task
from onething.intake.models import PreliminaryReview
from onething.intake.services import NotReviewed, end_items, may_end, start_review
from onething.parties.models import Officer

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOT_OURS = Declined(ItemState.NOT_ACCEPTED, "经营场所在邻市", right_body="邻市市场监管局")


def begun(world: World) -> tuple[OneThingCase, Officer]:
    case = make_case(world)
    lead = lead_of(world, case)
    start_review(case_id=case.pk, officer=lead, at=AT)
    return case, lead


def both(
    monkeypatch: pytest.MonkeyPatch, world: World, case: OneThingCase, lead: Officer, *, wait: float
) -> list[object]:
    """The lead has looked and is about to end the item; in that moment the body takes it. `wait` is how long the lead is held."""
    item, seen, taken = item_of(case, "licence"), threading.Event(), threading.Event()

    def looked(items: Iterable[ItemCase]) -> list[ItemCase]:
        found = may_end(items)
        seen.set()
        taken.wait(timeout=wait)
        return found

    def act(number: int) -> object:
        if number:
            seen.wait(timeout=30)
            try:
                return claim_task(item_id=item.pk, officer=world.reviewer(item), at=AT)
            finally:
                taken.set()
        return end_items(case_id=case.pk, officer=lead, item_ids=[item.pk], declined=NOT_OURS, at=AT)

    monkeypatch.setattr("onething.intake.services.review.may_end", looked)
    return at_once(act, 2)


def test_without_the_lock_what_a_body_has_taken_is_ended_over_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the next test tests something."""
    world = side_by_side()
    case, lead = begun(world)
    monkeypatch.setattr("onething.intake.services.review.lock_case", unlocked)
    ended, claimed = both(monkeypatch, world, case, lead, wait=30)
    assert isinstance(ended, PreliminaryReview), ended
    assert isinstance(claimed, ItemCase), claimed
    item = item_of(case, "licence")
    assert item.state == ItemState.NOT_ACCEPTED
    assert item.claimed_by_id is not None


def test_a_claim_waits_and_finds_the_item_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    world = side_by_side()
    case, lead = begun(world)
    ended, claimed = both(monkeypatch, world, case, lead, wait=1)
    assert isinstance(ended, PreliminaryReview), ended
    assert isinstance(claimed, IllegalMove), claimed
    item = item_of(case, "licence")
    assert (item.state, item.claimed_by_id) == (ItemState.NOT_ACCEPTED, None)
    assert verify_chain(case.number) == []


def test_a_body_that_was_first_keeps_its_item() -> None:
    world = side_by_side()
    case, lead = begun(world)
    item = item_of(case, "licence")
    claim_task(item_id=item.pk, officer=world.reviewer(item), at=AT)
    with pytest.raises(NotReviewed):
        end_items(case_id=case.pk, officer=lead, item_ids=[item.pk], declined=NOT_OURS, at=AT)
    assert item_of(case, "licence").state == ItemState.RECEIVED
