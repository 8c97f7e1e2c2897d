"""What was begun without signing in becomes the person's own (design decision 19).

Conflict policy: when the account has a draft of the same one-thing already, neither wins by itself. The one from before
signing in is set aside, both stay visible in 「我的」, and the person says which to go on with (`keep_draft`); the other
one is only deleted by the person.
"""

from dataclasses import dataclass
from datetime import datetime

from onething.kit import db
from onething.notice.services import claim_notices
from onething.parties.models import Account
from onething.submission.access import Owner, lock_draft
from onething.submission.models import Draft

__all__ = ["Claimed", "claim_anonymous", "keep_draft"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """Which drafts came over. `conflicts` pairs the account's own draft with the one that was set aside."""

    drafts: tuple[int, ...]
    conflicts: tuple[tuple[int, int], ...]


@db.transaction
def claim_anonymous(*, session_key: str, account: Account, at: datetime) -> Claimed:
    """Move the session's drafts and notices to the account that has just signed in. Safe to repeat."""
    if not session_key:
        return Claimed((), ())
    theirs = list(Draft.objects.visible_to(None, session_key=session_key).unfinished(at=at).locked().order_by("pk"))
    owner = Owner(account)
    own = {
        draft.onething: draft.pk
        for draft in owner.drafts().unfinished(at=at).filter(onething__in=[d.onething for d in theirs], set_aside=False)
    }
    conflicts = []
    for draft in theirs:
        draft.account, draft.principal, draft.session_key = account, account.principal, ""
        if draft.onething in own:
            draft.set_aside = True
            conflicts.append((own[draft.onething], draft.pk))
        draft.save(update_fields=["account", "principal", "session_key", "set_aside"])
    claim_notices(session_key=session_key, account=account)
    return Claimed(tuple(draft.pk for draft in theirs), tuple(conflicts))


@db.transaction
def keep_draft(*, draft_id: int, owner: Owner, at: datetime) -> Draft:
    """Go on with this draft; the other one of the same one-thing is set aside, not deleted. Raises DraftGone."""
    draft = lock_draft(draft_id, owner, at=at)
    if draft.set_aside:
        owner.drafts().filter(onething=draft.onething, case__isnull=True).exclude(pk=draft.pk).update(set_aside=True)
        draft.set_aside = False
        draft.save(update_fields=["set_aside"])
    return draft
