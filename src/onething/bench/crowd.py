"""Many people with the same filled draft, signed in: copied by the database, so that a thousand take a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection

from onething.config.middleware import SIGNED_IN_AT
from onething.kit import db
from onething.parties.models import Account
from onething.submission.models import Draft, DraftMaterial, DraftSection
from onething.town.copies import copy_rows, table_of

__all__ = ["CSRF", "Crowd", "Person", "sign_in"]

FIRST = 10_000_000
# The secret of the cookie; a form may carry the very same.
CSRF = "benchbenchbenchbenchbenchbench32"


@dataclass(frozen=True)
class Person:
    """One applicant with one draft; both have the same number."""

    number: int

    @property
    def session(self) -> str:
        """The key of this person's session."""
        return f"bench{self.number:027d}"


class Crowd:
    """Hands out persons whose draft nobody has handed in yet."""

    def __init__(self, template: Draft, *, at: datetime) -> None:
        self._template, self._at = template, at
        self._numbers = count(FIRST)

    @db.transaction
    def next(self, size: int) -> list[Person]:
        """New accounts, drafts, sections, materials and sessions, set-based."""
        people = [Person(next(self._numbers)) for _ in range(size)]
        first, last = people[0].number, people[-1].number
        account = self._template.account
        if account is None:
            msg = "the draft to copy belongs to nobody"
            raise ValueError(msg)
        copy_rows(Account, {"id": account.pk}, first, last, {"id": "n", "username": "'bench-' || n"})
        copy_rows(Draft, {"id": self._template.pk}, first, last, {"id": "n", "account_id": "n"})
        for model in (DraftSection, DraftMaterial):
            copy_rows(model, {"draft_id": self._template.pk}, first, last, {"draft_id": "n"})
        rows = [(one.session, one.number) for one in people]
        sign_in(rows, account, at=self._at)
        with connection.cursor() as cursor:
            for table in (Account, Draft, DraftSection, DraftMaterial, Session):
                cursor.execute(f"ANALYZE {table_of(table)}")
        return people


def sign_in(rows: Sequence[tuple[str, int]], like: Account, *, at: datetime) -> None:
    """Sessions, by key and account number. The accounts have the password of `like`, which the session's hash covers."""
    store, common = SessionStore(), _signed_in(like, at)
    Session.objects.bulk_create(
        Session(
            session_key=key,
            session_data=store.encode({**common, SESSION_KEY: str(number)}),
            expire_date=at.replace(year=at.year + 1, day=1),
        )
        for key, number in rows
    )


def _signed_in(like: Account, at: datetime) -> dict[str, Any]:
    return {
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: like.get_session_auth_hash(),
        SIGNED_IN_AT: int(at.timestamp()),
    }
