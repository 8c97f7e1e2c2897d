"""Reads of result documents."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from onething.delivery.models import ResultDocument  # noqa: F401  # named in the base class
    from onething.parties.models import Account, Officer

__all__ = ["ResultDocumentQuerySet"]


class ResultDocumentQuerySet(models.QuerySet["ResultDocument"]):
    def visible_to(self, account: "Account") -> Self:
        """Results of the applicant's own cases."""
        return self.filter(item__case__account=account)

    def issued_by(self, officer: "Officer") -> Self:
        """Results the officer's own body issued."""
        return self.filter(organisation_id=officer.organisation_id)

    def in_order(self) -> Self:
        return self.order_by("item__ordinal", "pk")
