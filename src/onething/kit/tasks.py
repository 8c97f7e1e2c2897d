"""What the worker does for the kit: deliver the outbox, and pick up what a killed worker left behind."""

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from onething.kit import outbox

__all__ = ["deliver_messages", "redeliver_overdue", "report_dead", "retry_stalled_jobs"]


@app.task(name="kit.deliver_messages", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def deliver_messages(ids: list[int]) -> None:
    """Deliver outbox messages. Safe to repeat: delivered ones are skipped."""
    for message_id in ids:
        outbox.deliver(message_id=message_id, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="kit.redeliver_overdue", queueing_lock="kit.redeliver_overdue")
def redeliver_overdue(timestamp: int) -> None:
    """Find messages whose job got lost."""
    outbox.redeliver_overdue(at=timezone.now())


@app.periodic(cron="0 * * * *")
@app.task(name="kit.report_dead", queueing_lock="kit.report_dead")
def report_dead(timestamp: int) -> None:
    """Once an hour say again what was given up."""
    outbox.report_dead()


@app.periodic(cron="* * * * *")
@app.task(name="kit.retry_stalled_jobs", queueing_lock="kit.retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Run again the jobs of workers that have not been heard of: a killed worker leaves them as being done for ever."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job, retry_at=timezone.now())
