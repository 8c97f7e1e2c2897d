"""A case of a shipped one-thing, handed in by somebody of the demonstration, for the departments to work on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.cast import PLACE
from tests.factories.cases import fill_any

from onething.cases.models import OneThingCase
from onething.kit.workdays import legal_date
from onething.parties.models import Account
from onething.submission.models import Draft
from onething.submission.services import Owner, answer_question, plan_of_draft, start_or_get_draft, submit

__all__ = ["hand_in", "tell"]


def hand_in(key: str, username: str, *, at: datetime, answers: Mapping[str, Any] | None = None) -> OneThingCase:
    """Answer, fill, upload, submit."""
    owner = Owner(Account.objects.get(username=username))
    draft = fill_any(tell(key, owner, at=at, answers=answers), owner, at=at)
    done = submit(draft_id=draft.pk, owner=owner, idempotency_key=f"{key}-{username}", declaration=True, at=at)
    return OneThingCase.objects.get(pk=done.case_id)


def tell(key: str, owner: Owner, *, at: datetime, answers: Mapping[str, Any] | None = None) -> Draft:
    """A draft with every question answered: the first choice where nothing is given."""
    draft = start_or_get_draft(onething=key, owner=owner, at=at, place=PLACE)
    for _ in range(60):
        asked = [one for one in plan_of_draft(draft, on=legal_date(at))["questions"] if one["status"] == "open"]
        if not asked:
            break
        question = asked[0]
        default = (
            question["min"] or 1
            if question["type"] == "number"
            else (question["options"] or [{"value": "2026-03-05"}])[0]["value"]
        )
        answer = (answers or {}).get(question["key"], default)
        draft = answer_question(draft_id=draft.pk, owner=owner, question=question["key"], answer=answer, at=at)
    return owner.drafts().with_edition().get(pk=draft.pk)
