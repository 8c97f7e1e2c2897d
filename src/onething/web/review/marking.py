"""Marking a place on a page of a paper: the four numbers that work everywhere; with script a rectangle is drawn too (ux g3)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onething.cases.models import MaterialInstance
from onething.feedback.areas import NoBox, read_box
from onething.feedback.rules import Target, TargetKind
from onething.feedback.services import Mark
from onething.kit.errors import Refused

__all__ = ["MARKS", "mark_fields", "read_mark", "target_of"]

NUMBERS: Final = {
    "mark_left": gettext_lazy("离左边"),
    "mark_top": gettext_lazy("离上边"),
    "mark_width": gettext_lazy("宽"),
    "mark_height": gettext_lazy("高"),
}
MARKS: Final = ("mark_paper", "mark_page", *NUMBERS)


def target_of(row: MaterialInstance) -> Target:
    """The paper a file belongs to."""
    return Target(TargetKind.MATERIAL, row.key, row.subject)


def mark_fields(
    materials: Sequence[MaterialInstance], targets: frozenset[Target], typed: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The fields of a place on a page; none where there is no file that can be corrected."""
    rows = [one for one in materials if one.file is not None and target_of(one) in targets]
    if not rows:
        return []
    count: dict[Target, int] = {}
    options = []
    for one in rows:
        place = count[target_of(one)] = count.get(target_of(one), 0) + 1
        options.append({"value": str(one.pk), "label": f"{one.name} {place}"})
    fields: list[dict[str, Any]] = [
        {"name": "mark_paper", "type": "select", "label": _("哪个文件"), "options": options}
    ]
    if any(one.file is not None and one.file.page_count > 1 for one in rows):
        fields.append({"name": "mark_page", "type": "number", "label": _("第几页"), "width": "small"})
    fields += [
        {"name": name, "type": "number", "label": label, "unit": "%", "width": "small", "inputmode": "decimal"}
        for name, label in NUMBERS.items()
    ]
    return [
        {"id": f"finding-{one['name']}", "value": typed.get(one["name"], ""), "required": False, "optional_mark": False}
        | one
        for one in fields
    ]


def read_mark(typed: Mapping[str, str]) -> Mark | None:
    """The place that was marked, if one was. Raises Refused."""
    try:
        box = read_box(*(typed.get(name, "") for name in NUMBERS))
    except NoBox as wrong:
        raise Refused(str(wrong), code="place") from wrong
    if box is None:
        return None
    paper, page = typed.get("mark_paper", ""), typed.get("mark_page", "") or "1"
    if not paper.isdecimal():
        raise Refused(_("选出位置标在哪个文件上"), code="place")
    if not page.isdecimal():
        raise Refused(_("第几页只写数字"), code="place")
    return Mark(int(paper), box, int(page))
