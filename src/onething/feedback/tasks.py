"""What happens in correction rounds without anybody pressing a button."""

import logging
from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from onething.cases.models import OneThingCase
from onething.dispatch.services import TOPIC_SPOKEN
from onething.feedback.services import cases_to_tend, tend_case
from onething.kit import outbox

__all__ = ["hear", "tend_due"]

logger = logging.getLogger(__name__)
SWEEP_SIZE = 200


@app.periodic(cron="*/5 * * * *")
@app.task(name="feedback.tend_due", queueing_lock="feedback.tend_due")
def tend_due(timestamp: int) -> None:
    """Notices, silence, reminders, ends that are due. Each case is a transaction of its own, so being killed loses nothing.

    A case that fails is said and left for the next time, so that it does not keep the others waiting.
    """
    at = timezone.now()
    for case_id in cases_to_tend(at=at, most=SWEEP_SIZE):
        try:
            tend_case(case_id=case_id, at=at)
        except Exception:
            logger.exception("feedback: case %s could not be tended", case_id)


@outbox.handler(TOPIC_SPOKEN)
def hear(*, key: str, payload: outbox.Payload, at: datetime) -> None:
    """A body has spoken on its item while others found something: the notice may be due, or nothing is left to ask."""
    found = OneThingCase.objects.filter(number=payload["case"]).values_list("pk", flat=True).first()
    if found is not None:
        tend_case(case_id=found, at=at)
