"""Official documents on the pages of departments: listed where their case or item is, opened by who may (R2.2.c/4)."""

from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onething.audit.services import log_read
from onething.documents.models import OfficialDocument
from onething.documents.services import DocumentGone, may_open, open_document
from onething.files.responses import file_response
from onething.parties.models import Officer
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.frame import Role
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import prose_date

__all__ = ["download", "rows_of"]


def rows_of(documents: Sequence[OfficialDocument], officer: Officer) -> list[dict[str, Any]]:
    """What a list shows of each: a link only where the officer may open it and it has gone out."""
    return [
        {
            "title": one.title,
            "number": one.number,
            "body": one.organisation.name,
            "issued": prose_date(one.issued_at),
            "state": _state(one),
            "url": link_to("review:document", one.pk) if one.out_at is not None and may_open(one, officer) else "",
        }
        for one in documents
    ]


def _state(one: OfficialDocument) -> str:
    if one.delivered_at is not None:
        return _("申请人%(day)s看过") % {"day": prose_date(one.delivered_at)}
    return _("已发出") if one.out_at is not None else _("过了可以撤回的时间就发出")


@require_safe
@officer_required(Role.REVIEWER, Role.LEAD, Role.ISSUER)
def download(request: OfficerRequest, document_id: int) -> FileResponse:
    """The PDF of one document, for printing and stamping. The look is written down."""
    try:
        document = open_document(document_id=document_id, officer=request.officer, at=timezone.now())
    except DocumentGone:
        raise Http404 from None
    if document.file is None:
        raise Http404
    log_read(
        account=request.user.pk,
        case_number=document.case.number,
        what=f"document {document.pk}",
        at=timezone.now(),
        home_division=document.home_division,
    )
    return file_response(document.file, filename=f"{document.title}-{document.number}.pdf")
