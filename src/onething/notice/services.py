"""Giving a notice: fixed in words, numbered, as page and as PDF (R2.3.c, design decision 13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import onething
from onething.files.services import store_content
from onething.kit import db
from onething.kit.hashing import hash_of
from onething.kit.ids import short_hash
from onething.kit.sequences import new_case_number
from onething.kit.workdays import legal_date
from onething.notice.models import NoticeIssued
from onething.notice.paper import draw_notice
from onething.notice.rules import SCHEMA, build_content

if TYPE_CHECKING:
    from onething.catalogue.models import Edition
    from onething.parties.models import Account

__all__ = ["NoticeRequest", "claim_notices", "issue_notice"]

# A notice can be given before a place is chosen; its number then names the nation.
NOWHERE = "100000000000"


@dataclass(frozen=True, slots=True)
class NoticeRequest:
    """What a notice is given for: a plan, to an account or to a session that has not signed in."""

    edition: "Edition"
    place: str
    place_name: str
    plan: Mapping[str, Any]
    plan_hash: str
    chosen: Sequence[str] | None
    bodies: Mapping[str, str]
    account: "Account | None" = None
    session_key: str = ""


def issue_notice(request: NoticeRequest, *, at: datetime) -> NoticeIssued:
    """Fix a notice: its number, its words, its PDF. The PDF is drawn before the transaction, drawing is slow."""
    today = legal_date(at)
    number = "G" + new_case_number(request.place or NOWHERE, today)
    content = build_content(
        request.plan,
        number=number,
        place_name=request.place_name,
        bodies=request.bodies,
        short_hash=short_hash(request.edition.edition_hash),
        issued_on=today,
    )
    pdf = store_content(draw_notice(content, at=at), at=at, home_division=request.place)
    notice = NoticeIssued(
        number=number,
        home_division=request.place,
        edition=request.edition,
        onething=request.edition.onething,
        place=request.place,
        answers=request.plan["answers"],
        chosen=None if request.chosen is None else list(request.chosen),
        plan=dict(request.plan),
        plan_hash=request.plan_hash,
        content=content,
        content_hash=hash_of(content),
        schema=SCHEMA,
        code_version=onething.__version__,
        pdf=pdf,
        account=request.account,
        session_key=request.session_key,
        issued_at=at,
    )
    notice.save(force_insert=True)
    return notice


@db.transaction_required
def claim_notices(*, session_key: str, account: "Account") -> int:
    """The notices given to a session become those of the account that signed in; gives how many."""
    return NoticeIssued.objects.filter(account__isnull=True, session_key=session_key).update(
        account=account, session_key=""
    )
