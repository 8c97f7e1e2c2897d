"""Versions of drawings: each state that was handed in keeps its number, so that an opinion can name it (R2.8.d/5)."""

from collections.abc import Iterable
from datetime import datetime

from onething.activities.models import DrawingVersion
from onething.activities.rules import DRAWING
from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.kit import db

__all__ = ["keep_versions", "versions_for"]


@db.transaction_required
def keep_versions(case: OneThingCase, items: Iterable[ItemCase], *, at: datetime) -> None:
    """Give every drawing these items ask a version, where its file is another than the last one's. At most three queries."""
    keys = {row["key"] for row in case.plan.get("materials", ()) if row.get("kind") == DRAWING}
    asked = {item.key for item in items}
    rows = [
        row
        for row in MaterialInstance.objects.filter(case=case, key__in=keys, file__isnull=False)
        .select_related("file")
        .in_order()
        if asked & set(row.items)
    ]
    last: dict[int, DrawingVersion] = {}
    for version in DrawingVersion.objects.filter(material__in=rows).order_by("ordinal"):
        last[version.material_id] = version
    DrawingVersion.objects.bulk_create(
        DrawingVersion(
            material=row, ordinal=last[row.pk].ordinal + 1 if row.pk in last else 1, file=row.file, seen_at=at
        )
        for row in rows
        if row.file is not None and (row.pk not in last or last[row.pk].file_id != row.file_id)
    )


def versions_for(item: ItemCase) -> list[DrawingVersion]:
    """Every version of the drawings one item asks, each drawing's latest first. One query."""
    rows = DrawingVersion.objects.filter(material__case=item.case_id, material__items__contains=[item.key])
    return list(rows.select_related("material", "file").order_by("material", "-ordinal"))
