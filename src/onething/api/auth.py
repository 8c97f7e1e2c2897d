"""Who asks: a department's system that signed the request, and what its key may do."""

from http import HTTPStatus
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.encoding import escape_uri_path
from ninja.security import APIKeyHeader

from onething.api.problems import Problem
from onething.exchange.models import ApiClient
from onething.exchange.services import authenticate
from onething.exchange.signing import SignatureFault, parse_input

__all__ = ["SIGNED", "client_of", "demand_scope"]


class SignedRequest(APIKeyHeader):
    """HTTP Message Signatures (RFC 9421), `hmac-sha256`, over "@method" "@path" "@query" "content-digest", and over
    "idempotency-key" where there is one; parameters created, nonce, keyid. See docs/develop/department-systems.md.
    """

    param_name = "Signature"

    def authenticate(self, request: HttpRequest, key: str | None) -> ApiClient:
        """The client. Raises SignatureFault."""
        said_input, digest = request.headers.get("Signature-Input"), request.headers.get("Content-Digest")
        if not key or not said_input or not digest:
            raise SignatureFault(
                "signature_missing", "请求没有签名：要有 Content-Digest、Signature-Input 和 Signature 三个标头"
            )
        values = {
            "@method": request.method or "",
            "@path": escape_uri_path(request.path),
            "@query": f"?{request.META.get('QUERY_STRING', '')}",
            "content-digest": digest,
        }
        if "Idempotency-Key" in request.headers:
            values["idempotency-key"] = request.headers["Idempotency-Key"]
        return authenticate(parse_input(said_input), key, values, body=request.body, at=timezone.now())


SIGNED = SignedRequest()


def client_of(request: HttpRequest, scope: str) -> ApiClient:
    """The client of an authenticated request, if its key may do this. Raises Problem."""
    client = cast("ApiClient", request.auth)  # type: ignore[attr-defined]  # set by the interface's framework
    demand_scope(client, scope)
    return client


def demand_scope(client: ApiClient, scope: str) -> None:
    """Raises Problem naming the scope that lacks."""
    if scope not in client.scopes:
        raise Problem(HTTPStatus.FORBIDDEN, "scope", f"这个密钥没有 {scope} 权限，请联系平台管理员")
