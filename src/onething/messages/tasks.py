"""Making messages of what the kernel announces, and sending what leaves the product, in the background."""

import logging
from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from onething.cases.record import TOPIC_EVENT
from onething.kit import outbox
from onething.messages.services import due_reminders, forget_codes, remind, send_code, send_message, tell_applicant
from onething.messages.services.channels import TOPIC_CODE
from onething.messages.services.sending import TOPIC_SEND

__all__ = ["bring_code", "forget", "remind_due", "send", "tell"]

logger = logging.getLogger(__name__)
SWEEP_SIZE = 500


@outbox.handler(TOPIC_EVENT)
def tell(*, key: str, payload: outbox.Payload, at: datetime) -> None:  # a handler's signature
    """Tell the applicant of one event."""
    tell_applicant(case_number=payload["case"], seq=payload["seq"], at=at)


@outbox.handler(TOPIC_CODE)
def bring_code(*, key: str, payload: outbox.Payload, at: datetime) -> None:  # a handler's signature
    """Send one code to the address it confirms."""
    send_code(code_id=payload["code"], at=at)


@outbox.handler(TOPIC_SEND)
def send(*, key: str, payload: outbox.Payload, at: datetime) -> None:  # a handler's signature
    """Send one message by one channel."""
    send_message(message_id=payload["message"], channel=payload["channel"], at=at)


@app.periodic(cron="*/10 * * * *")
@app.task(name="messages.remind_due", queueing_lock="messages.remind_due")
def remind_due(timestamp: int) -> None:
    """Tell of what time has brought. Each is a transaction of its own, so being killed loses nothing and repeats nothing."""
    at = timezone.now()
    for due in due_reminders(at=at, most=SWEEP_SIZE):
        try:
            remind(due, at=at)
        except Exception:
            logger.exception("messages: %s could not be told", due.key)


@app.periodic(cron="27 * * * *")
@app.task(name="messages.forget", queueing_lock="messages.forget")
def forget(timestamp: int) -> None:
    """Remove codes that nothing counts any more."""
    forget_codes(at=timezone.now())
