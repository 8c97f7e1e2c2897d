"""The application that is handed in again and again: opening a restaurant, six items of five bodies."""

from datetime import datetime
from itertools import count
from random import Random
from typing import Any, Final

from onething.files.models import StoredFile
from onething.files.services import store_content
from onething.kit.workdays import legal_date
from onething.parties.demo import PLACE
from onething.parties.models import Account
from onething.submission.models import Draft
from onething.submission.services import Owner, issue_draft_notice, start_or_get_draft
from onething.town.filler import Filler
from onething.town.values import Writer

__all__ = ["ANSWERS", "ITEMS", "LARGEST", "ONETHING", "filled_draft"]

ONETHING: Final = "restaurant-start"
PLACE_NAME: Final = "海陵区"
# Every run of the bench fills in the same.
SEED: Final = 1
ITEMS: Final = 6
ANSWERS: Final[dict[str, Any]] = {
    "has-licence": "licence-none", "dishes": ["hot", "cold"], "online": "online-no", "area": "86",
    "gathering-place": "gathering-yes", "fire-route": "fire-commit", "decoration": "deco-small",
    "signboard": "sign-shop", "tobacco": "tobacco-no", "drain": "drain-shared", "eia": "eia-no", "agent": "self",
}  # fmt: skip
# The largest shipped document, in a situation with many items: what planning is measured with.
LARGEST: Final[dict[str, Any]] = {
    "domicile": "local", "death-kind": "hospital", "burial": "cremated", "pension-kind": "employee-retired",
    "medical-kind": "employee", "pay-to": "heir-account", "housing-fund": 10000, "other-heirs": 1,
    "lost-papers": ["none"], "licence": "yes", "welfare": ["none"], "estate-query": ["none"],
}  # fmt: skip
# The smallest picture that is one: 1 × 1, PNG.
PICTURE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63fcffff3f030005fe02fea7d2b1be0000000049454e44ae426082"
)


def filled_draft(account: Account, *, onething: str = ONETHING, at: datetime) -> Draft:
    """A draft in which nothing is missing but the declaration, made by the very verbs that pages call."""
    owner, on = Owner(account), legal_date(at)
    writer = Writer(Random(SEED), PLACE, PLACE_NAME, on)
    papers = count()
    filler = Filler(owner, writer, lambda _, at: _file(next(papers), at))
    draft = start_or_get_draft(onething=onething, owner=owner, at=at, place=PLACE)
    draft = filler.answer(draft, ANSWERS, at=at)
    issue_draft_notice(draft_id=draft.pk, owner=owner, at=at)
    filler.fill(draft, at=at)
    filler.hand_in(draft, at=at)
    return filler.check(draft, at=at)


def _file(number: int, at: datetime) -> StoredFile:
    return store_content(PICTURE + bytes([number]), media_type="image/png", at=at)
