"""What happens by itself: receipts are written, drafts expire."""

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from onething.kit import outbox
from onething.submission.services import expire_drafts, issue_receipt
from onething.submission.write import TOPIC_RECEIPT

__all__ = ["expire", "write_receipt"]


@outbox.handler(TOPIC_RECEIPT)
def write_receipt(*, key: str, payload: outbox.Payload, at: datetime) -> None:
    """Issue the receipt of a case that was handed in. Safe to repeat."""
    issue_receipt(case_number=payload["case"], at=at)


@app.periodic(cron="17 3 * * *")
@app.task(name="submission.expire", queueing_lock="submission.expire")
def expire(timestamp: int) -> None:
    """Delete drafts past their 90 days, in portions."""
    while expire_drafts(at=timezone.now()):
        pass
