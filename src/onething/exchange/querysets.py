"""Reads of the exchange."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from onething.kit.statements import Parameter

if TYPE_CHECKING:
    from onething.exchange.models import ApiClient, CaseExchange, ParkedReport  # noqa: F401  # named in the base class

__all__ = ["ApiClientQuerySet", "CaseExchangeQuerySet", "ParkedReportQuerySet"]


class ApiClientQuerySet(models.QuerySet["ApiClient"]):
    def holding(self, *, at: datetime | Parameter) -> Self:
        """Keys that may be used at a moment: their own period, switched on, of a system that is on."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=at), valid_from__lte=at, is_active=True, system__is_active=True
        )

    def with_office(self) -> Self:
        """With all that a verb reads of who acts."""
        return self.select_related("system__officer__account", "system__officer__organisation")


class CaseExchangeQuerySet(models.QuerySet["CaseExchange"]):
    def of_cases(self, cases: Iterable[int]) -> Self:
        return self.filter(case_id__in=list(cases))


class ParkedReportQuerySet(models.QuerySet["ParkedReport"]):
    def open(self) -> Self:
        """Not settled by anybody yet, oldest first."""
        return self.filter(settled_at__isnull=True).order_by("at", "pk")
