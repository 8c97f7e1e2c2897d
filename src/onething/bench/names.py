"""What can be measured, by the name that `--only` takes. Knows no Django."""

from typing import Final

__all__ = ["GROUPS"]

GROUPS: Final = {
    "planning": "planning the largest one-thing",
    "submit": "handing in a six-item application",
    "pages": "signed-in pages",
    "transfer": "what a public page sends",
    "outbox": "delivering the outbox",
    "growth": "lists at 10 000 and at a million items",
}
