"""What a department's act says in writing: one dated document per item, also inside a bundle (行政许可法 art. 32, 38, 42, 45).

Given in the transaction of the act, gone out once the act can no longer be taken back; stops and extensions never can. Nobody applied for an event or a mere check,
so nobody is told that it was accepted.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from onething.cases.clock import NewStop
from onething.cases.models import ClockExtension, ItemCase, MaterialInstance
from onething.cases.rules import item_of_plan
from onething.cases.services import Acting, LockedCase
from onething.cases.states import Trigger
from onething.dispatch.rules import UNDO_SECONDS
from onething.documents.kinds import DocumentKind
from onething.documents.remedies import remedies_of, remedies_text
from onething.documents.services import issue_document
from onething.documents.wording import INQUIRY, Said, basis_of, is_licence, listed_papers
from onething.kit import db
from onething.kit.workdays import legal_date
from onething.notice.rules import limit_words
from onething.parties.models import Officer

__all__ = [
    "remedies_against",
    "tell_acceptance",
    "tell_extension",
    "tell_not_accepted",
    "tell_not_required",
    "tell_refusal",
    "tell_stop",
    "tell_termination",
]

NOT_OURS: Final = "《中华人民共和国行政许可法》第三十二条第一款第二项"
RETURNED: Final = "网上提交的是电子件，没有要退还的；在窗口交过原件的，凭本通知书到交件的窗口取回。"


@db.transaction_required
def tell_acceptance(locked: LockedCase, item: ItemCase, officer: Officer, *, at: datetime) -> None:
    """受理通知书: since when, until when by law and by promise, what was handed in, where to ask. One query besides the document's."""
    plan_item = _planned(item)
    said: Said = {
        "accepted_on": _day(item.accepted_on or legal_date(at)),
        "statutory": _limit(plan_item.get("statutory"), item.statutory_due),
        "promised": _limit(plan_item.get("limit"), item.promised_due),
        "special": _procedures(plan_item) or "没有",
        "materials": _handed_in(item) or "这一项不用交材料",
        "inquiry": INQUIRY,
    }
    _tell(locked, DocumentKind.ACCEPTANCE, item, said, officer=officer, at=at)


@db.transaction_required
def tell_not_accepted(locked: LockedCase, item: ItemCase, officer: Officer, *, at: datetime) -> None:
    """不予受理通知书: not this body's, and whose it is."""
    plan_item = _planned(item)
    said: Said = {
        "reason": str(item.opinion["reason"]),
        "basis": NOT_OURS if is_licence(plan_item) else basis_of(plan_item) or "按公布的办事指南，这一项由别的单位办理",
        "right_body": str(item.decision["right_body"]),
        "remedies": str(item.decision["remedies"]),
    }
    _tell(locked, DocumentKind.NOT_ACCEPTED, item, said, officer=officer, at=at)


@db.transaction_required
def tell_not_required(locked: LockedCase, item: ItemCase, officer: Officer, *, at: datetime) -> None:
    """不受理告知书: nothing has to be applied for."""
    said: Said = {"reason": str(item.opinion["reason"]), "basis": str(item.decision["basis"])}
    _tell(locked, DocumentKind.NOT_REQUIRED, item, said, officer=officer, at=at)


@db.transaction_required
def tell_refusal(locked: LockedCase, item: ItemCase, officer: Officer, *, at: datetime) -> None:
    """不予许可决定书: basis, reason, remedies. A check that nobody applied for can be refused too, and is told all the same."""
    said: Said = {
        "reason": str(item.opinion["reason"]),
        "basis": str(item.decision["basis"]),
        "remedies": str(item.decision["remedies"]),
    }
    _issue(locked, DocumentKind.REFUSAL, item, said, by=Acting.of_officer(officer), officer=officer, at=at)


@db.transaction_required
def tell_stop(locked: LockedCase, item: ItemCase, stop: NewStop, name: str, *, officer: Officer, at: datetime) -> None:
    """特别程序告知书: which procedure, by which article, how long it takes (行政许可法 art. 45). `item` bears its new days."""
    said: Said = {
        "procedure": name,
        "time_needed": f"预计{stop.expected_days}个工作日",
        "starts_on": _day(legal_date(at)),
        "basis": stop.basis,
        "note": stop.reason,
        "limits": "上述程序的时间不计算在内，有了结果的第二天接着计算。按预计的时间，" + _both_limits(item),
    }
    _tell(locked, DocumentKind.SPECIAL_PROCEDURE, item, said, officer=officer, at=at, seconds=0)


@db.transaction_required
def tell_extension(locked: LockedCase, item: ItemCase, extension: ClockExtension) -> None:
    """延长期限告知书: who allowed it, for how long and why (行政许可法 art. 42). `item` bears its new days."""
    approver = extension.approver
    said: Said = {
        "reason": extension.reason,
        "days": f"{extension.days}个工作日",
        "new_date": _both_limits(item),
        "approver": f"{approver.organisation.name}负责人{approver.account.display_name}",
        "basis": extension.basis,
    }
    _tell(locked, DocumentKind.EXTENSION, item, said, officer=approver, at=extension.at, seconds=0)


@db.transaction_required
def tell_termination(locked: LockedCase, item: ItemCase, *, by: Acting, at: datetime) -> None:
    """终止办理通知书, for what ended without a decision. Without a body nobody can sign it."""
    said: Said = {
        "reason": str(item.opinion["reason"]),
        "basis": str(item.decision["basis"]),
        "returned": RETURNED,
        "remedies": str(item.decision["remedies"]),
    }
    if item.trigger == Trigger.APPLICATION:
        _issue(locked, DocumentKind.TERMINATION, item, said, by=by, officer=None, at=at)


def _tell(
    locked: LockedCase,
    kind: DocumentKind,
    item: ItemCase,
    said: Said,
    *,
    officer: Officer,
    at: datetime,
    seconds: int = UNDO_SECONDS,
) -> None:
    if item.trigger == Trigger.APPLICATION:
        _issue(locked, kind, item, said, by=Acting.of_officer(officer), officer=officer, at=at, seconds=seconds)


def _issue(
    locked: LockedCase,
    kind: DocumentKind,
    item: ItemCase,
    said: Said,
    *,
    by: Acting,
    officer: Officer | None,
    at: datetime,
    seconds: int = UNDO_SECONDS,
) -> None:
    if item.organisation is None:
        return
    issue_document(
        locked, kind, organisation=item.organisation, said=said, at=at, by=by, item=item, officer=officer,
        seconds=seconds,
    )  # fmt: skip


def _planned(item: ItemCase) -> Mapping[str, Any]:
    return item_of_plan(item.case.plan, item.key)


def remedies_against(item: ItemCase) -> str:
    """What may be done against what a body decides on this item, in words."""
    return remedies_text(remedies_of(_planned(item)), item.organisation.name if item.organisation is not None else "")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _limit(limit: Mapping[str, Any] | None, due: date | None) -> str:
    """20个工作日，2026年4月2日前."""
    words = limit_words(limit or {})
    return f"{words}，{_day(due)}前" if due is not None else words


def _both_limits(item: ItemCase) -> str:
    """承诺期限到2026年12月3日，法定期限到2026年12月7日."""
    days = [("承诺期限", item.promised_due), ("法定期限", item.statutory_due)]
    told = [f"{label}到{_day(due)}" for label, due in days if due is not None]
    return "，".join(told) or "这一项没有公布期限"


def _procedures(plan_item: Mapping[str, Any]) -> str:
    """The procedures of this way that may stop the clock (art. 45), as published."""
    return "、".join(str(step["name"]) for step in plan_item.get("steps", ()) if step.get("stops_clock"))


def _handed_in(item: ItemCase) -> list[str]:
    """Each material of the item once, with how many files of it there are."""
    rows = MaterialInstance.objects.filter(case_id=item.case_id).asked_by(item.key).in_order()
    return listed_papers(rows.values_list("name", "file_id"))
