"""Who may see a page: deny by default, and say how to get access (R5.1, design section 8).

A view that needs a person takes `AccountRequest` and wears `account_required`; a staff view takes `OfficerRequest` and wears
`officer_required`. What a person sees *on* a page is narrowed by `visible_to` of the querysets, never here.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from onething.kit.statements import Parameter, Statement
from onething.parties.models import Account, Officer
from onething.web.ui.addresses import link_to
from onething.web.ui.spoken import listed

__all__ = ["AccountRequest", "OfficerRequest", "account_required", "officer_required"]

HELD = Statement(lambda: Officer.objects.serving().of_account(Parameter("account")))
P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)  # a page, or a file


class AccountRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Account


class OfficerRequest(AccountRequest):
    """A request of somebody who serves: `officer` is the office acted in, `offices` are all held that this page admits.

    `roles` are all the roles the person holds anywhere: they decide which pages are offered, never what a page shows.
    """

    officer: Officer
    offices: list[Officer]
    roles: frozenset[str]


def account_required(
    view: Callable[Concatenate[AccountRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], R | HttpResponse]:
    """Let only people in who are signed in; others sign in first and come back to the same page (X7)."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]  # the user was just seen to be an account

    return guarded


def officer_required(
    *roles: Officer.Role,
) -> Callable[[Callable[Concatenate[OfficerRequest, P], R]], Callable[Concatenate[HttpRequest, P], R | HttpResponse]]:
    """Let only serving officers in, of one of the roles when some are named. One query.

    Somebody with several fitting offices acts in the first of them in the order of the roles named, then by age.
    """

    def decorate(
        view: Callable[Concatenate[OfficerRequest, P], R],
    ) -> Callable[Concatenate[HttpRequest, P], R | HttpResponse]:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            held = HELD(account=request.user.pk)
            for office in held:
                office.account = request.user
            offices = _fitting(held, roles)
            if not offices:
                return _no_access(request, roles)
            request.officer, request.offices = offices[0], offices  # type: ignore[attr-defined]  # makes it an OfficerRequest
            request.roles = frozenset(office.role for office in held)  # type: ignore[attr-defined]  # the view knows it as OfficerRequest
            with translation.override(settings.LANGUAGE_CODE):  # those who serve write and read what binds
                return view(request, *args, **kwargs)  # type: ignore[arg-type]  # it is an OfficerRequest from here on

        return guarded

    return decorate


def _fitting(offices: list[Officer], roles: tuple[Officer.Role, ...]) -> list[Officer]:
    if not roles:
        return offices
    order = {role.value: position for position, role in enumerate(roles)}
    return sorted(
        (office for office in offices if office.role in order), key=lambda office: (order[office.role], office.pk)
    )


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return HttpResponseRedirect(f"{link_to('accounts:sign_in')}?{urlencode({'next': back})}")


def _no_access(request: HttpRequest, roles: tuple[Officer.Role, ...]) -> HttpResponse:
    who = listed(str(role.label) for role in roles) or _("工作人员")
    reason = _(
        "这一页给%(who)s用，您的账号没有这个身份。需要的话，请本单位的管理员为您开通；用错了账号，请退出后换一个登录。"
    )
    return render(request, "403.html", {"reason": reason % {"who": who}}, status=403)
