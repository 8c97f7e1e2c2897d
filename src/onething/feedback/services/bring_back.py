"""Handing the answers of a round over: new content into the case, and back to exactly the items that ask it (I8)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase
from onething.cases.services import Acting, LockedCase, move_item, record
from onething.cases.states import ItemState
from onething.dispatch.services.flow import announce_start
from onething.feedback.board import Board, demands_for
from onething.feedback.models import CorrectionRound, RoundItem
from onething.feedback.paper import OpenPoint
from onething.feedback.rules import Target, marks_to_reset, touched
from onething.feedback.services.content import put_values, replace_paper
from onething.kit import db

__all__ = ["bring_back"]


@db.transaction_required
def bring_back(
    locked: LockedCase, board: Board, of: CorrectionRound, points: Sequence[OpenPoint], *, by: Acting, at: datetime
) -> None:
    """Write the answers into the case and tell the items. The case is locked, every point has an answer."""
    changed = _write_values(locked, points) | _write_files(locked, points, at=at)
    asked = {one.item_id for one in board.live(of)}
    for item in locked.items:
        mine = touched(changed, demands_for(item))
        if item.pk in asked:
            _return(locked, of, item, mine, by=by, at=at)
        elif mine and item.is_open and item.item_state is not ItemState.WAITING:
            _tell(locked, of, item, mine, by=by, at=at)


def _write_values(locked: LockedCase, points: Iterable[OpenPoint]) -> set[Target]:
    """New values into the one form, what stood there before onto the point; gives what changed."""
    case, changed = locked.case, set[Target]()
    for point in points:
        new = point.changes
        if not new:
            continue
        point.row.before = {**point.row.before, "values": {key: point.now[key] for key in new}}
        point.row.save(update_fields=["before"])
        changed |= put_values(case, point.editor, new)
    if changed:
        case.save(update_fields=["form_values"])
    return changed


def _write_files(locked: LockedCase, points: Iterable[OpenPoint], *, at: datetime) -> set[Target]:
    """New files in the place of the old ones, which stay as what was there before; gives what changed."""
    changed = set[Target]()
    for point in points:
        if not point.files:
            continue
        files = [(one.file, one.file_name) for one in point.files]
        paper = replace_paper(locked, point.row.target, files, label=point.asked.label, at=at)
        point.row.before = {**point.row.before, "files": paper.old, "new_files": paper.new}
        point.row.save(update_fields=["before"])
        changed.add(point.row.target)
    return changed


def _return(
    locked: LockedCase, of: CorrectionRound, item: ItemCase, mine: Iterable[Target], *, by: Acting, at: datetime
) -> None:
    """Back to its body, with a new time to speak from the day of receipt; what a change touched is to be looked at again."""
    codes = _note(of, item, mine, returned_at=at)
    item.window_from = working_calendar().receipt_day(at)
    item.open_findings, item.checks = 0, marks_to_reset(item.checks, mine)
    move_item(
        locked, item, ItemState.RECEIVED, by=by, at=at,
        fields=["window_from", "open_findings", "checks"], payload={"round": of.ordinal, "changed": codes},
    )  # fmt: skip
    announce_start(item, at=at)


def _tell(
    locked: LockedCase, of: CorrectionRound, item: ItemCase, mine: Iterable[Target], *, by: Acting, at: datetime
) -> None:
    """The item goes on where it stands, and its body sees that something it looks at has changed.

    One whose body has not spoken yet has received something new: its time to speak begins anew as well.
    """
    fresh = item.item_state is ItemState.RECEIVED
    codes = _note(of, item, mine, returned_at=at if fresh else None)
    item.checks = marks_to_reset(item.checks, mine)
    fields = ["checks"]
    if fresh:
        item.window_from = working_calendar().receipt_day(at)
        fields.append("window_from")
    item.save(update_fields=fields)
    payload = {"item": item.number, "round": of.ordinal, "changed": codes}
    record(locked.case, "item.input_changed", by=by, at=at, payload=payload)


def _note(of: CorrectionRound, item: ItemCase, mine: Iterable[Target], *, returned_at: datetime | None) -> list[str]:
    """Keep what changed for an item. What another round changed while this one waited for its answer counts with it."""
    codes = {one.code for one in mine}
    if returned_at is not None:
        waiting = RoundItem.objects.filter(item=item, returned_at__isnull=True)
        codes |= {code for row in waiting for code in row.changed}
        waiting.update(returned_at=returned_at)
    found = sorted(codes)
    RoundItem.objects.update_or_create(round=of, item=item, defaults={"changed": found, "returned_at": returned_at})
    return found
