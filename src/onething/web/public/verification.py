"""Anybody asks whether a document is real: one code, one of four answers, at most six masked things (h1)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from onething.delivery.services import verify
from onething.documents.rules import Verdict
from onething.kit.workdays import legal_date
from onething.web.public.draft_pages import page
from onething.web.ui.addresses import link_to
from onething.web.ui.spoken import said

__all__ = ["answer", "ask"]

NAME = "文书"  # the line of documents.rules that names the document
STATES = {Verdict.VALID: "valid", Verdict.EXPIRED: "expired", Verdict.REVOKED: "revoked", Verdict.NOT_FOUND: "unknown"}


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Type a code from a paper without a camera."""
    code = request.GET.get("code", "").strip()[:40]
    if code:
        return HttpResponseRedirect(link_to("public:verified", code.replace("/", "-")))
    return page(request, "public/verify.html", {"field": _field("")})


@never_cache
@require_safe
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """What the code says."""
    found = verify(code, on=legal_date(timezone.now()))
    context = {
        "field": _field(code if found.verdict is Verdict.NOT_FOUND else ""),
        "found": {"words": said(found.words)},
        "state": STATES[found.verdict],
        "facts": [{"label": said(label), "value": said(value)} for label, value in found.lines if label != NAME],
        "name": next((value for label, value in found.lines if label == NAME), _("没有这个核验码")),
        "asked_at": timezone.now(),
    }
    return page(request, "public/verify.html", context)


def _field(code: str) -> dict[str, object]:
    return {
        "name": "code",
        "type": "text",
        "label": _("核验码"),
        "hint": _("印在文书上，例如 ABCD-EFGH-JKMN-PQRS"),
        "value": code,
        "max_length": 40,
        "width": "code",
        "autocomplete": "off",
    }
