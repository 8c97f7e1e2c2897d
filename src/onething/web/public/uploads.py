"""The card of one paper that is handed in, before and after the submission alike (b5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from onething.materials.rules import Requirement
from onething.web.ui.spoken import listed, said, whose_paper
from onething.web.ui.uploads import ELECTRONIC, limit_text

__all__ = ["anchor", "asks", "file_field", "paper_card", "titled"]

FORM_WORDS = {"原件": "拍原件", "复印件": "拍原件或复印件都行", "电子文件": "电子文件", "电子证照": "电子证照"}


def anchor(key: str, subject: str) -> str:
    """The place of one paper on its page."""
    return f"m-{key}-{subject}".replace(":", "-")


def titled(one: Requirement) -> str:
    """A paper by its name, with whose it is."""
    return whose_paper(one.party_name, one.name)


def asks(one: Requirement, names: Mapping[str, str]) -> list[str]:
    """Which item asks a paper, on what basis."""
    return [
        _("%(label)s：%(words)s") % {"label": names.get(item, item), "words": said(basis) or _("依据待补")}
        for item, basis in one.asked_by
    ]


def file_field(one: Requirement, files: Sequence[Mapping[str, Any]], error: str = "") -> dict[str, Any]:
    """The control of one paper, with what is there already."""
    field: dict[str, Any] = {
        "name": "files",
        "id": f"f-{anchor(one.key, one.subject)}",
        "type": "file",
        "label": (_("给“%(name)s”再加一页") if files else _("选“%(name)s”的文件，或拍照")) % {"name": titled(one)},
        "multiple": True,
        "camera": one.form not in ELECTRONIC,
        "limit_text": limit_text(),
        "optional_mark": False,
        "files": list(files),
    }
    return field | {"error": error} if error else field


def paper_card(
    one: Requirement, names: Mapping[str, str], files: Sequence[Mapping[str, Any]], error: str = ""
) -> dict[str, Any]:
    """One paper to be handed in: for what, in which form, a sample, the control."""
    return {
        "id": anchor(one.key, one.subject),
        "key": one.key,
        "subject": one.subject,
        "title": titled(one),
        "asks": asks(one, names),
        "users": listed(names.get(item, item) for item in one.items),
        "form": said(FORM_WORDS.get(one.form, one.form)),
        "copies": one.copies,
        "deferred": one.deferred,
        "optional": not one.required and not one.deferred,
        "surrender": one.original == "surrender",
        "note": one.note,
        "sample": one.sample,
        "field": file_field(one, files, error),
        "has_files": bool(files),
    }
