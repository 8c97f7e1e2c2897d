"""A department's own system for tests: a key, and requests signed with it through Django's client."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.cast import AT

from onething.exchange.models import ApiClient
from onething.exchange.rules import SCOPES
from onething.exchange.services import add_client
from onething.exchange.signing import signed_headers
from onething.parties.models import Organisation

__all__ = ["Answer", "System", "make_system"]


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> str:
        """The code of a problem."""
        return str(self.body.get("code", ""))


@dataclass
class System:
    """One department's system."""

    key_id: str
    secret: str
    client: Client = field(default_factory=Client)

    def headers(
        self, method: str, path: str, query: str, body: bytes, *, key: str = "", **changes: Any
    ) -> dict[str, str]:
        """The headers of a signed request; `changes` bend what is signed."""
        made = {
            "method": method, "path": path, "query": query, "body": body, "key_id": self.key_id,
            "secret": base64.b64decode(self.secret), "created": int(timezone.now().timestamp()),
            "nonce": secrets.token_hex(12), "idempotency_key": key,
        }  # fmt: skip
        return signed_headers(**{**made, **changes})

    def send(self, method: str, path: str, body: bytes = b"", *, query: str = "", headers: dict[str, str]) -> Answer:
        """Send as it is."""
        response = self.client.generic(
            method, path, body, content_type="application/json", QUERY_STRING=query, headers=headers
        )
        content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        said = json.loads(content) if "json" in response.headers.get("Content-Type", "") else content
        return Answer(response.status_code, said, response.headers)

    def get(self, path: str, query: str = "") -> Answer:
        """A signed read."""
        return self.send("GET", path, query=query, headers=self.headers("GET", path, query, b""))

    def task(self, number: str) -> dict[str, Any]:
        """A task, whole."""
        answer = self.get(f"/api/v1/tasks/{number}")
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.body
        return found

    def act(self, number: str, act: str, *, key: str = "", **said: Any) -> Answer:
        """A signed act on what holds now, unless `version` or `sequence` say otherwise."""
        if "sequence" not in said or (act != "status" and "version" not in said):
            now = self.task(number)
            said.setdefault("sequence", now["next_sequence"])
            if act != "status":
                said.setdefault("version", now["version"])
        path, body = f"/api/v1/tasks/{number}/{act}", json.dumps(said, ensure_ascii=False).encode()
        headers = self.headers("POST", path, "", body, key=key or secrets.token_hex(8))
        return self.send("POST", path, body, headers=headers)

    @property
    def row(self) -> ApiClient:
        """The key's row."""
        return ApiClient.objects.get(key_id=self.key_id)


def make_system(
    body: Organisation, *, scopes: tuple[str, ...] = SCOPES, at: datetime = AT, push_url: str = ""
) -> System:
    """A system of a body with one key."""
    made = add_client(organisation=body.key, scopes=scopes, push_url=push_url, at=at)
    return System(made.key_id, made.secret)
