"""Reads of drafts."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from onething.kit.statements import Parameter

if TYPE_CHECKING:
    from onething.parties.models import Account
    from onething.submission.models import Draft  # noqa: F401  # named in the base class

__all__ = ["DraftQuerySet"]


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, account: "Account | None", *, session_key: str = "") -> Self:
        """Drafts of this account and the principal it acts for now, or of this session before signing in (ux c2)."""
        if account is not None:
            return self.of_account(account.pk, account.principal)
        return self.of_session(session_key) if session_key else self.none()

    def of_account(self, account: int | Parameter, principal: str | Parameter) -> Self:
        """Drafts of an account for one principal, said by their keys."""
        return self.filter(account_id=account, principal=principal)

    def of_session(self, session_key: str | Parameter) -> Self:
        """Drafts of a visitor who has not signed in."""
        return self.filter(account__isnull=True, session_key=session_key)

    def unfinished(self, *, at: datetime) -> Self:
        """Not handed in and not past its 90 days."""
        return self.filter(case__isnull=True, expires_at__gt=at)

    def expired(self, *, at: datetime) -> Self:
        return self.filter(case__isnull=True, expires_at__lte=at)

    def with_edition(self) -> Self:
        """Join the edition without its document, which every process keeps by hash (`edition_document`)."""
        return self.select_related("edition").defer("edition__document")

    def locked(self) -> Self:
        """Under the lock of the draft alone."""
        return self.select_for_update(of=("self",), no_key=True)

    def newest_first(self) -> Self:
        return self.order_by("-updated_at", "-pk")
