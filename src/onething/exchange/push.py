"""Telling a body's own system that a task has changed: by a signed request that names the task and no person (R5.11/1).

What is told is how the task stands when it is told, not what happened once: a retry after a night of silence tells the
present. `as_of` counts the events of the case; within one case it never goes back, so that the receiver may drop what is older.
"""

import base64
import json
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from onething.audit.models import EventHead
from onething.cases.models import ItemCase
from onething.exchange.models import ApiClient
from onething.exchange.services.inbox import held
from onething.exchange.signing import signed_headers
from onething.kit.errors import Unavailable
from onething.kit.posting import post
from onething.kit.statements import Parameter, Statement

__all__ = ["push_item"]

# Messages of one case that failed together come again together: the second waits for the first instead of losing an attempt.
TURN_SECONDS = 2


KNOWN = Statement(
    lambda: ItemCase.objects.filter(number=Parameter("number")).values_list(
        "pk", "case_id", "organisation_id", "case__number"
    )
)
KEY = Statement(
    lambda: (
        ApiClient.objects.holding(at=Parameter("at"))
        .filter(system__organisation_id=Parameter("body"))
        .exclude(system__push_url="")
        .select_related("system")
        .order_by("-created_at", "-pk")[:1]
    )
)
HEAD = EventHead.objects.filter(case_number=OuterRef("case__number")).values("seq")
NOW = Statement(
    lambda: ItemCase.objects.filter(pk=Parameter("item")).values_list("state", Coalesce(Subquery(HEAD), Value(0)))
)


def push_item(number: str, *, at: datetime) -> bool:
    """Tell the system of the body that has an item now; false when there is nobody to tell. Raises Unavailable.

    One at a time per case and body, so that what is told never goes back.
    """
    for item, case, body, case_number in KNOWN(number=number):
        for client in KEY(at=at, body=body):
            with held(f"push {body} {case}", patience=TURN_SECONDS) as mine:
                if not mine:
                    msg = "another message of this case is under way to the same system"
                    raise Unavailable(msg)
                ((state, as_of),) = NOW(item=item)
                said = {
                    "event": "task.changed", "number": number, "case_number": case_number, "state": state,
                    "as_of": as_of,
                }  # fmt: skip
                _send(client.system.push_url, client, json.dumps(said).encode(), at=at)
            return True
    return False


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
