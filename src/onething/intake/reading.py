"""What pages look at of preliminary reviews. Reads only; each function says how many queries it makes."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, Count, Max, Value
from django.db.models.functions import Concat

from onething.cases.models import CLOSED, MaterialInstance, OneThingCase
from onething.intake.models import PreliminaryReview, ReviewVerdict, SpotChange
from onething.intake.rules import Alarm, Paper, alarms_of
from onething.parties.models import Officer

__all__ = [
    "SameCases",
    "SameFile",
    "alarms_for",
    "changes_of",
    "duplicates_of",
    "last_review",
    "reason_counts",
    "verdicts_of",
]

MOST_SAME = 5
MOST_SHOWN = 50


def alarms_for(case: OneThingCase, *, today: date) -> list[Alarm]:
    """What the machine sees of a case before a person looks (R2.2.c/2). Two queries; the case comes with its content."""
    rows = case.materials.in_order().values_list("key", "subject", "name", "file_id")
    same = OneThingCase.objects.filter(
        account_id=case.account_id, onething=case.onething, principal=case.principal, acting_for=case.acting_for
    )
    others = same.exclude(pk=case.pk).exclude(state__in=CLOSED).order_by("-submitted_at", "-pk")
    return alarms_of(
        case.plan,
        case.form_values,
        [Paper(*row) for row in rows],
        same_cases=list(others.values_list("number", flat=True)[:MOST_SAME]),
        today=today,
        demonstration=settings.ONETHING_DEMO,
    )


@dataclass(frozen=True, slots=True)
class SameCases:
    """Open cases of one applicant for the same thing, the first one handed in on top."""

    name: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SameFile:
    """One file in the place of several papers of an open case."""

    number: str
    papers: tuple[str, ...]


def duplicates_of(officer: Officer) -> tuple[list[SameCases], list[SameFile]]:
    """What the machine finds twice among the open cases that the officer's body leads (R2.2.c/2), at most `MOST_SHOWN` of each.

    Two queries, over open cases alone. They find what `alarms_for` tells of a single case.
    """
    running = OneThingCase.objects.led_by(officer).exclude(state__in=CLOSED).order_by()
    cases = (
        running.values("account", "onething", "principal", "acting_for")
        .annotate(
            count=Count("pk"), name=Max("onething_name"), numbers=ArrayAgg("number", order_by=("submitted_at", "pk"))
        )
        .filter(count__gt=1)
        .order_by("-count", "numbers")
    )
    places = Concat("key", Value("|"), "subject", output_field=CharField())
    files = (
        MaterialInstance.objects.filter(case__in=running.values("pk"), file__isnull=False)
        .current()
        .order_by()
        .values("case__number", "file")
        .annotate(count=Count(places, distinct=True), names=ArrayAgg("name", distinct=True))
        .filter(count__gt=1)
        .order_by("-count", "case__number", "file")
    )
    return (
        [SameCases(row["name"], tuple(row["numbers"])) for row in cases[:MOST_SHOWN]],
        [SameFile(row["case__number"], tuple(row["names"])) for row in files[:MOST_SHOWN]],
    )


def last_review(case: OneThingCase) -> PreliminaryReview | None:
    """The review that goes on, or the last one. One query; the caller has asked who may see the case."""
    return (
        PreliminaryReview.objects.filter(case=case).select_related("officer__account").order_by("-started_at").first()
    )


def verdicts_of(review: PreliminaryReview) -> list[ReviewVerdict]:
    """The verdicts of a review. One query."""
    return list(review.verdicts.order_by("pk"))


def changes_of(review: PreliminaryReview) -> list[SpotChange]:
    """What a review corrected on the spot. One query."""
    return list(review.changes.order_by("pk"))


def reason_counts(officer: Officer) -> list[tuple[str, int]]:
    """How often each reason was given in the reviews of the officer's body, most first. One query."""
    rows = ReviewVerdict.objects.filter(review__officer__organisation_id=officer.organisation_id).exclude(reason="")
    return list(rows.values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason"))
