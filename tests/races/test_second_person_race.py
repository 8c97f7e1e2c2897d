"""Two colleagues answer one proposed decision at once: one answer counts (R2.8.e). Threads on real PostgreSQL."""

import threading

import pytest
from tests.cast import AT
from tests.dispatch.test_second_person import GRANT, demand_second
from tests.factories.cases import item_of, make_case, make_world
from tests.factories.parties import make_officer
from tests.races.test_submit_race import at_once

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase
from onething.cases.services import LockedCase
from onething.cases.states import ItemState
from onething.dispatch.models import Proposal
from onething.dispatch.services import accept_item, confirm_decision, decide_item, send_back_decision
from onething.dispatch.services import confirm_decision as module_face
from onething.kit.errors import Refused

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def proposed() -> tuple[ItemCase, list[object]]:
    """A proposed grant, and the four answers that two colleagues give to it at the same moment."""
    world = make_world()
    case = make_case(world)
    demand_second(case)
    item = item_of(case, "licence")
    accept_item(item_id=item.pk, officer=world.officers["market"], at=AT)
    decide_item(item_id=item.pk, officer=world.officers["market"], decision=GRANT, at=AT)
    third = make_officer(world.town.bodies["market"], name="丁三")

    def answer(number: int) -> object:
        officer = (world.colleagues["market"], third)[number % 2]
        if number < 2:
            return confirm_decision(item_id=item.pk, officer=officer, at=AT)
        return send_back_decision(item_id=item.pk, officer=officer, reason="再核一遍", at=AT)

    return item, at_once(answer, 4)


def test_of_several_answers_one_counts_and_the_others_read_what_holds_now() -> None:
    item, answers = proposed()
    assert sum(isinstance(one, ItemCase) for one in answers) == 1
    assert [one.code for one in answers if isinstance(one, Refused)] == ["not_proposed"] * 3
    proposal, after = Proposal.objects.get(), item_of(item.case, "licence")
    assert (proposal.answer, after.state) in {("confirmed", ItemState.GRANTED), ("sent_back", ItemState.IN_REVIEW)}
    assert verify_chain(item.case.number) == []


def test_without_the_lock_both_answers_would_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault shown with the guard off: everybody has read the open proposal before anybody answers."""
    module, everybody = __import__(module_face.__module__, fromlist=["lock_case"]), threading.Barrier(4)

    def unlocked(case_id: int) -> LockedCase:
        items = list(ItemCase.objects.select_related("case", "organisation").filter(case_id=case_id).order_by("pk"))
        for item in items:
            item.case = items[0].case
        return LockedCase(items[0].case, items)

    real = module._demand_another

    def everybody_has_read(proposal: Proposal, officer: object) -> None:
        real(proposal, officer)
        everybody.wait(timeout=30)

    real_lock = module.lock_case
    monkeypatch.setattr(module, "_demand_another", everybody_has_read)
    monkeypatch.setattr(
        module, "lock_case", lambda case_id: unlocked(case_id) if Proposal.objects.exists() else real_lock(case_id)
    )
    item, answers = proposed()
    written = Event.objects.filter(
        case_number=item.case.number, kind__in=["item.granted", "item.decision_sent_back"]
    ).count()
    assert written > 1, answers
