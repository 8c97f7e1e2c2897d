"""What a department does in a round: say what is to be corrected, take it back, say that this is all (R2.7.a/1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from onething.cases.models import ItemCase
from onething.cases.services import Acting, LockedCase, lock_case, record
from onething.cases.states import ItemState
from onething.dispatch.access import Forbidden, hold
from onething.feedback.areas import Area, Box
from onething.feedback.board import Board, changed_of, demands_for, window_for
from onething.feedback.errors import BeyondNotice, NeedsApproval, NotNow, UnknownReason, WrongPlace
from onething.feedback.models import CorrectionRound, Finding, RoundItem
from onething.feedback.reasons import OTHER, REASONS
from onething.feedback.rules import Target, TargetKind, Window, needs_approval
from onething.feedback.services.tend import count_findings, tend
from onething.feedback.states import FindingState, RoundState
from onething.feedback.wording import asked_targets
from onething.kit import db
from onething.kit.workdays import legal_date
from onething.oneform.rules import party_subjects
from onething.parties.models import Officer

__all__ = [
    "Mark",
    "NewFinding",
    "approve_finding",
    "decline_finding",
    "enter_finding",
    "enter_findings",
    "finish_findings",
    "may_head",
    "note_finding",
    "withdraw_finding",
]

LONGEST = 1000
MOST_AREAS = 10
WHY = {
    "late": "提问题的时间已经过了",
    "unchanged": "这一处在上一轮补正后没有变过，上一轮就该提出",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a page: of which file of the paper (a row of the case's materials), and which page of it, from 1."""

    material: int
    box: Box
    page: int = 1


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What a department says: about what, why, in its words, what it must be; the reason for an exception; a place on a page."""

    target: Target
    reason: str
    words: str = ""
    required: str = ""
    exception_reason: str = ""
    mark: Mark | None = None


@db.transaction
def enter_finding(*, item_id: int, officer: Officer, finding: NewFinding, at: datetime) -> Finding:
    """Say that something of an item is to be corrected. The same body says the same thing of the same target once.

    Raises Forbidden, TaskTaken, NotNow, BeyondNotice, UnknownReason, and NeedsApproval for what could have been seen before
    and comes without a reason; with one it is kept, told to nobody, until a head of the body has approved it.
    """
    locked, item = _hold(item_id, officer, at)
    return note_finding(locked, item, finding, by=officer, at=at)


@db.transaction
def enter_findings(
    *, item_id: int, officer: Officer, findings: Sequence[NewFinding], finished: bool, at: datetime
) -> list[Finding]:
    """Say several things at once, all or none, and with `finished` that these are all. Raises as enter_finding and finish_findings."""
    locked, item = _hold(item_id, officer, at)
    rows = [note_finding(locked, item, one, by=officer, at=at) for one in findings]
    if finished:
        _finish(locked, item, officer, at=at)
    return rows


@db.transaction_required
def note_finding(locked: LockedCase, item: ItemCase, finding: NewFinding, *, by: Officer, at: datetime) -> Finding:
    """Write one finding of an item of a locked case, for its body; `by` is whoever found it. Raises as enter_finding."""
    window = _window(item, at)
    _check_reason(finding)
    demands = demands_for(item)
    if finding.target not in demands.targets:
        raise BeyondNotice(
            f"“{item.name}”的告知单没有要求这一项，不能让申请人补正。确实该要的，请联系牵头部门修改目录；改好并发布后，新的申请才能要求",
            item=item.number,
            target=finding.target.code,
        )
    area = _area(item, finding)
    board = Board(locked)
    if known := _said_before(board, item, finding):
        _say_more(locked, known, finding, area, by=by, at=at)
        return known
    returned, changed = changed_of(item)
    why = needs_approval(finding.target, demands, returned=returned, changed=changed, window=window, at=at)
    if why and not finding.exception_reason.strip():
        raise NeedsApproval(
            f"{WHY[why]}。确有必要的，写明原因，由本单位负责人批准；原因会告诉申请人，并计入本单位",
            why=why,
            item=item.number,
        )
    row = _write(board, item, finding, area, why, window, by=by, at=at)
    if not why:
        count_findings(item)
    kind = "item.finding_proposed" if why else "item.finding_entered"
    _record(locked, kind, row, by=by, at=at)
    tend(locked, at=at)
    return row


def _window(item: ItemCase, at: datetime) -> Window:
    """The open window of the item. Raises NotNow."""
    window = window_for(item)
    if item.item_state is not ItemState.RECEIVED or window is None:
        raise NotNow(f"“{item.name}”{item.get_state_display()}，不能再提要补正的问题", item=item.number)
    if window.is_silent(legal_date(at)):
        raise NotNow(f"“{item.name}”到{window.last_on}没有告知补正，已经视为受理", item=item.number)
    return window


def _check_reason(finding: NewFinding) -> None:
    reason = REASONS.get(finding.reason)
    if reason is None or finding.target.kind not in reason.kinds:
        raise UnknownReason("从列表里选一个原因")
    if finding.reason == OTHER and not finding.words.strip():
        raise UnknownReason("选“其他问题”要写明是什么问题")
    if max(map(len, (finding.words, finding.required, finding.exception_reason))) > LONGEST:
        raise UnknownReason(f"最多写{LONGEST}字")


def _said_before(board: Board, item: ItemCase, finding: NewFinding) -> Finding | None:
    """The same finding, if the body has said it already: a second press of the button."""
    return next(
        (
            one
            for one in board.findings
            if one.item_id == item.pk and one.target == finding.target and one.reason == finding.reason
        ),
        None,
    )


def _area(item: ItemCase, finding: NewFinding) -> Area | None:
    """The marked place among the pages there are now. One query where one is marked. Raises WrongPlace."""
    mark = finding.mark
    if mark is None:
        return None
    rows = item.case.materials.filter(key=finding.target.key, subject=finding.target.subject, file__isnull=False)
    files = {
        row.pk: (place, row) for place, row in enumerate(rows.current().select_related("file").order_by("page"), 1)
    }
    if finding.target.kind is not TargetKind.MATERIAL or mark.material not in files:
        raise WrongPlace("标出的位置不在选的这份材料上，重新选一下")
    place, row = files[mark.material]
    pages = row.file.page_count if row.file is not None else 1
    if not 1 <= mark.page <= pages:
        raise WrongPlace(f"这个文件只有{pages}页")
    return Area(mark.material, place, len(files), mark.page, pages, mark.box)


def _say_more(
    locked: LockedCase, known: Finding, finding: NewFinding, area: Area | None, *, by: Officer, at: datetime
) -> None:
    """The same reason at another place of the same paper is one finding with two places; a second press changes nothing."""
    if area is None or area in known.marked:
        return
    if len(known.areas) >= MOST_AREAS:
        raise WrongPlace(f"同一个问题最多标{MOST_AREAS}处")
    known.areas = [*known.areas, area.as_json()]
    if finding.words.strip() not in known.words:
        known.words = f"{known.words}；{finding.words.strip()}"[:LONGEST] if known.words else finding.words.strip()
    known.save(update_fields=["areas", "words"])
    _record(locked, "item.finding_entered", known, by=by, at=at)


def _write(
    board: Board,
    item: ItemCase,
    finding: NewFinding,
    area: Area | None,
    why: str,
    window: Window,
    *,
    by: Officer,
    at: datetime,
) -> Finding:
    case = board.case
    asked = asked_targets(case.plan, party_subjects(case.plan, case.form_values)).get(finding.target)
    return Finding.objects.create(
        case=case,
        item=item,
        round=None if why else _gathering(board, window, at=at),
        organisation=by.organisation if item.organisation is None else item.organisation,
        officer=by,
        kind=finding.target.kind,
        key=finding.target.key,
        subject=finding.target.subject,
        reason=finding.reason,
        words=finding.words.strip(),
        required=finding.required.strip(),
        basis=asked.basis_of(item.key) if asked is not None else "",
        state=FindingState.PROPOSED if why else FindingState.ENTERED,
        entered_at=at,
        exception=why,
        exception_reason=finding.exception_reason.strip() if why else "",
        areas=[area.as_json()] if area is not None else [],
        home_division=item.home_division,
    )


def _gathering(board: Board, window: Window, *, at: datetime) -> CorrectionRound:
    """The round that gathers now, or a new one; it ends when the first of its items' times ends."""
    known = board.gathering
    if known is None:
        last = CorrectionRound.objects.filter(case=board.case).aggregate(last=Max("ordinal"))["last"] or 0
        return CorrectionRound.objects.create(
            case=board.case,
            ordinal=last + 1,
            state=RoundState.COLLECTING,
            opened_at=at,
            cut_off=window.cut_off,
            latest_notice=window.latest_notice,
            due_at=window.cut_off,
            home_division=board.case.home_division,
        )
    if window.cut_off < known.cut_off:
        known.cut_off, known.latest_notice = window.cut_off, min(known.latest_notice, window.latest_notice)
        known.save(update_fields=["cut_off", "latest_notice"])
    return known


@db.transaction
def withdraw_finding(*, finding_id: int, officer: Officer, at: datetime) -> Finding:
    """Take back what one's own body found, as long as no notice has told it. Raises Forbidden, TaskTaken, NotNow."""
    locked, row = _own(finding_id, officer, at)
    if row.state not in {FindingState.ENTERED, FindingState.PROPOSED}:
        raise NotNow("补正通知已经发出，这个问题不能撤回了")
    row.state = FindingState.WITHDRAWN
    row.save(update_fields=["state"])
    count_findings(locked.by_id[row.item_id])
    _record(locked, "item.finding_withdrawn", row, by=officer, at=at)
    tend(locked, at=at)
    return row


@db.transaction
def finish_findings(*, item_id: int, officer: Officer, at: datetime) -> ItemCase:
    """Say that the body has found all there is on its item: once everybody has, the notice goes out. Safe to repeat.

    Raises Forbidden, TaskTaken, and NotNow when nothing gathers: who found nothing accepts.
    """
    locked, item = _hold(item_id, officer, at)
    _finish(locked, item, officer, at=at)
    return item


def _finish(locked: LockedCase, item: ItemCase, officer: Officer, *, at: datetime) -> None:
    gathering = Board(locked).gathering
    if gathering is None or item.item_state is not ItemState.RECEIVED:
        raise NotNow(f"“{item.name}”现在没有要补正的问题在汇总，没有问题就受理", item=item.number)
    row, _ = RoundItem.objects.get_or_create(round=gathering, item=item)
    if row.said_at is None:
        row.said_at, row.said_by = at, officer
        row.save(update_fields=["said_at", "said_by"])
        payload = {"item": item.number, "round": gathering.ordinal, "officer": officer.pk}
        record(locked.case, "item.findings_done", by=Acting.of_officer(officer), at=at, payload=payload)
    tend(locked, at=at)


@db.transaction
def approve_finding(*, finding_id: int, head: Officer, at: datetime) -> Finding:
    """A head of the body lets through what could have been seen before: it is told, with its reason, and counted (R2.7.a/3).

    Raises Forbidden for anybody else, the finder included, and NotNow when the item can no longer be corrected.
    """
    locked, row = _for_head(finding_id, head)
    item = locked.by_id[row.item_id]
    window = _window(item, at)
    row.round = _gathering(Board(locked), window, at=at)
    row.state, row.approved_by, row.approved_at = FindingState.ENTERED, head, at
    row.save(update_fields=["round", "state", "approved_by", "approved_at"])
    count_findings(item)
    _record(locked, "item.finding_approved", row, by=head, at=at)
    tend(locked, at=at)
    return row


@db.transaction
def decline_finding(*, finding_id: int, head: Officer, at: datetime) -> Finding:
    """A head does not let it through: nobody is told of it. Raises Forbidden, NotNow."""
    locked, row = _for_head(finding_id, head)
    row.state = FindingState.WITHDRAWN
    row.save(update_fields=["state"])
    _record(locked, "item.finding_declined", row, by=head, at=at)
    return row


def may_head(officer: Officer) -> bool:
    """Whether the officer stands at the head of a body and may approve for it."""
    return officer.is_active and officer.role == Officer.Role.HEAD


def _for_head(finding_id: int, head: Officer) -> tuple[LockedCase, Finding]:
    locked = lock_case(Finding.objects.values_list("case_id", flat=True).get(pk=finding_id))
    row = Finding.objects.select_related("officer").get(pk=finding_id)
    own = row.organisation_id == head.organisation_id and row.officer.account_id != head.account_id
    if not may_head(head) or not own:
        raise Forbidden("只有本单位负责人可以批准，提问题的人不能自己批准自己的")
    if row.state != FindingState.PROPOSED:
        raise NotNow("这个问题已经有人处理过了，刷新页面看最新情况")
    return locked, row


def _hold(item_id: int, officer: Officer, at: datetime) -> tuple[LockedCase, ItemCase]:
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    return locked, hold(locked, item_id, officer, at=at)


def _own(finding_id: int, officer: Officer, at: datetime) -> tuple[LockedCase, Finding]:
    case_id, item_id = Finding.objects.values_list("case_id", "item_id").get(pk=finding_id)
    locked = lock_case(case_id)
    hold(locked, item_id, officer, at=at)
    return locked, Finding.objects.get(pk=finding_id)


def _record(locked: LockedCase, kind: str, row: Finding, *, by: Officer, at: datetime) -> None:
    """What was found stands in the table; the log says that, by whom, and about which kind of thing."""
    payload = {
        "item": locked.by_id[row.item_id].number,
        "finding": row.pk,
        "target": row.target.code,
        "reason": row.reason,
        "exception": row.exception,
    }
    record(locked.case, kind, by=Acting.of_officer(by), at=at, payload=payload)
