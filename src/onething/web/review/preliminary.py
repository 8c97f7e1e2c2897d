"""初审: one officer of the lead looks at the whole case on one page, part by part, and ends it with one act (R2.2.c)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from onething.audit.services import log_read
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.reading import items_of_case
from onething.cases.states import ItemState
from onething.dispatch.services import Declined
from onething.feedback.reasons import REASONS, reasons_for
from onething.feedback.rules import Target, TargetKind
from onething.feedback.wording import asked_targets
from onething.files.responses import file_response
from onething.intake.models import PreliminaryReview
from onething.intake.reading import alarms_for, last_review, reason_counts, verdicts_of
from onething.intake.rules import gaps_of
from onething.intake.services import (
    Judgement,
    end_items,
    finish_review,
    judge_parts,
    may_end,
    parts_of,
    start_review,
)
from onething.intake.states import Outcome, Verdict
from onething.kit.errors import Refused
from onething.oneform.rules import Field, party_subjects, sections
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review import words
from onething.web.review.frame import Role, page, tell, today
from onething.web.review.spot_changes import shown_changes
from onething.web.review.story import REVIEWED
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import Posted, errors_of
from onething.web.ui.formats import prose_date

__all__ = ["Opened", "material", "open_case", "review", "said_of"]

VERDICTS: Final = ((Verdict.OK, gettext_lazy("符合")), (Verdict.TO_CORRECT, gettext_lazy("要补正")))
HINTS: Final[Mapping[Outcome, Any]] = {
    Outcome.COMPLETE: gettext_lazy("每一项都符合，各部门接着受理"),
    Outcome.ON_THE_SPOT: gettext_lazy("申请人在场，要补正的下一步当场都改好；不发补正通知，时间不停"),
    Outcome.CORRECTION: gettext_lazy("要补正的写进这件事唯一的一份补正通知"),
    Outcome.NOT_COMPETENT: gettext_lazy("选出是哪几件，写明理由和应该找谁；马上结束，用办理单位的名义出不予受理通知书"),
    Outcome.NOT_REQUIRED: gettext_lazy("选出是哪几件，写明理由和依据；马上结束，用办理单位的名义出不受理告知书"),
}
ENDING: Final[Mapping[Outcome, Literal[ItemState.NOT_ACCEPTED, ItemState.NOT_REQUIRED]]] = {
    Outcome.NOT_COMPETENT: ItemState.NOT_ACCEPTED,
    Outcome.NOT_REQUIRED: ItemState.NOT_REQUIRED,
}
MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Opened:
    """A led case with what is judged of it. `typed` is what was sent and not kept."""

    case: OneThingCase
    items: Sequence[ItemCase]
    parts: Sequence[Target]
    review: PreliminaryReview | None

    @property
    def is_open(self) -> bool:
        """Whether the review goes on."""
        return self.review is not None and not self.review.outcome


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.LEAD)
def review(request: OfficerRequest, number: str) -> HttpResponse:
    """Show the parts of a case; begin the review, keep verdicts, or end it. Looking is written down."""
    opened = open_case(request, number)
    if request.method != "POST":
        return _draw(request, opened)
    try:
        done = _act(request, opened)
    except Refused as refused:
        return _draw(request, open_case(request, number), posted=request.POST, refused=refused.message)
    if done is Outcome.ON_THE_SPOT:
        return HttpResponseRedirect(link_to("review:preliminary_spot", number))
    if isinstance(done, PreliminaryReview) and done.outcome:
        tell(request, _("初审结束了：%(outcome)s") % {"outcome": REVIEWED[done.outcome]})
        return HttpResponseRedirect(link_to("review:case", number))
    if done is not None:
        tell(request, _("选的事已经结束，文书一分钟后发出。其余的接着核对"))
    return HttpResponseRedirect(link_to("review:preliminary", number))


def open_case(request: OfficerRequest, number: str) -> Opened:
    """The case, if the officer's body leads it, with its review. The look is written down."""
    case = (
        OneThingCase.objects.led_by(request.officer).filter(number=number).select_related("lead_organisation").first()
    )
    if case is None:
        raise Http404
    _note(request, case, "preliminary review")
    items = items_of_case(case)
    return Opened(case, items, parts_of(case, items), last_review(case))


def said_of(review: PreliminaryReview) -> dict[Target, Verdict]:
    """The verdicts kept so far. One query."""
    return {row.target: Verdict(row.verdict) for row in verdicts_of(review)}


def _note(request: OfficerRequest, case: OneThingCase, what: str) -> None:
    log_read(
        account=request.user.pk, case_number=case.number, what=what, at=timezone.now(),
        home_division=case.home_division,
    )  # fmt: skip


def _act(request: OfficerRequest, opened: Opened) -> PreliminaryReview | Literal[Outcome.ON_THE_SPOT] | None:
    """Call the verb that was pressed; gives the review when something was decided, or that it is put right on the next page."""
    at, case_id, act = timezone.now(), opened.case.pk, request.POST.get("do", "save")
    if act == "start":
        start_review(case_id=case_id, officer=request.officer, at=at)
        return None
    judge_parts(case_id=case_id, officer=request.officer, judgements=_judgements(opened, request.POST), at=at)
    if act != "finish":
        return None
    chosen = request.POST.get("outcome", "")
    if chosen not in set(Outcome):
        raise Refused(_("选一个初审结论"), code="no_outcome")
    outcome = Outcome(chosen)
    reason, right_body, basis = (str(request.POST.get(name, "")) for name in ("reason", "right_body", "basis"))
    if outcome is Outcome.ON_THE_SPOT:
        if opened.review is not None and (gaps := gaps_of(outcome, opened.parts, said_of(opened.review))):
            raise Refused("；".join(gaps), code="not_reviewed")
        return outcome
    if outcome not in ENDING:
        return finish_review(case_id=case_id, officer=request.officer, outcome=outcome, reason=reason, at=at)
    picked = {int(one) for one in request.POST.getlist("items") if one.isdecimal()}
    declined = Declined(ENDING[outcome], reason, right_body=right_body, basis=basis)
    return end_items(case_id=case_id, officer=request.officer, item_ids=picked, declined=declined, at=at)


def _judgements(opened: Opened, posted: Posted) -> list[Judgement]:
    """The verdicts as sent; a part without one is left as it is."""
    found = []
    for place, part in enumerate(opened.parts, start=1):
        said = str(posted.get(f"verdict-{place}") or "")
        if said in set(Verdict):
            reason, text = (str(posted.get(f"{name}-{place}") or "") for name in ("reason", "words"))
            found.append(Judgement(part, Verdict(said), reason, text.replace("\r\n", "\n")))
    return found


def _draw(request: OfficerRequest, opened: Opened, *, posted: Posted | None = None, refused: str = "") -> HttpResponse:
    case, told = opened.case, opened.review
    shown = _parts(opened, _marks(opened, posted))
    ending = _ending(opened, posted)
    errors = [{"id": "", "text": refused}] if refused else []
    errors += errors_of(field for part in shown for field in part["fields"])
    context = {
        "case": case,
        "head": {"title": _("初审：%(name)s") % {"name": case.onething_name}, "facts": _facts(opened)},
        "alarms": [one.text for one in alarms_for(case, today=today())],
        "parts": shown,
        "left": sum(not part["judged"] for part in shown),
        "is_open": opened.is_open,
        "may_start": not opened.is_open and case.closed_at is None,
        "ended": _ended(told) if told is not None and told.outcome else [],
        "changes": shown_changes(case, told) if told is not None else [],
        "ending": ending,
        "counts": [{"words": REASONS[code].words, "count": count} for code, count in reason_counts(request.officer)],
        "back_url": link_to("review:case", case.number),
        "errors": errors,
    }
    return page(request, "review/preliminary.html", context, current="lead", status=422 if errors else 200)


def _facts(opened: Opened) -> list[dict[str, str]]:
    case = opened.case
    return [
        {"label": _("申请编号"), "value": case.number},
        {"label": _("申请人"), "value": words.applicant(case)},
        {"label": _("提交"), "value": prose_date(case.submitted_at)},
    ]


def _ended(told: PreliminaryReview) -> list[dict[str, str]]:
    rows = [
        (_("初审结论"), str(REVIEWED[told.outcome])),
        (_("初审人"), told.officer.account.display_name),
        (_("时间"), prose_date(told.finished_at) if told.finished_at else ""),
        (_("说明"), told.reason),
        (_("应该找"), told.right_body),
        (_("当面确认的人"), told.confirmed_by),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _marks(opened: Opened, posted: Posted | None) -> dict[Target, tuple[str, str, str]]:
    """Verdict, reason and words of each part: as sent, else as kept."""
    if opened.review is None:
        return {}
    kept = {row.target: (row.verdict, row.reason, row.words) for row in verdicts_of(opened.review)}
    if posted is not None:
        kept |= {one.target: (one.verdict.value, one.reason, one.words) for one in _judgements(opened, posted)}
    return kept


def _parts(opened: Opened, marks: Mapping[Target, tuple[str, str, str]]) -> list[dict[str, Any]]:
    """Every part with what it shows and its three fields."""
    case = opened.case
    asked = asked_targets(case.plan, party_subjects(case.plan, case.form_values))
    papers = _papers(case)
    data = _data(case)
    found = []
    for place, part in enumerate(opened.parts, start=1):
        verdict, reason, text = marks.get(part, ("", "", ""))
        name, whose = asked[part].label, asked[part].whose
        found.append(
            {
                "title": f"{name}（{whose}）" if whose else name,
                "rows": data.get(part.key, []) if part.kind is TargetKind.SECTION else [],
                "papers": papers.get((part.key, part.subject), []),
                "is_material": part.kind is TargetKind.MATERIAL,
                "judged": bool(verdict),
                "verdict": verdict,
                "words": " · ".join(one for one in (REASONS[reason].words if reason in REASONS else "", text) if one),
                "fields": _fields(place, part, verdict, reason, text),
            }
        )
    return found


def _fields(place: int, part: Target, verdict: str, reason: str, text: str) -> list[dict[str, Any]]:
    reasons = [{"value": one.code, "label": one.words} for one in reasons_for(part.kind)]
    lacks = verdict == Verdict.TO_CORRECT and reason not in REASONS
    return [
        {
            "name": f"verdict-{place}",
            "type": "radio",
            "label": _("核对结果"),
            "options": [{"value": value.value, "label": label} for value, label in VERDICTS],
            "value": verdict,
        },
        {
            "name": f"reason-{place}",
            "type": "select",
            "label": _("要补正的原因"),
            "options": reasons,
            "value": reason,
            "required": False,
            "error": _("选一个要补正的原因") if lacks else "",
        },
        {
            "name": f"words-{place}",
            "type": "long_text",
            "label": _("说清楚哪里不对"),
            "value": text,
            "required": False,
            "rows": 2,
            "max_length": MOST,
        },
    ]


def _papers(case: OneThingCase) -> dict[tuple[str, str], list[dict[str, str]]]:
    """The files of each material, as links. One query."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for one in case.materials.exclude(file=None).in_order():
        url = link_to("review:preliminary_material", case.number, one.pk)
        found.setdefault((one.key, one.subject), []).append({"name": one.file_name or one.name, "url": url})
    return found


def _data(case: OneThingCase) -> dict[str, list[dict[str, str]]]:
    """The data of each section, what is sensitive masked: the machine has checked the numbers."""
    found: dict[str, list[dict[str, str]]] = {}
    for section in sections(case.plan, case.form_values):
        saved = case.form_values.get(section.key, {})
        for instance in section.instances:
            mine = saved.get(instance.subject, {})
            title = f"{instance.title} " if section.repeats else ""
            found.setdefault(section.key, []).extend(
                {"label": title + field.label, "value": _value(field, mine.get(field.element))}
                for field in instance.fields
            )
    return found


def _value(field: Field, value: object) -> str:
    if value in (None, "", []):
        return ""
    options = dict(field.options)
    text = "、".join(options.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value]))
    return words.masked(text) if field.sensitive else f"{text}{field.unit}"


def _ending(opened: Opened, posted: Posted | None) -> list[dict[str, Any]]:
    sent = posted if posted is not None else QueryDict()
    able = [{"value": str(one.pk), "label": one.name} for one in may_end(opened.items)]
    fields: list[dict[str, Any]] = [
        {
            "name": "outcome",
            "type": "radio",
            "label": _("初审结论"),
            "options": [
                {"value": value.value, "label": REVIEWED[value.value], "hint": hint} for value, hint in HINTS.items()
            ],
            "value": str(sent.get("outcome") or ""),
        },
        {
            "name": "reason",
            "type": "long_text",
            "label": _("说明"),
            "hint": _("不归本市办、不用办的，要写明理由；申请人会原样看到"),
            "value": str(sent.get("reason") or ""),
            "required": False,
            "rows": 2,
            "max_length": MOST,
        },
        *(
            {"name": name, "type": "text", "label": label, "value": str(sent.get(name) or ""), "required": False}
            for name, label in (
                ("right_body", _("不归本市办的：应该找哪个单位")),
                ("basis", _("不用办的：依据的条文")),
            )
        ),
    ]
    if able:
        which = {
            "name": "items",
            "type": "checkbox",
            "label": _("不归本市办、不用办的是哪几件"),
            "hint": _("已经有人在办的不在这里，由办理单位自己决定"),
            "options": able,
            "value": sent.getlist("items"),
            "required": False,
        }
        fields.insert(1, which)
    return fields


@require_safe
@officer_required(Role.LEAD)
@xframe_options_sameorigin
def material(request: OfficerRequest, number: str, material_id: int) -> FileResponse:
    """One file of a led case, inert. The look is written down."""
    case = OneThingCase.objects.led_by(request.officer).without_content().filter(number=number).first()
    found = case.materials.select_related("file").filter(pk=material_id).first() if case is not None else None
    if case is None or found is None or found.file is None:
        raise Http404
    _note(request, case, f"preliminary material {found.pk}")
    return file_response(found.file, filename=found.file_name or found.name, inline=True)
