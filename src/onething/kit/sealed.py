"""Model fields for what only the case may know: answers, form values, names, numbers.

Today they are plain jsonb and text. The seam is `_seal` and `_unseal`: encryption will be switched on there, with the
key of `ONETHING_CONTENT_KEY`, and one migration that rewrites the columns; callers do not change. So that they need
not, a sealed field is already now a closed box for the database: it can be asked for nothing but null. Whoever must
find a row by a sealed value keeps a keyed digest of it (`kit.hashing.keyed_digest`) in a column of its own.
"""

from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import FieldError
from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.expressions import Expression
    from django.db.models.lookups import Lookup

__all__ = ["SealedJSONField", "SealedTextField"]


def _seal(value: Any) -> Any:  # noqa: ANN401 - whatever the plain field stores
    """What goes into the column. The place where encryption goes."""
    return value


def _unseal(value: Any) -> Any:  # noqa: ANN401
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


class SealedJSONField(_Sealed, models.JSONField):
    """JSON that is to be encrypted at rest."""

    def get_db_prep_value(
        self,
        value: Any,  # noqa: ANN401
        connection: "BaseDatabaseWrapper",
        prepared: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> Any:  # noqa: ANN401
        return super().get_db_prep_value(_seal(value), connection, prepared)

    def from_db_value(
        self,
        value: Any,  # noqa: ANN401
        expression: "Expression",
        connection: "BaseDatabaseWrapper",
    ) -> Any:  # noqa: ANN401
        return _unseal(super().from_db_value(value, expression, connection))


class SealedTextField(_Sealed, models.TextField[Any, Any]):
    """Text that is to be encrypted at rest."""

    def get_db_prep_value(
        self,
        value: Any,  # noqa: ANN401
        connection: "BaseDatabaseWrapper",
        prepared: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> Any:  # noqa: ANN401
        return super().get_db_prep_value(_seal(value), connection, prepared)

    def from_db_value(
        self,
        value: Any,  # noqa: ANN401
        expression: "Expression",
        connection: "BaseDatabaseWrapper",
    ) -> Any:  # noqa: ANN401
        return _unseal(value)
