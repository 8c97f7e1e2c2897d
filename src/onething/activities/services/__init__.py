"""The verbs of joint activities (R2.8.d, ux f). Each opens its own transaction; none of them touches a clock.

Every refusal is a `Refused` whose message can be shown as it stands.
"""

from onething.activities.access import ActivityChanged, Incomplete
from onething.activities.services.arrange import (
    AlreadySeen,
    Wanted,
    arrange_activity,
    cancel_activity,
    offer_slots,
    start_recheck,
)
from onething.activities.services.choose import SlotTaken, decline_slots, pick_slot
from onething.activities.services.close import add_late_finding, close_activity, confirm_sheet
from onething.activities.services.site import Entry, add_applicant_photo, mark_absent, sign_opinion, take_entry
from onething.activities.services.times import block_time, unblock_time

__all__ = [
    "ActivityChanged",
    "AlreadySeen",
    "Entry",
    "Incomplete",
    "SlotTaken",
    "Wanted",
    "add_applicant_photo",
    "add_late_finding",
    "arrange_activity",
    "block_time",
    "cancel_activity",
    "close_activity",
    "confirm_sheet",
    "decline_slots",
    "mark_absent",
    "offer_slots",
    "pick_slot",
    "sign_opinion",
    "start_recheck",
    "take_entry",
    "unblock_time",
]
