"""Fields as plain dictionaries: what a template needs to draw one, and how a posted one is read back.

A page passes {name, type, label, …}; `prepared` adds ids, the tie to hint and error, and the parts of dates and
addresses. `read_value` turns what the browser posted into one value again, whatever parts the field has. Neither judges
the value: that is the business of the rules behind the page.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from django.utils.translation import gettext_lazy

__all__ = ["FIELD_TYPES", "Posted", "errors_of", "field_id", "field_type", "prepared", "read_value"]

# Everything a page may ask for, and the component that draws it.
FIELD_TYPES: Final[Mapping[str, str]] = {
    "text": "text",
    "name": "text",
    "uscc": "code",
    "bank_account": "code",
    "id_number": "code",
    "phone": "code",
    "number": "number",
    "long_text": "long_text",
    "date": "date",
    "datetime": "datetime",
    "month": "month",
    "address": "address",
    "radio": "radio",
    "checkbox": "checkbox",
    "select": "select",
    "search_select": "search_select",
    "file": "file",
}
RADIO_LIMIT: Final = 6
SELECT_LIMIT: Final = 15
DATE_PARTS: Final = 3
MONTH_PARTS: Final = 2
PARTED: Final = frozenset({"date", "datetime", "month", "address"})
YES_NO: Final = ({"value": "true", "label": gettext_lazy("是")}, {"value": "false", "label": gettext_lazy("否")})

# What browsers should offer, and which keys a phone should show.
DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "name": {"autocomplete": "name", "max_length": 60, "width": "medium"},
    "id_number": {"inputmode": "text", "autocomplete": "off", "max_length": 24, "width": "code"},
    "uscc": {"inputmode": "text", "autocomplete": "off", "max_length": 24, "width": "code"},
    "bank_account": {"inputmode": "numeric", "autocomplete": "off", "max_length": 40, "width": "code"},
    "phone": {"inputmode": "tel", "autocomplete": "tel", "max_length": 20, "width": "code", "input_type": "tel"},
    "number": {"inputmode": "decimal", "autocomplete": "off", "max_length": 20, "width": "short"},
    "address": {"autocomplete": "street-address", "max_length": 200},
}


class Posted(Protocol):
    """What a posted form must offer: Django's QueryDict, or a double in a test."""

    def get(self, key: str, default: Any = None) -> Any: ...  # noqa: ANN401  # as Django types it
    def getlist(self, key: str) -> list[Any]: ...
    def __contains__(self, key: object) -> bool: ...


def field_type(field: Mapping[str, Any]) -> str:
    """The component's type: an element's `choice` and `boolean` become the control that fits their options."""
    kind = str(field.get("type") or "text")
    if kind == "boolean":
        return "radio"
    if kind == "choice":
        options = field.get("options") or ()
        if field.get("multiple"):
            return "checkbox"
        if len(options) <= RADIO_LIMIT:
            return "radio"
        return "select" if len(options) <= SELECT_LIMIT else "search_select"
    if kind not in FIELD_TYPES:
        msg = f"no component draws a field of type {kind!r}"
        raise ValueError(msg)
    return kind


def field_id(field: Mapping[str, Any]) -> str:
    """The id of the control an error leads to: the first part of a field with several."""
    base = str(field.get("id") or f"f-{field['name']}")
    suffix = {"date": "-year", "datetime": "-year", "month": "-year", "radio": "-1", "checkbox": "-1"}
    kind = field_type(field)
    if kind == "address" and field.get("divisions"):
        return f"{base}-division"
    return base + ("" if field.get("readonly") else suffix.get(kind, ""))


def errors_of(fields: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The lines of the error summary: same words, in the order of the fields, each leading to its control."""
    return [{"id": field_id(field), "text": str(field["error"])} for field in fields if field.get("error")]


def _split_date(value: object, *, parts: int) -> list[str]:
    pieces = str(value or "").split("-")
    return (pieces + [""] * parts)[:parts]


def _split_address(value: str, divisions: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """Cut a stored address at the longest division name it begins with."""
    names = sorted((str(entry["label"]) for entry in divisions), key=len, reverse=True)
    head = next((name for name in names if value.startswith(name)), "")
    return head, value[len(head) :]


def _options(field: Mapping[str, Any], base: str) -> list[dict[str, Any]]:
    given = field.get("options") or (YES_NO if field.get("type") == "boolean" else ())
    value = field.get("value")
    if isinstance(value, bool):
        value = "true" if value else "false"
    chosen = {str(one) for one in value} if isinstance(value, list | tuple | set) else {str(value)} - {"None", ""}
    return [
        {**option, "id": f"{base}-{number}", "checked": str(option["value"]) in chosen}
        for number, option in enumerate(given, start=1)
    ]


def prepared(field: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the component's template needs. Raises ValueError for a type nobody draws."""
    kind = field_type(field)
    base = str(field.get("id") or f"f-{field['name']}")
    made: dict[str, Any] = {"required": True, **DEFAULTS.get(kind, {}), **field, "kind": kind, "id": base}
    made["options"] = _options(field, base)
    made["hint_id"] = f"{base}-hint" if made.get("hint") else ""
    made["error_id"] = f"{base}-error" if made.get("error") else ""
    ties = [made["hint_id"], made["error_id"], f"{base}-limit" if kind == "file" else ""]
    made["described_by"] = " ".join(tie for tie in ties if tie)
    made["is_optional"] = not made["required"] and made.get("optional_mark", True)
    made["value"] = "" if made.get("value") is None else made["value"]
    _add_parts(made, kind)
    return made


def _add_parts(made: dict[str, Any], kind: str) -> None:
    value = made["value"]
    if kind in {"date", "datetime"}:
        day, _, clock = str(value).replace("T", " ").partition(" ")
        made["year"], made["month"], made["day"] = _split_date(day, parts=DATE_PARTS)
        made["hour"], made["minute"] = [*clock.split(":"), "", ""][:2]
    elif kind == "month":
        made["year"], made["month"] = _split_date(value, parts=MONTH_PARTS)
    elif kind == "address" and made.get("divisions"):
        made["division"], made["detail"] = _split_address(str(value), made["divisions"])
    elif kind == "search_select":
        labels = {str(option["value"]): option["label"] for option in made["options"]}
        made["shown"] = labels.get(str(value), value)


def _joined_date(posted: Posted, name: str, parts: tuple[str, ...]) -> str:
    """2026-3-5 becomes 2026-03-05; nothing at all is empty; what is half there stays half, so that a rule can say so."""
    pieces = [str(posted.get(f"{name}-{part}") or "").strip() for part in parts]
    if not any(pieces):
        return ""
    return "-".join(piece.zfill(2) if piece.isdecimal() else piece for piece in pieces)


def _read_parts(posted: Posted, kind: str, name: str) -> str:
    """The value of a field that came in parts; a native control sends it whole and never gets here."""
    if kind == "month":
        return _joined_date(posted, name, ("year", "month"))
    if kind == "address":
        return f"{posted.get(f'{name}-division') or ''}{str(posted.get(f'{name}-detail') or '').strip()}"
    day = _joined_date(posted, name, ("year", "month", "day"))
    if kind == "date":
        return day
    clock = _joined_date(posted, name, ("hour", "minute")).replace("-", ":")
    return f"{day} {clock}".strip()


def read_value(posted: Posted, field: Mapping[str, Any]) -> Any:  # noqa: ANN401  # text, or a list for several boxes
    """One value from a posted form: text, or a list of texts for a checkbox field. White space at the ends is dropped."""
    kind, name = field_type(field), str(field["name"])
    if kind == "checkbox":
        return [str(one) for one in posted.getlist(name)]
    if name not in posted and kind in PARTED:
        return _read_parts(posted, kind, name)
    value = str(posted.get(name) or "").replace("\r\n", "\n").strip()
    if kind == "search_select":
        by_label = {str(option["label"]): str(option["value"]) for option in field.get("options") or ()}
        return by_label.get(value, value)
    return value
