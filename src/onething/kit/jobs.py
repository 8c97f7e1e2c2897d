"""Putting a background job into the caller's own transaction.

Inside a worker, procrastinate's connector is a pool of its own: a job deferred there would be seen by other workers
before the verb that asked for it has committed, or although it never does. `defer` therefore always uses Django's
connection.
"""

from datetime import datetime

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.types import JSONValue

from onething.kit import db

__all__ = ["defer"]


@db.transaction_required
def defer(task: str, *, arguments: dict[str, JSONValue], schedule_at: datetime | None = None) -> int:
    """Defer the task of that name so that it runs if and only if the open transaction commits. Gives the job's id."""
    deferrer = app.configure_task(task, schedule_at=schedule_at) if schedule_at else app.configure_task(task)
    deferrer.job_manager = JobManager(DjangoConnector())
    return deferrer.defer(**arguments)
