"""What the worker does for the log: seal the reads of the last minutes."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onething.audit.reads import SEAL_SIZE, seal_reads

__all__ = ["seal"]


@app.periodic(cron="*/5 * * * *")
@app.task(name="audit.seal", queueing_lock="audit.seal")
def seal(timestamp: int) -> None:
    """Seal all reads there are, in portions."""
    while seal_reads(at=timezone.now()) == SEAL_SIZE:
        pass
