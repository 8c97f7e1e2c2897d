"""The mode switch, the pages every site must have, the gallery, and the pages shown when something goes wrong."""

import logging
import secrets
import sys
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onething.config.middleware import SIGNED_IN_AT
from onething.kit.errors import Refused
from onething.web.ui import samples
from onething.web.ui.face import MODE_COOKIE, MODES, modes_of
from onething.web.ui.spoken import has_chinese, is_foreign, said

__all__ = [
    "accessibility",
    "bad_request",
    "csrf_failure",
    "gallery",
    "help_page",
    "identify",
    "not_found",
    "permission_denied",
    "reason_of",
    "server_error",
    "stay",
    "switch_language",
    "switch_mode",
]

YEAR: Final = 365 * 24 * 3600
logger = logging.getLogger(__name__)


@never_cache
@require_http_methods(["GET", "POST"])
def switch_mode(request: HttpRequest) -> HttpResponse:
    """Switch one mode on or off and go back to the same page. A preference, so a plain link may do it."""
    given = request.POST if request.method == "POST" else request.GET
    mode, wanted = given.get("mode", ""), given.get("on") == "1"
    if mode not in MODES:
        raise Http404
    modes = set(modes_of(request))
    modes = modes | {mode} if wanted else modes - {mode}
    response = HttpResponseRedirect(_own_address(request, given.get("next", "/")))
    if modes:
        kept = "+".join(name for name in MODES if name in modes)
        response.set_cookie(MODE_COOKIE, kept, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        response.delete_cookie(MODE_COOKIE, samesite="Lax")
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def switch_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on, on the same page. A preference, so a plain link may do it."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = given.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Http404
    response = HttpResponseRedirect(_own_address(request, given.get("next", "/")))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=YEAR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _own_address(request: HttpRequest, address: str) -> str:
    """The address to go back to, never one of another site."""
    is_own = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_own else "/"


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Prolong the sign-in from now on, and the session with it (X7)."""
    if request.user.is_authenticated:
        request.session[SIGNED_IN_AT] = int(timezone.now().timestamp())
    request.session.modified = True
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"stayed": True})
    return HttpResponseRedirect(_own_address(request, request.headers.get("Referer", "/")))


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in its states: the living style guide."""
    face = "staff" if request.GET.get("face") == "staff" else "public"
    return render(request, f"ui/gallery_{face}.html", samples.everything())


@require_GET
def identify(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/identify.html")


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/accessibility.html")


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/help.html")


def _short_code() -> str:
    """Four characters a person can read out on the phone; the log line has the same."""
    return secrets.token_hex(2).upper()


def reason_of(exception: Exception | None) -> str:
    """The sentence for the reader, if the program raised one on purpose: a whole sentence, Chinese or translated."""
    if isinstance(exception, Refused):
        return said(str(exception))
    given = exception.args[0] if exception is not None and exception.args else ""
    if not isinstance(given, str):  # what the resolver tried
        return ""
    return said(given) if has_chinese(given) or is_foreign() else ""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent could not be read."""
    code = _short_code()
    logger.warning("400 shown with code %s at %s: %s", code, request.path, type(exception).__name__)
    return render(request, "400.html", {"code": code}, status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: says why when the view said why."""
    return render(request, "403.html", {"reason": reason_of(exception)}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose page stood open too long, or whose browser sends no cookies."""
    code = _short_code()
    logger.warning("csrf failure shown with code %s at %s: %s", code, request.path, reason)
    return render(request, "403_csrf.html", {"code": code}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: search, popular things, hotline."""
    return render(request, "404.html", {"reason": reason_of(exception)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: must work when the database does not, so nothing here asks it."""
    code = _short_code()
    logger.error("500 shown with code %s at %s", code, request.path, exc_info=sys.exc_info())
    return render(request, "500.html", {"code": code}, status=500)
