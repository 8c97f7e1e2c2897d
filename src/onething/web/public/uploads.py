"""Taking in files on a page, before and after the submission alike: one control, one set of checks and messages (b5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from onething.files.models import StoredFile
from onething.files.services import limits, store_upload
from onething.kit.errors import Refused
from onething.materials.rules import Requirement
from onething.web.ui.formats import file_size
from onething.web.ui.spoken import listed, said, whose_paper

__all__ = ["ELECTRONIC", "anchor", "asks", "file_field", "limit_text", "paper_card", "take_files", "titled"]

FORM_WORDS = {"原件": "拍原件", "复印件": "拍原件或复印件都行", "电子文件": "电子文件", "电子证照": "电子证照"}
# What is asked for as a file, of which a photograph is worth nothing.
ELECTRONIC = frozenset({"电子文件", "电子证照"})


def take_files(
    request: HttpRequest, *, home_division: str, at: datetime, name: str = "files"
) -> list[tuple[StoredFile, str]]:
    """Store what was chosen in a control, every file or none of those after a refusal. Raises Refused."""
    files = request.FILES.getlist(name)
    if not files:
        raise Refused(_("先选一个文件或拍一张照片，再点“上传”"), code="no_file")
    return [
        (
            store_upload(
                one, filename=one.name or "", declared=one.content_type or "", at=at, home_division=home_division
            ),
            one.name or "",
        )
        for one in files
    ]


def limit_text() -> str:
    """What may be handed in, said before anybody chooses a file (b5)."""
    allowed = limits()
    return _("可以拍照，也可以选文件：JPG、PNG、HEIC照片每张不超过%(photo)s，PDF、OFD不超过%(pdf)s、%(pages)s页") % {
        "photo": file_size(allowed.photo_bytes),
        "pdf": file_size(allowed.pdf_bytes),
        "pages": allowed.pages,
    }


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
