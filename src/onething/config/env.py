"""Readers of environment variables that fail loudly: a wrong value stops the start and says what to write instead."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

__all__ = ["BadEnvironment", "DatabaseParts", "Environment", "database_parts"]

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})
DATABASE_EXAMPLE = "postgres://user:password@host:5432/name"
# What libpq takes beside the address; anything else in a DATABASE_URL is a slip of the pen.
DATABASE_OPTIONS = frozenset(
    {"application_name", "connect_timeout", "options", "passfile", "sslcert", "sslkey", "sslmode", "sslrootcert"}
    | {"target_session_attrs", "hostaddr"}
)


class BadEnvironment(RuntimeError):
    """An environment variable is missing or cannot be read. The message names it and says what to write."""


class DatabaseParts(TypedDict):
    """What Django's DATABASES entry needs of an address."""

    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str
    OPTIONS: dict[str, str]


def database_parts(url: str) -> DatabaseParts:
    """Split a PostgreSQL address. Raises BadEnvironment; the password is never repeated in the message."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        msg = f"DATABASE_URL must begin with postgres:// (it names {parts.scheme or 'no'} scheme): {DATABASE_EXAMPLE}"
        raise BadEnvironment(msg)
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        msg = f"DATABASE_URL names no database: {DATABASE_EXAMPLE}"
        raise BadEnvironment(msg)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = options.pop("host", unquote(parts.hostname or ""))
    if unknown := sorted(options.keys() - DATABASE_OPTIONS):
        msg = f"DATABASE_URL has unknown options: {', '.join(unknown)}. Known: {', '.join(sorted(DATABASE_OPTIONS))}"
        raise BadEnvironment(msg)
    return DatabaseParts(
        ENGINE="django.db.backends.postgresql",
        NAME=name,
        USER=unquote(parts.username or ""),
        PASSWORD=unquote(parts.password or ""),
        HOST=host,
        PORT=_port(parts),
        OPTIONS=options,
    )


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError:
        msg = f"DATABASE_URL has a port that is no number between 1 and 65535: {DATABASE_EXAMPLE}"
        raise BadEnvironment(msg) from None


class Environment:
    """The variables of one process, read with a type each. An empty value counts as missing."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def text(self, name: str, default: str | None = None, *, what: str = "") -> str:
        """The value as it is. Raises BadEnvironment when it is missing and there is no default."""
        value = self._variables.get(name, "").strip()
        if value:
            return value
        if default is None:
            msg = f"Set {name}{f' to {what}' if what else ''}; it has no default here."
            raise BadEnvironment(msg)
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        """Yes or no. Raises BadEnvironment for any other word."""
        value = self.text(name, "").lower()
        if not value:
            return default
        if value not in YES | NO:
            msg = f"{name} is {value!r}; write 1 or 0."
            raise BadEnvironment(msg)
        return value in YES

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """A whole number between two bounds. Raises BadEnvironment."""
        value = self.text(name, "")
        if not value:
            return default
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            msg = f"{name} is {value!r}; write a whole number from {low} to {high}."
            raise BadEnvironment(msg)
        return int(value)

    def words(self, name: str, default: list[str] | None = None) -> list[str]:
        """Words separated by commas. Raises BadEnvironment when it is missing and there is no default."""
        joined = None if default is None else ",".join(default)
        return [word.strip() for word in self.text(name, joined).split(",") if word.strip()]

    def folder(self, name: str, default: Path) -> Path:
        """An absolute path. Raises BadEnvironment for a relative one, which would depend on where the process starts."""
        path = Path(self.text(name, str(default))).expanduser()
        if not path.is_absolute():
            msg = f"{name} is {str(path)!r}; write the whole path, beginning with /."
            raise BadEnvironment(msg)
        return path

    def database(self, name: str = "DATABASE_URL", default: str | None = None) -> DatabaseParts:
        """The database. Raises BadEnvironment."""
        return database_parts(
            self.text(name, default, what=f"the address of a PostgreSQL 15 or newer, {DATABASE_EXAMPLE}")
        )
