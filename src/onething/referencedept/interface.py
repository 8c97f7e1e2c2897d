"""Signed calls to the interface (RFC 9421, RFC 9530), written from its documentation."""

import base64
import hashlib
import hmac
import http.client
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Answer", "Interface", "NoAnswer"]


class NoAnswer(Exception):
    """Nothing came back: whether it arrived is not known, so the same is sent again."""


@dataclass(frozen=True)
class Answer:
    """Status and document."""

    status: int
    said: dict[str, Any]


@dataclass(frozen=True)
class Interface:
    """Where the platform is and who calls. `secret` is base64, as it was handed over."""

    base: str
    key_id: str
    secret: str
    patience: float = 10

    def get(self, path: str) -> Answer:
        """Read. Raises NoAnswer."""
        return self.send("GET", path, b"")

    def post(self, path: str, said: Mapping[str, Any], key: str) -> Answer:
        """Act, under an idempotency key. Raises NoAnswer."""
        return self.send("POST", path, json.dumps(said, ensure_ascii=False, sort_keys=True).encode(), key)

    def send(self, method: str, path: str, content: bytes, key: str = "") -> Answer:
        """Sign and send bytes as they are. Raises NoAnswer for silence and for failures of the other side."""
        request = urllib.request.Request(  # noqa: S310  # the address the operator configured
            self.base + path, data=content or None, headers=self._headers(method, path, content, key), method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=self.patience) as response:  # noqa: S310  # as above
                return Answer(response.status, json.load(response))
        except urllib.error.HTTPError as error:
            if error.code >= http.client.INTERNAL_SERVER_ERROR:
                raise NoAnswer(str(error)) from None
            return Answer(error.code, json.load(error))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(str(error)) from None

    def _headers(self, method: str, path: str, content: bytes, key: str) -> dict[str, str]:
        target, _, query = path.partition("?")
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"
        parts = {"@method": method, "@path": target, "@query": f"?{query}", "content-digest": digest}
        if key:
            parts["idempotency-key"] = key
        names = " ".join(f'"{name}"' for name in parts)
        nonce = secrets.token_hex(12)
        params = f'({names});created={int(time.time())};nonce="{nonce}";keyid="{self.key_id}";alg="hmac-sha256"'
        lines = [f'"{name}": {value}' for name, value in parts.items()] + [f'"@signature-params": {params}']
        mac = hmac.new(base64.b64decode(self.secret), "\n".join(lines).encode(), hashlib.sha256).digest()
        headers = {
            "Content-Type": "application/json",
            "Content-Digest": digest,
            "Signature-Input": f"sig1={params}",
            "Signature": f"sig1=:{base64.b64encode(mac).decode()}:",
        }
        return headers | ({"Idempotency-Key": key} if key else {})
