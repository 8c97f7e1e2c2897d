"""What every page of a draft shares: whose draft it is, who may open it, and what the frame needs to know.

A draft belongs to an account, or to a session before anybody signed in; nobody else's address of it answers (I10). Views
wear `with_draft`; from the notice on also `account_required`, because only signed-in people apply.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from onething.cases.models import OneThingCase
from onething.config.middleware import SIGNED_IN_AT
from onething.kit.workdays import legal_date
from onething.submission.access import draft_of
from onething.submission.models import Draft
from onething.submission.planning import Planned
from onething.submission.services import DraftGone, Offer, Owner, offer_now, planned_of_draft
from onething.web.ui.addresses import link_to
from onething.web.ui.spoken import has_chinese, is_foreign, said, spoken

__all__ = ["json_when_signed_out", "owner_of", "page", "plan_now", "to_sign_in", "told_plan", "with_draft"]

TOLD_KEPT: Final = 64
P = ParamSpec("P")
DraftView = Callable[Concatenate[HttpRequest, Draft, P], HttpResponse]


def owner_of(request: HttpRequest, *, begin: bool = False) -> Owner:
    """Who works on drafts here. `begin` gives a visitor without one a session that outlives the page."""
    if request.user.is_authenticated:
        return Owner(request.user)
    if begin and request.session.session_key is None:
        request.session["visitor"] = True
        request.session.save()
    return Owner(session_key=request.session.session_key or "")


def with_draft(view: "DraftView[P]") -> Callable[..., HttpResponse]:
    """Give the view its visitor's own draft. One handed in leads to its receipt; a stranger's is not found."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, draft_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        owner = owner_of(request)
        draft = draft_of(owner, draft_id)
        if draft is None:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            raise Http404(_("没有找到这份草稿。可能已经删除，或者超过了90天。"))
        if draft.case_id is not None and owner.account is not None:
            number = (
                OneThingCase.objects.visible_to(owner.account).values_list("number", flat=True).get(pk=draft.case_id)
            )
            return HttpResponseRedirect(link_to("public:receipt", number))
        if draft.expires_at <= timezone.now():
            raise Http404(_("这份草稿超过90天，已经删除了。"))
        try:
            return view(request, draft, *args, **kwargs)
        except DraftGone as gone:
            raise Http404(said(gone.message)) from gone

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The draft may be an account's: after signing in the same page answers (a7)."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else link_to("public:mine")
    return HttpResponseRedirect(f"{link_to('accounts:sign_in')}?{urlencode({'next': back})}")


def json_when_signed_out(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Tell a page that saves by itself, in words, that nobody is signed in any more; a redirect would say nothing."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.headers.get("X-Autosave") and not request.user.is_authenticated:
            told = _("登录时间到了，还没有保存。请不要关这一页，另开一页登录，再回来点“保存并继续”")
            return JsonResponse({"message": told}, status=401)
        return view(request, *args, **kwargs)

    return guarded


def plan_now(draft: Draft) -> dict[str, Any]:
    """The plan of a draft today, in the reader's language. Shared by the whole process: never change it."""
    return told_plan(planned_of_draft(draft, on=legal_date(timezone.now())))


def told_plan(planned: Planned) -> dict[str, Any]:
    """A plan in the reader's language, worked out once for all who ask. Never change it."""
    return _told(planned, get_language() or "") if is_foreign() else planned.plan


@lru_cache(maxsize=TOLD_KEPT)
def _told(planned: Planned, language: str) -> dict[str, Any]:
    del language  # only tells two languages apart
    plan: dict[str, Any] = spoken(planned.plan)
    return plan


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page of the public face: with its fixed links, and the end of the sign-in for the warning before it (X7)."""
    given = context or {}
    frame = {
        "only_chinese": is_foreign() and _is_only_chinese(given),
        "session_ends_in": _session_ends_in(request),
        "offer": _offer(given.get("draft")),
        "links": [
            {"label": _("办事"), "url": link_to("public:zone")},
            {"label": _("我的"), "url": link_to("public:mine")},
        ],
    }
    return render(request, template, {**frame, **given}, status=status)


def _offer(draft: object) -> Offer | None:
    """What a page of a draft says of a new edition, or of the end of its one-thing: whichever page is opened next (R2.1.c)."""
    return offer_now(draft, at=timezone.now()) if isinstance(draft, Draft) else None


def _is_only_chinese(context: Mapping[str, Any]) -> bool:
    """Whether the one-thing of this page, or one of those listed on it, has no words in the reader's language."""
    named = [context["name"]] if {"draft", "case", "notice"} & context.keys() and "name" in context else []
    named += [one["title"] for one in context.get("cards", ()) if "url" in one]
    named += [context[one]["name"] for one in ("thing", "item") if one in context]
    return any(has_chinese(str(one)) for one in named)


def _session_ends_in(request: HttpRequest) -> int | None:
    """Seconds until the sign-in ends; None for a visitor, whose session lives as long as the draft."""
    began = request.session.get(SIGNED_IN_AT) if request.user.is_authenticated else None
    if began is None:
        return None
    return max(0, int(began) + settings.ONETHING_SIGN_IN_HOURS * 3600 - int(timezone.now().timestamp()))
