"""Handing something to another system by HTTP: one request to one address, no redirect followed, not waited for long."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlsplit

from onething.kit.errors import Unavailable

__all__ = ["PATIENCE_SECONDS", "is_safe_address", "post"]

PATIENCE_SECONDS = 10


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is sent is meant for one address."""

    def redirect_request(self, *arguments: object, **options: object) -> None:
        """Never."""


OPENER = urllib.request.build_opener(_NoRedirect)


def is_safe_address(url: str) -> bool:
    """Whether nobody on the way can read it: https, or a system on this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"})


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> None:
    """Send JSON. Raises Unavailable, with the `status` the other system answered, when it did not take it or did not answer."""
    request = urllib.request.Request(  # noqa: S310  # the callers let in what `is_safe_address` lets in
        url, data=body, headers={**headers, "Content-Type": "application/json"}, method="POST"
    )
    try:
        with OPENER.open(request, timeout=PATIENCE_SECONDS):
            return
    except urllib.error.HTTPError as error:
        error.close()
        msg = f"the system answered {error.code}"
        raise Unavailable(msg, status=error.code) from None
    except (OSError, http.client.HTTPException) as error:
        msg = f"the system does not answer: {type(error).__name__}"
        raise Unavailable(msg) from None
