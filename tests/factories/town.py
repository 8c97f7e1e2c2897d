"""Towns for tests: the shipped one-things published in a demonstration, and what a built town is compared by."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from tests.cast import AT
from tests.factories.plans import shipped_document

from onething.cases.models import OneThingCase
from onething.catalogue.loader import SHIPPED, load
from onething.catalogue.services import publish
from onething.cli.demo import item_to_route
from onething.parties.demo import load_cast
from onething.parties.services import load_places_and_bodies
from onething.submission.models import Draft
from onething.town.build import opening

__all__ = ["OPENED", "fingerprint", "settle", "shipped_documents"]

# As long before the tests' moment as a demonstration publishes first.
OPENED = opening(AT)


@cache
def shipped_documents() -> dict[str, dict[str, Any]]:
    """The compiled documents of all shipped one-things, by key. Shared: never change them."""
    return {key: thing.document for key, thing in sorted(load(SHIPPED).things.items())}


def settle(keys: Iterable[str] = ()) -> None:
    """Places, bodies, the cast, and some shipped one-things published; all of them without `keys`."""
    documents = [shipped_document(key) for key in keys] or list(shipped_documents().values())
    load_places_and_bodies(settings.CATALOGUE_DIR)
    load_cast(at=OPENED, items=[item_to_route(item) for document in documents for item in document["items"]])
    publish(documents, effective_at=OPENED, at=OPENED)


def fingerprint(prefix: str) -> list[Any]:
    """All of a town but its running numbers and random codes."""
    cases = OneThingCase.objects.filter(account__username__startswith=prefix).order_by("account__username")
    items = [
        list(case.items.in_order().values_list("key", "instance", "state", "started_at", "accepted_at", "decided_at"))
        for case in cases
    ]
    told = [(case.onething, case.home_division, case.answers, case.form_values, case.submitted_at) for case in cases]
    drafts = Draft.objects.filter(account__username__startswith=prefix, case=None).order_by("account__username")
    sections = [[(row.key, row.data) for row in draft.sections.order_by("key")] for draft in drafts]
    return [told, items, [(draft.onething, draft.answers) for draft in drafts], sections]
