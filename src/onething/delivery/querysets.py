"""Reads of result documents."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models

from onething.kit.statements import Parameter

if TYPE_CHECKING:
    from onething.cases.models import ItemCase
    from onething.delivery.models import ResultDocument  # noqa: F401  # named in the base class
    from onething.parties.models import Account, Officer

__all__ = ["ResultDocumentQuerySet"]


class ResultDocumentQuerySet(models.QuerySet["ResultDocument"]):
    def visible_to(self, account: "Account") -> Self:
        """Results of the applicant's own cases."""
        return self.of_account(account.pk)

    def of_account(self, account: int | Parameter) -> Self:
        """The same, said by the account's key."""
        return self.filter(item__case__account_id=account)

    def issued_by(self, officer: "Officer") -> Self:
        """Results the officer's own body issued."""
        return self.filter(organisation_id=officer.organisation_id)

    def waiting(self) -> Self:
        """Valid, and nobody has looked at it or taken it along."""
        return self.filter(delivered_at__isnull=True, revoked_at__isnull=True)

    def before(self, item: "ItemCase", keys: Iterable[str]) -> Self:
        """Results of some earlier items of the same case that still hold: an item that asks for one as a material sees it."""
        return self.filter(item__case_id=item.case_id, item__key__in=list(keys), revoked_at__isnull=True)

    def in_order(self) -> Self:
        return self.order_by("item__ordinal", "pk")
