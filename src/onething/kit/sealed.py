"""Model fields for what only the case may know: answers, form values, names, numbers.

Today they are plain bytes and text. The seam is `_seal` and `_unseal`: encryption will be switched on there, with the
key of `ONETHING_CONTENT_KEY`, and one migration that rewrites the columns; callers do not change. So that they need
not, a sealed field is already now a closed box for the database: it can be asked for nothing but null. Whoever must
find a row by a sealed value keeps a keyed digest of it (`kit.hashing.keyed_digest`) in a column of its own.
"""

import json
import zlib
from typing import TYPE_CHECKING, Any, Final, NoReturn

from django.core.exceptions import FieldError
from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.expressions import Expression
    from django.db.models.lookups import Lookup

__all__ = ["SealedJSONField", "SealedTextField", "seal_json"]

# Shorter texts take less time and hardly more room as they are.
WORTH_PACKING: Final = 512
ZLIB_MARK: Final = b"x"


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
    """

    empty_strings_allowed = False

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_db_prep_value(
        self,
        value: Any,  # noqa: ANN401 - any JSON or text
        connection: "BaseDatabaseWrapper",
        prepared: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> bytes | None:
        return None if value is None else seal_json(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def from_db_value(
        self,
        value: bytes | None,
        expression: "Expression",
        connection: "BaseDatabaseWrapper",
    ) -> Any:  # noqa: ANN401 - any JSON or text
        return None if value is None else json.loads(_packed_or_plain(_unseal(value)))


def seal_json(text: str) -> bytes:
    """What a `SealedJSONField` stores of a text of JSON, for who has the text already."""
    plain = text.encode()
    return bytes(_seal(plain if len(plain) < WORTH_PACKING else zlib.compress(plain, level=1)))


def _packed_or_plain(stored: bytes) -> bytes:
    return zlib.decompress(stored) if stored[:1] == ZLIB_MARK else stored


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
