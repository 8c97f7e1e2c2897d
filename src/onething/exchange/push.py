"""Telling a body's own system that a task has changed: by a signed request that names the task and no person (R5.11/1).

What is told is how the task stands when it is told, not what happened once: a retry after a night of silence tells the
present. `as_of` counts the events of the case; within one case it never goes back, so that the receiver may drop what is older.
"""

import base64
import json
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from onething.audit.models import EventHead
from onething.cases.models import ItemCase
from onething.exchange.models import ApiClient, DepartmentSystem
from onething.exchange.services.inbox import held
from onething.exchange.signing import signed_headers
from onething.kit.errors import Unavailable
from onething.kit.posting import post

__all__ = ["push_item"]

# Messages of one case that failed together come again together: the second waits for the first instead of losing an attempt.
TURN_SECONDS = 2


def push_item(number: str, *, at: datetime) -> bool:
    """Tell the system of the body that has an item now; false when there is nobody to tell. Raises Unavailable.

    One at a time per case and body, so that what is told never goes back.
    """
    item = ItemCase.objects.select_related("case").defer("opinion").filter(number=number).first()
    if item is None or item.organisation_id is None:
        return False
    system = DepartmentSystem.objects.filter(organisation_id=item.organisation_id, is_active=True).first()
    if system is None or not system.push_url:
        return False
    client = ApiClient.objects.holding(at=at).filter(system=system).order_by("-created_at", "-pk").first()
    if client is None:
        return False
    with held(f"push {item.organisation_id} {item.case_id}", patience=TURN_SECONDS) as mine:
        if not mine:
            msg = "another message of this case is under way to the same system"
            raise Unavailable(msg)
        item.refresh_from_db(fields=["state"])
        _send(system.push_url, client, _message(item), at=at)
    return True


def _message(item: ItemCase) -> bytes:
    head = EventHead.objects.filter(case_number=item.case.number).values_list("seq", flat=True).first()
    said = {
        "event": "task.changed",
        "number": item.number,
        "case_number": item.case.number,
        "state": item.state,
        "as_of": head or 0,
    }
    return json.dumps(said).encode()


def _send(url: str, client: ApiClient, body: bytes, *, at: datetime) -> None:
    parts = urlsplit(url)
    headers = signed_headers(
        method="POST",
        path=parts.path or "/",
        query=parts.query,
        body=body,
        key_id=client.key_id,
        secret=base64.b64decode(client.secret),
        created=int(at.timestamp()),
        nonce=secrets.token_hex(12),
    )
    post(url, body=body, headers=headers)
