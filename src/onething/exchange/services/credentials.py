"""Who a department's system is: its keys, and whether a request really is from it (R5.11)."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from onething.exchange.models import ApiClient, DepartmentSystem
from onething.exchange.rules import SCOPES
from onething.exchange.signing import SignatureFault, SignatureInput, verify
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.posting import is_safe_address
from onething.parties.models import Organisation
from onething.parties.services import give_system_office

__all__ = ["NewKey", "NoSuchKey", "add_client", "authenticate", "end_client", "move_system"]

SECRET_BYTES = 32
REMEMBER = """
    INSERT INTO exchange_usednonce (client_id, nonce, used_at) VALUES (%s, %s, %s)
    ON CONFLICT (client_id, nonce) DO NOTHING
"""


class NoSuchKey(Refused):
    """There is no key of that name."""

    code = "no_key"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A new key. `secret` (base64) is told this once and never shown again."""

    key_id: str
    secret: str


@db.transaction
def add_client(
    *,
    organisation: str,
    at: datetime,
    scopes: Sequence[str] = SCOPES,
    push_url: str | None = None,
    valid_to: datetime | None = None,
) -> NewKey:
    """A key for the system of a body, named by the body's key; the first one also makes the system and its office.

    `push_url` says where the system is told of changes; None leaves it as it is. Raises Refused.
    """
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise Refused(f"没有这种权限：{'、'.join(unknown)}；有：{'、'.join(SCOPES)}", code="scope_unknown")
    _demand_safe(push_url)
    body = Organisation.objects.filter(key=organisation).first()
    if body is None:
        raise Refused(f"没有这个单位：{organisation}", code="no_body")
    office = give_system_office(body, active=True, at=at)
    system, _made = DepartmentSystem.objects.get_or_create(
        organisation=body, defaults={"officer": office, "created_at": at}
    )
    system.is_active = True
    if push_url is not None:
        system.push_url = push_url
    system.save(update_fields=["is_active", "push_url"])
    key = NewKey(
        f"{body.key[:24]}-{secrets.token_hex(4)}", base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    )
    ApiClient.objects.create(
        system=system, key_id=key.key_id, secret=key.secret, scopes=sorted(set(scopes)), valid_from=at,
        valid_to=valid_to, created_at=at,
    )  # fmt: skip
    return key


def _demand_safe(push_url: str | None) -> None:
    if push_url and not is_safe_address(push_url):
        raise Refused("通知地址要用 https://（本机可以用 http://127.0.0.1）", code="push_url")


@db.transaction
def move_system(*, key_id: str, push_url: str) -> None:
    """The system of a key is told of changes at another address from now on. Raises NoSuchKey, Refused."""
    _demand_safe(push_url)
    if not DepartmentSystem.objects.filter(clients__key_id=key_id).update(push_url=push_url):
        raise NoSuchKey(f"没有这个密钥：{key_id}")


@db.transaction
def end_client(*, key_id: str, at: datetime) -> ApiClient:
    """Switch a key off. With the last one the system and its office go off too: the body goes on in the worklist. Raises NoSuchKey."""
    client = ApiClient.objects.select_related("system__organisation").filter(key_id=key_id).first()
    if client is None:
        raise NoSuchKey(f"没有这个密钥：{key_id}")
    client.is_active = False
    client.save(update_fields=["is_active"])
    if not ApiClient.objects.holding(at=at).filter(system=client.system).exists():
        client.system.is_active = False
        client.system.save(update_fields=["is_active"])
        give_system_office(client.system.organisation, active=False, at=at)
    return client


def authenticate(
    said: SignatureInput, signature: str, values: Mapping[str, str], *, body: bytes, at: datetime
) -> ApiClient:
    """The client whose key signed a request that was not seen before. Three statements. Raises SignatureFault.

    The nonce is kept only of a valid request, so that nobody without the key can fill the table or use up a nonce.
    """
    client = ApiClient.objects.holding(at=at).with_office().filter(key_id=said.key_id).first()
    if client is None:
        raise SignatureFault("key_unknown", "没有这个密钥，或者已经过期、停用；请联系平台管理员")
    secret = base64.b64decode(client.secret)
    verify(said, signature, values, body=body, secret=secret, now=int(at.timestamp()))
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, [client.pk, said.nonce, at])
        if cursor.rowcount == 0:
            raise SignatureFault(
                "replayed", "这个请求已经收到过一次；重试时请换一个 nonce 重新签名，Idempotency-Key 不变"
            )
    DepartmentSystem.objects.filter(pk=client.system_id).update(heard_at=at)
    return client
