"""Reads of cases: who asks comes first, then narrowing and order; never evaluated here."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from onething.cases.states import OPEN, ItemState
from onething.kit.statements import Parameter

if TYPE_CHECKING:
    from onething.cases.models import ItemCase, MaterialInstance, OneThingCase  # noqa: F401  # named in the base class
    from onething.parties.models import Account, Officer

__all__ = ["OPEN_STATES", "ItemCaseQuerySet", "MaterialInstanceQuerySet", "OneThingCaseQuerySet"]

OPEN_STATES = sorted(state.value for state in OPEN)


class OneThingCaseQuerySet(models.QuerySet["OneThingCase"]):
    def visible_to(self, account: "Account") -> Self:
        """The cases this account handed in, for itself or for whom it acts (I10)."""
        return self.of_account(account.pk)

    def of_account(self, account: int | Parameter) -> Self:
        """The same, said by the account's key."""
        return self.filter(account_id=account)

    def led_by(self, officer: "Officer") -> Self:
        """Cases the officer's body leads: it sees how they stand, not what is in them."""
        return self.led_by_body(officer.organisation_id)

    def led_by_body(self, organisation: int | Parameter) -> Self:
        """The same, said by the body's key."""
        return self.filter(lead_organisation_id=organisation)

    def coordinated_by(self, account: int | Parameter) -> Self:
        """Cases of which this account has or had something to find a body for, or that were taken to it as the higher officer."""
        own = Q(items__coordinator__account_id=account) | Q(items__dispatches__sent_by__account_id=account)
        own |= Q(items__escalations__to__account_id=account)
        return self.filter(Exists(type(self)(self.model).filter(own, pk=OuterRef("pk"))))

    def newest_first(self) -> Self:
        return self.order_by("-submitted_at", "-pk")

    def without_content(self) -> Self:
        """Leave out what lists never show."""
        return self.defer("plan", "answers", "form_values")


class ItemCaseQuerySet(models.QuerySet["ItemCase"]):
    def visible_to(self, officer: "Officer") -> Self:
        """Items of the officer's own body, in whatever state; for the head of a government those handled jointly by the bodies
        of its level, for it may allow them more time (I10)."""
        if officer.role == "government":
            return self.handled_jointly().filter(organisation__division_id=officer.organisation.division_id)
        return self.of_body(officer.organisation_id)

    def handled_jointly(self) -> Self:
        """What several departments handle as one (行政许可法 art. 26)."""
        return self.exclude(joint_handling="")

    def of_body(self, organisation: int | Parameter) -> Self:
        """The same, said by the body's key."""
        return self.filter(organisation_id=organisation)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def at_hand(self) -> Self:
        """Open and startable: what waits for another item is shown apart."""
        return self.filter(state__in=[s for s in OPEN_STATES if s != ItemState.WAITING])

    def in_order(self) -> Self:
        return self.order_by("ordinal")

    def by_deadline(self) -> Self:
        """The order of the worklist; what has no promised day comes last."""
        return self.order_by("list_due", "pk")

    def after_key(self, due: date, pk: int) -> Self:
        """What comes behind a row of `by_deadline` (keyset page). The first condition is what the index starts from."""
        return self.filter(Q(list_due__gt=due) | Q(list_due=due, pk__gt=pk), list_due__gte=due)

    def without_body(self) -> Self:
        """Open items nobody is known to be responsible for (R2.8.b)."""
        return self.open().filter(organisation__isnull=True)

    def decided_between(self, start: datetime, end: datetime) -> Self:
        return self.filter(decided_at__gte=start, decided_at__lt=end)


class MaterialInstanceQuerySet(models.QuerySet["MaterialInstance"]):
    def asked_by(self, item_key: str) -> Self:
        """The materials one item needs; a department opens no others (I10)."""
        return self.asked_by_all([item_key])

    def asked_by_all(self, item_keys: list[str] | Parameter) -> Self:
        """The materials each of some items needs."""
        return self.filter(items__contains=item_keys)

    def current(self) -> Self:
        """Without what a correction has replaced."""
        return self.filter(superseded_at__isnull=True)

    def in_order(self) -> Self:
        return self.order_by("pk")
