"""What leaves the product: no name, no identity number, nothing of a decision; whoever sees the screen learns next to nothing (R5.7/2)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from onething.messages.rules import CODE_LASTS, Channel

__all__ = ["code_words", "news_words"]

MINUTES: Final = int(CODE_LASTS.total_seconds() // 60)


def code_words(channel: Channel, code: str) -> tuple[str, str]:
    """Subject and text of the message that brings a code, in the language that is active."""
    facts: Mapping[str, object] = {"code": code, "minutes": MINUTES}
    what = {
        Channel.EMAIL: _("您要用这个邮箱接收办事进展。"),
        Channel.SMS: _("您要用这个手机号接收办事进展。"),
    }[channel]
    told = _("验证码%(code)s，%(minutes)s分钟内有效，不要告诉别人。不是您本人操作，请不用理会。") % facts
    return _("一件事一次办：验证码"), f"{what}{told}"


def news_words(*, tail: str, asks: bool, url: str) -> tuple[str, str]:
    """Subject and text of the message that there is something new: which case by the end of its number, and where to look."""
    facts = {"tail": tail, "url": url}
    if asks:
        subject, told = (
            _("一件事一次办：有事要您办"),
            _("您的申请（编号尾号%(tail)s）有一步等您来办，请登录查看。") % facts,
        )
    else:
        subject, told = _("一件事一次办：有新进展"), _("您的申请（编号尾号%(tail)s）有新进展，请登录查看。") % facts
    return subject, f"{told}{url}"
