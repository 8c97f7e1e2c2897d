"""The parts of the inspector's form: points with their answers and photographs, the opinion. Values in, dictionaries out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from onething.activities.models import OPINION_WORDS, ChecklistPoint, Participation, SitePhoto
from onething.web.ui.addresses import link_to

__all__ = ["opinion_fields", "point_rows", "typed_points"]

LONGEST_NOTE = 500


def point_rows(part: Participation, photos: Sequence[SitePhoto], typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row per point: what is asked, what was answered, which photographs show it. One query."""
    rows = []
    for point in part.points.order_by("ordinal"):
        value = str(typed.get(f"answer-{point.ordinal}", point.answer))
        shown = [one for one in photos if one.point_id == point.pk]
        rows.append(
            {
                "ordinal": point.ordinal,
                "title": point.title,
                "basis": point.basis,
                "note": str(typed.get(f"note-{point.ordinal}", point.note)),
                "options": [
                    {"value": answer, "label": words, "checked": answer == value}
                    for answer, words in ChecklistPoint.Answer.choices
                ],
                "photos": list(_links(part, shown)),
            }
        )
    return rows


def _links(part: Participation, photos: Iterable[SitePhoto]) -> Iterator[dict[str, str]]:
    for number, one in enumerate(photos, start=1):
        words = _("申请人的照片%(n)s") if one.by_applicant else _("照片%(n)s")
        yield {"url": link_to("review:site_photo", part.pk, one.pk), "name": words % {"n": number}}


def typed_points(part: Participation, posted: Mapping[str, Any]) -> Iterator[tuple[int, str, str]]:
    """The answers of a form that differ from what is stored: place, answer, note. One query."""
    for point in part.points.order_by("ordinal"):
        answer = str(posted.get(f"answer-{point.ordinal}", ""))
        note = str(posted.get(f"note-{point.ordinal}", "")).strip()[:LONGEST_NOTE]
        if answer and (answer, note) != (point.answer, point.note):
            yield point.ordinal, answer, note


def opinion_fields(typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The opinion and its words."""
    return [
        {
            "name": "opinion",
            "type": "radio",
            "label": _("本单位的意见"),
            "options": [{"value": one.value, "label": words} for one, words in OPINION_WORDS.items()],
            "value": str(typed.get("opinion", "")),
            "required": False,
            "optional_mark": False,
        },
        {
            "name": "words",
            "type": "long_text",
            "label": _("说明"),
            "hint": _("不通过的，要写明原因"),
            "value": str(typed.get("words", "")),
            "rows": 2,
            "max_length": 1000,
            "required": False,
        },
    ]
