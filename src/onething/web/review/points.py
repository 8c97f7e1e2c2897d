"""The checklist of a task: the conditions of its item and the materials it asked for, each with its basis (ux e)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onething.cases.models import MaterialInstance
from onething.documents.wording import basis_of
from onething.web.ui.formats import table_date
from onething.web.ui.spoken import whose_paper

__all__ = ["PREFIX", "Point", "as_fields", "asked_basis", "obtained_words", "points_of"]

PREFIX: Final = "check."
UNSOURCED: Final = gettext_lazy("依据待补")
OPTIONS: Final = ({"value": "ok", "label": gettext_lazy("符合")}, {"value": "not_ok", "label": gettext_lazy("不符合")})
OBTAINED: Final = {
    "submit": gettext_lazy("申请人还没有交，可以后补"),
    "commitment": gettext_lazy("申请人已作书面承诺，免交"),
    "produced": gettext_lazy("申请人不用交，前一项的结果会自动放到这里，决定后约一分钟"),
    "licence": gettext_lazy("申请人不用交，请查电子证照"),
    "data": gettext_lazy("申请人不用交，请用部门数据核对"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to look at. `key` is what the mark is stored under."""

    key: str
    title: str
    basis: str
    data: str


def points_of(
    plan: Mapping[str, Any],
    plan_item: Mapping[str, Any],
    materials: Sequence[MaterialInstance],
    titles: Mapping[str, str],
) -> list[Point]:
    """Conditions first, as the guide lists them, then each material once however many pages it has.

    `titles` says how each subject is called, for the same paper of several of them.
    """
    basis = basis_of(plan_item) or str(UNSOURCED)
    points = [
        Point(f"condition:{place}", str(text), basis, "")
        for place, text in enumerate(plan_item.get("conditions") or (), start=1)
    ]
    pages: dict[tuple[str, str], list[MaterialInstance]] = {}
    for one in materials:
        pages.setdefault((one.key, one.subject), []).append(one)
    points.extend(
        Point(
            f"material:{key}:{subject}" if subject else f"material:{key}",
            _("材料“%(name)s”齐全、属实") % {"name": whose_paper(titles.get(subject, ""), rows[0].name)},
            asked_basis(plan, key, str(plan_item.get("key"))),
            obtained_words(rows),
        )
        for (key, subject), rows in pages.items()
    )
    return points


def asked_basis(plan: Mapping[str, Any], material: str, item: str) -> str:
    """On which article this item asks a material."""
    for row in plan.get("materials", ()):
        if row["key"] == material:
            found = next((str(one.get("basis") or "") for one in row["asked_by"] if one["item"] == item), "")
            return found or str(UNSOURCED)
    return str(UNSOURCED)


def obtained_words(rows: Sequence[MaterialInstance]) -> str:
    """How a material is there."""
    files = [one for one in rows if one.file_id is not None]
    if files:
        told = _("已上传%(n)s份文件") % {"n": len(files)}
        followed = max((one.followed_at for one in files if one.followed_at is not None), default=None)
        return told if followed is None else _("%(told)s，补交于%(at)s") % {"told": told, "at": table_date(followed)}
    return str(OBTAINED.get(rows[0].obtained, ""))


def as_fields(
    points: Sequence[Point], checks: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The points as the checklist component wants them."""
    return [
        {
            "name": PREFIX + point.key,
            "id": f"check-{number}",
            "title": point.title,
            "basis": " · ".join(part for part in (_("依据：%(basis)s") % {"basis": point.basis}, point.data) if part),
            "data": "",
            "value": checks.get(point.key, ""),
            "options": OPTIONS,
            "error": (errors or {}).get(point.key, ""),
        }
        for number, point in enumerate(points, start=1)
    ]
