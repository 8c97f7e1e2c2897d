"""The one form, section by section: saved on leaving a field or on 「保存并继续」, never overwritten silently (X5, X6, b4)."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onething.kit.workdays import legal_date
from onething.oneform.rules import Section, find_section, missing, sections
from onething.submission.access import sections_of
from onething.submission.models import Draft, DraftSection
from onething.submission.services import (
    NoSuchSection,
    SavedSection,
    SectionConflict,
    add_instance,
    remove_instance,
    save_section,
)
from onething.web.accounts.access import account_required
from onething.web.public.draft_pages import json_when_signed_out, owner_of, page, plan_now, with_draft
from onething.web.public.form_fields import supplied_rows, why_lines
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of
from onething.web.ui.form_fields import groups_of, typed_of, value_words
from onething.web.ui.formats import prose_date, time_of_day
from onething.web.ui.spoken import said

__all__ = ["add", "remove", "section"]

EMPTY: tuple[Any, ...] = (None, "", [])


@json_when_signed_out
@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@with_draft
def section(request: HttpRequest, draft: Draft, section: str) -> HttpResponse:
    """One section. Saving by itself answers in JSON; 「保存并继续」 also names what is still missing."""
    rows, form = _opened(draft, section)
    if request.method != "POST":
        return _section_page(request, draft, form, rows)
    is_auto = bool(request.headers.get("X-Autosave"))
    try:
        saved = _save(request, draft, form)
    except SectionConflict as conflict:
        return _conflict(request, draft, form, conflict, is_auto=is_auto)
    except NoSuchSection as gone:
        raise Http404(said(gone.message)) from gone
    if is_auto:
        return JsonResponse({"saved_at": time_of_day(saved.saved_at), "revision": saved.revision})
    if "later" in request.POST:
        return HttpResponseRedirect(link_to("public:tasks", draft.pk))
    rows = _rows(draft)
    values = {key: row.data for key, row in rows.items()}
    errors = {fault.key: said(fault.message) for fault in saved.faults}
    for gap in missing(plan_now(draft), values):
        if gap.section == section:
            errors.setdefault(gap.key, said(gap.message))
    if errors:
        return _section_page(request, draft, form, rows, errors=errors)
    return HttpResponseRedirect(_next(draft, section, values))


def _opened(draft: Draft, key: str) -> tuple[dict[str, DraftSection], Section]:
    """The saved sections and the form of one of them. Raises Http404."""
    rows = _rows(draft)
    form = find_section(plan_now(draft), {key: row.data for key, row in rows.items()}, key)
    if form is None:
        raise Http404(_("您的情况不用填这一部分，请回到任务列表。"))
    return rows, form


def _rows(draft: Draft) -> dict[str, DraftSection]:
    return {row.key: row for row in sections_of(draft)}


def _save(request: HttpRequest, draft: Draft, form: Section) -> SavedSection:
    revision = request.POST.get("revision", "")
    return save_section(
        draft_id=draft.pk,
        owner=owner_of(request),
        section=form.key,
        typed=typed_of(form, request.POST),
        expected_revision=int(revision) if revision.isdecimal() else 0,
        at=timezone.now(),
    )


def _next(draft: Draft, key: str, values: Mapping[str, Any]) -> str:
    """The section after this one, or the materials."""
    keys = [one.key for one in sections(plan_now(draft), values)]
    position = keys.index(key) + 1
    if position < len(keys):
        return link_to("public:section", draft.pk, keys[position])
    return link_to("public:materials", draft.pk)


def _section_page(
    request: HttpRequest,
    draft: Draft,
    form: Section,
    rows: Mapping[str, DraftSection],
    *,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    plan, today = plan_now(draft), legal_date(timezone.now())
    row = rows.get(form.key)
    values = {key: one.data for key, one in rows.items()}
    faulty = row.faulty if row else {}
    told = errors if errors is not None else {key: said(fault["message"]) for key, fault in faulty.items()}
    names = {item["key"]: item["name"] for item in plan["items"]}
    groups = groups_of(form, row.data if row else {}, faulty, told, is_own=form.key == _applicant(plan))
    keys = [one.key for one in sections(plan, values)]
    shown_errors = errors_of(field for group in groups for field in group["fields"])
    context = {
        "draft": draft,
        "name": plan["name"],
        "section": form,
        "groups": groups,
        "supplied": _titled(form, supplied_rows(plan, form, values, today=today, names=names)),
        "why": "\n".join(why_lines(form, names)),
        "revision": row.revision if row else 0,
        "saved": time_of_day(row.saved_at) if row else "",
        "kept_until": prose_date(draft.expires_at.date()),
        "step": {"number": keys.index(form.key) + 1, "total": len(keys)},
        "errors": shown_errors if errors is not None else [],
        "own_url": link_to("public:section", draft.pk, form.key),
    }
    return page(request, "public/section.html", context, status=422 if errors else 200)


def _titled(form: Section, supplied: Mapping[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    """What need not be asked, in one list; of several, each line says whose it is."""
    if len(form.instances) == 1:
        return supplied[form.instances[0].subject]
    return [
        {**row, "label": _("%(whose)s：%(question)s") % {"whose": one.title, "question": row["label"]}}
        for one in form.instances
        for row in supplied[one.subject]
    ]


def _applicant(plan: Mapping[str, Any]) -> str:
    """The section that holds the applicant's own data."""
    for party in plan["parties"]:
        if party["applicant"]:
            return str(party["same_as"] or party["key"])
    return ""


def _conflict(
    request: HttpRequest, draft: Draft, form: Section, conflict: SectionConflict, *, is_auto: bool
) -> HttpResponse:
    """Saved elsewhere meanwhile: nothing is overwritten, the person takes one of the two for each field that differs."""
    if is_auto:
        told = _("这一部分刚才在别处改过，还没有保存。点“保存并继续”，选要哪一份")
        return JsonResponse({"message": told}, status=409)
    mine: Mapping[str, Any] = conflict.facts["mine"]  # type: ignore[assignment]  # facts of a refusal are plain objects; its docstring names this one's shape
    typed: Mapping[str, str] = conflict.facts["mine_typed"]  # type: ignore[assignment]  # facts of a refusal are plain objects; its docstring names this one's shape
    theirs: Mapping[str, Any] = conflict.facts["theirs"]  # type: ignore[assignment]  # facts of a refusal are plain objects; its docstring names this one's shape
    differing, same = [], []
    for field in form.fields:
        own = typed.get(field.key, mine.get(field.subject, {}).get(field.element))
        other = theirs.get(field.subject, {}).get(field.element)
        if own == other or (own in EMPTY and other in EMPTY):
            same.append({"name": field.key, "value": _raw(own)})
            continue
        title = next(one.title for one in form.instances if one.subject == field.subject)
        differing.append(
            {
                "name": field.key,
                "type": "radio",
                "label": _("%(whose)s：%(question)s") % {"whose": title, "question": field.label}
                if form.repeats
                else field.label,
                "options": [
                    {"value": _raw(own), "label": value_words(field, own) or _("不填"), "hint": _("这一页填的")},
                    {"value": _raw(other), "label": value_words(field, other) or _("不填"), "hint": _("别处保存的")},
                ],
                "value": _raw(own),
            }
        )
    context = {
        "draft": draft,
        "name": said(draft.edition.name),
        "section": form,
        "fields": differing,
        "same": same,
        "revision": conflict.facts["theirs_revision"],
        "saved_at": conflict.facts["saved_at"],
        "own_url": link_to("public:section", draft.pk, form.key),
    }
    return page(request, "public/conflict.html", context, status=409)


def _raw(value: Any) -> str:  # noqa: ANN401  # text or a list
    return "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


@require_POST
@account_required
@with_draft
def add(request: HttpRequest, draft: Draft, section: str) -> HttpResponse:
    """One more person or thing; what was typed so far is saved with it."""
    _, form = _opened(draft, section)
    try:
        _save(request, draft, form)
        added = add_instance(draft_id=draft.pk, owner=owner_of(request), section=section, at=timezone.now())
    except SectionConflict as conflict:
        return _conflict(request, draft, form, conflict, is_auto=False)
    except NoSuchSection as refused:
        raise Http404(said(refused.message)) from refused
    return HttpResponseRedirect(f"{link_to('public:section', draft.pk, section)}#{added.subject}")


@require_POST
@account_required
@with_draft
def remove(request: HttpRequest, draft: Draft, section: str, subject: str) -> HttpResponse:
    """Take one person or thing out; said before it happens when something was filled in."""
    _, form = _opened(draft, section)
    instance = next((one for one in form.instances if one.subject == subject), None)
    if instance is None:
        return HttpResponseRedirect(link_to("public:section", draft.pk, section))
    at, owner = timezone.now(), owner_of(request)
    try:
        if "confirmed" not in request.POST:
            saved = _save(request, draft, form)
            if any(value not in EMPTY for value in saved.values.get(subject, {}).values()):
                return _confirm_removal(request, draft, form, subject, instance.title, saved.revision)
            revision = saved.revision
        else:
            revision = int(request.POST.get("revision") or 0)
        remove_instance(
            draft_id=draft.pk, owner=owner, section=section, subject=subject, expected_revision=revision, at=at
        )
    except SectionConflict as conflict:
        return _conflict(request, draft, form, conflict, is_auto=False)
    except NoSuchSection as refused:
        raise Http404(said(refused.message)) from refused
    return HttpResponseRedirect(link_to("public:section", draft.pk, section))


def _confirm_removal(
    request: HttpRequest, draft: Draft, form: Section, subject: str, title: str, revision: int
) -> HttpResponse:
    back = link_to("public:section", draft.pk, form.key)
    context = {
        "name": said(draft.edition.name),
        "title": _("删除%(title)s？") % {"title": title},
        "consequences": [_("填好的内容和上传的文件会一起删除，不能找回。")],
        "action": link_to("public:remove_instance", draft.pk, form.key, subject),
        "hidden": [{"name": "confirmed", "value": "1"}, {"name": "revision", "value": revision}],
        "confirm_label": _("删除%(title)s") % {"title": title},
        "cancel_url": back,
    }
    return page(request, "public/confirm.html", context)
