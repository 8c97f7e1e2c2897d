"""Content on disk, in two levels of folders, named by its keyed digest.

A name is only ever given to complete content: it is written beside, forced to disk and then renamed. So a file that
has its name is whole, whenever the machine stopped. Content is written before its row: a crash between the two leaves
content nobody refers to, which costs space, and never a row without content.
"""

import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from onething.kit.errors import Unavailable

__all__ = ["open_content", "path_of", "write_content"]


def root() -> Path:
    """Where content lies: ONETHING_FILES_ROOT, or the place the default storage names."""
    chosen = getattr(settings, "ONETHING_FILES_ROOT", None)
    return Path(chosen or settings.STORAGES["default"]["OPTIONS"]["location"])


def path_of(digest: str) -> Path:
    """The place of the content with this digest."""
    return root() / digest[:2] / digest[2:4] / digest


def write_content(digest: str, content: bytes) -> None:
    """Put content under its digest, unless it is there. Safe against crashes and against others doing the same."""
    path = path_of(digest)
    if path.exists() and path.stat().st_size == len(content):
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _force_to_disk(path.parent)


def open_content(digest: str) -> BinaryIO:
    """Open content for reading. Raises Unavailable when the disk does not have it."""
    try:
        return path_of(digest).open("rb")
    except OSError as error:
        msg = f"the content {digest[:8]} cannot be read: {error.strerror}"
        raise Unavailable(msg, permanent=isinstance(error, FileNotFoundError)) from error


def _force_to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
