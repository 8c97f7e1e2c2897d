"""What the task page shows of a decision that two people take: the rule, what is proposed, why it came back."""

from typing import Any, Final

from django.utils.translation import gettext as _

from onething.dispatch.models import Proposal
from onething.web.review.task import Opened
from onething.web.ui.formats import table_date, time_of_day

__all__ = ["second_context"]

MOST_REASON: Final = 500


def second_context(opened: Opened, *, reason: str = "", error: str = "") -> dict[str, Any]:
    """Nothing for items on which one officer decides; else the rule, what is proposed, and the field for sending it back."""
    rule, proposal = opened.second, opened.proposal
    if rule is None:
        return {"second_words": "", "sent_back": "", "proposal": [], "send_back_fields": []}
    is_open = proposal is not None and not proposal.answer
    basis = rule.get("basis") or _("依据待补")
    return {
        "second_words": _("这一项的决定要由另一位同事复核（依据：%(basis)s）") % {"basis": basis},
        "proposal": _rows(proposal) if proposal is not None and is_open else [],
        "sent_back": _sent_back(proposal) if proposal is not None and opened.item.is_open else "",
        "send_back_fields": [_reason_field(reason, error)] if is_open else [],
    }


def _rows(proposal: Proposal) -> list[dict[str, str]]:
    words, law = proposal.words, proposal.decision
    rows = [
        (_("结论"), _("同意（准予）") if proposal.granted else _("不同意（不予许可）")),
        (_("提出人"), proposal.proposed_by.account.display_name),
        (_("时间"), f"{table_date(proposal.proposed_at)} {time_of_day(proposal.proposed_at)}"),
        (_("意见"), str(words.get("opinion", ""))),
        (_("理由"), str(words.get("reason", ""))),
        (_("依据"), str(law.get("basis", ""))),
        (_("救济"), str(law.get("remedies", ""))),
        (
            _("这一件产生的信息"),
            "、".join(value for one in words.get("produced", {}).values() for value in one.values()),
        ),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _sent_back(proposal: Proposal) -> str:
    if proposal.answer != Proposal.Answer.SENT_BACK or proposal.answered_by is None:
        return ""
    return _("%(who)s没有确认上次的决定：%(why)s") % {
        "who": proposal.answered_by.account.display_name,
        "why": proposal.reason,
    }


def _reason_field(reason: str, error: str) -> dict[str, Any]:
    return {
        "name": "reason",
        "type": "long_text",
        "label": _("为什么不确认"),
        "hint": _("提出人会看到"),
        "rows": 2,
        "max_length": MOST_REASON,
        "value": reason,
        "error": error,
    }
