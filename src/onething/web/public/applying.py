"""The task list of a draft and what may happen to a draft as a whole (R2.6.a, X6, b7)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onething.kit.workdays import legal_date
from onething.materials.rules import Checklist
from onething.notice.models import NoticeIssued
from onething.oneform.rules import Gap, missing
from onething.submission.access import sections_of
from onething.submission.models import Draft
from onething.submission.services import (
    adopt_current_edition,
    checklist_of,
    delete_draft,
    keep_draft,
    newer_edition,
    planned_of_draft,
    renewal_of,
    section_states,
)
from onething.web.accounts.access import account_required
from onething.web.public.draft_pages import owner_of, page, plan_now, told_plan, with_draft
from onething.web.public.renewal import renewal_lines
from onething.web.public.situation import is_settled, next_address
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import prose_date
from onething.web.ui.spoken import said, spoken

__all__ = ["delete", "edition", "keep", "tasks"]

STATES = {"not_started": "todo", "in_progress": "doing", "complete": "done"}


@account_required
@with_draft
def tasks(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Everything left to do before submitting, in any order, with how far each part is."""
    if draft.set_aside:
        return HttpResponseRedirect(link_to("public:keep", draft.pk))
    plan, at = plan_now(draft), timezone.now()
    if not is_settled(draft, plan):
        return HttpResponseRedirect(next_address(draft))
    if not _has_current_notice(draft):
        return HttpResponseRedirect(link_to("public:draft_notice", draft.pk))
    rows = sections_of(draft)
    gaps = missing(plan, {row.key: row.data for row in rows})
    entries = []
    for section, state in section_states(draft, rows, at=at):
        faulty = any(row.key == section.key and row.faulty for row in rows)
        entries.append(
            {
                "title": _("%(who)s的信息") % {"who": said(section.title)},
                "url": link_to("public:section", draft.pk, section.key),
                "state": "trouble" if faulty else STATES[state.value],
                "hint": _section_hint(section.key, gaps, state.value),
            }
        )
    entries.append(_material_task(draft, spoken(checklist_of(draft, at=at))))
    open_entries = [entry for entry in entries if entry["state"] != "done"]
    check_url = link_to("public:check", draft.pk)
    context = {
        "draft": draft,
        "name": plan["name"],
        "tasks": entries,
        "is_ready": not open_entries,
        "next_url": open_entries[0]["url"] if open_entries else check_url,
        "check_url": check_url,
        "done": len(entries) - len(open_entries),
        "kept_until": prose_date(draft.expires_at.date()),
        "count": len(plan["items"]),
    }
    return page(request, "public/tasks.html", context)


def _has_current_notice(draft: Draft) -> bool:
    """Whether the notice this draft names still says what the situation demands; a changed answer needs a new one."""
    given = NoticeIssued.objects.visible_to(draft.account, session_key=draft.session_key)
    known = given.filter(pk=draft.notice_id or 0).values_list("plan_hash", flat=True).first()
    return known == planned_of_draft(draft, on=legal_date(timezone.now())).hash


def _section_hint(key: str, gaps: list[Gap], state: str) -> str:
    left = sum(1 for gap in gaps if gap.section == key)
    return _("还有%(n)s处没填") % {"n": left} if left and state != "complete" else ""


def _material_task(draft: Draft, papers: Checklist) -> dict[str, Any]:
    url = link_to("public:materials", draft.pk)
    wanted = [row for row in (*papers.uploads, *papers.promises) if row.required or row.any_of]
    begun = any(row.slot in papers.done for row in (*papers.uploads, *papers.promises))
    if not papers.uploads and not papers.promises:
        return {"title": _("材料"), "url": url, "state": "done", "hint": _("不用交材料")}
    if papers.complete:
        hint = "" if wanted else _("都是有就交的")
        return {"title": _("材料"), "url": url, "state": "done", "hint": hint}
    hint = _("还有%(n)s份没交") % {"n": len(papers.missing)}
    return {"title": _("材料"), "url": url, "state": "doing" if begun else "todo", "hint": hint}


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@with_draft
def keep(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Two drafts of the same one-thing: which one to go on with. The other one stays until its owner deletes it."""
    at = timezone.now()
    if request.method == "POST":
        kept = keep_draft(draft_id=int(request.POST.get("keep") or draft.pk), owner=owner_of(request), at=at)
        return HttpResponseRedirect(next_address(kept))
    rows = owner_of(request).drafts().unfinished(at=at).with_edition().filter(onething=draft.onething).newest_first()
    choices = [
        {
            "pk": row.pk,
            "at": prose_date(row.updated_at),
            "answers": len(row.answers),
            "here": row.pk == draft.pk,
        }
        for row in rows
    ]
    return page(request, "public/keep.html", {"draft": draft, "name": said(draft.edition.name), "choices": choices})


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@with_draft
def edition(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The one-thing was published anew: what the draft would be by it. Nothing changes without consent."""
    at = timezone.now()
    if request.method == "POST":
        draft = adopt_current_edition(draft_id=draft.pk, owner=owner_of(request), at=at)
        return HttpResponseRedirect(next_address(draft))
    newer = newer_edition(draft, at=at)
    if newer is None:
        return HttpResponseRedirect(link_to("public:tasks", draft.pk))
    renewal = renewal_of(draft, newer, at=at)
    lines = renewal_lines(plan_now(draft), told_plan(renewal.planned), renewal)
    context = {
        "draft": draft,
        "name": said(draft.edition.name),
        "edition": newer,
        "offer": None,  # what the banner of the other pages asks is asked here
        "consequences": [
            *(lines or (_("对您的情况，要回答、要办、要填和要交的都不变。"),)),
            _("别的回答、填好的内容和上传的文件都留着；新版本不再问的，不会提交。"),
        ],
    }
    return page(request, "public/edition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def delete(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Throw a draft away, after saying what goes with it."""
    if request.method == "POST":
        onething = draft.onething
        delete_draft(draft_id=draft.pk, owner=owner_of(request), at=timezone.now())
        return HttpResponseRedirect(
            link_to("public:mine") if request.user.is_authenticated else link_to("public:guide", onething)
        )
    context = {
        "draft": draft,
        "name": said(draft.edition.name),
        "consequences": [
            _("回答、填好的内容和上传的文件会全部删除，不能找回。"),
            _("已经提交的申请不受影响。"),
        ],
    }
    return page(request, "public/delete.html", context)
