"""The one set of materials: each handed in once for every item that asks it, sample beside it (R2.5, b3, b5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onething.files.responses import file_response, thumbnail_response
from onething.files.services import can_turn, store_turned
from onething.kit.errors import Refused
from onething.materials.rules import Checklist, Requirement
from onething.submission.models import Draft, DraftMaterial
from onething.submission.services import (
    attach_material,
    checklist_of,
    detach_material,
    move_material,
    tick_commitment,
    turn_material,
)
from onething.web.accounts.access import account_required
from onething.web.public.draft_pages import owner_of, page, plan_now, with_draft
from onething.web.public.uploads import anchor, asks, paper_card, titled
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of
from onething.web.ui.formats import file_size, prose_date
from onething.web.ui.spoken import listed, said, spoken
from onething.web.ui.uploads import take_files

__all__ = ["materials", "own_file", "own_thumbnail", "promise"]

PAGE_ACTS = ("remove", "earlier", "later", "turn")


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@with_draft
def materials(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The list; an upload, or what is done to a page of a paper, comes back to it."""
    if request.method != "POST":
        return _page(request, draft)
    key, subject = request.POST.get("key", ""), request.POST.get("subject", "")
    act = next((one for one in PAGE_ACTS if one in request.POST), None)
    if act is not None:
        _change_page(request, draft, act, request.POST[act])
        return HttpResponseRedirect(f"{_address(draft)}#{anchor(key, subject)}")
    try:
        _take(request, draft, key, subject)
    except Refused as refused:
        return _page(request, draft, wrong=(key, subject), error=said(refused.message))
    return HttpResponseRedirect(f"{_address(draft)}#{anchor(key, subject)}")


def _take(request: HttpRequest, draft: Draft, key: str, subject: str) -> None:
    """Hand in what was chosen; 换掉 takes out what was there before. Raises Refused."""
    owner, at = owner_of(request), timezone.now()
    stored = take_files(request, home_division=draft.place, at=at)
    before = list(draft.materials.filter(key=key, subject=subject).values_list("pk", flat=True))
    new = [
        attach_material(draft_id=draft.pk, owner=owner, key=key, subject=subject, file=file, file_name=name, at=at).pk
        for file, name in stored
    ]
    if "replace" in request.POST:
        for old in before:
            if old not in new:
                detach_material(draft_id=draft.pk, owner=owner, material_id=old, at=at)
    messages.success(request, _("已经上传%(n)s个文件") % {"n": len(stored)})


def _change_page(request: HttpRequest, draft: Draft, act: str, page: str) -> None:
    """Remove, move or turn one page; one that is gone meanwhile is left at that."""
    row = draft.materials.select_related("file").filter(pk=int(page)).first() if page.isdecimal() else None
    if row is None:
        return
    at = timezone.now()
    who: dict[str, Any] = {"draft_id": draft.pk, "owner": owner_of(request), "material_id": row.pk, "at": at}
    if act == "remove":
        detach_material(**who)
    elif act != "turn":
        move_material(**who, later=act == "later")
    elif can_turn(row.file):
        turn_material(**who, seen=row.file, turned=store_turned(row.file, at=at))


def _address(draft: Draft) -> str:
    return link_to("public:materials", draft.pk)


def _page(request: HttpRequest, draft: Draft, *, wrong: tuple[str, str] = ("", ""), error: str = "") -> HttpResponse:
    plan = plan_now(draft)
    papers = spoken(checklist_of(draft, at=timezone.now()))
    names = {item["key"]: item["name"] for item in plan["items"]}
    files = _files(draft)
    cards = [
        paper_card(one, names, _own_files(draft, files.get(one.slot, ())), error if one.slot == wrong else "")
        for one in papers.uploads
    ]
    errors = errors_of(card["field"] for card in cards)
    if error and not errors:
        errors = [{"id": "", "text": error}]
    context = {
        "draft": draft,
        "name": plan["name"],
        "cards": cards,
        "groups": _groups(papers),
        "promises": [_promise(one, draft, plan, names) for one in papers.promises],
        "not_needed": [{"label": titled(one), "value": one.why_not_needed} for one in papers.not_needed],
        "missing": papers.missing,
        "errors": errors,
        "kept_until": prose_date(draft.expires_at.date()),
    }
    return page(request, "public/materials.html", context, status=422 if error else 200)


def _files(draft: Draft) -> dict[tuple[str, str], list[DraftMaterial]]:
    found: dict[tuple[str, str], list[DraftMaterial]] = {}
    for row in draft.materials.select_related("file").order_by("page"):
        found.setdefault((row.key, row.subject), []).append(row)
    return found


def _own_files(draft: Draft, rows: Sequence[DraftMaterial]) -> list[dict[str, Any]]:
    return [
        {
            "name": row.file_name,
            "size_text": file_size(row.file.size),
            "url": link_to("public:own_file", draft.pk, row.pk),
            "pages_text": _("%(n)s页") % {"n": row.file.page_count} if row.file.page_count > 1 else "",
            "thumbnail": link_to("public:own_thumbnail", draft.pk, row.pk) if can_turn(row.file) else "",
            "number": place if len(rows) > 1 else "",
            "acts": _page_acts(row, first=place == 1, last=place == len(rows)),
        }
        for place, row in enumerate(rows, start=1)
    ]


def _page_acts(row: DraftMaterial, *, first: bool, last: bool) -> list[dict[str, Any]]:
    """What can be done to one page, each a button."""
    acts = []
    if not first:
        acts.append({"name": "earlier", "label": _("往前移"), "sending": _("正在移动…")})
    if not last:
        acts.append({"name": "later", "label": _("往后移"), "sending": _("正在移动…")})
    if can_turn(row.file):
        acts.append({"name": "turn", "label": _("向右转"), "sending": _("正在转…")})
    acts.append({"name": "remove", "label": _("删除"), "sending": _("正在删除…")})
    return [act | {"value": row.pk} for act in acts]


def _groups(papers: Checklist) -> list[str]:
    """Papers of which one is enough, in a sentence each."""
    told = []
    for members in papers.groups.values():
        open_ones = [one for one in members if one.upload or one.promise]
        if len(open_ones) > 1:
            told.append(_("这几份交一种就行：%(names)s") % {"names": listed(titled(one) for one in open_ones)})
    return told


def _promise(one: Requirement, draft: Draft, plan: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    conditions = [line for item in plan["items"] if item["key"] in one.items for line in item["conditions"]]
    return {
        "id": anchor(one.key, one.subject),
        "title": titled(one),
        "asks": asks(one, names),
        "conditions": conditions,
        "sample": one.sample,
        "optional": not one.required,
        "field": {
            "name": "promised",
            "id": f"f-{anchor(one.key, one.subject)}",
            "type": "checkbox",
            "label": titled(one),
            "hide_label": True,
            "required": one.required,
            "optional_mark": False,
            "options": [{"value": one.key, "label": _("我承诺“%(name)s”的内容属实，符合要求") % {"name": titled(one)}}],
            "value": [one.key] if one.key in draft.commitments else [],
        },
    }


@require_POST
@account_required
@with_draft
def promise(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Keep which promises are ticked; one that is no longer ticked is taken back."""
    wanted = set(request.POST.getlist("promised"))
    owner, at = owner_of(request), timezone.now()
    offered = {one.key for one in checklist_of(draft, at=at).promises}
    for key in sorted(offered):
        if (key in wanted) != (key in draft.commitments):
            tick_commitment(draft_id=draft.pk, owner=owner, key=key, ticked=key in wanted, at=at)
    messages.success(request, _("承诺已经保存"))
    return HttpResponseRedirect(f"{_address(draft)}#promises")


@require_safe
@account_required
@with_draft
def own_file(request: HttpRequest, draft: Draft, material_id: int) -> HttpResponse:
    """One's own upload, shown inert."""
    row = draft.materials.select_related("file").filter(pk=material_id).first()
    if row is None:
        raise Http404(_("这个文件已经删除了。"))
    return file_response(row.file, filename=row.file_name, inline=True)  # type: ignore[return-value]  # an answer that is a file


@require_safe
@account_required
@with_draft
def own_thumbnail(request: HttpRequest, draft: Draft, material_id: int) -> HttpResponse:
    """One's own picture, small, for the list of pages."""
    row = draft.materials.select_related("file").filter(pk=material_id).first()
    if row is None or not can_turn(row.file):
        raise Http404(_("这个文件已经删除了。"))
    return thumbnail_response(row.file)
