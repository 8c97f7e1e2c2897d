"""Making messages of what the kernel announces, in the background."""

from datetime import datetime

from onething.cases.record import TOPIC_EVENT
from onething.kit import outbox
from onething.messages.services import tell_applicant

__all__ = ["tell"]


@outbox.handler(TOPIC_EVENT)
def tell(*, key: str, payload: outbox.Payload, at: datetime) -> None:  # a handler's signature
    """Tell the applicant of one event."""
    tell_applicant(case_number=payload["case"], seq=payload["seq"], at=at)
