"""Signing in and out.

A demonstration has no passwords: it lists its invented people and lets anybody be one of them, or be new. Everywhere else the
city's unified identity signs people in, and this page only says so.
"""

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from onething.kit.workdays import legal_date
from onething.parties.demo import PLACE
from onething.parties.models import Account, Officer
from onething.parties.querysets import OfficerQuerySet
from onething.parties.routing import division_chain
from onething.parties.services import AccountRefused, create_demonstration_account
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of
from onething.web.ui.spoken import listed, said

__all__ = ["sign_in", "sign_out"]

# Which field a refusal of a new account belongs to.
FIELD_OF = {
    "name_missing": "display_name",
    "name_long": "display_name",
    "enterprise_missing": "principal_name",
    "enterprise_long": "principal_name",
    "uscc_shape": "principal_uscc",
}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if not settings.ONETHING_DEMO:
        return render(request, "accounts/closed.html", status=403 if request.method == "POST" else 200)
    if request.method != "POST":
        return _page(request)
    try:
        account = _chosen(request)
    except AccountRefused as refused:
        return _page(request, refused)
    if account is None:
        return _page(request, AccountRefused(_("这个演示账号已经没有了，请另选一个"), code="account_gone"))
    _enter(request, account)
    return HttpResponseRedirect(_back(request, account))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/")


def _chosen(request: HttpRequest) -> Account | None:
    """The account whose button was pressed, or a new one. Raises AccountRefused."""
    if username := request.POST.get("account"):
        return Account.objects.demonstration().filter(username=username).first()
    is_firm = request.POST.get("kind") == Account.Kind.ENTERPRISE
    if is_firm and not request.POST.get("principal_name", "").strip():
        raise AccountRefused(_("请填写企业名称"), code="enterprise_missing")
    return create_demonstration_account(
        display_name=request.POST.get("display_name", ""),
        principal_name=request.POST.get("principal_name", "") if is_firm else "",
        principal_uscc=request.POST.get("principal_uscc", "") if is_firm else "",
        at=timezone.now(),
    )


def _enter(request: HttpRequest, account: Account) -> None:
    """Sign in under a new session key, and hand over what was begun under the old one by nobody in particular."""
    was_anonymous = not request.user.is_authenticated
    old_key = request.session.session_key
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    if was_anonymous and old_key:
        _claim(old_key, account)


def _claim(session_key: str, account: Account) -> None:
    """Drafts begun before signing in become the person's own (design decision 19)."""
    from onething.submission.services import claim_anonymous  # noqa: PLC0415  # signing in must not load all of submitting

    claim_anonymous(session_key=session_key, account=account, at=timezone.now())


def _back(request: HttpRequest, account: Account) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "/review/" if account.kind == Account.Kind.STAFF else "/"


def _page(request: HttpRequest, refused: AccountRefused | None = None) -> HttpResponse:
    fields = _fields(request, refused)
    errors = errors_of(fields)
    back = request.POST.get("next") or request.GET.get("next", "")
    # The district of the named people and what is around it: there every desk was seated first.
    around = list(division_chain(PLACE, legal_date(timezone.now())))
    places = _places(around, back)
    here = next((place for place in places if place["code"] == request.GET.get("place")), None)
    if refused is not None and not errors:
        errors = [{"id": "", "text": refused.message}]
    context = {
        "next": back,
        "people": [] if here else [one for one in Account.objects.demonstration() if one.kind != Account.Kind.STAFF],
        "places": places,
        "here": here,
        "whole": _address(back),
        "bodies": _desks([here["code"]] if here else around),
        "fields": fields,
        "errors": errors,
    }
    return render(request, "accounts/sign_in.html", context, status=422 if refused else 200)


def _places(around: list[str], back: str) -> list[dict[str, str]]:
    """Where else than around the cast somebody sits, by code, each with the address of its page."""
    rows = (
        _seated()
        .exclude(organisation__division_id__in=around)
        .order_by("organisation__division_id")
        .values_list("organisation__division_id", "organisation__division__name")
        .distinct()
    )
    return [{"code": code, "name": said(name), "href": _address(back, place=code)} for code, name in rows]


def _address(back: str, **query: str) -> str:
    query |= {"next": back} if back else {}
    return f"{link_to('accounts:sign_in')}?{urlencode(query)}" if query else link_to("accounts:sign_in")


def _desks(divisions: list[str]) -> list[dict[str, Any]]:
    """The demonstration's officers at the bodies of some divisions: one line per person, with all roles."""
    rows = (
        _seated()
        .filter(organisation__division_id__in=divisions)
        .select_related("account", "organisation")
        .order_by("-organisation__division_id", "organisation_id", "account_id", "pk")
    )
    bodies = []
    for body, offices in groupby(rows, key=lambda row: row.organisation):
        people = []
        for account, held in groupby(offices, key=lambda row: row.account):
            people.append({"account": account, "roles": listed(str(row.get_role_display()) for row in held)})
        bodies.append({"name": said(body.name), "people": people})
    return bodies


def _seated() -> OfficerQuerySet:
    return Officer.objects.serving().filter(account__is_demonstration=True)


def _fields(request: HttpRequest, refused: AccountRefused | None) -> list[dict[str, Any]]:
    """What a new visitor tells. Nothing typed is lost when something is refused (X5)."""
    wrong = FIELD_OF.get(refused.code) if refused else None
    fields: list[dict[str, Any]] = [
        {"name": "display_name", "type": "name", "label": _("姓名"), "hint": _("随便起一个，不要用真名")},
        {
            "name": "kind",
            "type": "radio",
            "label": _("为谁办事"),
            "options": [
                {"value": Account.Kind.RESIDENT.value, "label": _("为个人")},
                {"value": Account.Kind.ENTERPRISE.value, "label": _("为企业或个体工商户")},
            ],
        },
        {
            "name": "principal_name",
            "type": "text",
            "label": _("企业名称"),
            "required": False,
            "hint": _("为企业办事才填"),
        },
        {
            "name": "principal_uscc",
            "type": "uscc",
            "label": _("统一社会信用代码"),
            "required": False,
            "hint": _("还没有就不填"),
        },
    ]
    for field in fields:
        field["value"] = request.POST.get(field["name"], "resident" if field["name"] == "kind" else "")
        if refused is not None and field["name"] == wrong:
            field["error"] = said(refused.message)
    return fields
