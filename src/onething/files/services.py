"""Taking files in and giving them back."""

from datetime import datetime
from typing import BinaryIO, Protocol

from django.conf import settings

from onething.files import store
from onething.files.inspection import (
    JPEG,
    MEGABYTE,
    PDF,
    PNG,
    Limits,
    UploadRefused,
    inspect_content,
    small_picture,
    turned_picture,
)
from onething.files.models import StoredFile
from onething.kit.errors import Unavailable
from onething.kit.hashing import keyed_digest

__all__ = [
    "UploadRefused",
    "can_turn",
    "limits",
    "open_stored",
    "read_stored",
    "store_content",
    "store_turned",
    "store_upload",
    "thumbnail_of",
]

# Beyond the largest limit the rest is only counted, and not for ever: a message needs a number, not the file.
COUNT_AT_MOST = 64


class Stream(Protocol):
    """Anything that can be read: an upload, a file, BytesIO."""

    def read(self, size: int = -1, /) -> bytes: ...


def limits() -> Limits:
    """The limits of this installation, to be told on the page before a file is chosen."""
    return Limits(
        photo_bytes=getattr(settings, "ONETHING_PHOTO_MAX_BYTES", 10 * MEGABYTE),
        pdf_bytes=settings.ONETHING_FILE_MAX_BYTES,
        pages=settings.ONETHING_FILE_MAX_PAGES,
        types=tuple(settings.ONETHING_FILE_TYPES),
    )


def store_upload(stream: Stream, *, filename: str, declared: str, at: datetime, home_division: str = "") -> StoredFile:
    """Check and keep what a person handed in. Raises UploadRefused: too_big, wrong_type, empty, unreadable, password.

    Call it before the verb that uses the file, outside its transaction: decoding and the disk are slow. Content that
    is there already gives its existing row; who may use it is decided by the caller, never by having the content.
    """
    allowed = limits()
    content, size = _read(stream, allowed)
    inspected = inspect_content(content, size=size, filename=filename, declared=declared, limits=allowed)
    return _keep(inspected.content, inspected.media_type, inspected.page_count, at, home_division)


def store_content(
    content: bytes, *, media_type: str = PDF, page_count: int = 1, at: datetime, home_division: str = ""
) -> StoredFile:
    """Keep what the product itself made: notices, receipts, results."""
    return _keep(content, media_type, page_count, at, home_division)


def can_turn(file: StoredFile) -> bool:
    """Whether a page of it can be turned and shown small: pictures. PDFs and OFDs may bear signatures, which end with any change."""
    return file.media_type in {JPEG, PNG}


def store_turned(file: StoredFile, *, at: datetime) -> StoredFile:
    """Keep a picture turned a quarter to the right, as a content of its own; `file` stays as it is. Raises Unavailable.

    A new content and not a number beside the old one: whoever shows, prints, copies or downloads it then has it upright, without
    each of them having to know. Call it outside a transaction, as `store_upload`.
    """
    turned = turned_picture(read_stored(file), file.media_type)
    return _keep(turned.content, turned.media_type, turned.page_count, at, file.home_division)


def thumbnail_of(file: StoredFile, *, side: int = 160) -> bytes:
    """A picture as a small JPG, made anew each time: it is shown while papers are handed in or corrected and never after. Raises Unavailable."""
    return small_picture(read_stored(file), file.media_type, side=side)


def open_stored(file: StoredFile) -> BinaryIO:
    """Open the content for reading. Raises Unavailable when the disk does not have it, or not all of it."""
    stream = store.open_content(file.digest)
    if store.path_of(file.digest).stat().st_size != file.size:
        stream.close()
        msg = f"the content {file.digest[:8]} has not the size it was stored with"
        raise Unavailable(msg, permanent=True)
    return stream


def read_stored(file: StoredFile) -> bytes:
    """The whole content, checked against its digest. Raises Unavailable when it was lost or changed."""
    with open_stored(file) as stream:
        content = stream.read()
    if _digest(content) != file.digest:
        msg = f"the content {file.digest[:8]} was changed on the disk"
        raise Unavailable(msg, permanent=True)
    return content


def _read(stream: Stream, allowed: Limits) -> tuple[bytes, int]:
    """The content up to just over the largest limit, and the whole size."""
    content = stream.read(allowed.most_bytes + 1)
    size = getattr(stream, "size", None) or len(content)
    if len(content) <= allowed.most_bytes:
        return content, len(content)
    if size <= len(content):
        for _ in range(COUNT_AT_MOST):
            more = len(stream.read(MEGABYTE))
            size += more
            if not more:
                break
    return content, max(size, len(content))


def _keep(content: bytes, media_type: str, page_count: int, at: datetime, home_division: str) -> StoredFile:
    digest = _digest(content)
    store.write_content(digest, content)
    row = StoredFile(
        digest=digest,
        size=len(content),
        media_type=media_type,
        page_count=page_count,
        created_at=at,
        home_division=home_division,
    )
    # Two people may hand in the same content at the same moment; the second waits here and takes the first one's row.
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    return StoredFile.objects.get(digest=digest)


def _digest(content: bytes) -> str:
    return keyed_digest(content, key=settings.ONETHING_CONTENT_KEY.encode())
