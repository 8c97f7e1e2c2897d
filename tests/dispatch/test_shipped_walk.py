"""The shipped one-things from the draft to the last result: every item finds a body, nothing deadlocks (I5, the main job)."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from tests.cast import AT, PLACE
from tests.factories.cases import fill_any
from tests.factories.plans import shipped_document

from onething.audit.verify import verify_chain
from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.reading import items_of_case
from onething.cases.states import BundleState, ItemState, Trigger
from onething.catalogue.services import publish
from onething.delivery.services import issue_result
from onething.dispatch.reading import slice_for
from onething.dispatch.services import Decision, accept_item, decide_item, finish_check, produced_of
from onething.kit.workdays import LEGAL_ZONE
from onething.parties.demo import RESIDENTS, load_cast
from onething.parties.models import Account, Officer
from onething.parties.routing import ItemToRoute
from onething.parties.services import load_places_and_bodies
from onething.submission.services import Owner, answer_question, plan_of_draft, start_or_get_draft, submit

pytestmark = pytest.mark.django_db

SITUATIONS: dict[str, dict[str, Any]] = {
    "newborn": {
        "birth-place": "institution", "claim-time": "within-1-month", "parents-marital": "married", "parent-info": "both",
        "ethnicity-same": "same", "settle-with": "mother", "householder": "father", "collector": "mother",
        "maternity-insured": "insured",
    },
    "death": {
        "domicile": "local", "death-kind": "hospital", "burial": "cremated", "pension-kind": "employee-retired",
        "medical-kind": "employee", "pay-to": "heir-account", "housing-fund": 10000, "other-heirs": 1,
        "lost-papers": ["none"], "licence": "yes", "welfare": ["none"], "estate-query": ["none"],
    },
    "restaurant-start": {},
    "company-deregistration": {"simple-blockers": "none", "case": "liquidate"},
}  # fmt: skip


def begin(key: str) -> tuple[Owner, int]:
    """A town with its cast, the one-thing published, the questions answered (the first choice where none is given)."""
    load_places_and_bodies(settings.CATALOGUE_DIR)
    document = shipped_document(key)
    load_cast(items=[ItemToRoute(item["key"], item["id"], item["function"] or "") for item in document["items"]], at=AT)
    publish([document], effective_at=AT, at=AT)
    who = RESIDENTS[1] if document["subject"] == "organization" else RESIDENTS[0]
    owner = Owner(Account.objects.get(username=who.username))
    draft = start_or_get_draft(onething=key, owner=owner, at=AT, place=PLACE)
    while True:
        open_questions = [q for q in plan_of_draft(draft, on=AT.date())["questions"] if q["status"] == "open"]
        if not open_questions:
            return owner, draft.pk
        question = open_questions[0]
        default = (
            question["min"] or 1
            if question["type"] == "number"
            else (question["options"] or [{"value": "2026-03-05"}])[0]["value"]
        )
        draft = answer_question(
            draft_id=draft.pk, owner=owner, question=question["key"],
            answer=SITUATIONS[key].get(question["key"], default), at=AT,
        )  # fmt: skip


def finish(item: ItemCase, at: datetime) -> datetime:
    """What the item's body does with it, a publicity period waited for. Gives when it was done."""
    officer = Officer.objects.serving().filter(organisation=item.organisation, role=Officer.Role.REVIEWER).first()
    assert officer is not None, item.name
    if item.trigger == Trigger.CHECK:
        finish_check(item_id=item.pk, officer=officer, at=at)
        return at
    accepted = accept_item(item_id=item.pk, officer=officer, at=at)
    if accepted.waits_until is not None:
        at = datetime.combine(accepted.waits_until + timedelta(days=1), time(9), tzinfo=LEGAL_ZONE)
    produced: dict[str, dict[str, str]] = {}
    for one in produced_of(item):
        produced.setdefault(one.subject, {})[one.element] = "示例"
    decide_item(item_id=item.pk, officer=officer, decision=Decision(granted=True, produced=produced), at=at)
    issue_result(item_id=item.pk, at=at)
    return at


@pytest.mark.parametrize("key", SITUATIONS)
def test_from_the_draft_to_the_last_result(key: str) -> None:
    owner, draft_id = begin(key)
    draft = fill_any(owner.drafts().with_edition().get(pk=draft_id), owner)
    done = submit(draft_id=draft.pk, owner=owner, idempotency_key="k", declaration=True, at=AT)
    case = OneThingCase.objects.get(pk=done.case_id)
    assert not ItemCase.objects.without_body().exists()
    at = AT
    for _ in range(20):
        ready = list(ItemCase.objects.filter(case=case).at_hand().select_related("case", "organisation").order_by("pk"))
        if not ready:
            break
        for item in ready:
            seen = slice_for(item, items_of_case(case), today=AT.date())
            empty = [
                field.label
                for _, fields in seen.groups
                for field in fields
                if not field.value and field.source == "produced"
            ]
            assert not empty, (item.name, empty)
            at = finish(item, at)
    case.refresh_from_db()
    left = list(ItemCase.objects.filter(case=case).exclude(state__in=[ItemState.RESULT_READY, ItemState.DONE]))
    assert (case.state, left) == (BundleState.GRANTED_ALL, [])
    assert verify_chain(case.number) == []
    assert list(check_derived_states()) == []
