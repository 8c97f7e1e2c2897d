"""Taking in files on a page: one control, one set of checks and messages, before and after the submission alike (b5)."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from onething.files.models import StoredFile
from onething.files.services import limits, store_upload
from onething.kit.errors import Refused
from onething.web.ui.formats import file_size

__all__ = ["ELECTRONIC", "limit_text", "take_files"]

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
