"""Papers that may follow (容缺受理), on the page of a case: what is still to be handed in, and handing it in (R2.5.c)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from onething.cases.models import ItemCase, OneThingCase
from onething.parties.models import Account
from onething.submission.services import FollowingPaper, following_papers, hand_in_later
from onething.web.public.uploads import paper_card, titled
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import file_size, prose_date
from onething.web.ui.spoken import listed, said, spoken
from onething.web.ui.uploads import take_files

__all__ = ["cards_of", "lacking_words", "take"]


def take(request: HttpRequest, case: OneThingCase, account: Account, key: str, subject: str) -> None:
    """Hand in what was chosen for one paper of the own case. Raises Refused."""
    at = timezone.now()
    for file, name in (stored := take_files(request, home_division=case.home_division, at=at)):
        hand_in_later(case_id=case.pk, account=account, key=key, subject=subject, file=file, file_name=name, at=at)
    messages.success(request, _("已经补交%(n)s个文件，要用的单位共用，不用再送") % {"n": len(stored)})


def cards_of(
    case: OneThingCase, items: Sequence[ItemCase], *, wrong: tuple[str, str] = ("", ""), error: str = ""
) -> list[dict[str, Any]]:
    """One card per paper that can still be handed in or has been, what is waited for first. Queries of `following_papers`."""
    names = {item.key: said(item.name) for item in items}
    found = [one for one in spoken(following_papers(case, items)) if one.is_open or one.pages]
    found.sort(key=lambda one: not one.is_lacking)
    return [_card(case, one, names, error if one.paper.slot == wrong else "") for one in found]


def _card(case: OneThingCase, one: FollowingPaper, names: dict[str, str], error: str) -> dict[str, Any]:
    files = [
        {
            "name": page.file_name,
            "size_text": file_size(page.file.size),
            "url": link_to("public:own_paper", case.number, page.pk),
        }
        for page in one.pages
        if page.file is not None
    ]
    followed = max((page.followed_at for page in one.pages if page.followed_at is not None), default=None)
    return paper_card(one.paper, names, files, error) | {
        "followed": ""
        if followed is None
        else _("%(day)s补交") % {"day": prose_date(timezone.localtime(followed).date())},
        "is_open": one.is_open,
        "is_lacking": one.is_lacking,
    }


def lacking_words(case: OneThingCase, items: Sequence[ItemCase], *, at_submission: bool = False) -> list[str]:
    """What is still to be handed in, or was when it was submitted, each with what needs it."""
    names = {item.key: said(item.name) for item in items}
    return [
        _("%(paper)s（%(items)s要用）")
        % {"paper": titled(one.paper), "items": listed(names.get(key, key) for key in one.paper.items)}
        for one in spoken(following_papers(case, items))
        if one.is_lacking or (at_submission and not one.settled)
    ]
