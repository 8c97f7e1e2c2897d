"""The papers of a task that its body may open (I10): what was handed in for the item, and results of the items before it."""

from collections.abc import Sequence

from onething.cases.models import ItemCase, MaterialInstance
from onething.delivery.models import ResultDocument
from onething.materials.rules import is_paper_for
from onething.oneform.rules import party_subjects

__all__ = ["materials_for", "produced_for"]


def materials_for(item: ItemCase, rows: Sequence[MaterialInstance]) -> list[MaterialInstance]:
    """An item that runs once per person sees that person's papers, not those of the others (I10)."""
    if not item.instance:
        return list(rows)
    subjects = party_subjects(item.case.plan, item.case.form_values)
    return [one for one in rows if is_paper_for(item.instance, one.subject, subjects)]


def produced_for(item: ItemCase) -> list[ResultDocument]:
    """Results of earlier items of the same case that this item asks for as a material. At most one query."""
    makers = {
        row["produced_by"]
        for row in item.case.plan.get("materials", ())
        if row.get("produced_by") and any(one["item"] == item.key for one in row["asked_by"])
    }
    if not makers:
        return []
    return list(ResultDocument.objects.before(item, makers).select_related("file", "organisation").in_order())
