"""The one submission (R2.6.a): check everything, freeze it, dispatch it, in one transaction that may be repeated (I6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db import IntegrityError, connection

from onething.cases.calendar import working_calendar
from onething.cases.models import OneThingCase
from onething.catalogue.published import edition_document
from onething.dispatch.rules import responsible_divisions
from onething.dispatch.services import assign_items
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.sequences import new_case_number
from onething.kit.workdays import legal_date
from onething.materials.rules import checklist_in
from onething.oneform.rules import missing_in
from onething.parties.models import Account
from onething.submission.access import DraftGone, NotOffered, Owner, locked_draft
from onething.submission.assemble import Files, NewCase, assemble_case
from onething.submission.models import Draft, DraftSection
from onething.submission.planning import Planned, plan_for
from onething.submission.services.renewal import offer_now
from onething.submission.write import write_case

__all__ = ["Incomplete", "Missing", "Submitted", "gaps_of", "submit"]

SectionValues = dict[str, dict[str, dict[str, Any]]]
Faults = dict[str, dict[str, Any]]

# Sections come with page 0, files with theirs.
HELD = """
    SELECT 0, key, data, faulty, NULL, NULL, NULL FROM submission_draftsection WHERE draft_id = %s
    UNION ALL
    SELECT page, key, NULL, NULL, subject, file_id, file_name FROM submission_draftmaterial WHERE draft_id = %s
"""


@dataclass(frozen=True, slots=True)
class Missing:
    """One gap, and where it is put right: gate, place, questions, items, form, materials, declaration."""

    where: str
    key: str
    message: str
    section: str = ""


class Incomplete(Refused):
    """Not everything is there. Facts: `gaps`, every gap at once as `Missing`."""

    code = "incomplete"


@dataclass(frozen=True, slots=True)
class Submitted:
    """The case of a draft. `repeated`: it was there already, this call changed nothing."""

    case_id: int
    number: str
    repeated: bool


def submit(
    *,
    draft_id: int,
    owner: Owner,
    idempotency_key: str,
    declaration: bool,
    at: datetime,
    channel: str = "web",
    accepting_division: str = "",
) -> Submitted:
    """Hand in a draft: one case, its items dispatched, in one transaction. Raises Incomplete, DraftGone,
    NotOffered.

    Safe to repeat: the draft's row lock makes two at once one after the other, and the second finds the case; should the same
    key come with another draft, the database's constraint refuses, and the case of that key is given.
    """
    account = owner.account
    if account is None:
        raise Refused("先登录，再提交申请", code="sign_in")
    try:
        with db.open_transaction("submit"):
            act = _Act(account, idempotency_key, channel, accepting_division, at, declaration)
            return _submit(draft_id, owner, act)
    except IntegrityError:
        case = (
            OneThingCase.objects.filter(account=account, idempotency_key=idempotency_key).values("pk", "number").first()
        )
        if case is None:
            raise
        return Submitted(case["pk"], case["number"], repeated=True)


@dataclass(frozen=True)
class _Act:
    """The circumstances of one submit."""

    account: Account
    key: str
    channel: str
    accepting_division: str
    at: datetime
    declared: bool


def _submit(draft_id: int, owner: Owner, act: _Act) -> Submitted:
    # This lock is what makes one case of two taps.
    draft = locked_draft(draft_id, owner)
    if draft is None:
        raise DraftGone("没有找到这份草稿。可能已经提交、删除，或者超过了90天，请到“我的”里看")
    if draft.case_id is not None:
        number = OneThingCase.objects.values_list("number", flat=True).get(pk=draft.case_id)
        return Submitted(draft.case_id, number, repeated=True)
    if draft.expires_at <= act.at:
        raise DraftGone("这份草稿超过90天，已经删除了")
    if offer_now(draft, at=act.at).is_retired:
        raise NotOffered("这个套餐已经停办，不能再提交；里面要办的事可以单独办", onething=draft.onething)
    received_on = working_calendar().receipt_day(act.at)
    planned = plan_for(draft.edition, place=draft.place, answers=draft.answers, chosen=draft.chosen, on=received_on)
    values, faulty, files = _held(draft)
    if gaps := _gaps(draft, planned, values, faulty, files, declared=act.declared):
        raise Incomplete(f"还有{len(gaps)}处没有填好，补好就能提交", gaps=tuple(gaps))
    new = _assembled(draft, act, planned, values, files, received_on)
    case_id = write_case(new, draft_id=draft.pk, at=act.at)
    return Submitted(case_id, new.number, repeated=False)


def gaps_of(draft: Draft, *, at: datetime) -> list[Missing]:
    """Everything that still keeps a draft from being handed in, but for the declaration. One query."""
    planned = plan_for(draft.edition, place=draft.place, answers=draft.answers, chosen=draft.chosen, on=legal_date(at))
    values, faulty, files = _held(draft)
    return _gaps(draft, planned, values, faulty, files, declared=True)


def _gaps(
    draft: Draft,
    planned: Planned,
    values: Mapping[str, Mapping[str, Mapping[str, Any]]],
    faulty: Mapping[str, Mapping[str, str]],
    files: Files,
    *,
    declared: bool,
) -> list[Missing]:
    plan, (form, papers) = planned.plan, planned.drawn(values)
    gaps = [Missing("gate", one["key"], one["message"]) for one in plan["gate"]["refusals"]]
    if not draft.place:
        gaps.append(Missing("place", "", "选择在哪里办"))
    gaps += [
        Missing("questions", one["key"], f"回答：{one['question']}")
        for one in plan["questions"]
        if one["status"] == "open"
    ]
    if not plan["items"]:
        gaps.append(Missing("items", "", "至少选一件要办的事"))
    gaps += [Missing("form", gap.key, gap.message, gap.section) for gap in missing_in(form, values)]
    listed = {gap.key for gap in gaps if gap.where == "form"}
    gaps += [
        Missing("form", key, fault["message"], section)
        for section, faults in faulty.items()
        for key, fault in _asked_faults(plan, section, faults)
        if key not in listed
    ]
    lacking = checklist_in(papers, handed_in=set(files), promised=draft.commitments).missing
    gaps += [Missing("materials", lack.slots[0][0], lack.message) for lack in lacking]
    if not declared:
        gaps.append(Missing("declaration", "", "阅读并勾选声明"))
    return gaps


def _asked_faults(
    plan: Mapping[str, Any], section: str, faults: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, str]]]:
    """Faulty texts of fields this situation still asks; those of items left out keep nobody."""
    asked = {row["element"] for row in plan["form"] if row["party"] == section}
    return [(key, fault) for key, fault in faults.items() if key.rpartition(".")[2] in asked]


def _held(draft: Draft) -> tuple[SectionValues, Faults, Files]:
    """Values and faulty texts by section, files by material in the order of their pages. One query, not built by the models:
    reading two tables through them took longer than checking what they hold."""
    values: SectionValues = {}
    faulty: Faults = {}
    files: Files = {}
    with connection.cursor() as cursor:
        cursor.execute(HELD, [draft.pk, draft.pk])
        rows = cursor.fetchall()
    for page, key, data, faults, subject, file_id, name in sorted(rows, key=itemgetter(0)):
        if page:
            files.setdefault((key, subject), []).append((file_id, name))
            continue
        values[key] = _opened("data", data)
        if found := _opened("faulty", faults):
            faulty[key] = found
    return values, faulty, files


def _opened(column: str, stored: Any) -> Any:  # noqa: ANN401  # any JSON
    """A column of a section through its seam, as a model would read it."""
    field: Any = DraftSection._meta.get_field(column)  # noqa: SLF001  # Django's documented Meta API
    return field.from_db_value(stored, None, connection)


def _assembled(
    draft: Draft,
    act: _Act,
    planned: Planned,
    values: Mapping[str, Mapping[str, Mapping[str, Any]]],
    files: Files,
    received_on: date,
) -> NewCase:
    lead = edition_document(draft.edition.edition_hash).get("lead")
    elsewhere = responsible_divisions(planned.plan, values)
    assignment = assign_items(
        planned.plan,
        division=draft.place,
        on=received_on,
        lead_function=(lead or {}).get("key") or "",
        elsewhere=elsewhere,
    )
    return assemble_case(
        draft,
        act.account,
        planned=planned,
        values=values,
        files=files,
        assignment=assignment,
        elsewhere=elsewhere,
        number=new_case_number(draft.place, legal_date(act.at)),
        idempotency_key=act.key,
        channel=act.channel,
        accepting_division=act.accepting_division or draft.place,
        received_on=received_on,
        at=act.at,
    )
