"""What need not be asked in a section, and why the rest is asked (R2.4, X8, I2). The fields themselves: `ui/form_fields`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from onething.oneform.rules import Section, Values, concerned, known_values
from onething.web.ui.form_fields import plain_words
from onething.web.ui.spoken import listed, said

__all__ = ["supplied_rows", "why_lines"]


def supplied_rows(
    plan: Mapping[str, Any], section: Section, values: Values, *, today: date, names: Mapping[str, str]
) -> dict[str, list[dict[str, str]]]:
    """What need not be asked in this section, as text with its source (X8), by whose it is."""
    known = known_values(plan, values, today=today)
    subjects = [one.subject for one in section.instances]
    rows: dict[str, list[dict[str, str]]] = {subject: [] for subject in subjects}
    for row in plan["supplied"]:
        for subject in concerned(row, subjects) if row["party"] == section.key else ():
            of_all = known.get(row["subject"], {}).get(row["element"])
            value = known.get(subject, {}).get(row["element"], of_all)
            rows[subject].append(
                {
                    "label": row["label"],
                    "value": said(plain_words(value)),
                    "source": _source(row, value, names),
                    "empty_text": _("现在不用填"),
                }
            )
    return rows


def _source(row: Mapping[str, Any], value: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401  # an answer or value as it is stored: any JSON
    source = row["source"]
    match source["kind"]:
        case "answer":
            return _("来自您前面的回答")
        case "produced":
            return _("“%(item)s”办好后自动填，不用您填") % {"item": names.get(source["item"], source["item"])}
        case _ if value is None:
            return _("填好别的内容后自动算出，不用您填")
        case _:
            return _("由您填的内容自动算出")


def why_lines(section: Section, names: Mapping[str, str]) -> list[str]:
    """Which items ask what, on what basis: one line per field (I2)."""
    told: dict[str, str] = {}
    for field in section.fields:
        askers = listed((_asker(names.get(item, item), basis) for item, basis in field.asked_by), "；")
        told.setdefault(field.element, _("%(label)s：%(words)s") % {"label": field.label, "words": askers})
    return list(told.values())


def _asker(item: str, basis: str) -> str:
    return _("%(item)s（%(basis)s）") % {"item": item, "basis": said(basis) or _("依据待补")}
