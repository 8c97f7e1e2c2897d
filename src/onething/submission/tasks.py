"""What happens to drafts by itself."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onething.submission.services import expire_drafts

__all__ = ["expire"]


@app.periodic(cron="17 3 * * *")
@app.task(name="submission.expire", queueing_lock="submission.expire")
def expire(timestamp: int) -> None:
    """Delete drafts past their 90 days, in portions."""
    while expire_drafts(at=timezone.now()):
        pass
