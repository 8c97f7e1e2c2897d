"""Telling bodies and coordinators, and what else happens without anybody pressing a button."""

import logging
from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from onething.cases.models import ItemCase
from onething.dispatch.services import (
    TOPIC_COORDINATOR,
    close_silent_choices,
    give_cards,
    hand_over_open_work,
)
from onething.kit import outbox

__all__ = ["supervise", "tell_coordinator"]

logger = logging.getLogger(__name__)


@outbox.handler(TOPIC_COORDINATOR)
def tell_coordinator(*, key: str, payload: outbox.Payload, at: datetime) -> None:
    """Say that an item found no body. The person has it in the list already; an unnamed one is an alarm for the operator."""
    row = ItemCase.objects.without_body().filter(number=payload["item"]).values_list("coordinator", flat=True).first()
    if row is None and ItemCase.objects.without_body().filter(number=payload["item"]).exists():
        logger.error("dispatch: no body and no coordinator for %s", payload["item"])


@app.periodic(cron="7 * * * *")
@app.task(name="dispatch.supervise", queueing_lock="dispatch.supervise")
def supervise(timestamp: int) -> None:
    """Hand over what bodies that are gone had open, decide what nobody answered in time, give the cards that were earned.

    Every hour, though both change once a day: whoever slept through midnight catches up.
    """
    now = timezone.now()
    hand_over_open_work(at=now)
    close_silent_choices(at=now)
    given = give_cards(at=now)
    if given.given:
        logger.info("dispatch: %d cards given, %d cured", given.given, given.cured)
