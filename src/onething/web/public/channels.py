"""Where else than in the product a person wants to be told: which channels, to which address, confirmed by a code (R5.7/1)."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onething.kit.errors import Refused
from onething.messages.adapters import offered
from onething.messages.models import CHANNEL_WORDS, Address, AddressCode
from onething.messages.reading import kept_for
from onething.messages.rules import CODE_LASTS, Channel
from onething.messages.services import ask_code, choose_channels, confirm_address, forget_address
from onething.web.accounts.access import AccountRequest, account_required
from onething.web.public.draft_pages import page
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import errors_of, read_value
from onething.web.ui.formats import mask_mail, mask_phone
from onething.web.ui.spoken import said

__all__ = ["address", "channels", "code"]

MOST_TYPED: Final = 300


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def channels(request: AccountRequest) -> HttpResponse:
    """Which of the confirmed addresses are used, and the way to give one. One query."""
    own = {Channel(one.channel): one for one in Address.objects.visible_to(request.user)}
    usable = [one for one in offered() if one in own]
    field = _choice(own, usable)
    if request.method == "POST" and usable:
        chosen = set(read_value(request.POST, field) or [])
        choose_channels(account=request.user, on=[one for one in usable if one.value in chosen])
        messages.success(request, _("记下了"))
        return HttpResponseRedirect(link_to("public:channels"))
    context = {
        "section": "mine",
        "fields": [field] if usable else [],
        "rows": [
            {
                "label": str(CHANNEL_WORDS[one]),
                "value": _masked(one, own[one].address) if one in own else "",
                "empty_text": _("还没有设置"),
                "action": _("修改") if one in own else _("设置"),
                "url": link_to("public:channel", one.value),
            }
            for one in offered()
        ],
    }
    return page(request, "public/channels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def address(request: AccountRequest, key: str) -> HttpResponse:
    """Give an address, which is sent a code; or remove the one there is."""
    channel = _channel(key)
    typed = request.POST.get("address", "")[:MOST_TYPED]
    if request.method == "POST" and "forget" in request.POST:
        forget_address(account=request.user, channel=channel, at=timezone.now())
        messages.success(request, _("删除了，以后不再发到那里"))
        return HttpResponseRedirect(link_to("public:channels"))
    field = _address_field(channel, typed)
    if request.method == "POST":
        try:
            ask_code(
                account=request.user,
                channel=channel,
                address=typed,
                language=get_language() or settings.LANGUAGE_CODE,
                at=timezone.now(),
            )
        except Refused as refused:
            field["error"] = said(refused.message)
        else:
            return HttpResponseRedirect(link_to("public:channel_code", key))
    there = Address.objects.visible_to(request.user).filter(channel=channel.value).first()
    context = {
        "section": "mine",
        "title": str(CHANNEL_WORDS[channel]),
        "key": key,
        "fields": [field],
        "errors": errors_of([field]),
        "there": _masked(channel, there.address) if there else "",
    }
    return page(request, "public/channel.html", context, status=422 if field.get("error") else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def code(request: AccountRequest, key: str) -> HttpResponse:
    """Type the code that came."""
    channel, at = _channel(key), timezone.now()
    typed = request.POST.get("code", "")[:MOST_TYPED]
    field = _code_field(typed)
    if request.method == "POST" and not typed.strip():
        field["error"] = _("填写验证码")
    elif request.method == "POST":
        answer = confirm_address(account=request.user, channel=channel, code=typed, at=at)
        if answer.confirmed is not None:
            messages.success(request, _("好了，以后有进展也发到那里"))
            return HttpResponseRedirect(link_to("public:channels"))
        field["error"] = (
            _("验证码不对，还可以试%(n)s次") % {"n": answer.left}
            if answer.left
            else _("这个验证码不能用了，请再要一个")
        )
    waiting = AddressCode.objects.visible_to(request.user).open().asked_since(at - CODE_LASTS)
    found = waiting.filter(channel=channel.value).first()
    if found is None and not field.get("error"):
        return HttpResponseRedirect(link_to("public:channel", key))
    context = {
        "section": "mine",
        "key": key,
        "to": _masked(channel, found.address) if found is not None else "",
        "fields": [field],
        "errors": errors_of([field]),
        "kept": kept_for(found) if settings.ONETHING_DEMO and found is not None else None,
        "is_demo": settings.ONETHING_DEMO,
    }
    return page(request, "public/channel_code.html", context, status=422 if field.get("error") else 200)


def _channel(key: str) -> Channel:
    if key not in offered():
        raise Http404(_("这里还不能用这种方式告诉您"))
    return Channel(key)


def _masked(channel: Channel, value: str) -> str:
    return mask_phone(value) if channel is Channel.SMS else mask_mail(value)


def _choice(own: dict[Channel, Address], usable: list[Channel]) -> dict[str, Any]:
    return {
        "name": "on",
        "type": "checkbox",
        "label": _("有进展时，除了站内消息，还发到"),
        "required": False,
        "optional_mark": False,
        "options": [
            {"value": one.value, "label": str(CHANNEL_WORDS[one]), "hint": _masked(one, own[one].address)}
            for one in usable
        ],
        "value": [one.value for one in usable if own[one].is_on],
    }


def _address_field(channel: Channel, typed: str) -> dict[str, Any]:
    if channel is Channel.SMS:
        return {"name": "address", "type": "phone", "label": _("手机号码"), "value": typed}
    return {
        "name": "address",
        "type": "text",
        "label": _("邮箱"),
        "hint": _("例如 name@example.com"),
        "value": typed,
        "input_type": "email",
        "autocomplete": "email",
        "max_length": 200,
    }


def _code_field(typed: str) -> dict[str, Any]:
    return {
        "name": "code",
        "type": "text",
        "label": _("验证码"),
        "hint": _("6位数字"),
        "value": typed,
        "max_length": 12,
        "width": "short",
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
    }
