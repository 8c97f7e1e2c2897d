"""What leaves the product of a message: planned with it, sent by the worker, the same thing once in its window (R5.7/2)."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import translation

from onething.kit import db, outbox
from onething.kit.errors import Unavailable
from onething.messages.adapters import Text, adapter_of
from onething.messages.models import Address, Message, Sending
from onething.messages.rules import TOLD, Channel
from onething.messages.words import news_words

__all__ = ["TOPIC_SEND", "plan_sending", "send_message"]

TOPIC_SEND: Final = "messages.send"
TAIL: Final = 4
# Longer than any adapter waits: a worker that has been at it for so long was killed.
AT_WORK_FOR: Final = timedelta(minutes=2)


@db.transaction_required
def plan_sending(message: Message, address: Address, *, state: str, at: datetime) -> bool:
    """Have a new message sent to an address too, unless the same was sent a short while ago. Whether it will be.

    Two at once take the same turn, and the constraint lets one of them have it.
    """
    known = Sending.objects.like(
        case_number=message.case_number, step=message.step, state=state, channel=address.channel
    ).first()
    if known is not None and known.created_at > at - timedelta(minutes=settings.ONETHING_REPEAT_MINUTES):
        return False
    wanted = Sending(
        message=message,
        channel=address.channel,
        case_number=message.case_number,
        step=message.step,
        state=state,
        turn=known.turn + 1 if known is not None else 1,
        created_at=at,
    )
    Sending.objects.bulk_create([wanted], ignore_conflicts=True)
    if not Sending.objects.filter(message=message, channel=address.channel).exists():
        return False
    payload = {"message": message.pk, "channel": address.channel}
    return outbox.enqueue(TOPIC_SEND, f"{message.pk}:{address.channel}", payload, at=at)


def send_message(*, message_id: int, channel: str, at: datetime) -> None:
    """Send a message by a channel. Safe to repeat: what was sent is not sent again. Raises Unavailable.

    Only a worker killed between the sending and its note leaves a doubt, and then it is sent again under the same key: that somebody is
    told twice is better than not at all.
    """
    found = _start(message_id, channel, at=at)
    if found is None:
        return
    sending, address = found
    tail, step = sending.case_number[-TAIL:], TOLD[sending.step]
    url = f"{settings.ONETHING_SITE_URL}/messages/{message_id}/" if settings.ONETHING_SITE_URL else ""
    with translation.override(address.language):
        subject, body = news_words(tail=tail, asks=step.asks, url=url)
    way = Channel(channel)
    try:
        adapter_of(way).send(Text(way, address.address, subject, body, f"message-{sending.pk}", at))
    except BaseException:
        _note(sending, started_at=None)
        raise
    _note(sending, sent_at=at)


@db.transaction
def _start(message_id: int, channel: str, *, at: datetime) -> tuple[Sending, Address] | None:
    """Take a sending to work on. None when there is nothing (more) to do. Raises Unavailable while another worker is at it."""
    waiting = Sending.objects.open().filter(message_id=message_id, channel=channel)
    sending = waiting.select_for_update(of=("self",), no_key=True).select_related("message").first()
    if sending is None:
        return None
    if sending.started_at is not None and sending.started_at > at - AT_WORK_FOR:
        msg = "another worker is sending it"
        raise Unavailable(msg)
    address = Address.objects.on().filter(account_id=sending.message.account_id, channel=channel).first()
    if address is None:
        sending.dropped_at = at
        sending.save(update_fields=["dropped_at"])
        return None
    sending.started_at = at
    sending.save(update_fields=["started_at"])
    return sending, address


@db.transaction
def _note(sending: Sending, **what: datetime | None) -> None:
    Sending.objects.open().filter(pk=sending.pk).update(**what)
