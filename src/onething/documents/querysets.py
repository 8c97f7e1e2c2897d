"""Reads of official documents."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from onething.kit.statements import Parameter

if TYPE_CHECKING:
    from onething.documents.models import OfficialDocument  # noqa: F401  # named in the base class
    from onething.parties.models import Account, Officer

__all__ = ["OfficialDocumentQuerySet"]


class OfficialDocumentQuerySet(models.QuerySet["OfficialDocument"]):
    def visible_to(self, account: "Account") -> Self:
        """Documents of the applicant's own cases that have gone out."""
        return self.of_account(account.pk)

    def of_account(self, account: int | Parameter) -> Self:
        """The same, said by the account's key."""
        return self.out().filter(case__account_id=account)

    def readable_by(self, officer: "Officer") -> Self:
        """What an officer may open: documents the body issued, and those about a whole case the body leads (I10).

        A lead sees that another body's document exists, not what is in it.
        """
        body = officer.organisation_id
        return self.standing().filter(Q(organisation_id=body) | Q(item__isnull=True, case__lead_organisation_id=body))

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(voided_at__isnull=True)

    def out(self) -> Self:
        """Gone out: drawn, and for good."""
        return self.filter(out_at__isnull=False)

    def due_out(self, *, at: datetime) -> Self:
        """To go out by now, and not gone yet."""
        return self.standing().filter(out_at__isnull=True, goes_out_at__lte=at)

    def in_order(self) -> Self:
        return self.order_by("issued_at", "pk")
