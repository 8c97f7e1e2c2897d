"""How states, lights and days are said to staff. No request and no table: values in, words out."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onething.cases.models import BUNDLE_STATE_WORDS, OneThingCase
from onething.cases.states import OPEN, BundleState, ItemState, Trigger
from onething.dispatch.reading import Task, Timed, light_of
from onething.dispatch.rules import Light
from onething.feedback.rules import LEGAL_DAYS
from onething.kit.workdays import Calendar
from onething.web.ui.formats import mask_id, mask_name, mask_phone, working_days_left

__all__ = [
    "LIGHT_SHAPE",
    "LIGHT_WORDS",
    "applicant",
    "bundle_tag",
    "due_words",
    "light",
    "masked",
    "silence",
    "state_tag",
]

# Which of the four shapes a light has; what is due today is near, and says "today" beside the shape.
LIGHT_SHAPE: Final[Mapping[Light, str]] = {
    Light.OVERDUE: "over",
    Light.TODAY: "near",
    Light.NEAR: "near",
    Light.NORMAL: "normal",
    Light.PAUSED: "paused",
}
LIGHT_WORDS: Final = {
    Light.OVERDUE: gettext_lazy("超期"),
    Light.TODAY: gettext_lazy("今天到期"),
    Light.NEAR: gettext_lazy("临期"),
    Light.NORMAL: gettext_lazy("正常"),
    Light.PAUSED: gettext_lazy("暂停计时"),
}
# Words and tone for staff: an applicant reads others (cases.models.ITEM_STATE_WORDS).
STATE_TAGS: Final = {
    ItemState.DRAFT: (gettext_lazy("草稿"), "plain"),
    ItemState.WAITING: (gettext_lazy("等前一项"), "plain"),
    ItemState.SUBMITTED: (gettext_lazy("已提交"), ""),
    ItemState.RECEIVED: (gettext_lazy("待受理"), ""),
    ItemState.IN_CORRECTION: (gettext_lazy("等申请人补正"), "warning"),
    ItemState.ACCEPTED: (gettext_lazy("已受理"), "info"),
    ItemState.IN_REVIEW: (gettext_lazy("审查中"), "info"),
    ItemState.SUSPENDED: (gettext_lazy("暂停计时"), "warning"),
    ItemState.NOT_ACCEPTED: (gettext_lazy("不予受理"), "error"),
    ItemState.NOT_REQUIRED: (gettext_lazy("不用办"), "plain"),
    ItemState.GRANTED: (gettext_lazy("已同意（准予）"), "success"),
    ItemState.REFUSED: (gettext_lazy("不同意（不予许可）"), "error"),
    ItemState.DONE: (gettext_lazy("已办好（办结）"), "success"),
    ItemState.WITHDRAWN: (gettext_lazy("申请人已撤回"), "plain"),
    ItemState.TERMINATED: (gettext_lazy("不再办理（终止）"), "plain"),
    ItemState.RESULT_READY: (gettext_lazy("结果已出"), "success"),
    ItemState.DELIVERED: (gettext_lazy("结果已送达"), "success"),
    ItemState.ARCHIVED: (gettext_lazy("已归档"), "plain"),
}
BUNDLE_TONES: Final = {
    BundleState.IN_PROGRESS: "info",
    BundleState.WAITING_FOR_APPLICANT: "warning",
    BundleState.GRANTED_ALL: "success",
    BundleState.PARTLY_GRANTED: "warning",
    BundleState.REFUSED_ALL: "error",
    BundleState.NOT_ACCEPTED: "error",
}
LONG_CODE: Final = 14
MOBILE: Final = 11


def light(item: Timed, *, today: date, calendar: Calendar) -> dict[str, str]:
    """Shape and words of an item's light; nothing for what has ended or not begun."""
    if item.state == ItemState.WAITING or item.state not in OPEN:
        return {"light": "", "light_text": ""}
    state = light_of(item, today=today)
    if state is Light.PAUSED:
        return {"light": "paused", "light_text": ""}
    return {"light": LIGHT_SHAPE[state], "light_text": due_words(item.promised_due, today=today, calendar=calendar)}


class Received(Protocol):
    """What silence is read from: an item, or its row in a worklist."""

    @property
    def state(self) -> str: ...
    @property
    def trigger(self) -> str: ...
    @property
    def received_on(self) -> date | None: ...


def silence(item: Received, *, today: date, calendar: Calendar) -> dict[str, str]:
    """The red light of an application on which its body must speak by the next working day, else it counts as accepted (g4)."""
    if item.state != ItemState.RECEIVED or item.trigger != Trigger.APPLICATION or item.received_on is None:
        return {}
    last = calendar.add_working_days(item.received_on, LEGAL_DAYS)
    if calendar.working_days_between(today, last) > 1:
        return {}
    told = _("今天不表态，视为受理") if today >= last else _("下个工作日前不表态，视为受理")
    return {"light": "over", "light_text": str(told)}


def due_words(due: date | None, *, today: date, calendar: Calendar) -> str:
    """还剩3个工作日; on the free days after a deadline no working day has gone by yet, and it is late all the same."""
    if due is None:
        return str(_("没有公布期限"))
    days = calendar.working_days_between(today, due)
    if today > due and days == 0:
        return str(_("已超期"))
    if today < due and days == 0:
        return str(_("下个工作日前到期"))
    return working_days_left(days)


def state_tag(item: Timed) -> dict[str, str]:
    """The one word about an item's state, with its tone."""
    words, tone = STATE_TAGS[ItemState(item.state)]
    return {"state": str(words), "tone": tone}


def bundle_tag(case: OneThingCase) -> dict[str, str]:
    """The same about the whole."""
    state = case.bundle_state
    return {"state": str(BUNDLE_STATE_WORDS[state]), "tone": BUNDLE_TONES.get(state, "plain")}


def applicant(case: OneThingCase | Task) -> str:
    """Who applies, as a list may show it: a firm's name is public, a person's is masked (ux X12)."""
    return case.principal_name if case.principal else mask_name(case.principal_name)


def masked(value: str) -> str:
    """A sensitive value as it stands on the page until somebody asks to see it. Never enough to guess the rest."""
    if value.isascii() and value.isalnum():
        if len(value) >= LONG_CODE:
            return mask_id(value)
        if len(value) == MOBILE and value.isdigit():
            return mask_phone(value)
    return "******"
