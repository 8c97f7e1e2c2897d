"""What the worker does for the exchange: tell systems of their tasks, forget what is too old to be replayed."""

from datetime import datetime, timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from onething.cases.models import ItemCase
from onething.cases.services import TOPIC_MOVED
from onething.dispatch.services import TOPIC_ITEM
from onething.exchange.models import UsedNonce
from onething.exchange.push import push_item
from onething.exchange.signing import SKEW_SECONDS
from onething.kit import db, outbox

__all__ = ["forget_nonces", "send_items", "tell_system"]


@outbox.handler(TOPIC_ITEM)
@db.transaction
def send_items(*, key: str, payload: outbox.Payload, at: datetime) -> None:
    """Items have started: one message for each whose body has a system, so that a silent one holds up no other."""
    numbers = payload.get("items") or [payload.get("item")]
    rows = ItemCase.objects.filter(number__in=numbers, organisation__has_own_system=True).order_by("pk")
    messages = [
        outbox.Message(TOPIC_MOVED, f"{number}<{key}"[:120], {"item": number}, home)
        for number, home in rows.values_list("number", "home_division")
    ]
    outbox.enqueue_many(messages, at=at)


@outbox.handler(TOPIC_MOVED)
def tell_system(*, key: str, payload: outbox.Payload, at: datetime) -> None:
    """Tell a body's system how one of its tasks stands."""
    push_item(payload["item"], at=at)


@app.periodic(cron="*/10 * * * *")
@app.task(name="exchange.forget_nonces", queueing_lock="exchange.forget_nonces")
def forget_nonces(timestamp: int) -> None:
    """Remove nonces whose timestamp would no longer be taken."""
    UsedNonce.objects.filter(used_at__lt=timezone.now() - timedelta(seconds=2 * SKEW_SECONDS)).delete()
