"""Reads of notices."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from onething.notice.models import NoticeIssued  # noqa: F401  # named in the base class
    from onething.parties.models import Account

__all__ = ["NoticeIssuedQuerySet"]


class NoticeIssuedQuerySet(models.QuerySet["NoticeIssued"]):
    def visible_to(self, account: "Account | None", *, session_key: str = "") -> Self:
        """The notices given to this account, or to this session before anybody signed in."""
        mine = models.Q(account=account) if account is not None else models.Q(pk__in=[])
        if session_key:
            mine |= models.Q(account__isnull=True, session_key=session_key)
        return self.filter(mine)

    def newest_first(self) -> Self:
        return self.order_by("-issued_at", "-pk")
