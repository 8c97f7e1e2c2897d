"""What can be measured, by the name that `--only` takes. Knows no Django."""

from typing import Final

__all__ = ["GROUPS"]

# In this order: what fills the database comes after what is copied or looked at in it.
GROUPS: Final = {
    "growth": "lists at 10 000 and at a million items",
    "planning": "planning every one-thing",
    "pages": "signed-in pages",
    "transfer": "what a public page sends",
    "outbox": "delivering the outbox",
    "submit": "handing in a six-item application",
    "handling": "dispatch and corrections",
    "zone": "zone, search and guide pages",
}
