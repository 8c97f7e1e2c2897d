"""The verbs of drafts and the one submission (R2.6). Each opens its own transaction; every refusal can be shown as it stands."""

from onething.submission.access import DraftGone, Owner, find_draft, lock_draft
from onething.submission.planning import plan_for, plan_of_draft, planned_of_draft
from onething.submission.services.claim import Claimed, claim_anonymous, keep_draft
from onething.submission.services.drafts import (
    AnswerRefused,
    NotOffered,
    PlaceUnknown,
    answer_question,
    choose_items,
    delete_draft,
    expire_drafts,
    issue_draft_notice,
    set_place,
    start_or_get_draft,
)
from onething.submission.services.later import FollowingPaper, NoLongerNeeded, following_papers, hand_in_later
from onething.submission.services.materials import (
    NotAsked,
    TooManyPages,
    attach_material,
    checklist_of,
    detach_material,
    tick_commitment,
)
from onething.submission.services.renewal import Renewal, adopt_current_edition, newer_edition, renewal_of
from onething.submission.services.sections import (
    NoSuchSection,
    SavedSection,
    SectionConflict,
    add_instance,
    remove_instance,
    save_section,
    section_states,
    values_of,
)
from onething.submission.services.submit import Incomplete, Missing, Submitted, gaps_of, submit

__all__ = [
    "AnswerRefused",
    "Claimed",
    "DraftGone",
    "FollowingPaper",
    "Incomplete",
    "Missing",
    "NoLongerNeeded",
    "NoSuchSection",
    "NotAsked",
    "NotOffered",
    "Owner",
    "PlaceUnknown",
    "Renewal",
    "SavedSection",
    "SectionConflict",
    "Submitted",
    "TooManyPages",
    "add_instance",
    "adopt_current_edition",
    "answer_question",
    "attach_material",
    "checklist_of",
    "choose_items",
    "claim_anonymous",
    "delete_draft",
    "detach_material",
    "expire_drafts",
    "find_draft",
    "following_papers",
    "gaps_of",
    "hand_in_later",
    "issue_draft_notice",
    "keep_draft",
    "lock_draft",
    "newer_edition",
    "plan_for",
    "plan_of_draft",
    "planned_of_draft",
    "remove_instance",
    "renewal_of",
    "save_section",
    "section_states",
    "set_place",
    "start_or_get_draft",
    "submit",
    "tick_commitment",
    "values_of",
]
