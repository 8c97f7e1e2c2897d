"""What the applicant was told, newest first, each message leading on to its case (R5.7/1)."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from onething.messages.models import Message
from onething.messages.services import mark_read
from onething.web.accounts.access import AccountRequest, account_required
from onething.web.public.draft_pages import page
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import table_date
from onething.web.ui.spoken import said

__all__ = ["WORDS", "inbox", "open_message"]

PAGE_SIZE = 20
WORDS: Final[Mapping[str, Any]] = {
    "case.submitted": gettext_lazy("收到了您的申请，已经分给各单位"),
    "case.correction_noticed": gettext_lazy("请您补充：各单位的要求合在一起，最晚%(until)s"),
    "case.correction_reminded": gettext_lazy("提醒您补充，最晚%(until)s"),
    "case.corrected_on_the_spot": gettext_lazy("材料里要改的，已经当面改好，您确认过；不是您确认的，请联系牵头部门"),
    "item.accepted": gettext_lazy("%(body)s受理了“%(item)s”，开始计时"),
    "item.not_accepted": gettext_lazy("%(body)s没有受理“%(item)s”，原因和应该找的单位写在进度里"),
    "item.not_required": gettext_lazy("“%(item)s”不用申请，依据写在进度里"),
    "item.suspended": gettext_lazy("%(body)s办理“%(item)s”要做法律规定的程序，期间不计时，告知书在进度里"),
    "item.clock_stopped": gettext_lazy("%(body)s办理“%(item)s”又开始一个不计时的程序，告知书在进度里"),
    "item.clock_extended": gettext_lazy("“%(item)s”延长了期限，告知书在进度里"),
    "item.granted": gettext_lazy("%(body)s同意了“%(item)s”"),
    "item.refused": gettext_lazy("%(body)s没有同意“%(item)s”，原因和不服怎么办写在进度里"),
    "item.done": gettext_lazy("%(body)s办好了“%(item)s”"),
    "item.terminated": gettext_lazy("“%(item)s”不再办理，原因写在进度里"),
    "item.result_ready": gettext_lazy("“%(item)s”的结果出来了，可以下载"),
    "item.delivered": gettext_lazy("“%(item)s”的结果已经送到您手里"),
    "result.revoked": gettext_lazy("结果文书%(document)s已撤销"),
    "result.waiting": gettext_lazy("“%(item)s”的结果还没有看，可以下载"),
    "item.late_promised": gettext_lazy("“%(item)s”过了说好的日子%(until)s，还没有办好，%(body)s已经记了一次超期"),
    "item.late_statutory": gettext_lazy("“%(item)s”过了法定期限%(until)s，还没有办好，%(body)s已经记了一次超期"),
    "activity.offered": gettext_lazy("%(visit)s有时间了，请您选一个"),
    "activity.booked": gettext_lazy("%(visit)s定在%(when)s，请到时在场"),
    "activity.cancelled": gettext_lazy("%(visit)s取消了，原因写在申请里"),
    "activity.recheck": gettext_lazy("上次%(visit)s的问题要复查，怎么做写在申请里"),
}
PLACES: Final = ("thing", "item", "body", "until", "document", "visit", "when")


@require_safe
@account_required
def inbox(request: AccountRequest) -> HttpResponse:
    """One's own messages. Two queries whatever their number."""
    own = Message.objects.visible_to(request.user)
    rows = own.newest_first()
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows[: PAGE_SIZE + 1])
    context = {
        "section": "mine",
        "messages": [_line(one) for one in shown[:PAGE_SIZE]],
        "unread": own.unread().count(),
        "next_url": f"?before={shown[PAGE_SIZE - 1].pk}" if len(shown) > PAGE_SIZE else "",
        "first_url": link_to("public:inbox") if before else "",
    }
    return page(request, "public/inbox.html", context)


@require_safe
@account_required
def open_message(request: AccountRequest, message_id: int) -> HttpResponse:
    """Note that it was read and lead on to its case; who is not signed in comes here after signing in."""
    found = mark_read(message_id=message_id, account=request.user, at=timezone.now())
    if found is None:
        raise Http404(_("没有找到这条消息。"))
    return HttpResponseRedirect(link_to("public:case", found.case_number))


def _line(message: Message) -> dict[str, Any]:
    facts = {name: said(message.facts.get(name, "")) for name in PLACES}
    return {
        "title": str(WORDS[message.step]) % facts,
        "hint": f"{facts['thing']} · {message.case_number} · {table_date(message.happened_at)}",
        "url": link_to("public:message", message.pk),
        "is_new": message.read_at is None,
    }
