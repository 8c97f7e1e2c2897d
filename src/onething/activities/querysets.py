"""Reads of joint activities: who asks comes first, then narrowing and order; never evaluated here."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F

from onething.activities.states import RUNNING

if TYPE_CHECKING:
    from onething.activities.models import (  # noqa: F401  # named in the base classes
        BlockedTime,
        JointActivity,
        Participation,
    )
    from onething.parties.models import Account, Officer

__all__ = ["BlockedTimeQuerySet", "JointActivityQuerySet", "ParticipationQuerySet"]


class JointActivityQuerySet(models.QuerySet["JointActivity"]):
    def visible_to(self, account: "Account") -> Self:
        """Activities about cases this account handed in, once there is something to see or to do."""
        return self.filter(case__account_id=account.pk)

    def led_by(self, officer: "Officer") -> Self:
        """Activities in cases the officer's body leads."""
        return self.filter(case__lead_organisation_id=officer.organisation_id)

    def joined_by(self, officer: "Officer") -> Self:
        """Activities the officer's body takes part in."""
        return self.filter(participations__organisation_id=officer.organisation_id).distinct()

    def running(self) -> Self:
        return self.filter(state__in=[state.value for state in RUNNING])

    def in_order(self) -> Self:
        return self.order_by("ordinal")


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, officer: "Officer") -> Self:
        """What the officer's own body takes part in (I10)."""
        return self.filter(organisation_id=officer.organisation_id)

    def running(self) -> Self:
        return self.filter(activity__state__in=[state.value for state in RUNNING])

    def by_time(self) -> Self:
        """Those with a time first, the next one on top."""
        return self.order_by(F("activity__slot__start").asc(nulls_last=True), "pk")


class BlockedTimeQuerySet(models.QuerySet["BlockedTime"]):
    def visible_to(self, officer: "Officer") -> Self:
        """The blocked times of the officer's own body."""
        return self.filter(organisation_id=officer.organisation_id)

    def ahead(self, at: datetime) -> Self:
        return self.filter(end__gt=at).order_by("start", "pk")
