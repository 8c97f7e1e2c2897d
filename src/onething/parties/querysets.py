"""Reads of places, bodies, routing and people: they narrow and order, never evaluate."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from onething.kit.statements import Parameter

if TYPE_CHECKING:
    from onething.parties.models import (  # noqa: F401  # read by the type checker
        Account,
        Division,
        Officer,
        Organisation,
        Routing,
    )

__all__ = [
    "AccountQuerySet",
    "DivisionQuerySet",
    "OfficerQuerySet",
    "OrganisationQuerySet",
    "RoutingQuerySet",
    "valid_on",
]


def valid_on(day: date, prefix: str = "") -> Q:
    """The condition that a row with `valid_from` and `valid_to` holds on a day; both ends belong to the period."""
    start, end = f"{prefix}valid_from", f"{prefix}valid_to"
    return (Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": day})) & (
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day})
    )


class DivisionQuerySet(models.QuerySet["Division"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(valid_on(day))

    def inside(self, code: str) -> Self:
        """The divisions directly inside a division, for choosing a place step by step."""
        return self.filter(parent_id=code).order_by("code")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(valid_on(day))


class RoutingQuerySet(models.QuerySet["Routing"]):
    def at(self, codes: Iterable[str], on: date) -> Self:
        """The lines of some divisions that hold on a day. A body that is gone by then receives nothing any more."""
        return self.filter(valid_on(on), valid_on(on, "organisation__"), division_id__in=list(codes)).order_by("pk")

    def about(self, *, items: set[str], functions: set[str]) -> Self:
        return self.filter(Q(item__in=items - {""}) | Q(function_id__in=functions - {""}))


class AccountQuerySet(models.QuerySet["Account"]):
    def get_by_natural_key(self, username: str) -> "Account":
        """What Django's authentication asks of the manager of a user model."""
        return self.get(username=username)

    def demonstration(self) -> Self:
        """The named cast of a demonstration, in the order it is told."""
        return self.filter(is_demonstration=True, is_active=True).order_by("-kind", "pk")


class OfficerQuerySet(models.QuerySet["Officer"]):
    def serving(self) -> Self:
        """Officers that may act now: active themselves, with an active account."""
        return self.filter(is_active=True, account__is_active=True)

    def of_account(self, account: int | Parameter) -> Self:
        """The offices of an account, by its key, oldest first."""
        return self.filter(account_id=account).select_related("organisation").order_by("pk")

    def in_role(self, role: str) -> Self:
        return self.filter(role=role)

    def visible_to(self, officer: "Officer") -> Self:
        """Colleagues: the serving officers of the same body."""
        return self.serving().filter(organisation_id=officer.organisation_id).select_related("account").order_by("pk")
