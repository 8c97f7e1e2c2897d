"""The verbs of messages: tell the applicant of a step, note that it was read, keep where else to tell it (R5.7)."""

from onething.messages.services.channels import (
    AddressRefused,
    Answer,
    TooManyCodes,
    ask_code,
    choose_channels,
    confirm_address,
    forget_address,
    forget_codes,
    send_code,
)
from onething.messages.services.remind import Due, due_reminders, remind
from onething.messages.services.sending import send_message
from onething.messages.services.tell import mark_read, tell_applicant

__all__ = [
    "AddressRefused",
    "Answer",
    "Due",
    "TooManyCodes",
    "ask_code",
    "choose_channels",
    "confirm_address",
    "due_reminders",
    "forget_address",
    "forget_codes",
    "mark_read",
    "remind",
    "send_code",
    "send_message",
    "tell_applicant",
]
