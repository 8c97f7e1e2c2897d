"""One point of a correction as a card of the page: what is wrong, who says so on which basis, what to do, the controls."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from onething.cases.models import OneThingCase
from onething.feedback.models import Finding
from onething.feedback.paper import OpenPoint
from onething.feedback.reasons import OTHER, REASONS
from onething.files.services import can_turn
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of
from onething.web.ui.form_fields import groups_of, value_words
from onething.web.ui.formats import file_size
from onething.web.ui.spoken import listed, said, whose_paper
from onething.web.ui.uploads import ELECTRONIC, limit_text

__all__ = ["card_of", "files_name", "why_name"]

LONGEST = 1000


def files_name(point: OpenPoint) -> str:
    """The name of a point's control for files."""
    return f"files.{point.row.pk}"


def why_name(point: OpenPoint) -> str:
    """The name of a point's control for an explanation."""
    return f"why.{point.row.pk}"


def card_of(case: OneThingCase, point: OpenPoint, lacking: str) -> dict[str, Any]:
    """The card. `lacking` is what keeps the point from being handed in."""
    fields = _fields(point, lacking)
    upload = _upload(point, lacking) if point.takes_files else None
    why = _why(point, "" if fields or upload else lacking)
    controls = [*fields, *([upload] if upload else []), why]
    return {
        "id": f"p-{point.row.pk}",
        "number": point.row.ordinal,
        "title": whose_paper(point.asked.whose, point.asked.label),
        "lines": _lines(point.findings),
        "samples": [point.asked.sample] if point.asked.sample else [],
        "pictures": _pictures(case, point),
        "before": _before(case, point),
        "fields": fields,
        "upload": upload,
        "why": why,
        "key": point.row.pk,
        "errors": errors_of(controls),
    }


def _lines(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """What is wrong, once per reason, with every body that found it and what each of them wrote."""
    grouped: dict[str, list[Finding]] = {}
    for one in findings:
        grouped.setdefault(one.reason, []).append(one)
    return [_line(reason, rows) for reason, rows in grouped.items()]


def _line(code: str, rows: list[Finding]) -> dict[str, Any]:
    reason = REASONS.get(code)
    return {
        "what": said(reason.words) if reason is not None and code != OTHER else "",
        "help": said(reason.help) if reason is not None else "",
        "bodies": listed(dict.fromkeys(said(one.organisation.name) for one in rows)),
        "items": listed(dict.fromkeys(said(one.item.name) for one in rows)),
        "words": [one.words for one in rows if one.words],
        "places": list(dict.fromkeys(said(area.words) for one in rows for area in one.marked)),
        "required": list(dict.fromkeys(one.required for one in rows if one.required)),
        "basis": listed(dict.fromkeys(said(one.basis) for one in rows if one.basis)) or _("依据待补"),
        "lead": list(dict.fromkeys(one.lead_words for one in rows if one.lead_words)),
        "late": list(dict.fromkeys(one.exception_reason for one in rows if one.exception_reason)),
    }


def _pictures(case: OneThingCase, point: OpenPoint) -> list[dict[str, Any]]:
    """The pages on which something was marked, each once with all its places; a page that is no picture is named in words only."""
    marked = point.marked
    return [
        {
            "src": link_to("public:own_picture", case.number, row.pk),
            "alt": _("您交的“%(name)s”，框出的是%(places)s")
            % {"name": row.file_name, "places": listed(dict.fromkeys(said(area.words) for area in marked[row.pk]))},
            "boxes": [
                {
                    "x": round(area.box.left * 100, 2),
                    "y": round(area.box.top * 100, 2),
                    "width": round(area.box.width * 100, 2),
                    "height": round(area.box.height * 100, 2),
                }
                for area in marked[row.pk]
            ],
        }
        for row in point.materials
        if row.pk in marked and row.file is not None and can_turn(row.file)
    ]


def _before(case: OneThingCase, point: OpenPoint) -> dict[str, Any]:
    """What stands there now: values in words, papers as links."""
    return {
        "values": [
            {"label": field.label, "value": value_words(field, point.now.get(field.key)) or _("没有填写")}
            for field in point.editor.fields
        ],
        "papers": [
            {
                "name": row.file_name,
                "url": link_to("public:own_paper", case.number, row.pk),
                "size": file_size(row.file.size),
            }
            for row in point.materials
            if row.file is not None
        ],
    }


def _fields(point: OpenPoint, lacking: str) -> list[dict[str, Any]]:
    """The controls of the data, with what was typed; the first one bears what the point lacks."""
    kept: Mapping[str, Any] = point.row.answer.get("values", {})
    typed: Mapping[str, str] = point.row.answer.get("typed", {})
    found: list[dict[str, Any]] = []
    for section in point.editor.sections:
        values: dict[str, dict[str, Any]] = {}
        for field in section.fields:
            value = kept.get(field.key, point.now.get(field.key))
            values.setdefault(field.subject, {})[field.element] = value
        faulty = {key: {"text": text} for key, text in typed.items()}
        for group in groups_of(section, values, faulty, {}, is_own=False):
            found.extend(group["fields"])
    if lacking and found:
        wrong = next((one for one in found if one["name"] in typed), found[0])
        wrong["error"] = lacking
    return found


def _upload(point: OpenPoint, lacking: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": files_name(point),
        "id": f"f-files-{point.row.pk}",
        "type": "file",
        "label": _("上传改好的“%(name)s”") % {"name": whose_paper(point.asked.whose, point.asked.label)},
        "multiple": True,
        "camera": point.asked.form not in ELECTRONIC,
        "limit_text": limit_text(),
        "optional_mark": False,
        "files": [
            {
                "name": one.file_name,
                "size_text": file_size(one.file.size),
                "acts": [{"name": "remove", "value": one.pk, "label": _("删除"), "sending": _("正在删除…")}],
            }
            for one in point.files
        ],
    }
    return field | {"error": lacking} if lacking else field


def _why(point: OpenPoint, lacking: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": why_name(point),
        "id": f"f-why-{point.row.pk}",
        "type": "long_text",
        "label": _("不改的话，写明理由"),
        "required": False,
        "value": point.explanation,
        "max_length": LONGEST,
        "rows": 2,
    }
    return field | {"error": lacking} if lacking else field
