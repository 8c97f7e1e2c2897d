"""The verbs of a department, its lead and the coordinator on items (R2.8). Each opens its own transaction.

Every refusal is a `Refused` whose message can be shown as it stands. `Forbidden` means that the page should not have
offered the act: it answers 403.
"""

from onething.dispatch.access import Forbidden, TaskTaken
from onething.dispatch.services.cards import CardsGiven, give_cards
from onething.dispatch.services.choices import answer_refusal, close_silent_choices
from onething.dispatch.services.claim import claim_task, next_task, release_task
from onething.dispatch.services.clock import Stopping, extend_clock, resume_clock, stop_clock
from onething.dispatch.services.decide import Decision
from onething.dispatch.services.decline import Declined, Incomplete, end_unaccepted
from onething.dispatch.services.flow import TOPIC_ITEM, TOPIC_SPOKEN, announce_start
from onething.dispatch.services.originals import (
    Original,
    asks_originals,
    originals_of,
    receive_original,
    send_original,
)
from onething.dispatch.services.reroute import may_return_alone, reroute_item, return_misrouted, settle_return
from onething.dispatch.services.review import (
    NotYet,
    accept_item,
    decide_item,
    finish_check,
    keep_opinion,
    mark_checks,
    not_accept_item,
    not_require_item,
    produced_of,
)
from onething.dispatch.services.route import (
    TOPIC_COORDINATOR,
    AssignedItem,
    Assignment,
    NoBody,
    assign_items,
)
from onething.dispatch.services.second import confirm_decision, second_rule, send_back_decision, take_back_proposal
from onething.dispatch.services.succeed import OpenWork, hand_over_open_work, open_work_of
from onething.dispatch.services.supervise import escalate_item, remind_item, superiors_of
from onething.dispatch.services.undo import TooLate, undo_decision, withdraw_items

__all__ = [
    "TOPIC_COORDINATOR",
    "TOPIC_ITEM",
    "TOPIC_SPOKEN",
    "AssignedItem",
    "Assignment",
    "CardsGiven",
    "Decision",
    "Declined",
    "Forbidden",
    "Incomplete",
    "NoBody",
    "NotYet",
    "OpenWork",
    "Original",
    "Stopping",
    "TaskTaken",
    "TooLate",
    "accept_item",
    "announce_start",
    "answer_refusal",
    "asks_originals",
    "assign_items",
    "claim_task",
    "close_silent_choices",
    "confirm_decision",
    "decide_item",
    "end_unaccepted",
    "escalate_item",
    "extend_clock",
    "finish_check",
    "give_cards",
    "hand_over_open_work",
    "keep_opinion",
    "mark_checks",
    "may_return_alone",
    "next_task",
    "not_accept_item",
    "not_require_item",
    "open_work_of",
    "originals_of",
    "produced_of",
    "receive_original",
    "release_task",
    "remind_item",
    "reroute_item",
    "resume_clock",
    "return_misrouted",
    "second_rule",
    "send_back_decision",
    "send_original",
    "settle_return",
    "stop_clock",
    "superiors_of",
    "take_back_proposal",
    "undo_decision",
    "withdraw_items",
]
