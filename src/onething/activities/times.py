"""When bodies are taken, and which times can be offered: tables and settings read for the rules (ux f2)."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Count

from onething.activities.models import BlockedTime, JointActivity, Participation
from onething.activities.rules import Busy, Proposal, VisitHours, free_times, full_when
from onething.activities.states import ActivityState
from onething.cases.calendar import working_calendar
from onething.parties.models import Officer, Organisation

__all__ = ["busy_bodies", "earliest", "proposals_for", "visit_hours"]

TIMED = [ActivityState.BOOKED.value, ActivityState.HELD.value]


def visit_hours() -> VisitHours:
    """The hours of visits, as the city chose them (`ONETHING_VISIT_HOURS`, `ONETHING_VISIT_DAYS`)."""
    halves = tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in settings.ONETHING_VISIT_HOURS)
    return VisitHours(halves, settings.ONETHING_VISIT_DAYS)


def busy_bodies(bodies: Iterable[int], *, after: datetime, leave_out: int | None = None) -> dict[int, list[Busy]]:
    """When each body has nobody left to send, from a moment on. Three queries.

    A visit takes one of its reviewers, whoever it will be; a blocked time takes the one who blocked it. `leave_out` is
    the activity that is being arranged.
    """
    wanted = set(bodies)
    taken: dict[int, list[Busy]] = {body: [] for body in wanted}
    visits = (
        Participation.objects.filter(
            organisation__in=wanted, activity__state__in=TIMED, activity__slot__end__gt=after, signed_at__isnull=True
        )
        .exclude(activity=leave_out)
        .values_list("organisation", "activity", "activity__slot__start", "activity__slot__end")
        .distinct()
    )
    for body, _activity, start, end in visits:
        taken[body].append((start, end))
    for body, start, end in BlockedTime.objects.filter(organisation__in=wanted, end__gt=after).values_list(
        "organisation", "start", "end"
    ):
        taken[body].append((start, end))
    serving = Officer.objects.serving().in_role(Officer.Role.REVIEWER).filter(organisation__in=wanted)
    people = dict(serving.order_by().values_list("organisation").annotate(Count("account", distinct=True)))
    return {body: full_when(rows, people.get(body, 0)) for body, rows in taken.items()}


def earliest(at: datetime) -> datetime:
    """From when times are looked for: bodies and applicant have so many days' notice (`ONETHING_VISIT_NOTICE_DAYS`)."""
    return at + timedelta(days=settings.ONETHING_VISIT_NOTICE_DAYS)


def proposals_for(activity: JointActivity, *, after: datetime) -> list[Proposal]:
    """Three times for an activity, with the keys of bodies that are taken then. Four queries."""
    bodies = dict(
        Organisation.objects.filter(pk__in=activity.participations.values("organisation")).values_list("pk", "key")
    )
    busy = busy_bodies(bodies, after=after, leave_out=activity.pk)
    return free_times(
        {bodies[body]: rows for body, rows in busy.items()},
        minutes=activity.minutes,
        after=after,
        calendar=working_calendar(),
        hours=visit_hours(),
    )
