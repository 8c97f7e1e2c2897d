"""What a granted item brings forth (a certificate's number), entered when granting and checked like any form field."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from onething.cases.models import ItemCase
from onething.dispatch.rules import ProducedField
from onething.dispatch.services import produced_of
from onething.oneform.checks import check_value
from onething.oneform.rules import Field
from onething.web.ui.fields import Posted, read_value

__all__ = ["Produced", "produced_fields", "read_produced"]

PREFIX: Final = "produced."
Produced = dict[str, dict[str, str]]


def _rows(item: ItemCase) -> list[Field]:
    """Each datum to enter: whose and whether needed is the rule's word, how it is typed stands in the plan."""
    rows = {
        (str(row["party"]), str(row["element"])): row
        for row in item.case.plan.get("supplied", ())
        if row.get("source", {}).get("kind") == "produced" and row["source"].get("item") == item.key
    }
    by_element = {element: row for (_party, element), row in rows.items()}
    return [_field(rows.get((one.subject, one.element), by_element[one.element]), one) for one in produced_of(item)]


def _field(row: Mapping[str, Any], one: ProducedField) -> Field:
    return Field(
        subject=one.subject,
        element=one.element,
        name=str(row.get("element_name") or one.element),
        label=one.label,
        type=one.type,
        required=one.required,
        options=tuple(_option(option) for option in row.get("options") or ()),
        multiple=bool(row.get("multiple")),
        unit=str(row.get("unit") or ""),
        hint=str(row.get("hint") or ""),
        pattern=str(row.get("pattern") or ""),
        max_length=row.get("max_length"),
        example=str(row.get("example") or ""),
        minimum=row.get("min"),
        maximum=row.get("max"),
    )


def _option(one: object) -> tuple[str, str]:
    if not isinstance(one, Mapping):
        return str(one), str(one)
    value = str(one.get("value", one.get("code", "")))
    return value, str(one.get("label", one.get("name", value)))


def produced_fields(item: ItemCase, values: Produced, faults: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields of the page, with what was typed."""
    return [
        {
            **_control(field),
            "value": values.get(field.subject, {}).get(field.element, ""),
            "error": faults.get(field.key, ""),
        }
        for field in _rows(item)
    ]


def _control(field: Field) -> dict[str, Any]:
    return {
        "name": f"{PREFIX}{field.key}",
        "id": f"produced-{field.subject}-{field.element}",
        # A choice whose list nobody has sourced yet is written as text, as on the applicant's form.
        "type": "text" if field.type == "choice" and not field.options else field.type,
        "label": field.label,
        "hint": field.hint,
        "unit": field.unit,
        "required": field.required,
        "options": [{"value": value, "label": label} for value, label in field.options],
        "width": "medium",
    }


def read_produced(item: ItemCase, posted: Posted, *, today: date) -> tuple[Produced, dict[str, str]]:
    """What was entered, and for each wrong field what to do; texts that are wrong stay as typed (X5)."""
    values: Produced = {}
    faults: dict[str, str] = {}
    for field in _rows(item):
        raw = read_value(posted, _control(field))
        value, fault = check_value(field, raw, today=today, demonstration=settings.ONETHING_DEMO)
        if fault is not None:
            faults[field.key] = fault.message
        elif field.required and value in (None, "", []):
            faults[field.key] = _("填写%(what)s，后面的事要用") % {"what": field.label}
        kept = raw if fault is not None or value is None else value
        if kept not in (None, "", []):
            values.setdefault(field.subject, {})[field.element] = kept if isinstance(kept, str) else "、".join(kept)
    return values, faults
