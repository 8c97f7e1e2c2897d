"""Letting documents go out in the background, once taking back is over."""

from datetime import timedelta

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from onething.documents.models import OfficialDocument
from onething.documents.services import SEND_OUT, send_out

__all__ = ["send_left_over", "send_one"]

# A document this late has lost its job: the sweep sends it.
LOST_AFTER = timedelta(minutes=3)
SWEEP_SIZE = 100


@app.task(name=SEND_OUT, retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def send_one(document_id: int) -> None:
    """Draw one document and let it go out. Safe to repeat; a voided one stays."""
    send_out(document_id=document_id, at=timezone.now())


@app.periodic(cron="*/2 * * * *")
@app.task(name="documents.send_left_over", queueing_lock="documents.send_left_over")
def send_left_over(timestamp: int) -> None:
    """Send what a lost job left behind."""
    now = timezone.now()
    lost = OfficialDocument.objects.due_out(at=now - LOST_AFTER).order_by("goes_out_at", "pk")
    for document_id in list(lost.values_list("pk", flat=True)[:SWEEP_SIZE]):
        send_out(document_id=document_id, at=now)
