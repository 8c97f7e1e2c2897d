"""A job and a message that do nothing: what is left is the cost of delivering them."""

from datetime import datetime

from procrastinate.contrib.django import app

from onething.kit import outbox

__all__ = ["TOPIC", "idle"]

TOPIC = "bench.idle"


@app.task(name="bench.idle")
def idle(number: int) -> None:
    """Nothing."""


@outbox.handler(TOPIC)
def receive(*, key: str, payload: outbox.Payload, at: datetime) -> None:
    """The other end of the outbox, doing nothing."""
    del key, payload, at
