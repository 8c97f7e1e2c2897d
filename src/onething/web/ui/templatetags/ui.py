"""`{% load ui %}`: the frame's facts, the field tag, and the filters that write dates, money and masked numbers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django import template
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onething.web.ui import formats
from onething.web.ui.face import Face, face_of
from onething.web.ui.fields import FIELD_TYPES, prepared

register = template.Library()

CHECK_OPTIONS: Final = (("yes", "符合"), ("no", "不符合"), ("na", "不适用"))


@register.simple_tag(takes_context=True)
def ui_face(context: Context) -> Face:
    """The facts of the frame; works on error pages that have no request."""
    return face_of(context.get("request"))


@register.simple_tag
def field(given: Mapping[str, Any]) -> str:
    """Draw one field from a plain dictionary; the component's template is chosen by its type."""
    made = prepared(given)
    drawn = get_template(f"ui/components/fields/{FIELD_TYPES[made['kind']]}.html")
    return drawn.render({"f": made})


@register.simple_tag
def select_field(
    name: str, label: str, options: Sequence[Mapping[str, Any]], value: object = "", fallback: str = "opinion_template"
) -> dict[str, Any]:
    """A select field made inside a component, such as the choice of a template."""
    return {"name": name or fallback, "type": "select", "label": label, "options": options, "value": value}


@register.simple_tag
def check_options(point: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answers of one point of a checklist, each with its own id."""
    given = point.get("options") or [{"value": value, "label": _(label)} for value, label in CHECK_OPTIONS]
    return [
        {**option, "id": f"{point['id']}-{number}", "checked": str(point.get("value") or "") == str(option["value"])}
        for number, option in enumerate(given, start=1)
    ]


@register.simple_tag
def deadline_rule() -> str:
    """The rule behind the lights (ux e1), in one place."""
    return _(
        "● 正常；▲ 临期：剩余时间不到三分之一，或不到1个工作日；■ 超期：过了办结日期；‖ 暂停计时：在等特别程序或等您补充。只算工作日。"
    )


@register.filter
def prose_date(value: date | datetime | None) -> str:
    """2026年3月5日（星期四）14:30."""
    return formats.prose_date(value) if value else ""


@register.filter
def table_date(value: date | datetime | None) -> str:
    """2026-03-05 14:30."""
    return formats.table_date(value) if value else ""


@register.filter
def time_of_day(value: datetime | None) -> str:
    """14:32."""
    return formats.time_of_day(value) if value else ""


@register.filter
def money(fen: int | None) -> str:
    """1280.00元 from fen."""
    return "" if fen is None else formats.money(fen)


@register.filter
def mask_id(number: str | None) -> str:
    """3212**********1234."""
    return formats.mask_id(number or "")


@register.filter
def mask_phone(number: str | None) -> str:
    """138****1234."""
    return formats.mask_phone(number or "")


@register.filter
def mask_name(name: str | None) -> str:
    """王*兰."""
    return formats.mask_name(name or "")


@register.filter
def unit(number: object, word: str) -> SafeString | str:
    """A number with its unit, never broken over two lines: {{ 5|unit:"个工作日" }}."""
    if number is None or number == "":
        return ""
    return format_html('<span class="ys-nowrap">{}{}</span>', number, word)


@register.filter
def due_text(due: date | datetime | None, days: int | None) -> str:
    """3月12日前，还剩3个工作日."""
    return formats.due_text(due, days) if due else ""


@register.filter
def file_size(size: int | None) -> str:
    """14MB."""
    return "" if size is None else formats.file_size(size)


@register.filter
def plain_number(text: object) -> object:
    """03 becomes 3 in the small inputs of a date; anything that is no number stays as it was typed."""
    return str(int(text)) if isinstance(text, str) and text.isdecimal() else text
