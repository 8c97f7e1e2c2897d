"""当场改好: the page on which an officer enters what the applicant corrects at the counter (R2.2.c, 行政许可法 art. 32(1)(3))."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onething.cases.models import OneThingCase
from onething.feedback.reasons import REASONS
from onething.files.models import StoredFile
from onething.intake.reading import verdicts_of
from onething.intake.rules import outcomes_for
from onething.intake.services import NotPutRight, SpotAnswer, SpotPart, correct_on_the_spot, spot_parts
from onething.intake.states import Outcome, Verdict
from onething.kit.errors import Refused
from onething.oneform.rules import Field
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.frame import Role, page, tell
from onething.web.review.preliminary import Opened, open_case, said_of
from onething.web.ui.addresses import link_to
from onething.web.ui.fields import Posted, errors_of
from onething.web.ui.form_fields import groups_of, typed_of
from onething.web.ui.spoken import whose_paper
from onething.web.ui.uploads import ELECTRONIC, limit_text, take_files

__all__ = ["on_the_spot"]

MOST_NAME = 100
MOST_FILES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.LEAD)
def on_the_spot(request: OfficerRequest, number: str) -> HttpResponse:
    """The parts judged 要补正 with their controls; one press writes all of them and ends the review."""
    opened = open_case(request, number)
    back = HttpResponseRedirect(link_to("review:preliminary", number))
    if not opened.is_open or opened.review is None:
        return back
    verdicts = said_of(opened.review)
    if Outcome.ON_THE_SPOT not in outcomes_for(opened.parts, verdicts):
        tell(request, _("每一项都核对了，并且有要补正的，才能当场改"), tone="warning")
        return back
    wrong = {part for part in opened.parts if verdicts[part] is Verdict.TO_CORRECT}
    parts = spot_parts(opened.case, opened.items, wrong)
    if request.method != "POST":
        return _draw(request, opened, parts)
    try:
        _put_right(request, opened, parts)
    except Refused as refused:
        return _draw(request, opened, parts, posted=request.POST, refused=refused)
    tell(request, _("当场改好了，初审结束。各单位看到的是改后的内容"))
    return HttpResponseRedirect(link_to("review:case", number))


def _put_right(request: OfficerRequest, opened: Opened, parts: Sequence[SpotPart]) -> None:
    at = timezone.now()
    answers = {
        part.target: SpotAnswer(_typed(part, request.POST), _files(request, opened.case, part, place))
        for place, part in enumerate(parts, start=1)
    }
    correct_on_the_spot(
        case_id=opened.case.pk,
        officer=request.officer,
        answers=answers,
        confirmed_by=str(request.POST.get("confirmed_by", "")),
        at=at,
    )


def _typed(part: SpotPart, posted: Posted) -> dict[str, str | Sequence[str]]:
    found: dict[str, str | Sequence[str]] = {}
    for section in part.editor.sections:
        found |= typed_of(section, posted)
    return found


def _files(request: OfficerRequest, case: OneThingCase, part: SpotPart, place: int) -> list[tuple[StoredFile, str]]:
    """The files chosen for a paper. Raises Refused."""
    name = f"files-{place}"
    if not part.takes_files or not request.FILES.getlist(name):
        return []
    if len(request.FILES.getlist(name)) > MOST_FILES:
        raise Refused(_("一份材料最多%(n)s个文件，可以合成一个PDF再传") % {"n": MOST_FILES}, code="too_many_pages")
    return take_files(request, home_division=case.home_division, at=timezone.now(), name=name)


def _draw(
    request: OfficerRequest,
    opened: Opened,
    parts: Sequence[SpotPart],
    *,
    posted: Posted | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    told = {row.target: row for row in verdicts_of(opened.review)} if opened.review is not None else {}
    left = refused if isinstance(refused, NotPutRight) else NotPutRight({}, {})
    shown = []
    for place, part in enumerate(parts, start=1):
        row = told[part.target]
        shown.append(
            {
                "title": whose_paper(part.asked.whose, part.asked.label),
                "words": " · ".join(one for one in (REASONS[row.reason].words, row.words) if one),
                "samples": [part.asked.sample] if part.asked.sample else [],
                "fields": [_upload(part, place, left.unchanged.get(part.target, ""))]
                if part.takes_files
                else _fields(part, posted, left.faults, left.unchanged.get(part.target, "")),
            }
        )
    confirmed = {
        "name": "confirmed_by",
        "type": "name",
        "label": _("谁当面看过、确认没有错"),
        "hint": _("申请人本人，或者代办人的姓名；会告诉申请人"),
        "value": str(posted.get("confirmed_by") or "") if posted is not None else "",
        "max_length": MOST_NAME,
        "autocomplete": "off",
    }
    errors = [{"id": "", "text": refused.message}] if refused is not None else []
    errors += errors_of(field for one in shown for field in one["fields"])
    context = {
        "case": opened.case,
        "title": _("当场改：%(name)s") % {"name": opened.case.onething_name},
        "parts": shown,
        "confirmed": confirmed,
        "errors": errors,
        "files_again": posted is not None and any(part.takes_files for part in parts),
        "back_url": link_to("review:preliminary", opened.case.number),
    }
    return page(request, "review/spot.html", context, current="lead", status=422 if errors else 200)


def _fields(part: SpotPart, posted: Posted | None, faults: Mapping[str, str], unchanged: str) -> list[dict[str, Any]]:
    """The controls of a section; what is sensitive is not shown and stays as it is when nothing is typed."""
    typed = _typed(part, posted) if posted is not None else {}
    by_key = {field.key: field for field in part.editor.fields}
    found: list[dict[str, Any]] = []
    for section in part.editor.sections:
        values: dict[str, dict[str, Any]] = {}
        for field in section.fields:
            kept = "" if field.sensitive else part.now.get(field.key)
            values.setdefault(field.subject, {})[field.element] = typed.get(field.key, kept)
        for group in groups_of(section, values, {}, faults, is_own=False):
            prefix = f"{group['title']} " if section.repeats else ""
            found.extend(_control(one, by_key[one["name"]], prefix) for one in group["fields"])
    if unchanged and found and not any(one.get("error") for one in found):
        found[0]["error"] = unchanged
    return found


def _control(drawn: dict[str, Any], field: Field, prefix: str) -> dict[str, Any]:
    made = drawn | {"label": f"{prefix}{drawn['label']}"}
    if field.sensitive:
        made |= {"required": False, "hint": _("不改就空着；原来填的不显示")}
    return made


def _upload(part: SpotPart, place: int, unchanged: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": f"files-{place}",
        "type": "file",
        "label": _("改好的“%(name)s”") % {"name": whose_paper(part.asked.whose, part.asked.label)},
        "multiple": True,
        "camera": part.asked.form not in ELECTRONIC,
        "limit_text": limit_text(),
        "optional_mark": False,
        "files": [],
    }
    return field | {"error": unchanged} if unchanged else field
