"""Reads of findings and rounds: who asks comes first, then narrowing; never evaluated here."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from onething.feedback.states import LIVE_FINDINGS, OPEN_ROUNDS, FindingState, RoundState

if TYPE_CHECKING:
    from onething.feedback.models import CorrectionRound, Finding  # noqa: F401  # named in the base class
    from onething.parties.models import Account, Officer

__all__ = ["CorrectionRoundQuerySet", "FindingQuerySet"]


class CorrectionRoundQuerySet(models.QuerySet["CorrectionRound"]):
    def of_account(self, account: "Account") -> Self:
        """Rounds of the cases this account handed in (I10)."""
        return self.filter(case__account_id=account.pk)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_ROUNDS)

    def told(self) -> Self:
        """Those the applicant knows of: a notice went out."""
        return self.filter(noticed_at__isnull=False)

    def waiting_for_answer(self) -> Self:
        return self.filter(state=RoundState.NOTICED)

    def due(self, *, at: datetime) -> Self:
        """Those in which something is to happen by itself now."""
        return self.open().filter(due_at__lte=at)

    def in_order(self) -> Self:
        return self.order_by("ordinal")


class FindingQuerySet(models.QuerySet["Finding"]):
    def of_body(self, officer: "Officer") -> Self:
        """Findings of the officer's own body."""
        return self.filter(organisation_id=officer.organisation_id)

    def live(self) -> Self:
        """Said and not taken back; whether its item is still there to be corrected is another question."""
        return self.filter(state__in=LIVE_FINDINGS)

    def standing(self) -> Self:
        """Live ones, and those that wait for the head of the body."""
        return self.filter(state__in=[*LIVE_FINDINGS, FindingState.PROPOSED])

    def proposed(self) -> Self:
        """Those a superior has not looked at."""
        return self.filter(state=FindingState.PROPOSED)

    def approved_exceptions(self) -> Self:
        """What could have been seen before and was told all the same: counted against its unit (R2.7.a/3)."""
        return self.filter(approved_at__isnull=False).exclude(exception="")

    def in_order(self) -> Self:
        return self.order_by("pk")
