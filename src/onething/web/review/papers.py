"""The papers of a task, shown inside its page: what was handed in for this item, and results of the items before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from onething.cases.models import ItemCase, MaterialInstance
from onething.delivery.models import ResultDocument
from onething.files.inspection import OFD, PDF
from onething.oneform.rules import party_subjects
from onething.web.review.marking import target_of
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import file_size, table_date

__all__ = ["Paper", "papers_of", "titles_of"]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper in the left half of the page."""

    number: int
    name: str
    kind: str
    src: str
    meta: str
    # Of a handed-in paper: its row, and the code of what a finding about it is bound to.
    material: int = 0
    target: str = ""


def papers_of(item: ItemCase, materials: Sequence[MaterialInstance], produced: Sequence[ResultDocument]) -> list[Paper]:
    """All papers there is something to see of, in the order they were asked."""
    with_file = [one for one in materials if one.file is not None]
    totals: dict[tuple[str, str], int] = {}
    for one in with_file:
        totals[one.key, one.subject] = totals.get((one.key, one.subject), 0) + 1
    titles = titles_of(item)
    found: list[tuple[str, str, str, str, int, str]] = []
    for one in with_file:
        file, total = one.file, totals[one.key, one.subject]
        if file is None:
            continue
        whose = f"（{titles[one.subject]}）" if titles.get(one.subject) else ""
        which = f" {one.page}/{total}" if total > 1 else ""
        src = link_to("review:material", item.number, one.pk)
        meta = _meta(file.page_count, file.size)
        if one.followed_at is not None:
            meta += " · " + _("补交于%(day)s") % {"day": table_date(one.followed_at)}
        found.append((f"{one.name}{whose}{which}", file.media_type, src, meta, one.pk, target_of(one).code))
    for document in produced:
        src = link_to("review:produced", item.number, document.pk)
        meta = _("%(body)s发出") % {"body": document.organisation.short_name}
        found.append((document.name, document.file.media_type, src, meta, 0, ""))
    return [
        Paper(number, name, {PDF: "pdf", OFD: "ofd"}.get(media_type, "image"), src, meta, material, code)
        for number, (name, media_type, src, meta, material, code) in enumerate(found, start=1)
    ]


def _meta(pages: int, size: int) -> str:
    return f"{_('共%(n)s页') % {'n': pages}} · {file_size(size)}"


def titles_of(item: ItemCase) -> dict[str, str]:
    """How each person and thing of the case is called, by subject: 店员1."""
    subjects = party_subjects(item.case.plan, item.case.form_values)
    names = {party["key"]: str(party["name"]) for party in item.case.plan.get("parties", ())}
    titles = dict(names)
    for party, group in subjects.items():
        for ordinal, subject in enumerate(group, start=1):
            titles[subject] = names.get(party, party) + (str(ordinal) if len(group) > 1 else "")
    return titles
