"""An officer's own times at which it cannot come."""

from datetime import datetime

from onething.activities.models import BlockedTime
from onething.kit import db
from onething.kit.errors import Refused
from onething.parties.models import Officer

__all__ = ["block_time", "unblock_time"]

LONGEST_DAYS = 60


@db.transaction
def block_time(*, officer: Officer, start: datetime, end: datetime, at: datetime) -> BlockedTime:
    """Say when one cannot come; no reason is asked. Raises Refused for a stretch that is over, backwards or without end."""
    if end <= start:
        raise Refused("结束时间要在开始时间之后", code="wrong_period")
    if end <= at:
        raise Refused("这段时间已经过去了", code="wrong_period")
    if (end - start).days > LONGEST_DAYS:
        raise Refused(f"一次最多填{LONGEST_DAYS}天", code="wrong_period")
    return BlockedTime.objects.create(organisation=officer.organisation, officer=officer, start=start, end=end)


@db.transaction
def unblock_time(*, blocked_id: int, officer: Officer) -> None:
    """Take back one's own blocked time. One that is not there, or a colleague's, stays as it is."""
    BlockedTime.objects.filter(pk=blocked_id, officer=officer).delete()
