"""Giving stored content to a browser so that it stays inert.

The address is that of a view which has asked who is looking. The answer names its type, forbids guessing, is not kept
by caches, and may run nothing: pictures and downloads are sandboxed; a PDF shown in the page is not, because the viewer
of older browsers does not start in a sandbox, so it gets a policy without any script, form or connection.
"""

from typing import TypeVar

from django.http import FileResponse, HttpResponse, HttpResponseBase

from onething.files.inspection import JPEG, OFD, PDF
from onething.files.models import StoredFile
from onething.files.services import open_stored, thumbnail_of

__all__ = ["file_response", "thumbnail_response"]

Answer = TypeVar("Answer", bound=HttpResponseBase)

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'self'"
PDF_IN_PAGE = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' data: blob:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)


def file_response(file: StoredFile, *, filename: str, inline: bool = False) -> FileResponse:
    """Answer with the content of `file`. The caller has checked that this person may see it, and logged the read.

    Raises Unavailable when the content is gone.
    """
    inline = inline and file.media_type != OFD  # no browser shows it: it is downloaded, and opened by a reader
    response = FileResponse(
        open_stored(file), as_attachment=not inline, filename=_tame(filename), content_type=file.media_type
    )
    shown_by_viewer = inline and file.media_type == PDF
    return _inert(response, PDF_IN_PAGE if shown_by_viewer else SANDBOX)


def thumbnail_response(file: StoredFile, *, side: int = 160) -> HttpResponse:
    """Answer with a small JPG of a picture (`can_turn`). The caller has checked as for `file_response`. Raises Unavailable."""
    return _inert(HttpResponse(thumbnail_of(file, side=side), content_type=JPEG), SANDBOX)


def _inert(response: Answer, policy: str) -> Answer:
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _tame(filename: str) -> str:
    """The last part of the name, without what could break a header line."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in last if character.isprintable()) or "file"
