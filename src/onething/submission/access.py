"""Whose draft it is: an account for whom it acts, or a session before anybody signed in (ux c2, I10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from onething.catalogue.models import Edition
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.statements import Parameter, Statement
from onething.submission.models import Draft, DraftSection
from onething.submission.querysets import DraftQuerySet

if TYPE_CHECKING:
    from onething.parties.models import Account

__all__ = [
    "DraftGone",
    "NotOffered",
    "Owner",
    "draft_of",
    "expiry",
    "find_draft",
    "lock_draft",
    "locked_draft",
    "sections_of",
    "touch",
]


def _own(drafts: DraftQuerySet) -> DraftQuerySet:
    return drafts.of_account(Parameter("account"), Parameter("principal")).filter(pk=Parameter("draft"))


def _visitors(drafts: DraftQuerySet) -> DraftQuerySet:
    return drafts.of_session(Parameter("session")).filter(pk=Parameter("draft"))


OWN = Statement(lambda: _own(Draft.objects.with_edition()))
VISITORS = Statement(lambda: _visitors(Draft.objects.with_edition()))
OWN_LOCKED = Statement(lambda: _own(Draft.objects.locked()))
VISITORS_LOCKED = Statement(lambda: _visitors(Draft.objects.locked()))
SECTIONS = Statement(lambda: DraftSection.objects.filter(draft_id=Parameter("draft")))


class NotOffered(Refused):
    """Nobody offers this one-thing now."""

    code = "not_offered"


class DraftGone(Refused):
    """There is no such draft of this owner: handed in, deleted, past its 90 days, or somebody else's."""

    code = "draft_gone"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who works on a draft. With an account the session plays no part."""

    account: "Account | None" = None
    session_key: str = ""

    @property
    def principal(self) -> str:
        """For whom the account acts now."""
        return self.account.principal if self.account is not None else ""

    def drafts(self) -> DraftQuerySet:
        """All drafts of this owner."""
        return Draft.objects.visible_to(self.account, session_key=self.session_key)


def draft_of(owner: Owner, draft_id: int) -> Draft | None:
    """A draft of this owner, whatever became of it, with its edition. One query."""
    return _found(draft_id, owner, OWN, VISITORS)


def _found(draft_id: int, owner: Owner, own: "Statement[Draft]", visitors: "Statement[Draft]") -> Draft | None:
    if owner.account is not None:
        found = own(draft=draft_id, account=owner.account.pk, principal=owner.principal)
    else:
        found = visitors(draft=draft_id, session=owner.session_key) if owner.session_key else []
    return found[0] if found else None


def sections_of(draft: Draft) -> list[DraftSection]:
    """What was saved of the form, section by section. One query."""
    rows = SECTIONS(draft=draft.pk)
    for row in rows:
        row.draft = draft
    return rows


def find_draft(draft_id: int, owner: Owner, *, at: datetime) -> Draft:
    """One unfinished draft, for reading. One query. Raises DraftGone."""
    found = draft_of(owner, draft_id)
    return _or_gone(found if found is not None and found.is_unfinished(at=at) else None)


@db.transaction_required
def lock_draft(draft_id: int, owner: Owner, *, at: datetime) -> Draft:
    """One unfinished draft, locked against every other change and against submitting. Raises DraftGone."""
    found = locked_draft(draft_id, owner)
    return _or_gone(found if found is not None and found.is_unfinished(at=at) else None)


@db.transaction_required
def locked_draft(draft_id: int, owner: Owner) -> Draft | None:
    """A draft of this owner under its lock, whatever became of it, with its edition. One query.

    The edition is not joined: a row that was waited for is read again, what is joined to it is not.
    """
    draft = _found(draft_id, owner, OWN_LOCKED, VISITORS_LOCKED)
    if draft is not None:
        draft.edition = _edition(draft.edition_id)
    return draft


@lru_cache(maxsize=256)
def _edition(edition_id: int) -> Edition:
    """An edition without its document; it never changes (I7), so each process keeps it."""
    return Edition.objects.defer("document").get(pk=edition_id)


def _or_gone(draft: Draft | None) -> Draft:
    if draft is None:
        raise DraftGone("没有找到这份草稿。可能已经提交、删除，或者超过了90天，请到“我的”里看")
    return draft


@db.transaction_required
def touch(draft: Draft, *fields: str, at: datetime) -> Draft:
    """Save columns of a locked draft; every change begins its 90 days anew."""
    draft.updated_at, draft.expires_at = at, expiry(at)
    draft.revision += 1
    draft.save(update_fields=[*fields, "updated_at", "expires_at", "revision"])
    return draft


def expiry(at: datetime) -> datetime:
    """How long a draft touched now is kept."""
    return at + timedelta(days=settings.ONETHING_DRAFT_DAYS)
