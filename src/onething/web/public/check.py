"""Check what was filled in, declare, submit once (R2.6.a, a6, I6)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onething.kit.workdays import legal_date
from onething.materials.rules import Checklist
from onething.oneform.rules import Field, Section, sections
from onething.submission.access import sections_of
from onething.submission.models import Draft, DraftSection
from onething.submission.services import Incomplete, Missing, NotOffered, checklist_of, gaps_of, submit
from onething.web.accounts.access import account_required
from onething.web.public.consequences import panel_of
from onething.web.public.draft_pages import owner_of, page, plan_now, with_draft
from onething.web.public.form_fields import supplied_rows
from onething.web.public.per_instance import answer_rows
from onething.web.public.situation import is_settled, next_address
from onething.web.public.uploads import titled
from onething.web.ui.addresses import link_to
from onething.web.ui.form_fields import value_words
from onething.web.ui.formats import mask_id, mask_phone
from onething.web.ui.spoken import is_foreign, said, spoken

__all__ = ["check", "declaration_lines"]

# Signs and digits of a passport, a card or an account; a cause of death is sensitive too, but no number.
CARD_NUMBER: Final = re.compile(r"(?=.*\d.*\d.*\d)[0-9A-Za-z()（）/-]{5,}")


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@with_draft
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Everything at a glance, each with 修改; then the one button."""
    plan = plan_now(draft)
    if not is_settled(draft, plan):
        return HttpResponseRedirect(next_address(draft))
    if request.method != "POST":
        return _page(request, draft, plan, gaps_of(draft, at=timezone.now()), is_answer=False)
    try:
        # The draft itself is what must not be handed in twice, so it names the act; a reload or a second tap finds the case.
        done = submit(
            draft_id=draft.pk,
            owner=owner_of(request),
            idempotency_key=f"draft-{draft.pk}",
            declaration=bool(request.POST.get("declared")),
            at=timezone.now(),
        )
    except Incomplete as incomplete:
        gaps: Sequence[Missing] = incomplete.facts["gaps"]  # type: ignore[assignment]  # facts of a refusal are plain objects; its docstring names this one's shape
        return _page(request, draft, plan, gaps, is_answer=True)
    except NotOffered:
        return _page(
            request, draft, plan, [], is_answer=False
        )  # its banner says so; nothing was handed in, nothing is lost
    return HttpResponseRedirect(link_to("public:receipt", done.number))


def declaration_lines() -> list[str]:
    """What the applicant declares; stored with the case by its version of the program."""
    return [
        _("我填写的内容和提交的材料都是真的。"),
        _("我看过告知单，知道办理的条件、时间和要交的材料。"),
        _("我同意把这些内容给上面各件事的办理单位，只用来办这些事。"),
        _("内容不真实的，我承担相应的法律责任。"),
    ]


def _binding_lines() -> list[str]:
    """The Chinese words of the declaration for whoever reads a translation; nothing on a Chinese page."""
    if not is_foreign():
        return []
    with translation.override(settings.LANGUAGE_CODE):
        return declaration_lines()


def _page(
    request: HttpRequest, draft: Draft, plan: Mapping[str, Any], gaps: Sequence[Missing], *, is_answer: bool
) -> HttpResponse:
    rows = {row.key: row for row in sections_of(draft)}
    papers = spoken(checklist_of(draft, at=timezone.now()))
    in_full = request.GET.get("numbers") == "full"
    declared: dict[str, Any] = {
        "name": "declared",
        "type": "checkbox",
        "label": _("声明"),
        "hide_label": True,
        "options": [{"value": "yes", "label": _("我看过上面的内容，同意以上声明")}],
    }
    left = [gap for gap in gaps if gap.where != "declaration"]
    if is_answer and len(left) < len(gaps):
        declared["error"] = _("阅读并勾选声明")
    errors = [{"url": _place_of(draft, gap), "text": said(gap.message)} for gap in left]
    if declared.get("error"):
        errors.append({"url": "#f-declared-1", "text": declared["error"]})
    context = {
        "draft": draft,
        "name": plan["name"],
        "situation": _situation(draft, plan),
        "blocks": _sections(draft, plan, rows, in_full=in_full),
        "papers": _papers(draft, papers),
        "panel": panel_of(plan),
        "lines": declaration_lines(),
        "binding": _binding_lines(),
        "field": declared,
        "gaps": errors,
        "errors": errors if is_answer else [],
        "in_full": in_full,
        "notice_url": link_to("public:draft_notice", draft.pk),
    }
    return page(request, "public/check.html", context, status=422 if is_answer else 200)


def _place_of(draft: Draft, gap: Missing) -> str:
    """Where a gap is put right."""
    match gap.where:
        case "form":
            return f"{link_to('public:section', draft.pk, gap.section)}#f-{gap.key}"
        case "materials":
            return link_to("public:materials", draft.pk)
        case "questions":
            return link_to("public:question", draft.pk, gap.key)
        case "place":
            return link_to("public:place", draft.pk)
        case "items":
            return link_to("public:items", draft.pk)
        case _:
            return link_to("public:draft", draft.pk)


def _situation(draft: Draft, plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "label": _("要办的事"),
            "lines": [item["name"] for item in plan["items"]],
            "url": link_to("public:items", draft.pk),
        }
    ]
    rows += [row for row in answer_rows(plan, draft.pk) if row["value"]]
    return rows


def _sections(
    draft: Draft, plan: Mapping[str, Any], rows: Mapping[str, DraftSection], *, in_full: bool
) -> list[dict[str, Any]]:
    values = {key: row.data for key, row in rows.items()}
    today = legal_date(timezone.now())
    names = {item["key"]: item["name"] for item in plan["items"]}
    blocks = []
    for section in sections(plan, values):
        supplied = supplied_rows(plan, section, values, today=today, names=names)
        blocks += _instances(draft, section, rows, supplied, in_full=in_full)
    return blocks


def _instances(
    draft: Draft,
    section: Section,
    rows: Mapping[str, DraftSection],
    supplied: Mapping[str, list[dict[str, str]]],
    *,
    in_full: bool,
) -> list[dict[str, Any]]:
    address = link_to("public:section", draft.pk, section.key)
    row = rows.get(section.key)
    blocks = []
    for instance in section.instances:
        lines: list[dict[str, str]] = []
        for field in instance.fields:
            value = (row.data if row else {}).get(instance.subject, {}).get(field.element)
            fault = (row.faulty if row else {}).get(field.key)
            words = fault["text"] if fault else value_words(field, value)
            lines.append(
                {
                    "label": field.label,
                    "value": words if in_full else _masked(field, words),
                    "source": said(fault["message"]) if fault else "",
                    "empty_text": _("还没填") if field.required else _("没有填，可以不填"),
                    "url": f"{address}#f-{field.key}",
                }
            )
        blocks.append({"title": instance.title, "rows": [*lines, *supplied[instance.subject]]})
    return blocks


def _masked(field: Field, words: str) -> str:
    """Numbers that identify a person are masked until they are asked for (X12), also those of cards that are plain texts."""
    if field.type == "phone":
        return mask_phone(words)
    is_number = field.type in {"id_number", "bank_account"} or (field.sensitive and CARD_NUMBER.fullmatch(words))
    return mask_id(words) if is_number and field.type != "uscc" else words


def _papers(draft: Draft, papers: Checklist) -> list[dict[str, Any]]:
    address = link_to("public:materials", draft.pk)
    files: dict[tuple[str, str], list[str]] = {}
    for key, subject, name in draft.materials.order_by("page").values_list("key", "subject", "file_name"):
        files.setdefault((key, subject), []).append(name)
    rows = [
        {
            "label": titled(one),
            "lines": files.get(one.slot, []),
            "empty_text": _("以后补（容缺受理）")
            if one.deferred
            else _("还没交")
            if one.required
            else _("没有交，可以不交"),
            "url": address,
        }
        for one in papers.uploads
    ]
    return rows + [
        {
            "label": titled(one),
            "value": _("已勾选承诺") if one.key in draft.commitments else "",
            "empty_text": _("还没勾选"),
            "url": f"{address}#promises",
        }
        for one in papers.promises
    ]
