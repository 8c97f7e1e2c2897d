"""The one set of materials: each handed in once for every item that asks it, sample beside it (R2.5, b3, b5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onething.files.responses import file_response
from onething.files.services import limits, store_upload
from onething.kit.errors import Refused
from onething.materials.rules import Checklist, Requirement
from onething.submission.models import Draft, DraftMaterial
from onething.submission.services import attach_material, checklist_of, detach_material, tick_commitment
from onething.web.accounts.access import account_required
from onething.web.public.draft_pages import owner_of, page, plan_now, with_draft
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of
from onething.web.ui.formats import file_size, prose_date

__all__ = ["materials", "own_file", "promise"]

FORM_WORDS = {"原件": "拍原件", "复印件": "拍原件或复印件都行", "电子文件": "电子文件", "电子证照": "电子证照"}


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@with_draft
def materials(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The list; an upload or a removal comes back to it."""
    if request.method != "POST":
        return _page(request, draft)
    owner, at = owner_of(request), timezone.now()
    if removed := request.POST.get("remove"):
        if removed.isdecimal():
            detach_material(draft_id=draft.pk, owner=owner, material_id=int(removed), at=at)
        return HttpResponseRedirect(_address(draft))
    key, subject = request.POST.get("key", ""), request.POST.get("subject", "")
    try:
        _take(request, draft, key, subject)
    except Refused as refused:
        return _page(request, draft, wrong=(key, subject), error=refused.message)
    return HttpResponseRedirect(f"{_address(draft)}#{_anchor(key, subject)}")


def _take(request: HttpRequest, draft: Draft, key: str, subject: str) -> None:
    """Store what was chosen, every file or none of those after a refusal. Raises Refused."""
    files = request.FILES.getlist("files")
    if not files:
        raise Refused(_("先选一个文件或拍一张照片，再点“上传”"), code="no_file")
    owner, at = owner_of(request), timezone.now()
    before = list(draft.materials.filter(key=key, subject=subject).values_list("pk", flat=True))
    stored = [
        (
            store_upload(
                one, filename=one.name or "", declared=one.content_type or "", at=at, home_division=draft.place
            ),
            one.name or "",
        )
        for one in files
    ]
    new = [
        attach_material(draft_id=draft.pk, owner=owner, key=key, subject=subject, file=file, file_name=name, at=at).pk
        for file, name in stored
    ]
    if "replace" in request.POST:
        for old in before:
            if old not in new:
                detach_material(draft_id=draft.pk, owner=owner, material_id=old, at=at)
    messages.success(request, _("已经上传%(n)s个文件") % {"n": len(files)})


def _address(draft: Draft) -> str:
    return link_to("public:materials", draft.pk)


def _anchor(key: str, subject: str) -> str:
    return f"m-{key}-{subject}".replace(":", "-")


def _page(request: HttpRequest, draft: Draft, *, wrong: tuple[str, str] = ("", ""), error: str = "") -> HttpResponse:
    plan = plan_now(draft)
    papers = checklist_of(draft, at=timezone.now())
    names = {item["key"]: item["name"] for item in plan["items"]}
    files = _files(draft)
    cards = [_card(draft, one, names, files, error if one.slot == wrong else "") for one in papers.uploads]
    errors = errors_of(card["field"] for card in cards)
    if error and not errors:
        errors = [{"id": "", "text": error}]
    context = {
        "draft": draft,
        "name": plan["name"],
        "cards": cards,
        "groups": _groups(papers),
        "promises": [_promise(one, draft, plan, names) for one in papers.promises],
        "not_needed": [{"label": _named(one), "value": one.why_not_needed} for one in papers.not_needed],
        "missing": papers.missing,
        "limit_text": limit_text(),
        "errors": errors,
        "kept_until": prose_date(draft.expires_at.date()),
    }
    return page(request, "public/materials.html", context, status=422 if error else 200)


def limit_text() -> str:
    """What may be handed in, said before anybody chooses a file (b5)."""
    allowed = limits()
    return _("可以拍照，也可以选文件：JPG、PNG照片每张不超过%(photo)s，PDF不超过%(pdf)s、%(pages)s页") % {
        "photo": file_size(allowed.photo_bytes),
        "pdf": file_size(allowed.pdf_bytes),
        "pages": allowed.pages,
    }


def _files(draft: Draft) -> dict[tuple[str, str], list[DraftMaterial]]:
    found: dict[tuple[str, str], list[DraftMaterial]] = {}
    for row in draft.materials.select_related("file").order_by("page"):
        found.setdefault((row.key, row.subject), []).append(row)
    return found


def _card(
    draft: Draft,
    one: Requirement,
    names: Mapping[str, str],
    files: Mapping[tuple[str, str], Sequence[DraftMaterial]],
    error: str,
) -> dict[str, Any]:
    rows = files.get(one.slot, ())
    field: dict[str, Any] = {
        "name": "files",
        "id": f"f-{_anchor(one.key, one.subject)}",
        "type": "file",
        "label": (_("给“%(name)s”再加一页") if rows else _("选“%(name)s”的文件，或拍照")) % {"name": _named(one)},
        "multiple": True,
        "limit_text": limit_text(),
        "optional_mark": False,
        "files": [
            {
                "name": row.file_name,
                "size_text": file_size(row.file.size),
                "url": link_to("public:own_file", draft.pk, row.pk),
                "remove_name": "remove",
                "remove_value": row.pk,
            }
            for row in rows
        ],
    }
    if error:
        field["error"] = error
    return {
        "id": _anchor(one.key, one.subject),
        "key": one.key,
        "subject": one.subject,
        "title": _named(one),
        "asks": _asks(one, names),
        "users": "、".join(names.get(item, item) for item in one.items),
        "form": FORM_WORDS.get(one.form, one.form),
        "copies": one.copies,
        "deferred": one.deferred,
        "optional": not one.required and not one.deferred,
        "surrender": one.original == "surrender",
        "sample": one.sample,
        "field": field,
        "has_files": bool(rows),
    }


def _asks(one: Requirement, names: Mapping[str, str]) -> list[str]:
    return [f"{names.get(item, item)}：{basis or _('依据待补')}" for item, basis in one.asked_by]


def _named(one: Requirement) -> str:
    return one.name if not one.party_name or one.party_name in one.name else f"{one.party_name}的{one.name}"


def _groups(papers: Checklist) -> list[str]:
    """Papers of which one is enough, in a sentence each."""
    told = []
    for members in papers.groups.values():
        open_ones = [one for one in members if one.upload or one.promise]
        if len(open_ones) > 1:
            told.append(_("这几份交一种就行：%(names)s") % {"names": "、".join(_named(one) for one in open_ones)})
    return told


def _promise(one: Requirement, draft: Draft, plan: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    conditions = [line for item in plan["items"] if item["key"] in one.items for line in item["conditions"]]
    return {
        "id": _anchor(one.key, one.subject),
        "title": _named(one),
        "asks": _asks(one, names),
        "conditions": conditions,
        "sample": one.sample,
        "optional": not one.required,
        "field": {
            "name": "promised",
            "id": f"f-{_anchor(one.key, one.subject)}",
            "type": "checkbox",
            "label": _named(one),
            "hide_label": True,
            "required": one.required,
            "optional_mark": False,
            "options": [{"value": one.key, "label": _("我承诺“%(name)s”的内容属实，符合要求") % {"name": _named(one)}}],
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
    return file_response(row.file, filename=row.file_name, inline=True)  # type: ignore[return-value]
