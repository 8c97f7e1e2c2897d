"""The events of a case as sentences: who, what, when. At most three queries whatever the number of events."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onething.activities.models import KIND_WORDS
from onething.activities.states import Kind
from onething.audit.models import Event
from onething.audit.services import events_of
from onething.cases.models import BUNDLE_STATE_WORDS, ItemCase, OneThingCase
from onething.cases.states import BundleState
from onething.exchange.models import STATUS_WORDS
from onething.feedback.reading import told_kind
from onething.kit.statements import Parameter, Statement
from onething.parties.models import Account, Organisation
from onething.web.review.supervision import CARD_WORDS

__all__ = ["story_of"]

# What each kind of event says. Marks on a checklist and looks at a task are no news for the lead.
WORDS: Final[Mapping[str, Any]] = {
    "case.submitted": gettext_lazy("申请人提交了申请"),
    "item.card_given": gettext_lazy("“%(item)s”：%(body)s得到%(card)s"),
    "item.reminded": gettext_lazy("催办%(body)s：“%(item)s”"),
    "item.escalated": gettext_lazy("把“%(item)s”上报给更高一级，在办的是%(body)s"),
    "case.review_started": gettext_lazy("开始初审整件事"),
    "case.review_finished": gettext_lazy("初审有了结论：%(review)s"),
    "case.corrected_on_the_spot": gettext_lazy("当场改好了%(parts)s处，申请人当面确认"),
    "case.closed": gettext_lazy("整件事有了结果：%(bundle)s"),
    "case.reopened": gettext_lazy("因为撤回了决定，整件事继续办理"),
    "item.received": gettext_lazy("“%(item)s”分给了%(body)s"),
    "item.waiting": gettext_lazy("“%(item)s”等前一项办好后开始"),
    "item.started": gettext_lazy("前一项办好了，“%(item)s”自动开始"),
    "item.dispatched": gettext_lazy("协调员把“%(item)s”派给了%(body)s"),
    "item.refusal_left_to_applicant": gettext_lazy("“%(cause)s”没有同意，“%(item)s”办不办由申请人定"),
    "item.refusal_answered": gettext_lazy("“%(cause)s”没有同意以后，“%(item)s”怎么办已经定了"),
    "item.return_asked": gettext_lazy("要求退回“%(item)s”，建议转给%(right_body)s，请协调员定"),
    "item.return_declined": gettext_lazy("协调员定了：“%(item)s”仍由%(body)s办"),
    "item.handed_over": gettext_lazy("机构变动：“%(item)s”由%(body)s接着办"),
    "case.lead_handed_over": gettext_lazy("机构变动：由%(body)s牵头"),
    "item.decision_proposed": gettext_lazy("提出了对“%(item)s”的决定，等同事复核"),
    "item.decision_sent_back": gettext_lazy("没有确认对“%(item)s”的决定，退回提出人"),
    "item.proposal_taken_back": gettext_lazy("收回了对“%(item)s”提出的决定"),
    "item.returned": gettext_lazy("“%(item)s”退回协调员，建议转给%(right_body)s"),
    "item.reported": gettext_lazy("“%(item)s”的部门系统报来进度：%(status)s"),
    "item.report_parked": gettext_lazy("“%(item)s”的部门系统报来看不懂的状态，已经搁置，等人处理"),
    "item.claimed": gettext_lazy("有人开始办“%(item)s”"),
    "item.released": gettext_lazy("“%(item)s”放回，等同事领"),
    "item.accepted": gettext_lazy("受理了“%(item)s”"),
    "item.accepted_by_silence": gettext_lazy("“%(item)s”5个工作日没有表态，从收到之日起视为受理"),
    "item.findings_done": gettext_lazy("对“%(item)s”要补正的说完了"),
    "item.finding_set_aside": gettext_lazy("牵头部门没有采用对“%(item)s”的一处补正"),
    "item.correction_asked": gettext_lazy("“%(item)s”等申请人补正，时间停着"),
    "item.corrected": gettext_lazy("“%(item)s”补正回来了，重新看"),
    "item.input_changed": gettext_lazy("“%(item)s”用到的内容改过了"),
    "item.ended_uncorrected": gettext_lazy("“%(item)s”到期没有补正，不再办理"),
    "case.correction_held": gettext_lazy("补正有互相矛盾的，等牵头部门处理"),
    "case.correction_settled": gettext_lazy("牵头部门处理了互相矛盾的补正"),
    "case.correction_noticed": gettext_lazy("发出第%(round)s轮补正通知，共%(points)s处"),
    "case.correction_reminded": gettext_lazy("提醒申请人补正快到期了"),
    "case.correction_extended": gettext_lazy("补正的时间延长了"),
    "case.correction_answered": gettext_lazy("申请人提交了补正"),
    "case.correction_lapsed": gettext_lazy("到期没有补正"),
    "case.correction_closed": gettext_lazy("没有要补正的了"),
    "item.not_accepted": gettext_lazy("不予受理“%(item)s”，应该找%(right_body)s"),
    "item.not_required": gettext_lazy("“%(item)s”不用办了"),
    "item.review_opened": gettext_lazy("开始审查“%(item)s”"),
    "item.suspended": gettext_lazy("“%(item)s”暂停计时，等法律规定的程序"),
    "item.clock_stopped": gettext_lazy("“%(item)s”又开始一个不计时的程序"),
    "item.clock_resumed": gettext_lazy("“%(item)s”的一个不计时的程序结束了"),
    "item.resumed": gettext_lazy("“%(item)s”恢复计时"),
    "item.clock_extended": gettext_lazy("负责人批准“%(item)s”延长期限"),
    "item.granted": gettext_lazy("同意了“%(item)s”"),
    "item.refused": gettext_lazy("没有同意“%(item)s”"),
    "item.done": gettext_lazy("办好了“%(item)s”"),
    "item.withdrawn": gettext_lazy("申请人撤回了“%(item)s”"),
    "item.terminated": gettext_lazy("“%(item)s”不再办理：前面的“%(cause)s”没有办成"),
    "item.result_ready": gettext_lazy("“%(item)s”的结果出来了"),
    "item.delivered": gettext_lazy("“%(item)s”的结果已送到申请人"),
    "item.acceptance_taken_back": gettext_lazy("撤回了对“%(item)s”的受理"),
    "item.decision_taken_back": gettext_lazy("撤回了对“%(item)s”的决定"),
    "item.start_taken_back": gettext_lazy("“%(item)s”回到等前一项"),
    "item.end_taken_back": gettext_lazy("“%(item)s”恢复，继续等前一项"),
    "activity.proposed": gettext_lazy("开始安排%(visit)s"),
    "activity.offered": gettext_lazy("给申请人三个时间选：%(visit)s"),
    "activity.booked": gettext_lazy("申请人选定了%(visit)s的时间"),
    "activity.cancelled": gettext_lazy("取消了%(visit)s"),
    "activity.recheck": gettext_lazy("开始复查：%(visit)s"),
    "activity.present": gettext_lazy("%(body)s到场：%(visit)s"),
    "activity.absent": gettext_lazy("%(body)s没有到场：%(visit)s"),
    "activity.signed": gettext_lazy("%(body)s签了意见：%(visit)s"),
    "activity.closed": gettext_lazy("%(visit)s结束，有了记录表"),
    "activity.added": gettext_lazy("%(body)s在%(visit)s之后补充了问题，写明了原因"),
    "material.followed": gettext_lazy("申请人补交了材料"),
    "material.original_sent": gettext_lazy("“%(item)s”的纸质原件交出了"),
    "material.original_received": gettext_lazy("“%(item)s”的纸质原件对方接收了"),
    "document.sent_out": gettext_lazy("文书%(document)s发出了"),
    "document.delivered": gettext_lazy("申请人看了文书%(document)s"),
    "result.delivered": gettext_lazy("结果文书%(document)s已送到申请人"),
    "result.revoked": gettext_lazy("结果文书%(document)s已撤销"),
}
# What a preliminary review came to, as the event names it.
REVIEWED: Final[Mapping[str, Any]] = {
    "complete": gettext_lazy("齐全"),
    "on_the_spot": gettext_lazy("当场改好了"),
    "correction": gettext_lazy("补正"),
    "not_competent": gettext_lazy("不归本市办"),
    "not_required": gettext_lazy("不用办"),
}

PEOPLE = Statement(lambda: Account.objects.filter(pk__any=Parameter("keys")).only("kind", "display_name"))
BODIES = Statement(lambda: Organisation.objects.filter(key__any=Parameter("keys")).values_list("key", "name"))
# Written in the applicant's act of submitting, but nobody pressed anything for them.
ROUTED: Final = frozenset({"item.received", "item.waiting"})


def story_of(case: OneThingCase, items: Sequence[ItemCase]) -> list[dict[str, Any]]:
    """Every event of a case that says something, newest first."""
    events = events_of(case.number, WORDS)
    people = {one.pk: one for one in PEOPLE(keys=list({event.actor for event in events if event.actor}))}
    keys = {event.acting_for for event in events} | {str(event.payload.get("organisation") or "") for event in events}
    bodies = {item.organisation.key: item.organisation.name for item in items if item.organisation is not None}
    if unknown := list(keys - bodies.keys() - {""}):  # bodies that had an item and gave it on, and the lead
        bodies |= dict(BODIES(keys=unknown))
    names = {item.number: item.name for item in items}
    return [
        {"at": event.at, "text": _sentence(event, names, bodies), "who": _who(event, people, bodies)}
        for event in events
    ]


def _sentence(event: Event, names: Mapping[str, str], bodies: Mapping[str, str]) -> str:
    payload = event.payload
    state = str(payload.get("state") or "")
    known = {
        "item": names.get(str(payload.get("item")), ""),
        "cause": names.get(str(payload.get("cause")), ""),
        "body": bodies.get(str(payload.get("organisation") or ""), "") or _("协调员，由他确定办理单位"),
        "right_body": str(payload.get("right_body") or ""),
        "document": str(payload.get("document") or ""),
        "round": str(payload.get("round") or ""),
        "parts": str(payload.get("parts") or ""),
        "points": str(payload.get("points") or ""),
        "card": str(CARD_WORDS.get((payload.get("clock"), payload.get("colour")), "")),
        "review": str(REVIEWED.get(str(payload.get("outcome") or ""), "")),
        "status": str(STATUS_WORDS.get(str(payload.get("status")), "")),
        "visit": str(KIND_WORDS[Kind(kind)]) if (kind := str(payload.get("kind") or "")) in set(Kind) else "",
        "bundle": str(BUNDLE_STATE_WORDS[BundleState(state)]) if state in set(BundleState) else "",
    }
    return str(WORDS[told_kind(event)]) % known


def _who(event: Event, people: Mapping[int, Account], bodies: Mapping[str, str]) -> str:
    """The body and the person; the system and the applicant are called just that."""
    if event.actor is None or event.kind in ROUTED:
        return _("系统自动")
    person = people.get(event.actor)
    if person is None or person.kind not in {Account.Kind.STAFF, Account.Kind.SYSTEM}:
        return _("申请人")
    body = bodies.get(event.acting_for, "")
    return f"{body} {person.display_name}".strip()
