"""Making the message of a step in the product, and noting that it was read (R5.7)."""

from datetime import datetime

from onething.activities.models import KIND_WORDS
from onething.activities.states import Kind
from onething.audit.models import Event
from onething.cases.models import ItemCase, OneThingCase
from onething.kit import db
from onething.kit.workdays import LEGAL_ZONE
from onething.messages.models import Address, Message
from onething.messages.rules import STEPS, state_of
from onething.messages.services.sending import plan_sending
from onething.parties.models import Account

__all__ = ["make_message", "mark_read", "tell_applicant"]


@db.transaction
def tell_applicant(*, case_number: str, seq: int, at: datetime) -> None:
    """Make the message of one event, unless it was taken back meanwhile. Safe to repeat: an event makes one message."""
    event = Event.objects.get(case_number=case_number, seq=seq)
    if _taken_back(event):
        return
    case = OneThingCase.objects.only("account", "onething_name", "state").get(number=case_number)
    message = Message(
        account_id=case.account_id,
        case_number=case_number,
        step=event.kind,
        facts=_facts(case, event),
        key=f"{case_number}:{seq}",
        happened_at=event.at,
        created_at=at,
    )
    make_message(message, state=state_of(event.payload, case.state), at=at)


@db.transaction_required
def make_message(message: Message, *, state: str, at: datetime) -> None:
    """Keep a message and have it sent where its reader wants it too; nothing when it was made before."""
    addresses = list(Address.objects.on().filter(account_id=message.account_id).order_by("channel"))
    # Somebody who gives an address later hears of what comes, not of what was: a message made before is not sent again.
    if addresses and Message.objects.filter(key=message.key).exists():
        return
    Message.objects.bulk_create([message], ignore_conflicts=True)
    if addresses:
        made = Message.objects.get(key=message.key)
        for address in addresses:
            plan_sending(made, address, state=state, at=at)


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
        **_visit(event),
    }
    return {name: str(value) for name, value in facts.items() if value}


def _visit(event: Event) -> dict[str, str]:
    """What kind of visit an event is about, and its time once there is one, as people here read their clocks."""
    if "activity" not in event.payload:
        return {}
    start = event.payload.get("start")
    when = f"{datetime.fromisoformat(start).astimezone(LEGAL_ZONE):%Y-%m-%d %H:%M}" if start else ""
    return {"visit": str(KIND_WORDS[Kind(event.payload["kind"])]), "when": when}
