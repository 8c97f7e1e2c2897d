"""What became of a submission: receipt, progress, results, taking back; and everything of a person in one place."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.reading import expected_of, items_of_case, own_case, stops_of_items
from onething.cases.states import BundleState, ItemState
from onething.delivery.services import ResultGone, open_result, results_for
from onething.dispatch.services import TooLate, withdraw_items
from onething.dispatch.services.undo import BEFORE_ACCEPTANCE
from onething.documents.kinds import DocumentKind
from onething.documents.services import DocumentGone, documents_for, open_document
from onething.feedback.reading import had_rounds, told_rounds
from onething.feedback.states import RoundState
from onething.files.responses import file_response, thumbnail_response
from onething.files.services import can_turn
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.web.accounts.access import AccountRequest, account_required
from onething.web.accounts.backend import unread_of
from onething.web.public.choices import choices_of
from onething.web.public.draft_pages import owner_of, page
from onething.web.public.following import cards_of, lacking_words, take
from onething.web.public.progress import bundle_words, entries_of, promise_words, receipt_lines
from onething.web.public.receipt_paper import draw_receipt
from onething.web.public.story import told_events
from onething.web.public.uploads import anchor
from onething.web.public.visits import cards_of_visits
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of
from onething.web.ui.formats import prose_date, table_date
from onething.web.ui.spoken import listed, said
from onething.web.ui.why_day import why_this_day

__all__ = ["case", "mine", "official", "own_paper", "own_picture", "receipt", "receipt_pdf", "result", "withdraw"]

PAGE_SIZE = 20
# The longer side of a picture on which a place is marked, in dots: sharp on a phone and a tenth of the photograph.
PICTURE_SIDE = 1200
TONES = {
    BundleState.GRANTED_ALL: "success",
    BundleState.PARTLY_GRANTED: "warning",
    BundleState.REFUSED_ALL: "error",
    BundleState.WAITING_FOR_APPLICANT: "warning",
}


@require_safe
@account_required
def mine(request: AccountRequest) -> HttpResponse:
    """Drafts to go on with, cases to follow."""
    at = timezone.now()
    drafts = owner_of(request).drafts().unfinished(at=at).with_edition().newest_first()
    found = OneThingCase.objects.visible_to(request.user).without_content().newest_first()
    after = _cursor(request.GET.get("after", ""))
    if after:
        found = found.filter(submitted_at__lt=after)
    shown = list(found[: PAGE_SIZE + 1])
    context = {
        "section": "mine",
        "drafts": [
            {
                "pk": draft.pk,
                "title": said(draft.edition.name),
                "hint": _("上次改动%(at)s，保存到%(until)s")
                % {"at": table_date(draft.updated_at), "until": prose_date(draft.expires_at.date())},
                "aside": draft.set_aside,
            }
            for draft in drafts
        ],
        "cases": [
            {
                "title": said(one.onething_name),
                "url": link_to("public:case", one.number),
                "hint": _("%(number)s，%(at)s提交") % {"number": one.number, "at": table_date(one.submitted_at)},
                "state_text": one.get_state_display(),
                "tone": TONES.get(one.bundle_state, "info"),
            }
            for one in shown[:PAGE_SIZE]
        ],
        "count": OneThingCase.objects.visible_to(request.user).count(),
        "unread": unread_of(request.user),
        "next_url": f"?after={_seal(shown[PAGE_SIZE - 1])}" if len(shown) > PAGE_SIZE else "",
        "first_url": link_to("public:mine") if after else "",
    }
    return page(request, "public/mine.html", context)


def _seal(last: OneThingCase) -> str:
    return Signer(salt="mine").sign(last.submitted_at.isoformat())


def _cursor(text: str) -> Any:  # noqa: ANN401  # a moment or None
    try:
        return parse_datetime(Signer(salt="mine").unsign(text)) if text else None
    except BadSignature:
        return None


def _own_case(request: AccountRequest, number: str) -> OneThingCase:
    found = own_case(request.user, number.upper())
    if found is None:
        raise Http404(_("没有找到这份申请。请检查编号，或到“我的”里看。"))
    return found


@require_safe
@account_required
def receipt(request: AccountRequest, number: str) -> HttpResponse:
    """The receipt: proof that it was handed in, who does what until when, what comes next (a7)."""
    found = _own_case(request, number)
    items = items_of_case(found)
    context = {
        "case": found,
        "name": said(found.onething_name),
        "lines": receipt_lines(items),
        "count": len(items),
        "promised": promise_words(found, items),
        "received": prose_date(found.received_on),
        "lacking": lacking_words(found, items),
        # A moment after it was handed in, with number and verification code.
        "documents": [one for one in documents_for(request.user, found) if one.kind == DocumentKind.RECEIPT],
        "section": "mine",
    }
    return page(request, "public/receipt.html", context)


@require_safe
@account_required
def receipt_pdf(request: AccountRequest, number: str) -> HttpResponse:
    """The receipt on paper."""
    found = _own_case(request, number)
    items = items_of_case(found)
    with translation.override(settings.LANGUAGE_CODE):  # what is given on paper binds, so it is Chinese
        pdf = draw_receipt(found, receipt_lines(items), lacking_words(found, items, at_submission=True))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="receipt-{found.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def case(request: AccountRequest, number: str) -> HttpResponse:
    """Progress per department in plain words, results as they come, papers that may follow."""
    found = _own_case(request, number)
    if request.method != "POST":
        return _case_page(request, found)
    key, subject = request.POST.get("key", ""), request.POST.get("subject", "")
    try:
        take(request, found, request.user, key, subject)
    except Refused as refused:
        return _case_page(request, found, wrong=(key, subject), error=said(refused.message))
    return HttpResponseRedirect(f"{link_to('public:case', found.number)}#{anchor(key, subject)}")


def _was_spoken_of(item: ItemCase) -> bool:
    """Whether a body has said anything of an item: before that there is no document to ask for."""
    in_correction = item.item_state is ItemState.IN_CORRECTION or item.window_from is not None
    return item.accepted_at is not None or bool(item.outcome) or in_correction


def _case_page(
    request: AccountRequest, found: OneThingCase, *, wrong: tuple[str, str] = ("", ""), error: str = ""
) -> HttpResponse:
    items = items_of_case(found)
    results = results_for(request.user, found) if any(item.outcome for item in items) else {}
    documents = documents_for(request.user, found) if any(map(_was_spoken_of, items)) else []
    cards = cards_of(found, items, wrong=wrong, error=error)
    errors = errors_of(card["field"] for card in cards if card["is_open"])
    if error and not errors:
        errors = [{"id": "", "text": error}]
    context = {
        "case": found,
        "name": said(found.onething_name),
        "words": bundle_words(found, items),
        "why": None if found.closed_at else _why(found, items),
        "tone": TONES.get(found.bundle_state, "info"),
        "entries": entries_of(items, results, documents, today=legal_date(timezone.now())),
        "documents": [one for one in documents if one.item_id is None],
        "story": told_events(found, items),
        "corrections": _corrections(found, items),
        "may_withdraw": any(item.item_state in BEFORE_ACCEPTANCE for item in items),
        "submitted": prose_date(found.submitted_at),
        "choices": choices_of(items),
        "cards": cards,
        "visits": cards_of_visits(found),
        "lacking": sum(card["is_lacking"] for card in cards),
        "errors": errors,
        "section": "mine",
    }
    return page(request, "public/case.html", context, status=422 if error else 200)


def _why(found: OneThingCase, items: list[ItemCase]) -> dict[str, str] | None:
    """Why the whole is expected on its day, item by item."""
    expected, lines = expected_of(found, items, stops_of_items(items))
    names, keys = {item.number: item.name for item in items}, {item.key: item.name for item in items}
    return why_this_day(found.promised_on, expected, lines, names, keys, today=legal_date(timezone.now()))


def _corrections(found: OneThingCase, items: Sequence[ItemCase]) -> list[dict[str, Any]]:
    """The notices to correct something, what is still to be answered first. One query where there are any."""
    rows = told_rounds(found) if had_rounds(items) else []
    return [
        {
            "url": link_to("public:correction", found.number, one.ordinal),
            "day": prose_date(one.answer_by) if one.answer_by else "",
            "is_open": one.round_state is RoundState.NOTICED,
            "noticed": prose_date(one.noticed_at) if one.noticed_at else "",
        }
        for one in sorted(rows, key=lambda one: (one.round_state is not RoundState.NOTICED, one.ordinal))
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def withdraw(request: AccountRequest, number: str) -> HttpResponse:
    """Take back what no body has accepted yet, after saying what that means (R2.6.a/4)."""
    found = _own_case(request, number)
    items = [item for item in items_of_case(found) if item.item_state in BEFORE_ACCEPTANCE]
    back = link_to("public:case", found.number)
    if not items:
        messages.info(request, _("各单位都已经受理，要撤回请联系办理单位，或拨打12345。"))
        return HttpResponseRedirect(back)
    if request.method == "POST":
        picked = {int(one) for one in request.POST.getlist("items") if one.isdecimal()}
        wanted = [item.pk for item in items if item.pk in picked]
        if wanted:
            return _withdrawn(request, found, wanted, back)
    field: dict[str, Any] = {
        "name": "items",
        "type": "checkbox",
        "label": _("撤回哪几件"),
        "options": [{"value": item.pk, "label": said(item.name)} for item in items],
        "value": [item.pk for item in items] if request.method != "POST" else [],
    }
    if request.method == "POST":
        field["error"] = _("至少选一件要撤回的事；不撤回，点“不，返回”")
    context = {
        "name": said(found.onething_name),
        "title": _("撤回申请？"),
        "consequences": [
            _("撤回的事不再办。以后要办，可以重新申请。"),
            _("等它办好才能办的事，也会一起停下。"),
            _("已经受理的事不能在这里撤回。"),
        ],
        "fields": [field],
        "errors": [{"id": "f-items-1", "text": field["error"]}] if field.get("error") else [],
        "action": link_to("public:withdraw", found.number),
        "confirm_label": _("撤回选中的事"),
        "cancel_url": back,
    }
    return page(request, "public/confirm.html", context, status=422 if context["errors"] else 200)


def _withdrawn(request: AccountRequest, found: OneThingCase, wanted: list[int], back: str) -> HttpResponse:
    try:
        done = withdraw_items(case_id=found.pk, account=request.user, item_ids=wanted, at=timezone.now())
    except TooLate as late:
        messages.warning(request, said(late.message))
    else:
        messages.success(request, _("已经撤回：%(names)s") % {"names": listed(said(item.name) for item in done)})
    return HttpResponseRedirect(back)


@require_safe
@account_required
def own_paper(request: AccountRequest, number: str, material_id: int) -> HttpResponse:
    """One's own paper of a case, shown inert."""
    row = _own_case(request, number).materials.select_related("file").filter(pk=material_id).first()
    if row is None or row.file is None:
        raise Http404(_("没有找到这个文件。"))
    return file_response(row.file, filename=row.file_name, inline=True)  # type: ignore[return-value]  # an answer that is a file


@require_safe
@account_required
def own_picture(request: AccountRequest, number: str, material_id: int) -> HttpResponse:
    """One's own paper as a picture of the size a phone needs, for marking a place on it (ux g3)."""
    row = _own_case(request, number).materials.select_related("file").filter(pk=material_id).first()
    if row is None or row.file is None or not can_turn(row.file):
        raise Http404(_("没有找到这个文件。"))
    return thumbnail_response(row.file, side=PICTURE_SIDE)


@require_safe
@account_required
def result(request: AccountRequest, document_id: int) -> HttpResponse:
    """A result for its applicant; the first look delivers it."""
    try:
        document = open_result(document_id=document_id, account=request.user, at=timezone.now())
    except ResultGone as gone:
        raise Http404(said(gone.message)) from gone
    return file_response(document.file, filename=f"{document.name}-{document.number}.pdf")  # type: ignore[return-value]  # an answer that is a file


@require_safe
@account_required
def official(request: AccountRequest, document_id: int) -> HttpResponse:
    """An official document for its applicant; the first look delivers it."""
    try:
        document = open_document(document_id=document_id, account=request.user, at=timezone.now())
    except DocumentGone as gone:
        raise Http404(said(gone.message)) from gone
    if document.file is None:
        raise Http404
    return file_response(document.file, filename=f"{document.title}-{document.number}.pdf")  # type: ignore[return-value]  # an answer that is a file
