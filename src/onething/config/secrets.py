"""Secrets that an installation makes for itself once and keeps in a file only its owner may read."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["kept_secret"]


def kept_secret(path: Path) -> str:
    """The secret in `path`, made on first use. Two processes that start together agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Made beside it with mode 0600 and linked when whole: nobody ever reads half of it, and the first one wins.
        handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):
                os.link(fresh, path)
        finally:
            Path(fresh).unlink()
    return path.read_text(encoding="ascii").strip()
