"""Secrets that an installation makes for itself once and keeps in a file only its owner may read."""

import os
import secrets
from pathlib import Path

__all__ = ["kept_secret"]


def kept_secret(path: Path) -> str:
    """The secret in `path`, made on first use. Two processes that start together agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Linked into place when whole: nobody ever reads half of it, and the first one wins.
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()
