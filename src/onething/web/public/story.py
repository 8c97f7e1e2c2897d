"""What happened to a case, in sentences for its applicant: what, which body, when (R2.8.c/1).

An event is written in states, keys and ids (R5.6); the words are put together here, so that an internal state never becomes a
sentence by itself. A kind without words in `PUBLIC` is not shown to applicants; what staff read of it stands in `review/story.py`.
A test fails for a kind that has words for nobody and is not in `SILENT`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onething.activities.models import KIND_WORDS
from onething.activities.states import Kind
from onething.audit.models import Event
from onething.audit.services import events_of
from onething.cases.models import BUNDLE_STATE_WORDS, ItemCase, OneThingCase
from onething.cases.states import BundleState
from onething.feedback.reading import told_kind
from onething.kit.statements import Parameter, Statement
from onething.parties.models import Organisation
from onething.web.ui.spoken import said

__all__ = ["PUBLIC", "SILENT", "told_events"]

PUBLIC: Final[Mapping[str, Any]] = {
    "case.submitted": gettext_lazy("您提交了申请"),
    "case.closed": gettext_lazy("整件事有了结果：%(bundle)s"),
    "case.reopened": gettext_lazy("办理单位撤回了决定，整件事继续办理"),
    "case.correction_noticed": gettext_lazy("请您补充：各单位的要求合在一张补正通知里"),
    "case.correction_reminded": gettext_lazy("提醒：补充的期限快到了"),
    "case.correction_extended": gettext_lazy("补充的期限延长了"),
    "case.correction_answered": gettext_lazy("您补充好了"),
    "case.correction_lapsed": gettext_lazy("到期没有补充"),
    "case.corrected_on_the_spot": gettext_lazy("当面改好了%(parts)s处，已经当面确认"),
    "item.received": gettext_lazy("“%(item)s”分给了%(body)s"),
    "item.waiting": gettext_lazy("“%(item)s”等前一项办好，自动开始"),
    "item.started": gettext_lazy("前一项办好了，“%(item)s”自动开始"),
    "item.dispatched": gettext_lazy("“%(item)s”转给了%(body)s"),
    "item.returned": gettext_lazy("“%(item)s”正在换一个单位办，不用您做什么"),
    "item.correction_asked": gettext_lazy("“%(item)s”等您补充，期间不计时"),
    "item.corrected": gettext_lazy("“%(item)s”收到了您的补充，接着办"),
    "item.accepted": gettext_lazy("受理了“%(item)s”，开始计时"),
    "item.accepted_by_silence": gettext_lazy("“%(item)s”到期没有要您补正，从收到那天起视为受理"),
    "item.ended_uncorrected": gettext_lazy("“%(item)s”到期没有补正，不再办理"),
    "item.not_accepted": gettext_lazy("不予受理“%(item)s”，应该找%(right_body)s"),
    "item.not_required": gettext_lazy("“%(item)s”不用申请，依据写在不受理告知书里"),
    "item.review_opened": gettext_lazy("开始审核“%(item)s”"),
    "item.suspended": gettext_lazy("“%(item)s”要做法律规定的程序，期间不计时"),
    "item.clock_stopped": gettext_lazy("“%(item)s”又开始一个不计时的程序"),
    "item.clock_resumed": gettext_lazy("“%(item)s”的一个不计时的程序结束了"),
    "item.resumed": gettext_lazy("“%(item)s”的程序有了结果，接着计时"),
    "item.clock_extended": gettext_lazy("负责人批准“%(item)s”延长期限"),
    "item.granted": gettext_lazy("同意了“%(item)s”"),
    "item.refused": gettext_lazy("没有同意“%(item)s”，原因写在上面"),
    "item.done": gettext_lazy("办好了“%(item)s”"),
    "item.withdrawn": gettext_lazy("您撤回了“%(item)s”"),
    "item.terminated": gettext_lazy("“%(item)s”不再办理，原因写在上面"),
    "item.result_ready": gettext_lazy("“%(item)s”的结果出来了"),
    "item.delivered": gettext_lazy("“%(item)s”的结果已经送到您手里"),
    "item.acceptance_taken_back": gettext_lazy("撤回了对“%(item)s”的受理"),
    "item.decision_taken_back": gettext_lazy("撤回了对“%(item)s”的决定"),
    "item.start_taken_back": gettext_lazy("“%(item)s”回到等前一项"),
    "item.end_taken_back": gettext_lazy("“%(item)s”恢复，继续等前一项"),
    "material.followed": gettext_lazy("您补交了材料"),
    "material.original_sent": gettext_lazy("“%(item)s”要的原件送往办理单位，或者送回收件的地方"),
    "material.original_received": gettext_lazy("“%(item)s”的原件对方接收了"),
    "result.revoked": gettext_lazy("结果文书%(document)s已撤销"),
    "activity.offered": gettext_lazy("%(visit)s有了三个时间，请您选一个"),
    "activity.booked": gettext_lazy("%(visit)s定了时间"),
    "activity.cancelled": gettext_lazy("%(visit)s取消了，原因写在上面"),
    "activity.recheck": gettext_lazy("上次%(visit)s的问题要复查"),
    "activity.closed": gettext_lazy("%(visit)s结束了，各单位的意见在一张记录表里"),
    "activity.added": gettext_lazy("%(body)s在%(visit)s之后补充了问题，写明了原因"),
}
# Shown to nobody: marks on a checklist, seals of the log, and what departments enter until one notice says it to everybody.
SILENT: Final = frozenset(
    {
        *("item.checked", "reads.sealed", "item.finding_entered", "item.finding_proposed", "item.finding_withdrawn"),
        *("item.finding_approved", "item.finding_declined"),
    }
)

KINDS: Final = tuple(PUBLIC)
# Written in the applicant's act of submitting, but nobody pressed anything for them.
ROUTED: Final = frozenset({"item.received", "item.waiting"})
BODIES = Statement(lambda: Organisation.objects.filter(key__any=Parameter("keys")).values_list("key", "name"))


def told_events(case: OneThingCase, items: Sequence[ItemCase]) -> list[dict[str, Any]]:
    """Every event of a case with words for the applicant, newest first. The caller has asked whose case it is.

    One query; one more when a body is named that has none of the items any longer.
    """
    events = events_of(case.number, KINDS)
    bodies = _bodies(events, items)
    names = {item.number: said(item.name) for item in items}
    return [
        {"at": event.at, "text": _sentence(event, names, bodies), "who": _who(event, case, bodies)} for event in events
    ]


def _sentence(event: Event, names: Mapping[str, str], bodies: Mapping[str, str]) -> str:
    payload = event.payload
    state = str(payload.get("state") or "")
    known = {
        "item": names.get(str(payload.get("item")), ""),
        "body": said(bodies.get(str(payload.get("organisation") or ""), "")) or _("正在确认由哪个单位办"),
        "right_body": said(str(payload.get("right_body") or "")),
        "parts": str(payload.get("parts") or ""),
        "document": str(payload.get("document") or ""),
        "visit": str(KIND_WORDS[Kind(kind)]) if (kind := str(payload.get("kind") or "")) in set(Kind) else "",
        "bundle": str(BUNDLE_STATE_WORDS[BundleState(state)]) if state in set(BundleState) else "",
    }
    return str(PUBLIC[told_kind(event)]) % known


def _who(event: Event, case: OneThingCase, bodies: Mapping[str, str]) -> str:
    """Applicants hear of bodies, not of the members of staff in them."""
    if event.actor == case.account_id and event.kind not in ROUTED:
        return _("您")
    return said(bodies.get(event.acting_for, "")) or _("系统自动")


def _bodies(events: Iterable[Event], items: Sequence[ItemCase]) -> dict[str, str]:
    known = {item.organisation.key: item.organisation.name for item in items if item.organisation is not None}
    named = {str(event.payload.get("organisation") or "") for event in events}
    named |= {event.acting_for for event in events if event.kind not in ROUTED}
    unknown = list(named - known.keys() - {""})
    return known | dict(BODIES(keys=unknown)) if unknown else known
