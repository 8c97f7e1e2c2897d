"""What is to be corrected, as the page of a task shows it: own and others' findings, the form, what came back (R2.7.a, I10)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onething.cases.models import ItemCase
from onething.cases.states import ItemState, Trigger
from onething.feedback.board import window_for
from onething.feedback.models import Finding
from onething.feedback.reading import Findings, deemed_on, findings_for
from onething.feedback.reasons import OTHER, REASONS
from onething.feedback.rules import Target, TargetKind, Window, needs_approval
from onething.feedback.states import FindingState
from onething.feedback.wording import Asked, asked_targets
from onething.oneform.rules import party_subjects
from onething.web.review import words
from onething.web.review.marking import MARKS, mark_fields
from onething.web.review.task import ACTING, Opened, address, own_panel
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import prose_date
from onething.web.ui.spoken import whose_paper

__all__ = ["corrections_of", "reason_words", "target_words"]

MOST: Final = 1000
KINDS: Final = {
    TargetKind.FIELD: gettext_lazy("信息"),
    TargetKind.MATERIAL: gettext_lazy("材料"),
    TargetKind.SECTION: gettext_lazy("整个部分"),
}
STATES: Final = {
    FindingState.PROPOSED: gettext_lazy("等本单位负责人批准，申请人还不知道"),
    FindingState.ENTERED: gettext_lazy("已记下，等大家说完一起通知申请人"),
    FindingState.NOTICED: gettext_lazy("已通知申请人，等答复"),
    FindingState.SET_ASIDE: gettext_lazy("和别的单位矛盾，牵头部门没有采用"),
    FindingState.LAPSED: gettext_lazy("没有在期限内通知，不再提"),
    FindingState.CLOSED: gettext_lazy("这一轮已经结束"),
}
LABELS: Final = {
    "target": gettext_lazy("哪一处"),
    "reason": gettext_lazy("什么问题"),
    "words": gettext_lazy("具体说明"),
    "required": gettext_lazy("应当是什么"),
    "exception_reason": gettext_lazy("为什么现在才提"),
}


def corrections_of(opened: Opened, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The part of the page about corrections. Queries of `findings_for`; nothing for what has not begun or is long accepted."""
    item = opened.item
    if opened.cut is None:
        return {}
    found = findings_for(item)
    titles = asked_targets(item.case.plan, party_subjects(item.case.plan, item.case.form_values))
    window, fresh = window_for(item), item.item_state is ItemState.RECEIVED
    may_enter = fresh and own_panel(opened) in ACTING and window is not None and not window.is_silent(opened.today)
    return {
        "may_enter": may_enter,
        "deadline": _deadline(item, window) if fresh and window is not None else "",
        "form": _form(opened, found, titles, window, typed or {}) if may_enter and window is not None else [],
        "mark": mark_fields(opened.materials, found.demands.targets, typed or {}) if may_enter else [],
        "mark_is_open": any((typed or {}).get(name) for name in MARKS),
        "is_open": typed is not None,
        "own": [_row(one, titles, item, may_enter=may_enter) for one in found.own],
        "others": [_row(one, titles, item, may_enter=False) for one in found.others],
        "may_finish": may_enter and not found.has_spoken and any(o.state == FindingState.ENTERED for o in _all(found)),
        "has_spoken": found.has_spoken,
        "replies": _replies(opened, found, titles),
        "changed": [
            target_words(one, titles) for one in sorted(found.changed | _on_spot(item, found)) if one in titles
        ],
        "deemed": _deemed(item),
        "urls": {"enter": address(item, "finding"), "done": address(item, "findings-done")},
    }


def _all(found: Findings) -> Sequence[Finding]:
    return (*found.own, *found.others)


def _on_spot(item: ItemCase, found: Findings) -> set[Target]:
    """What of the item's input was corrected on the spot at the preliminary review; it stands on the case, which is read anyway."""
    told = {Target.parse(code) for code in item.case.changed_on_spot}
    return {one for one in told if one is not None and one in found.demands.inputs}


def target_words(target: Target, titles: Mapping[Target, Asked]) -> str:
    """What a finding is about, in words."""
    asked = titles.get(target)
    return whose_paper(asked.whose, asked.label) if asked is not None else target.key


def reason_words(code: str) -> str:
    """A reason of the list."""
    return REASONS[code].words if code in REASONS else code


def _deemed(item: ItemCase) -> str:
    day = deemed_on(item)
    return _("5个工作日内没有告知补正，从%(day)s起视为受理") % {"day": prose_date(day)} if day else ""


def _deadline(item: ItemCase, window: Window) -> str:
    told = _("要补正的，最晚%(cut)s当天提出来，和别的单位的合成一份通知。") % {"cut": prose_date(window.cut_off_on)}
    if item.trigger == Trigger.APPLICATION:
        told += _("%(last)s还不表态，从收到之日起视为受理。") % {"last": prose_date(window.last_on)}
    return told


def _form(
    opened: Opened, found: Findings, titles: Mapping[Target, Asked], window: Window, typed: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The fields of a new finding; the reason for coming late only where everything new would come late."""
    own = [one for one in titles if one in found.demands.targets]
    returned = opened.item.window_from is not None
    always = all(
        needs_approval(one, found.demands, returned=returned, changed=found.changed, window=window, at=timezone.now())
        for one in own
    )
    fields: list[dict[str, Any]] = [
        {
            "name": "target",
            "type": "select",
            "options": [{"value": one.code, "label": f"{KINDS[one.kind]}：{target_words(one, titles)}"} for one in own],
        },
        {
            "name": "reason",
            "type": "select",
            "options": [
                {"value": one.code, "label": f"{one.words}（{'、'.join(str(KINDS[k]) for k in sorted(one.kinds))}）"}
                for one in REASONS.values()
            ],
        },
        {
            "name": "words",
            "type": "long_text",
            "rows": 2,
            "required": False,
            "hint": _("申请人会原样看到；选“其他问题”必须写"),
        },
        {"name": "required", "type": "text", "required": False, "hint": _("只有一种写法才对时填，例如证件上的名称")},
    ]
    if returned or always:
        hint = _("上一轮没变过的、过了时间才提的，要写；由本单位负责人批准，会告诉申请人，并计入本单位")
        fields.append({"name": "exception_reason", "type": "long_text", "rows": 2, "required": always, "hint": hint})
    return [
        {
            "id": f"finding-{one['name']}",
            "label": LABELS[one["name"]],
            "value": typed.get(one["name"], ""),
            "max_length": MOST,
        }
        | one
        for one in fields
    ]


def _row(one: Finding, titles: Mapping[Target, Asked], item: ItemCase, *, may_enter: bool) -> dict[str, Any]:
    loose = one.state in {FindingState.ENTERED, FindingState.PROPOSED}
    return {
        "title": target_words(one.target, titles),
        "reason": reason_words(one.reason) if one.reason != OTHER else "",
        "words": one.words,
        "required": one.required,
        "places": [area.words for area in one.marked],
        "body": one.organisation.name,
        "state": str(STATES.get(FindingState(one.state), "")),
        "lead": one.lead_words,
        "late": one.exception_reason,
        "withdraw_url": link_to("review:finding_back", item.number, one.pk) if may_enter and loose else "",
    }


def _replies(opened: Opened, found: Findings, titles: Mapping[Target, Asked]) -> list[dict[str, Any]]:
    """What the applicant answered to the own findings: before, after, the explanation; once per point."""
    points = {
        one.point_id: one
        for one in found.own
        if one.point is not None and one.round is not None and one.round.answered_at is not None
    }
    return [_reply(opened, found, one, titles) for one in points.values()]


def _reply(opened: Opened, found: Findings, one: Finding, titles: Mapping[Target, Asked]) -> dict[str, Any]:
    """A point may have been answered for another body too: only data this item asks are shown (I10)."""
    point = one.point
    before: Mapping[str, Any] = point.before.get("values", {}) if point is not None else {}
    after: Mapping[str, Any] = point.answer.get("values", {}) if point is not None else {}
    fields = {
        f"{row.subject}.{row.element}": row
        for _title, rows in (opened.cut.groups if opened.cut is not None else ())
        for row in rows
        if Target(TargetKind.FIELD, row.element, row.subject) in found.demands.inputs
    }
    numbers = {row.pk for row in opened.materials}
    old = point.before.get("files", []) if point is not None else []
    new = [pk for pk in (point.before.get("new_files", []) if point is not None else []) if pk in numbers]
    return {
        "title": target_words(one.target, titles),
        "values": [
            {"label": row.label, "old": _shown(before[key], row), "new": _shown(after.get(key), row)}
            for key, row in fields.items()
            if key in before
        ],
        "old_files": [link_to("review:material", opened.item.number, pk) for pk in old],
        "new_files": [link_to("review:material", opened.item.number, pk) for pk in new],
        "explanation": str(point.answer.get("explanation", "")) if point is not None else "",
    }


def _shown(value: Any, row: Any) -> str:  # noqa: ANN401  # what was typed; a SliceField
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value or "")
    if not text:
        return _("没有填写")
    return words.masked(text) if row.sensitive else text
