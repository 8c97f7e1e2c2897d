"""Model fields for what only the case may know: answers, form values, names, numbers.

Today they are plain bytes and text. The seam is `_seal` and `_unseal`: encryption will be switched on there, with the
key of `ONETHING_CONTENT_KEY`, and one migration that rewrites the columns; callers do not change. So that they need
not, a sealed field is already now a closed box for the database: it can be asked for nothing but null. Whoever must
find a row by a sealed value keeps a keyed digest of it (`kit.hashing.keyed_digest`) in a column of its own.
"""

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NoReturn

import orjson
from django.core.exceptions import FieldError
from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.expressions import Expression
    from django.db.models.lookups import Lookup

__all__ = ["SealedJSONField", "SealedTextField", "pack_json", "read_shared", "seal_packed"]

# Shorter texts take less time and hardly more room as they are.
WORTH_PACKING: Final = 512
ZLIB_MARK: Final = b"x"
# A plan is about a megabyte once it is read. Its readers come in bursts: one officer opens a task, acts, sees what came of it.
SHARED_KEPT: Final = 32


def _seal(value: Any) -> Any:  # noqa: ANN401 - whatever the plain field stores
    """What goes into the column. The place where encryption goes."""
    return value


def _unseal(value: Any) -> Any:  # noqa: ANN401 - whatever the plain field stores
    """What comes out of the column. The place where decryption goes."""
    return value


class _Sealed(models.Field[Any, Any]):
    """Keeps queries out of the value, so that no caller comes to rely on what encryption takes away."""

    def get_lookup(self, lookup: str) -> "type[Lookup[Any]] | None":
        if lookup != "isnull":
            msg = f"{self.model.__name__}.{self.name} is sealed: it cannot be searched with {lookup!r}; keep a keyed digest beside it"
            raise FieldError(msg)
        return super().get_lookup(lookup)

    def get_transform(self, lhs: str) -> NoReturn:
        msg = f"{self.model.__name__}.{self.name} is sealed: queries cannot look inside ({lhs!r})"
        raise FieldError(msg)


class SealedJSONField(_Sealed):
    """JSON that is to be encrypted at rest. Stored as bytes: the text in UTF-8, packed by zlib where that saves anything.

    Bytes rather than jsonb, because the database may not look inside anyway and taking a plan of 90 kB apart, packing it and
    putting it together again for every reader was half of a submission's time there. Whatever is stored must be a text of JSON
    (`'{}'` in SQL is one); a packed one begins with zlib's own mark, which no JSON does.

    With `shared=True` the same bytes are taken apart once for many readers of the process: for what is large and never changes,
    like a plan. Nobody may change such a value. It says nothing about the column, so migrations do not know of it.
    """

    empty_strings_allowed = False

    def __init__(self, *args: Any, shared: bool = False, **options: Any) -> None:  # noqa: ANN401  # whatever a field takes
        super().__init__(*args, **options)
        self._is_shared = shared

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_db_prep_value(
        self,
        value: Any,  # noqa: ANN401 - any JSON or text
        connection: "BaseDatabaseWrapper",
        prepared: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> bytes | None:
        return None if value is None else seal_packed(pack_json(value))

    def from_db_value(
        self,
        value: bytes | None,
        expression: "Expression",
        connection: "BaseDatabaseWrapper",
    ) -> Any:  # noqa: ANN401 - any JSON or text
        if value is None:
            return None
        return read_shared(_unseal(value)) if self._is_shared else _read_alone(_unseal(value))


def pack_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """JSON as bytes, packed where that saves anything: what there is to seal. Raises TypeError for what JSON does not know."""
    plain = orjson.dumps(value)
    return plain if len(plain) < WORTH_PACKING else zlib.compress(plain, level=1)


def seal_packed(packed: bytes) -> bytes:
    """What a `SealedJSONField` stores, for who keeps the packed bytes of a value that is stored often."""
    return bytes(_seal(packed))


def _read_alone(packed: bytes) -> Any:  # noqa: ANN401 - any JSON
    return orjson.loads(zlib.decompress(packed) if packed[:1] == ZLIB_MARK else packed)


read_shared = lru_cache(maxsize=SHARED_KEPT)(_read_alone)


class SealedTextField(_Sealed, models.TextField[Any, Any]):
    """Text that is to be encrypted at rest."""

    def get_db_prep_value(
        self,
        value: Any,  # noqa: ANN401 - any JSON or text
        connection: "BaseDatabaseWrapper",
        prepared: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> Any:  # noqa: ANN401 - any JSON or text
        return super().get_db_prep_value(_seal(value), connection, prepared)

    def from_db_value(
        self,
        value: Any,  # noqa: ANN401 - any JSON or text
        expression: "Expression",
        connection: "BaseDatabaseWrapper",
    ) -> Any:  # noqa: ANN401 - any JSON or text
        return _unseal(value)
