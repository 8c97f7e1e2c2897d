"""What handling together saves, computed for the usual situations of a one-thing (R4.2.a): never typed, always counted the same way."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from onething.cases.calendar import working_calendar
from onething.catalogue.plan import make_plan
from onething.catalogue.published import edition_document
from onething.web.ui.spoken import said

__all__ = ["local_rules", "savings_of", "target_of"]

KEPT: Final = 500
# What is counted, and whether the count follows from the plan or is concluded (trips and steps are nobody's published figure).
COUNTED: Final = (
    ("forms", gettext_lazy("表（张）"), False),
    ("fields", gettext_lazy("要填的内容（项）"), False),
    ("materials", gettext_lazy("要交的材料（份）"), False),
    ("working_days", gettext_lazy("办好要的时间（个工作日）"), False),
    ("steps", gettext_lazy("环节（次）"), True),
    ("trips", gettext_lazy("跑动（次）"), True),
)


def savings_of(edition_hash: str, *, on: date) -> list[dict[str, Any]]:
    """One table for each example of the edition: before, after and how much less."""
    return _savings(edition_hash, on, get_language() or "")


@lru_cache(maxsize=KEPT)
def _savings(edition_hash: str, on: date, language: str) -> list[dict[str, Any]]:
    del language  # only keeps the words of one language from readers of another
    document = edition_document(edition_hash)
    return [_table(document, example, edition_hash, on) for example in document.get("examples", ())]


def _table(document: Mapping[str, Any], example: Mapping[str, Any], edition_hash: str, on: date) -> dict[str, Any]:
    plan = make_plan(
        document,
        place=settings.ONETHING_CITY,
        answers=example["answers"],
        on=on,
        calendar=working_calendar(),
        edition=edition_hash,
    )
    before, after = plan["reductions"]["before"], plan["reductions"]["after"]
    rows = [
        {
            "label": label,
            "before": before[key],
            "after": after[key],
            "less": _less(before[key], after[key]),
            "derived": derived,
        }
        for key, label, derived in COUNTED
        if before[key]
    ]
    return {"name": said(example["name"]), "items": len(plan["items"]), "rows": rows}


def _less(before: int, after: int) -> str:
    if after >= before:
        return _("不变") if after == before else _("多%(n)s") % {"n": after - before}
    return _("少%(n)s%%") % {"n": round(100 * (before - after) / before)}


def target_of(document: Mapping[str, Any]) -> dict[str, str] | None:
    """The published total in words, with whose figure it is; None where there is none. It is no promise of this city."""
    days = document["target_working_days"]
    if days is None:
        return None
    source = document["sources"].get(document.get("target_source")) or {}
    place, n = said(document.get("target_place") or ""), days
    if not place:
        return {"says": _("不知道哪里公布的目标是%(n)s个工作日，只供对照。") % {"n": n}, "title": ""}
    says = _("%(place)s公布的目标是%(n)s个工作日，只供对照。") % {"place": place, "n": n}
    return {"says": says, "title": "，".join(source[key] for key in ("publisher", "title") if source.get(key))}


def local_rules(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where something else holds, since when, and who says so; in the order of places."""
    names = {item["key"]: said(item["name"]) for item in document["items"]}
    return [
        {
            "place": said(rule["name"]),
            "says": said(rule["says"]),
            "since": rule["valid_from"],
            "until": rule["valid_to"],
            "items": [names[key] for key in rule["items"] if key in names],
            "source": (document["sources"].get(rule["source"]) or {}).get("title", "") if rule["source"] else "",
        }
        for rule in document.get("local_rules", ())
    ]
