"""Short messages by HTTP, in a form of our own: the city's gateway takes it as it is, or somebody writes a few lines between the two.

    POST ONETHING_SMS_URL                      Authorization: Bearer ONETHING_SMS_KEY
    {"to": "13800001234", "text": "…", "key": "message-17"}

2xx: taken. 400 to 499 (but 401, 403, 404, 408, 425, 429): this text is refused for good. Anything else, or silence: it is tried again with
the same `key`, by which the receiver tells a repetition. No vendor's interface is claimed here; none has been tried.
"""

import json
from typing import Final

from django.conf import settings

from onething.kit.errors import Unavailable
from onething.kit.posting import is_safe_address, post
from onething.messages.adapters import Text

__all__ = ["Gateway"]

CLIENT_FAULTS: Final = range(400, 500)
# Our own setting or the moment is wrong, not the text.
MAY_PASS: Final = frozenset({401, 403, 404, 408, 425, 429})


class Gateway:
    """One request for each text."""

    def send(self, text: Text) -> None:
        """Hand it over. Raises Unavailable, for good when the gateway refuses the text."""
        if not is_safe_address(settings.ONETHING_SMS_URL):
            msg = "ONETHING_SMS_URL is not set to an https address"
            raise Unavailable(msg)
        body = json.dumps({"to": text.to, "text": text.body, "key": text.key}, ensure_ascii=False).encode()
        try:
            post(settings.ONETHING_SMS_URL, body=body, headers={"Authorization": f"Bearer {settings.ONETHING_SMS_KEY}"})
        except Unavailable as unavailable:
            status = unavailable.facts.get("status")
            if status in CLIENT_FAULTS and status not in MAY_PASS:
                raise Unavailable(unavailable.message, permanent=True) from None
            raise
