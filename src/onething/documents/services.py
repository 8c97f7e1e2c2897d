"""Official documents: issued in the transaction of the act, gone out by the worker, voided with an act that is taken back.

Locking: whoever issues or voids holds the case (`lock_case`); going out takes that lock too, so an act is either taken back or out.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.rules import item_of_plan
from onething.cases.services import SYSTEM, Acting, LockedCase, lock_case, record
from onething.documents.kinds import DocumentKind
from onething.documents.models import OfficialDocument
from onething.documents.paper import draw_document
from onething.documents.querysets import OfficialDocumentQuerySet
from onething.documents.remedies import remedies_of
from onething.documents.rules import Verdict, Verification, shown_lines
from onething.documents.wording import SCHEMA, Frame, Said, compose, document_number, is_licence, lacking
from onething.files.services import store_content
from onething.kit import db, jobs
from onething.kit.errors import Refused
from onething.kit.hashing import hash_of
from onething.kit.ids import is_verification_code, tidy_number, verification_code
from onething.kit.sequences import next_of
from onething.kit.statements import Parameter, Statement
from onething.kit.workdays import legal_date
from onething.parties.models import Account, Officer, Organisation

__all__ = [
    "SEND_OUT",
    "DocumentGone",
    "SaysTooLittle",
    "documents_for",
    "documents_of_case",
    "issue_document",
    "may_open",
    "open_document",
    "send_out",
    "verify_document",
    "void_documents",
]

SEND_OUT = "documents.send_out"
SEQUENCE = "documents_number"
LISTED = ("content", "case__plan", "case__answers", "case__form_values")
OWN_DOCUMENTS = Statement(
    lambda: (
        OfficialDocument.objects.of_account(Parameter("account"))
        .filter(case_id=Parameter("case"))
        .select_related("organisation")
        .defer("content")
        .in_order()
    )
)


def _standing_in_case() -> OfficialDocumentQuerySet:
    rows = OfficialDocument.objects.standing().filter(case_id=Parameter("case"))
    return rows.select_related("organisation").defer("content").in_order()


DOCUMENTS_OF_CASE = Statement(_standing_in_case)
DOCUMENTS_OF_ITEMS = Statement(lambda: _standing_in_case().filter(item__pk__any=Parameter("items")))


class SaysTooLittle(Refused):
    """The document would not say what the law wants it to say. Facts: `gaps`, the labels of what is missing."""

    code = "says_too_little"


class DocumentGone(Refused):
    """There is no such document for this person."""

    code = "document_gone"


@db.transaction_required
def issue_document(
    locked: LockedCase,
    kind: DocumentKind,
    *,
    organisation: Organisation,
    said: Said,
    at: datetime,
    by: Acting,
    item: ItemCase | None = None,
    officer: Officer | None = None,
    seconds: int = 0,
) -> OfficialDocument:
    """Issue one document about a locked case, or one item of it, within the act's own transaction. Four statements.

    `said` gives the parts that `kinds.TYPES[kind]` names. It goes out after `seconds`: as long as the act can be taken back.
    Raises SaysTooLittle.
    """
    if gaps := lacking(kind, said):
        raise SaysTooLittle("文书还要写明：" + "、".join(gaps), gaps=gaps)
    case, on = locked.case, legal_date(at)
    number = document_number(body=organisation.short_name, kind=kind, year=on.year, sequence=next_of(SEQUENCE))
    content = compose(kind, said, _frame(case, item, organisation, number, on))
    document = OfficialDocument(
        number=number,
        kind=kind.value,
        case=case,
        item=item,
        home_division=item.home_division if item is not None else case.home_division,
        organisation=organisation,
        issued_on=on,
        issued_at=at,
        issued_by=officer,
        content=content,
        content_hash=hash_of(content),
        schema=SCHEMA,
        code=verification_code(),
        goes_out_at=at + timedelta(seconds=seconds),
    )
    document.save(force_insert=True)
    jobs.defer(SEND_OUT, arguments={"document_id": document.pk}, schedule_at=document.goes_out_at)
    _note(locked, document, "document.issued", by=by, at=at)
    return document


def _frame(case: OneThingCase, item: ItemCase | None, body: Organisation, number: str, on: date) -> Frame:
    plan_item = item_of_plan(case.plan, item.key) if item is not None else None
    return Frame(
        number=number,
        addressee=case.principal_name,
        case_number=case.number,
        what=item.name if item is not None else case.onething_name,
        issuer=body.name,
        on=on,
        item_number=item.number if item is not None else "",
        is_licence=plan_item is not None and is_licence(plan_item),
        remedies=remedies_of(plan_item) if plan_item is not None else (),
    )


def _note(locked: LockedCase, document: OfficialDocument, kind: str, *, by: Acting, at: datetime) -> None:
    item = locked.by_id.get(document.item_id or 0)
    payload = {"document": document.number, "kind": document.kind, "hash": document.content_hash}
    record(locked.case, kind, by=by, at=at, payload=payload | ({"item": item.number} if item is not None else {}))


@db.transaction_required
def void_documents(
    locked: LockedCase,
    items: Iterable[ItemCase],
    *,
    kinds: Iterable[DocumentKind],
    issued_at: datetime,
    by: Acting,
    at: datetime,
) -> bool:
    """Void what one act said about some items of a locked case. False, and nothing is voided, when one has gone out.

    `issued_at` is the moment of the act, which all its documents bear; `kinds` are those the act can give.
    """
    keys = [item.pk for item in items]
    found = list(
        OfficialDocument.objects.standing()
        .filter(item_id__in=keys, issued_at=issued_at, kind__in=list(kinds))
        .defer("content")
        .in_order()
    )
    if any(one.out_at is not None for one in found):
        return False
    for one in found:
        one.voided_at = at
        one.save(update_fields=["voided_at"])
        _note(locked, one, "document.voided", by=by, at=at)
    return True


def send_out(*, document_id: int, at: datetime) -> OfficialDocument | None:
    """Draw a document and let it go out. Safe to repeat; gives None when it was voided or its time has not come.

    Drawing is slow and needs no lock: the words are frozen. Whether it may go is asked under the case's lock.
    """
    document = OfficialDocument.objects.filter(pk=document_id).first()
    if document is None or document.voided_at is not None or document.goes_out_at > at:
        return None
    if document.out_at is not None:
        return document
    content = draw_document(document.content, code=document.code, at=document.issued_at)
    file = store_content(content, at=at, home_division=document.home_division)
    return _gone(document, file_id=file.pk, at=at)


@db.transaction
def _gone(document: OfficialDocument, *, file_id: int, at: datetime) -> OfficialDocument | None:
    locked = lock_case(document.case_id)
    if (
        not OfficialDocument.objects.standing()
        .filter(pk=document.pk, out_at__isnull=True)
        .update(out_at=at, file_id=file_id)
    ):
        return OfficialDocument.objects.out().filter(pk=document.pk).first()  # taken back, or another worker was faster
    document.out_at, document.file_id = at, file_id
    _note(locked, document, "document.sent_out", by=SYSTEM, at=at)
    return document


def documents_for(account: Account, case: OneThingCase) -> list[OfficialDocument]:
    """The documents of a case that have gone out, if this account handed it in (I10). One query."""
    return OWN_DOCUMENTS(account=account.pk, case=case.pk)


def documents_of_case(case: OneThingCase, *, items: Iterable[ItemCase] | None = None) -> list[OfficialDocument]:
    """The standing documents of a case, or of some of its items, without their words. One query.

    The caller has asked who may see the case; what is in a document is for `open_document` to give.
    """
    if items is None:
        found = DOCUMENTS_OF_CASE(case=case.pk)
    else:
        found = DOCUMENTS_OF_ITEMS(case=case.pk, items=[item.pk for item in items])
    for one in found:
        one.case = case
    return found


def may_open(document: OfficialDocument, officer: Officer) -> bool:
    """`readable_by` for one that is loaded with its case."""
    body = officer.organisation_id
    return document.organisation_id == body or (document.item_id is None and document.case.lead_organisation_id == body)


@db.transaction
def open_document(
    *,
    document_id: int,
    at: datetime,
    account: Account | None = None,
    officer: Officer | None = None,
    channel: str = "web",
) -> OfficialDocument:
    """A document that has gone out, for its applicant, the body that issued it, or the lead where it is about the whole.

    The applicant's first look delivers it. Raises DocumentGone.
    """
    rows = OfficialDocument.objects.out().select_related("file", "case").defer(*LISTED)
    if account is not None:
        document = rows.visible_to(account).filter(pk=document_id).first()
    else:
        document = rows.readable_by(officer).filter(pk=document_id).first() if officer is not None else None
    if document is None:
        raise DocumentGone("没有找到这份文书，请到“我的申请”里看")
    if account is not None and document.delivered_at is None:
        _deliver(document, Acting.of_account(account, channel=channel), at=at)
    return document


@db.transaction_required
def _deliver(document: OfficialDocument, by: Acting, *, at: datetime) -> None:
    locked = lock_case(document.case_id)
    if not OfficialDocument.objects.filter(pk=document.pk, delivered_at__isnull=True).update(delivered_at=at):
        return  # a second press was faster
    document.delivered_at = at
    _note(locked, document, "document.delivered", by=by, at=at)


def verify_document(code: str) -> Verification:
    """What a verification code says of an official document: valid, or not found, with at most six masked things. One query."""
    text = tidy_number(code)
    if not is_verification_code(text):
        return Verification(Verdict.NOT_FOUND)
    known = OfficialDocument.objects.out().filter(code=text)
    row = known.values_list("number", "content", "issued_on", "case__principal").first()
    if row is None:
        return Verification(Verdict.NOT_FOUND)
    number, content, issued_on, firm = row
    lines = shown_lines(
        name=content["title"], number=number, holder=content["addressee"], is_firm=bool(firm),
        issuer=content["issuer"], issued_on=issued_on, valid_until=None,
    )  # fmt: skip
    return Verification(Verdict.VALID, tuple((label, value) for label, value in lines))
