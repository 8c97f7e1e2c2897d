"""The verbs of a correction round (R2.7.a). Each opens its own transaction and locks the case first.

Every refusal is a `Refused` whose message can be shown as it stands.
"""

from onething.feedback.errors import BeyondNotice, NeedsApproval, NotNow, OpenPoints, UnknownReason, WrongPlace
from onething.feedback.services.answer import (
    PointAnswer,
    ask_more_time,
    attach_file,
    detach_file,
    hand_in_answers,
    keep_answers,
)
from onething.feedback.services.content import Replaced, put_values, replace_paper
from onething.feedback.services.find import (
    Mark,
    NewFinding,
    approve_finding,
    decline_finding,
    enter_finding,
    enter_findings,
    finish_findings,
    may_head,
    note_finding,
    withdraw_finding,
)
from onething.feedback.services.settle import grant_more_time, may_lead, send_both, set_aside_finding
from onething.feedback.services.tend import cases_to_tend, tend_case

__all__ = [
    "BeyondNotice",
    "Mark",
    "NeedsApproval",
    "NewFinding",
    "NotNow",
    "OpenPoints",
    "PointAnswer",
    "Replaced",
    "UnknownReason",
    "WrongPlace",
    "approve_finding",
    "ask_more_time",
    "attach_file",
    "cases_to_tend",
    "decline_finding",
    "detach_file",
    "enter_finding",
    "enter_findings",
    "finish_findings",
    "grant_more_time",
    "hand_in_answers",
    "keep_answers",
    "may_head",
    "may_lead",
    "note_finding",
    "put_values",
    "replace_paper",
    "send_both",
    "set_aside_finding",
    "tend_case",
    "withdraw_finding",
]
