"""The one-time notice: the page with the words of the paper, the choice of items, the PDF (R2.3, R2.6.b, a4, b6)."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from onething.catalogue.plan import BadAnswers
from onething.files.responses import file_response
from onething.kit.workdays import legal_date
from onething.notice.models import NoticeIssued
from onething.submission.models import Draft
from onething.submission.services import AnswerRefused, choose_items, issue_draft_notice, plan_for
from onething.web.public.consequences import compare, panel_of, to_hand_in
from onething.web.public.draft_pages import owner_of, page, plan_now, to_sign_in, told_plan, with_draft
from onething.web.public.situation import is_settled, next_address
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of
from onething.web.ui.spoken import is_foreign, listed, said, said_all

__all__ = ["draft_notice", "items", "notice_pdf", "stored_notice"]


@with_draft
def draft_notice(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The notice for the draft as it stands. The same situation on the same day has its notice already."""
    plan = plan_now(draft)
    if not is_settled(draft, plan):
        return HttpResponseRedirect(next_address(draft))
    notice = issue_draft_notice(draft_id=draft.pk, owner=owner_of(request), at=timezone.now())
    papers = to_hand_in(plan)
    context = {
        "draft": draft,
        "notice": notice,
        "name": plan["name"],
        "content": said_all(notice.content),
        "is_translated": is_foreign(),
        "panel": panel_of(plan),
        "uploads": [paper for paper in papers if paper["obtained"] == "submit" and paper["required"]],
        "optional": [paper for paper in papers if paper["obtained"] == "submit" and not paper["required"]],
        "promises": [paper for paper in papers if paper["obtained"] == "commitment"],
        "dropped": plan["left_out"],
        "may_choose": len(plan["items"]) + len(plan["left_out"]) > 1,
    }
    return page(request, "public/notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def items(request: HttpRequest, draft: Draft) -> HttpResponse:
    """All items or some of them; what is lost without one, and what cannot be left out."""
    plan = plan_now(draft)
    if "preview" in request.GET:
        return _preview(request, draft, plan)
    everything = [*plan["items"], *plan["left_out"]]
    keys = [one["key"] for one in everything]
    if request.method != "POST":
        return _items_page(request, draft, plan)
    picked = [key for key in keys if key in request.POST.getlist("items")]
    if not picked:
        return _items_page(request, draft, plan, error=_("至少选一件要办的事"))
    chosen = None if len(picked) == len(keys) else picked
    try:
        draft = choose_items(draft_id=draft.pk, owner=owner_of(request), chosen=chosen, at=timezone.now())
    except AnswerRefused as refused:
        return _items_page(request, draft, plan, error=said(refused.message))
    after = plan_now(draft)
    stay = [one["name"] for one in after["items"] if one["key"] not in picked]
    if stay:
        messages.warning(request, _("这几件不能不办，原因写在下面：%(names)s") % {"names": listed(stay)})
        return HttpResponseRedirect(link_to("public:items", draft.pk))
    for line in compare(plan, after).lines:
        messages.info(request, line)
    return HttpResponseRedirect(link_to("public:draft_notice", draft.pk))


def _preview(request: HttpRequest, draft: Draft, plan: Mapping[str, Any]) -> HttpResponse:
    try:
        planned = plan_for(
            draft.edition,
            place=draft.place,
            answers=draft.answers,
            chosen=request.GET.getlist("items"),
            on=legal_date(timezone.now()),
        )
        after = told_plan(planned)
    except BadAnswers:
        after = dict(plan)
    return page(request, "public/panel.html", {"panel": panel_of(after, plan)})


def _items_page(request: HttpRequest, draft: Draft, plan: Mapping[str, Any], *, error: str = "") -> HttpResponse:
    names = {one["key"]: one["name"] for one in (*plan["items"], *plan["left_out"])}
    options = [
        {"value": one["key"], "label": one["name"], "hint": _item_hint(one, names)}
        for one in (*plan["items"], *plan["left_out"])
    ]
    field: dict[str, Any] = {
        "name": "items",
        "type": "checkbox",
        "label": _("这次要办哪几件"),
        "hide_label": True,
        "options": options,
        "value": [one["key"] for one in plan["items"]] if not error else [],
    }
    if error:
        field["error"] = error
    context = {
        "draft": draft,
        "name": plan["name"],
        "field": field,
        "panel": panel_of(plan),
        "errors": errors_of([field]),
    }
    return page(request, "public/items.html", context, status=422 if error else 200)


def _item_hint(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What is lost without an item, or why it cannot be left out."""
    lost = one["loses"] if "loses" in one else [result["name"] for result in one["results"]]
    told = [str(one["department"])] if one.get("department") else []
    if one.get("selection") == "mandatory":
        basis = one.get("together_basis") or {}
        cited = f"《{basis['title']}》{basis.get('article') or ''}" if basis.get("title") else _("依据待补")
        told.append(_("和同组的事必须一起办，依据：%(basis)s") % {"basis": cited})
    elif one.get("selection") == "dependent":
        askers = listed(names.get(key, key) for key in one["pulled_in_by"])
        told.append(_("要先办它，才能办：%(names)s") % {"names": askers})
    told.append(_("不办就没有：%(names)s") % {"names": listed(lost)} if lost else _("不办的话，以后要单独办"))
    return listed(told, "；")


@never_cache
@require_safe
def stored_notice(request: HttpRequest, number: str) -> HttpResponse:
    """A notice as it was given, for whoever it was given to."""
    notice = _own_notice(request, number)
    if notice is None:
        return _not_here(request)
    drafts = owner_of(request).drafts().filter(notice=notice, case__isnull=True)
    draft = drafts.values_list("pk", flat=True).first()
    context = {
        "notice": notice,
        "content": said_all(notice.content),
        "is_translated": is_foreign(),
        "name": said(notice.content["subtitle"]),
        "draft_id": draft,
    }
    return page(request, "public/stored_notice.html", context)


@never_cache
@require_safe
def notice_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The notice on paper."""
    notice = _own_notice(request, number)
    if notice is None or notice.pdf is None:
        return _not_here(request)
    return file_response(notice.pdf, filename=f"一次性告知单-{notice.number}.pdf")  # type: ignore[return-value]  # an answer that is a file


def _own_notice(request: HttpRequest, number: str) -> NoticeIssued | None:
    account = request.user if request.user.is_authenticated else None
    notices = NoticeIssued.objects.visible_to(account, session_key=request.session.session_key or "")
    return notices.select_related("pdf").filter(number=number).first()


def _not_here(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return to_sign_in(request)
    raise Http404(_("没有找到这份告知单。"))
