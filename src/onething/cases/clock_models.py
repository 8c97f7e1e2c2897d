"""What moves the clocks of an item: the stops and the extensions."""

from django.db import models
from django.db.models import F, Q

from onething.cases.clock_rules import ExtensionKind, StopKind
from onething.kit.sealed import SealedTextField

__all__ = ["ClockExtension", "ClockStop"]


class ClockStop(models.Model):
    """One time the clocks of an item stand still: from when, why, for how long the applicant was told, until when (art. 45).

    Both days belong to the stop. `ended_on` is the day that counts by law (the result was in), `ended_at` when somebody said
    so. An internal circulation, a site visit or a failing system is none: `StopKind` is closed.
    """

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="clock_stops")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in StopKind])
    basis = models.CharField(max_length=300)
    reason = SealedTextField(default="")
    expected_days = models.PositiveSmallIntegerField(null=True)
    started_on = models.DateField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    home_division = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="stop_numbered"),
            # A second procedure may overlap the first; the same one twice at a time is a second press of a button.
            models.UniqueConstraint(fields=["item", "kind"], condition=Q(ended_on__isnull=True), name="stop_open_once"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in StopKind]), name="stop_kind_known"),
            models.CheckConstraint(condition=~Q(basis=""), name="stop_has_basis"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_at__isnull=True)
                | Q(ended_on__gte=F("started_on"), ended_at__gte=F("started_at")),
                name="stop_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.number} {self.kind}"


class ClockExtension(models.Model):
    """More time for one item, once per kind: allowed by a head, for a reason the applicant is told (行政许可法 art. 42)."""

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="clock_extensions")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in ExtensionKind])
    days = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=300)
    reason = SealedTextField()
    approver = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    home_division = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "kind"], name="extension_once_per_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ExtensionKind]), name="extension_kind_known"
            ),
            models.CheckConstraint(condition=Q(days__gte=1) & ~Q(basis=""), name="extension_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind} {self.days}"
