"""Issuing results in the background, once the minute for taking back is over."""

from datetime import datetime, timedelta

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from onething.cases.models import ItemCase
from onething.cases.states import ItemState
from onething.delivery.services import ISSUE_ONE, NotGranted, issue_result

__all__ = ["issue_left_over", "issue_one"]

# A granted item this old without a document has lost its job: the sweep issues it.
LOST_AFTER = timedelta(minutes=3)
SWEEP_SIZE = 100


@app.task(name=ISSUE_ONE, retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def issue_one(item_id: int, decided_at: str) -> None:
    """Issue the documents of one item. Safe to repeat; a decision taken back issues nothing."""
    if not ItemCase.objects.filter(pk=item_id, decided_at=datetime.fromisoformat(decided_at)).exists():
        return
    try:
        issue_result(item_id=item_id, at=timezone.now())
    except NotGranted:
        return


@app.periodic(cron="*/2 * * * *")
@app.task(name="delivery.issue_left_over", queueing_lock="delivery.issue_left_over")
def issue_left_over(timestamp: int) -> None:
    """Issue what a lost job left behind."""
    now = timezone.now()
    lost = ItemCase.objects.filter(state=ItemState.GRANTED, decided_at__lt=now - LOST_AFTER).order_by(
        "decided_at", "pk"
    )
    for item_id, decided_at in list(lost.values_list("pk", "decided_at")[:SWEEP_SIZE]):
        if decided_at is not None:
            issue_one(item_id, decided_at.isoformat())
