"""Paper originals that travel from the accepting place to the body that decides elsewhere, and back (R3.1.g/4)."""

from dataclasses import dataclass
from datetime import datetime

from onething.cases.models import ItemCase
from onething.cases.services import Acting, LockedCase, lock_case, record
from onething.dispatch.access import Forbidden
from onething.dispatch.models import OriginalMove
from onething.kit import db
from onething.kit.errors import Refused
from onething.materials.rules import Requirement, requirements
from onething.oneform.rules import party_subjects
from onething.parties.models import Officer

__all__ = ["Original", "asks_originals", "originals_of", "receive_original", "send_original"]

SURRENDER = "surrender"


@dataclass(frozen=True, slots=True)
class Original:
    """One paper of an item that is handed in as original, with its moves, the first on top."""

    paper: Requirement
    moves: tuple[OriginalMove, ...] = ()

    @property
    def on_its_way(self) -> OriginalMove | None:
        """The move that nobody has acknowledged yet."""
        return next((one for one in self.moves if one.received_at is None), None)

    def holder(self, lead: int | None) -> int | None:
        """The body that has it; the accepting one until it was sent, nobody while it is on its way."""
        if self.on_its_way is not None:
            return None
        return self.moves[-1].receiver_id if self.moves else lead


def asks_originals(item: ItemCase) -> bool:
    """Whether an original of the item must travel. No query; the item comes with its case."""
    asked = item.case.plan.get("materials", ()) if item.handed_over_from else ()
    return any(
        row.get("original") == SURRENDER and any(one["item"] == item.key for one in row["asked_by"]) for row in asked
    )


def originals_of(item: ItemCase) -> list[Original]:
    """The papers of a handed-over item that must be given in as originals. One query; the item comes with its case."""
    if not item.handed_over_from:
        return []
    case = item.case
    rows = OriginalMove.objects.filter(item=item).select_related(
        "sender", "receiver", "sent_by__account", "received_by__account"
    )
    moves: dict[tuple[str, str], list[OriginalMove]] = {}
    for one in rows.order_by("sent_at", "pk"):
        moves.setdefault((one.key, one.subject), []).append(one)
    return [
        Original(paper, tuple(moves.get((paper.key, paper.subject), ())))
        for paper in requirements(case.plan, party_subjects(case.plan, case.form_values))
        if item.key in paper.items and paper.original == SURRENDER
    ]


@db.transaction
def send_original(*, item_id: int, officer: Officer, key: str, subject: str, at: datetime) -> OriginalMove:
    """Whoever has a paper hands it over: the accepting body to the deciding one, or the other way.

    Raises Forbidden for who has no part in it, Refused for a paper that is not theirs to send now.
    """
    locked, item = _locked(item_id)
    _demand_part(locked, item, officer)
    found = next((o for o in originals_of(item) if (o.paper.key, o.paper.subject) == (key, subject)), None)
    lead = locked.case.lead_organisation_id
    if found is None or lead is None or item.organisation_id is None:
        raise Refused("这一项没有要送的这份原件", code="no_original")
    if found.holder(lead) != officer.organisation_id:
        raise Refused("这份原件不在本单位，或者正在路上。刷新页面看最新情况", code="not_here")
    receiver = item.organisation_id if officer.organisation_id == lead else lead
    if receiver == officer.organisation_id:
        raise Refused("收件和办理是同一个单位，不用送", code="same_body")
    move = OriginalMove.objects.create(
        item=item, key=key, subject=subject, sender_id=officer.organisation_id, receiver_id=receiver, sent_by=officer,
        sent_at=at, home_division=item.home_division,
    )  # fmt: skip
    _note(locked, item, move, "material.original_sent", officer, at)
    return move


@db.transaction
def receive_original(*, move_id: int, officer: Officer, at: datetime) -> OriginalMove:
    """The receiving body acknowledges that it has the paper. A second press changes nothing. Raises Forbidden."""
    locked, item = _locked(OriginalMove.objects.values_list("item_id", flat=True).get(pk=move_id))
    _demand_part(locked, item, officer)
    move = OriginalMove.objects.get(pk=move_id)
    if move.receiver_id != officer.organisation_id:
        raise Forbidden("这份原件不是送给本单位的", item=item.number)
    if move.received_at is None:
        move.received_by, move.received_at = officer, at
        move.save(update_fields=["received_by", "received_at"])
        _note(locked, item, move, "material.original_received", officer, at)
    return move


def _locked(item_id: int) -> tuple[LockedCase, ItemCase]:
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    return locked, locked.by_id[item_id]


def _demand_part(locked: LockedCase, item: ItemCase, officer: Officer) -> None:
    """The lead's officers at the accepting end, the reviewers of the body that decides. Raises Forbidden."""
    leads = officer.role == Officer.Role.LEAD and officer.organisation_id == locked.case.lead_organisation_id
    decides = officer.role == Officer.Role.REVIEWER and officer.organisation_id == item.organisation_id
    if not (officer.is_active and (leads or decides)):
        raise Forbidden("只有收件的牵头部门和办理单位可以交接原件", item=item.number)


def _note(locked: LockedCase, item: ItemCase, move: OriginalMove, kind: str, officer: Officer, at: datetime) -> None:
    payload: dict[str, object] = {"item": item.number, "move": move.pk, "receiver": move.receiver_id, "key": move.key}
    record(locked.case, kind, by=Acting.of_officer(officer), at=at, payload=payload)
