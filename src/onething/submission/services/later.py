"""Handing in after the submission what might follow (容缺受理): into the case, for every item that asks it (R2.5.c)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.cases.services import Acting, lock_case, record
from onething.files.models import StoredFile
from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.statements import Parameter, Statement
from onething.materials.rules import HAND_IN, PROMISE, Requirement, Slot, checklist_in, is_paper_for, requirements
from onething.oneform.rules import party_subjects
from onething.parties.models import Account
from onething.submission.services.materials import MOST_FILES, NAME_LENGTH, NotAsked, TooManyPages

__all__ = ["FollowingPaper", "NoLongerNeeded", "following_papers", "hand_in_later"]


HANDED_IN = Statement(
    lambda: (
        MaterialInstance.objects.filter(case_id=Parameter("case"), obtained__in=[HAND_IN, PROMISE])
        .current()
        .select_related("file")
        .order_by("page")
    )
)
SAID = Statement(lambda: OneThingCase.objects.filter(pk=Parameter("case")).only("plan", "form_values"))


class NoLongerNeeded(Refused):
    """Every item that asked the paper has ended."""

    code = "no_longer_needed"


@dataclass(frozen=True, slots=True)
class FollowingPaper:
    """A paper that was not there at the submission and may follow: what it is, what has come of it since, who still needs it."""

    paper: Requirement
    pages: tuple[MaterialInstance, ...]
    askers: tuple[ItemCase, ...]
    settled: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it can still be handed in: somebody who asks it has not decided yet, and no other paper stands for it."""
        return any(item.is_open for item in self.askers) and not self.settled

    @property
    def is_lacking(self) -> bool:
        """Whether it is still waited for."""
        return self.is_open and not self.pages


def following_papers(case: OneThingCase, items: Sequence[ItemCase]) -> list[FollowingPaper]:
    """The papers of an own case that may follow or have followed, in the order of the plan. One query, two where there are any."""
    rows = HANDED_IN(case=case.pk)
    wanted = {(row.key, row.subject) for row in rows if _may_follow(row)}
    if not wanted:
        return []
    (said,) = SAID(case=case.pk)
    subjects = party_subjects(said.plan, said.form_values)
    pages: dict[Slot, list[MaterialInstance]] = {}
    for row in rows:
        if row.file_id is not None:
            pages.setdefault((row.key, row.subject), []).append(row)
    papers = requirements(said.plan, subjects)
    promised = {row.key for row in rows if row.obtained == PROMISE}
    lacking = {one.slot for one in checklist_in(papers, handed_in=pages, promised=promised).later}
    return [
        FollowingPaper(
            one,
            tuple(pages.get(one.slot, ())),
            tuple(_askers(items, one.items, one.subject, subjects)),
            settled=one.slot not in pages and one.slot not in lacking,
        )
        for one in papers
        if one.slot in wanted
    ]


@db.transaction
def hand_in_later(
    *, case_id: int, account: Account, key: str, subject: str, file: StoredFile, file_name: str, at: datetime
) -> MaterialInstance:
    """Hand in one file for a paper of the own case that may follow. Raises Refused, NotAsked, NoLongerNeeded, TooManyPages.

    The case's lock keeps two at once from taking the same place, and a decision from being made meanwhile. The same content
    twice is one file, whatever has been decided since. `file` is what `files.store_upload` gave for this very upload.
    """
    locked = lock_case(case_id)
    case = locked.case
    if case.account_id != account.pk:
        raise Refused("这不是您的申请", code="not_yours")
    rows = list(MaterialInstance.objects.filter(case=case, key=key, subject=subject).current().order_by("page"))
    if not any(_may_follow(row) for row in rows):
        raise NotAsked("这份材料不用补交", key=key)
    if (same := next((row for row in rows if row.file_id == file.pk), None)) is not None:
        return same
    askers = _askers(locked.items, rows[0].items, subject, party_subjects(case.plan, case.form_values))
    if not any(item.is_open for item in askers):
        names = "、".join(item.name for item in askers)
        raise NoLongerNeeded(
            f"“{names}”已经办结或者撤回，这份材料不用再交了。有疑问，拨打12345，报编号{case.number}", key=key
        )
    if len(rows) >= MOST_FILES:
        raise TooManyPages(f"一份材料最多{MOST_FILES}个文件，可以合成一个PDF再传", most=MOST_FILES)
    row = rows[-1]
    if row.file_id is not None:
        row = MaterialInstance(
            case=case,
            key=key,
            subject=subject,
            name=row.name,
            obtained=HAND_IN,
            page=row.page + 1,
            items=row.items,
            home_division=case.home_division,
        )
    row.file, row.file_name, row.followed_at = file, file_name[-NAME_LENGTH:], at
    row.save()
    payload = {"material": row.pk, "page": row.page, "file": file.pk}
    record(case, "material.followed", by=Acting.of_account(account), at=at, payload=payload)
    return row


def _may_follow(row: MaterialInstance) -> bool:
    """A place kept empty at the submission, or what was put there since."""
    return row.obtained == HAND_IN and (row.file_id is None or row.followed_at is not None)


def _askers(
    items: Sequence[ItemCase], keys: Sequence[str], subject: str, subjects: Mapping[str, Sequence[str]]
) -> list[ItemCase]:
    return [item for item in items if item.key in keys and is_paper_for(item.instance, subject, subjects)]
