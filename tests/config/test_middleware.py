"""What every answer carries, and when a sign-in ends."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from onething.config.middleware import SIGNED_IN_AT, content_security_policy, sign_in_expiry
from onething.parties.models import Account

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.is_authenticated)


def test_nothing_inline_may_run_and_no_other_origin_may_be_asked() -> None:
    response = content_security_policy(lambda _: HttpResponse())(RequestFactory().get("/"))
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "still_in"), [(11, b"True"), (13, b"False")])
def test_a_sign_in_ends_after_its_hours(
    hours: int, still_in: bytes, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ONETHING_SIGN_IN_HOURS = 12
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = Account(username="limei")
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    assert sign_in_expiry(answer)(request).content == b"True"
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(hours=hours))
    assert sign_in_expiry(answer)(request).content == still_in


@pytest.mark.django_db
def test_a_visitor_keeps_the_session_of_the_draft() -> None:
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = AnonymousUser()
    request.session["draft"] = 7
    sign_in_expiry(answer)(request)
    assert request.session["draft"] == 7
    assert SIGNED_IN_AT not in request.session
