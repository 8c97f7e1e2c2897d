"""Results: issued once per granted item, handed to the applicant, answered for to anyone with the code (R2.9).

The document is drawn before the transaction and thrown away should the decision have been taken back meanwhile; with the
row in place nothing can be taken back any more. Issuing twice gives the documents that are there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.rules import item_of_plan
from onething.cases.services import SYSTEM, Acting, lock_case, move_item, record, settle_bundle
from onething.cases.states import ItemState
from onething.delivery.models import ResultDocument
from onething.delivery.paper import ResultPaper, draw_result
from onething.delivery.rules import result_key, result_lines, results_of
from onething.documents.rules import Verdict, Verification, judge, shown_lines
from onething.documents.services import verify_document
from onething.files.models import StoredFile
from onething.files.services import store_content
from onething.kit import db, jobs
from onething.kit.errors import Refused
from onething.kit.hashing import sha256_hex
from onething.kit.ids import is_verification_code, tidy_number, verification_code
from onething.kit.statements import Parameter, Statement
from onething.kit.workdays import legal_date
from onething.parties.models import Account, Officer

__all__ = [
    "ISSUE_ONE",
    "NotGranted",
    "OwnDocument",
    "ResultGone",
    "hand_over",
    "issue_later",
    "issue_result",
    "open_result",
    "results_for",
    "revoke_result",
    "verify",
]

ISSUE_ONE = "delivery.issue_one"
OWN_RESULTS = Statement(
    lambda: ResultDocument.objects.of_account(Parameter("account")).filter(item__case_id=Parameter("case")).in_order()
)


class NotGranted(Refused):
    """The item is not granted (any more): there is nothing to issue."""

    code = "not_granted"


class ResultGone(Refused):
    """There is no such result for this person."""

    code = "result_gone"


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """A result that the body's own system made and signed: stored as it came, in place of one drawn here.

    `number` is the body's own, told to whoever asks the verification code; "" leaves the platform's.
    """

    file: StoredFile
    content_hash: str
    number: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One document, drawn and stored, without a row yet."""

    key: str
    name: str
    number: str
    code: str
    file: StoredFile
    content_hash: str
    shown: list[list[str]]
    valid_until: date | None
    produced: Mapping[str, Any]


@db.transaction_required
def issue_later(*, item_id: int, at: datetime, seconds: int) -> None:
    """Issue an item's documents after a while, if and only if the open transaction commits.

    The job names the moment of the decision: one taken back and made anew has its own minute.
    """
    due = at + timedelta(seconds=seconds)
    jobs.defer(ISSUE_ONE, arguments={"item_id": item_id, "decided_at": at.isoformat()}, schedule_at=due)


def issue_result(
    *, item_id: int, at: datetime, own: Mapping[str, OwnDocument] | None = None, by: Acting = SYSTEM
) -> list[ResultDocument]:
    """Issue the documents of a granted item. Safe to repeat. Raises NotGranted.

    `own` are documents by the keys of the item's results that its body made itself; what is not among them is drawn. Whoever
    calls it before the minute is over ends the time for taking the decision back.
    """
    # The item before its documents: whoever issues them meanwhile leaves an item that was still granted, or documents that are found.
    item = ItemCase.objects.select_related("case", "organisation").get(pk=item_id)
    known = list(ResultDocument.objects.filter(item_id=item_id).order_by("pk"))
    if known:
        return known
    if item.item_state is not ItemState.GRANTED or item.organisation is None:
        raise NotGranted(f"“{item.name}”{item.get_state_display()}，没有结果可发", item=item.number)
    drawn = [
        _draw(item, result, place, at, own or {}) for place, result in enumerate(results_of(_plan_item(item)), start=1)
    ]
    return _write(item_id, item.decided_at, drawn, by=by, at=at)


@db.transaction
def _write(
    item_id: int, decided_at: datetime | None, drawn: Sequence[_Drawn], *, by: Acting, at: datetime
) -> list[ResultDocument]:
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = locked.by_id[item_id]
    known = list(ResultDocument.objects.filter(item=item).order_by("pk"))
    if known:
        return known
    if item.item_state is not ItemState.GRANTED or item.decided_at != decided_at or item.organisation is None:
        raise NotGranted(f"“{item.name}”的决定刚才撤回了，没有结果可发", item=item.number)
    rows = ResultDocument.objects.bulk_create(
        [
            ResultDocument(
                item=item,
                home_division=item.home_division,
                organisation=item.organisation,
                key=one.key,
                name=one.name,
                number=one.number,
                code=one.code,
                file=one.file,
                content_hash=one.content_hash,
                produced=one.produced,
                shown=one.shown,
                valid_until=one.valid_until,
                issued_at=at,
            )
            for one in drawn
        ]
    )
    documents = [{"number": one.number, "hash": one.content_hash} for one in drawn]
    move_item(locked, item, ItemState.RESULT_READY, by=by, at=at, payload={"documents": documents})
    settle_bundle(locked, at=at)
    return rows


def _draw(
    item: ItemCase, result: Mapping[str, Any], place: int, at: datetime, own: Mapping[str, OwnDocument]
) -> _Drawn:
    today, issuer = legal_date(at), item.organisation
    name = str(result["name"])
    number, code = f"{item.number}-R{place}", verification_code()
    holder = item.case.principal_name
    issued_by = issuer.name if issuer is not None else ""
    key = result_key(result, place)
    made = own.get(key) or _paper(item, name, number, code, issued_by, at)
    return _Drawn(
        key=key,
        name=name,
        number=number,
        code=code,
        file=made.file,
        content_hash=made.content_hash,
        shown=shown_lines(
            name=name,
            number=made.number or number,
            holder=holder,
            is_firm=bool(item.case.principal),
            issuer=issued_by,
            issued_on=today,
            valid_until=made.valid_until,
        ),
        valid_until=made.valid_until,
        produced=item.opinion.get("produced", {}),
    )


def _paper(item: ItemCase, name: str, number: str, code: str, issued_by: str, at: datetime) -> OwnDocument:
    """The document drawn here and stored."""
    paper = ResultPaper(
        title=name,
        number=number,
        code=code,
        issuer=issued_by,
        lines=result_lines(
            case={"applicant": item.case.principal_name, "number": item.case.number},
            item=_plan_item(item),
            opinion=str(item.opinion.get("opinion", "")),
            basis=str(item.decision.get("basis", "")),
            produced=_produced_lines(item, item.opinion.get("produced", {})),
        ),
    )
    content = draw_result(paper, at=at)
    return OwnDocument(store_content(content, at=at, home_division=item.home_division), sha256_hex(content))


def _plan_item(item: ItemCase) -> Mapping[str, Any]:
    return item_of_plan(item.case.plan, item.key)


def _produced_lines(item: ItemCase, produced: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """What the decision brought forth, in the words of the form."""
    labels = {
        (row["subject"], row["element"]): str(row["label"])
        for row in item.case.plan.get("supplied", ())
        if row.get("source", {}).get("kind") == "produced"
    }
    return [
        [labels.get((subject, element), element), str(value)]
        for subject, elements in produced.items()
        for element, value in elements.items()
    ]


def results_for(account: Account, case: OneThingCase) -> dict[int, list[ResultDocument]]:
    """The results of a case by item, if this account handed it in (I10). One query."""
    found: dict[int, list[ResultDocument]] = {}
    for row in OWN_RESULTS(account=account.pk, case=case.pk):
        found.setdefault(row.item_id, []).append(row)
    return found


@db.transaction
def open_result(
    *,
    document_id: int,
    at: datetime,
    account: Account | None = None,
    officer: Officer | None = None,
    channel: str = "web",
) -> ResultDocument:
    """A result for its applicant or the body that issued it. Raises ResultGone.

    The applicant's first look delivers it; when all of an item's documents were looked at, the item is delivered.
    """
    rows = ResultDocument.objects.select_related("file", "item")
    if account is not None:
        document = rows.visible_to(account).filter(pk=document_id).first()
    else:
        document = rows.issued_by(officer).filter(pk=document_id).first() if officer is not None else None
    if document is None:
        raise ResultGone("没有找到这份结果，请到“我的申请”里看")
    if account is None or document.delivered_at is not None:
        return document
    _deliver(document, Acting.of_account(account, channel=channel), at=at)
    return document


@db.transaction
def hand_over(*, document_id: int, officer: Officer, at: datetime, channel: str = "counter") -> ResultDocument:
    """The paper went to the applicant over the counter of the body that issued it. Safe to repeat. Raises ResultGone, Refused."""
    document = (
        ResultDocument.objects.issued_by(officer).select_related("file", "item__case").filter(pk=document_id).first()
    )
    if document is None or not officer.is_active:
        raise ResultGone("没有找到这份结果")
    if document.revoked_at is not None:
        raise Refused(f"“{document.name}”已经撤销，不能再交给申请人", code="revoked", document=document.number)
    if document.delivered_at is None:
        _deliver(document, Acting.of_officer(officer, channel=channel), at=at)
    return document


@db.transaction_required
def _deliver(document: ResultDocument, by: Acting, *, at: datetime) -> None:
    """Write the delivery down; when all of an item's documents are delivered, the item is."""
    locked = lock_case(document.item.case_id)
    item = locked.by_id[document.item_id]
    if not ResultDocument.objects.filter(pk=document.pk, delivered_at__isnull=True).update(delivered_at=at):
        return  # a second press was faster
    document.delivered_at = at
    record(locked.case, "result.delivered", by=by, at=at, payload={"document": document.number})
    left = ResultDocument.objects.filter(item=item, delivered_at__isnull=True).exists()
    if not left and item.item_state is ItemState.RESULT_READY:
        move_item(locked, item, ItemState.DELIVERED, by=by, at=at)
        settle_bundle(locked, at=at)


@db.transaction
def revoke_result(*, document_id: int, officer: Officer, reason: str, at: datetime) -> ResultDocument:
    """Revoke a result of the officer's own body, with a reason. Its code answers 已撤销 from now on. Raises ResultGone, Refused."""
    if not reason.strip():
        raise Refused("撤销要写明理由", code="incomplete")
    document = ResultDocument.objects.issued_by(officer).select_related("item__case").filter(pk=document_id).first()
    if document is None or not officer.is_active:
        raise ResultGone("没有找到这份结果")
    locked = lock_case(document.item.case_id)
    document.refresh_from_db()
    if document.revoked_at is None:
        document.revoked_at, document.revoked_reason = at, reason.strip()
        document.save(update_fields=["revoked_at", "revoked_reason"])
        record(
            locked.case, "result.revoked", by=Acting.of_officer(officer), at=at, payload={"document": document.number}
        )
    return document


def verify(code: str, *, on: date) -> Verification:
    """What a verification code says: 有效, 已失效, 已撤销, 查不到, with at most six masked things. No sign-in.

    A result or an official document: one query, two for the latter.
    """
    text = tidy_number(code)
    if not is_verification_code(text):
        return Verification(Verdict.NOT_FOUND)
    row = ResultDocument.objects.filter(code=text).values_list("revoked_at", "valid_until", "shown").first()
    if row is None:
        return verify_document(text)
    revoked_at, valid_until, shown = row
    verdict = judge(revoked=revoked_at is not None, valid_until=valid_until, today=on)
    return Verification(verdict, tuple((label, value) for label, value in shown))
