"""What every answer carries and how long a sign-in lasts."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

__all__ = ["content_security_policy", "language", "sign_in_expiry"]

Answer = Callable[[HttpRequest], HttpResponse]

# Own scripts, own styles, own pictures and nothing inline: what an applicant typed can never run in a reviewer's browser.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'"
)
SIGNED_IN_AT = "signed_in_at"


def content_security_policy(get_response: Answer) -> Answer:
    """Send the one strict policy with every answer, and say which sensors a page may not use."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=()")
        return response

    return middleware


def language(get_response: Answer) -> Answer:
    """Speak the language the reader chose. What a browser prefers decides nothing: the words that bind are Chinese."""
    offered = {code for code, _name in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in offered else settings.LANGUAGE_CODE):
            return get_response(request)

    return middleware


def sign_in_expiry(get_response: Answer) -> Answer:
    """End a sign-in after ONETHING_SIGN_IN_HOURS. The session of a visitor who is not signed in lives on with the draft."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(timezone.now().timestamp())
            began = request.session.setdefault(SIGNED_IN_AT, now)
            if now - began > timedelta(hours=settings.ONETHING_SIGN_IN_HOURS).total_seconds():
                logout(request)
        return get_response(request)

    return middleware
