"""Making the message of a step in the product, and noting that it was read (R5.7)."""

from datetime import datetime

from onething.audit.models import Event
from onething.cases.models import ItemCase, OneThingCase
from onething.kit import db
from onething.messages.models import Message
from onething.messages.rules import STEPS
from onething.parties.models import Account

__all__ = ["mark_read", "tell_applicant"]


@db.transaction
def tell_applicant(*, case_number: str, seq: int, at: datetime) -> None:
    """Make the message of one event, unless it was taken back meanwhile. Safe to repeat: an event makes one message."""
    event = Event.objects.get(case_number=case_number, seq=seq)
    if _taken_back(event):
        return
    case = OneThingCase.objects.only("account", "onething_name").get(number=case_number)
    message = Message(
        account_id=case.account_id,
        case_number=case_number,
        step=event.kind,
        facts=_facts(case, event),
        key=f"{case_number}:{seq}",
        happened_at=event.at,
        created_at=at,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)


@db.transaction
def mark_read(*, message_id: int, account: Account, at: datetime) -> Message | None:
    """The own message of that id, read from now on. None when there is no such message for this account."""
    own = Message.objects.visible_to(account)
    own.unread().filter(pk=message_id).update(read_at=at)
    return own.filter(pk=message_id).first()


def _taken_back(event: Event) -> bool:
    undone_by = STEPS[event.kind].undone_by
    if not undone_by:
        return False
    later = Event.objects.filter(case_number=event.case_number, seq__gt=event.seq, kind=undone_by)
    return later.filter(payload__item=event.payload["item"]).exists()


def _facts(case: OneThingCase, event: Event) -> dict[str, str]:
    number = event.payload.get("item")
    item = ItemCase.objects.select_related("organisation").filter(number=number).first() if number else None
    facts = {
        "thing": case.onething_name,
        "item": item.name if item is not None else "",
        "body": item.organisation.name if item is not None and item.organisation is not None else "",
        "until": event.payload.get("answer_by"),
        "document": event.payload.get("document"),
    }
    return {name: str(value) for name, value in facts.items() if value}
