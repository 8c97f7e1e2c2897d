"""A section of the one form as fields for a page, and what was posted back as typed texts (R2.4, X5, X8)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from onething.oneform.rules import Field, Section
from onething.web.ui.fields import Posted, read_value
from onething.web.ui.spoken import listed, said, with_unit

__all__ = ["SELF_FILLED", "groups_of", "plain_words", "typed_of", "value_words"]

PERSON_NAME: Final = "person_name"
YES_NO: Final = (("yes", "是"), ("no", "否"))
JOINT: Final = "、"
# What a browser may fill in by itself: only the applicant's own data, never somebody else's (SC 1.3.5).
SELF_FILLED: Final = frozenset({"name", "phone", "address"})


def groups_of(
    section: Section,
    values: Mapping[str, Mapping[str, Any]],
    faulty: Mapping[str, Mapping[str, str]],
    errors: Mapping[str, str],
    *,
    is_own: bool,
) -> list[dict[str, Any]]:
    """The instances of a section with their fields, values as typed and words beside them."""
    return [
        {
            "subject": instance.subject,
            "title": instance.title,
            "fields": [
                _field(
                    field,
                    _shown(field, values.get(instance.subject, {}).get(field.element), faulty.get(field.key)),
                    errors.get(field.key, ""),
                    is_own=is_own,
                )
                for field in instance.fields
            ],
        }
        for instance in section.instances
    ]


def _shown(field: Field, value: Any, fault: Mapping[str, str] | None) -> Any:  # noqa: ANN401  # text or a list
    """What stood in the control: the faulty text as typed, else the stored value."""
    if fault is not None:
        text = fault.get("text", "")
        return text.split(JOINT) if field.multiple else text
    return value


def _field(field: Field, value: Any, error: str, *, is_own: bool) -> dict[str, Any]:  # noqa: ANN401  # an answer or value as it is stored: any JSON
    kind = _kind(field)
    made: dict[str, Any] = {
        "name": field.key,
        "type": kind,
        "label": field.label,
        "required": field.required,
        "hint": _hint(field),
        "value": value,
        "unit": field.unit,
    }
    if field.options or field.type == "boolean":
        made["options"] = [{"value": key, "label": said(label)} for key, label in field.options or YES_NO]
        made["multiple"] = field.multiple
    if field.max_length and kind in {"text", "long_text", "address"}:
        made["max_length"] = field.max_length
    if kind in SELF_FILLED and not is_own:
        made["autocomplete"] = "off"
    if error:
        made["error"] = error
    return made


def _kind(field: Field) -> str:
    """The control: an element without options in a code list is free text (contract of code lists)."""
    if field.element == PERSON_NAME:
        return "name"
    if field.type == "boolean" and not field.options:
        return "radio"
    if field.type == "choice" and not field.options:
        return "text"
    return field.type


def _hint(field: Field) -> str:
    parts = [field.hint] if field.hint else []
    if field.example:
        parts.append(_("例如：%(example)s") % {"example": field.example})
    return listed(parts, "；")


def typed_of(section: Section, posted: Posted) -> dict[str, str | Sequence[str]]:
    """What was posted, by control, as the rules read it. A list that came back as one text (after a conflict) is a list again."""
    typed: dict[str, str | Sequence[str]] = {}
    for field in section.fields:
        value = read_value(posted, _field(field, None, "", is_own=False))
        if field.multiple and isinstance(value, list):
            known = {key for key, _label in field.options}
            value = [part for one in value for part in ([one] if one in known else one.split(JOINT))]
        typed[field.key] = value
    return typed


def value_words(field: Field, value: Any) -> str:  # noqa: ANN401  # text, list or a flag
    """A stored value as people read it."""
    labels = {key: said(label) for key, label in field.options or (YES_NO if field.type == "boolean" else ())}
    if isinstance(value, list):
        return listed(labels.get(str(one), str(one)) for one in value)
    words = labels.get(str(value), plain_words(value))
    return with_unit(words, field.unit) if field.unit and words and not field.options else words


def plain_words(value: Any) -> str:  # noqa: ANN401  # an answer or value as it is stored: any JSON
    """A value without a field: flags as 是 and 否, lists joined."""
    if isinstance(value, bool):
        return said("是" if value else "否")
    if isinstance(value, list):
        return listed(said(plain_words(one)) for one in value)
    return "" if value is None else str(value)
