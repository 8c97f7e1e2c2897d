"""收件回执: what was handed in, when, and who works on it, as a numbered document that anyone can check (R2.6.a/3).

The page of the receipt says the same at once; the document follows by the outbox, so that submitting stays one short
transaction and nothing of it is lost when somebody is killed in between.
"""

from datetime import datetime
from typing import Final

from onething.cases.clock import day_words
from onething.cases.models import MaterialInstance, OneThingCase
from onething.cases.services import SYSTEM, LockedCase, lock_case
from onething.documents.kinds import DocumentKind
from onething.documents.models import OfficialDocument
from onething.documents.services import issue_document
from onething.documents.wording import INQUIRY, listed_papers
from onething.kit import db
from onething.kit.workdays import LEGAL_ZONE, legal_date

__all__ = ["issue_receipt"]

ONLINE: Final = "网上提交，系统自动接收"
AT_A_WINDOW: Final = "综合窗口"
NOTHING: Final = "这次没有交材料"
NOBODY_YET: Final = "正在确认由哪个单位办"


@db.transaction
def issue_receipt(*, case_number: str, at: datetime) -> OfficialDocument | None:
    """Issue the receipt of a case in the name of the body that leads it, or of the first that has an item. Safe to repeat.

    None when it has one, when no body is known, or when the case has ended meanwhile.
    """
    locked = lock_case(OneThingCase.objects.values_list("pk", flat=True).get(number=case_number))
    bodies = (item.organisation for item in locked.items)
    body = locked.case.lead_organisation or next((one for one in bodies if one is not None), None)
    if body is None or locked.case.closed_at is not None:
        return None
    if OfficialDocument.objects.filter(case=locked.case, kind=DocumentKind.RECEIPT).exists():
        return None
    case = locked.case
    papers = MaterialInstance.objects.filter(case=case, file__isnull=False, followed_at__isnull=True).in_order()
    said = {
        "materials": listed_papers(papers.values_list("name", "file_id")) or NOTHING,
        "received_on": _received(case),
        "received_by": ONLINE if case.channel == "web" else AT_A_WINDOW,
        "items": _items(locked),
        "inquiry": INQUIRY,
    }
    return issue_document(locked, DocumentKind.RECEIPT, organisation=body, said=said, at=at, by=SYSTEM)


def _received(case: OneThingCase) -> str:
    """The moment, and the day from which time is counted where it came in after hours."""
    moment = case.submitted_at.astimezone(LEGAL_ZONE)
    told = f"{day_words(legal_date(case.submitted_at))}{moment:%H:%M}"
    return (
        told
        if case.received_on == legal_date(case.submitted_at)
        else f"{told}，按{day_words(case.received_on)}收到计算"
    )


def _items(locked: LockedCase) -> list[str]:
    return [
        "，".join(
            part
            for part in (
                item.name,
                item.organisation.name if item.organisation is not None else NOBODY_YET,
                f"{day_words(item.planned_due)}前办好" if item.planned_due is not None else "",
            )
            if part
        )
        for item in locked.items
    ]
