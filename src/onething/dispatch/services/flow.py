"""What the end of one item means for the others, and for the whole (I5, R2.8.e)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from django.conf import settings

from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase
from onething.cases.rules import item_of_plan
from onething.cases.services import SYSTEM, LockedCase, move_item, record, settle_bundle
from onething.cases.states import ItemState, Outcome
from onething.dispatch.models import RefusalChoice
from onething.dispatch.rules import Node, consequences
from onething.dispatch.services.letters import remedies_against, tell_termination
from onething.documents.remedies import RECONSIDERATION
from onething.kit import db, outbox
from onething.kit.workdays import legal_date

__all__ = ["TOPIC_ITEM", "TOPIC_SPOKEN", "announce_start", "follow_up", "node_of", "not_there", "terminate"]

TOPIC_ITEM = "dispatch.item"
# A body has spoken on its item while others of the case found something: the one notice may be due (R2.7.a).
TOPIC_SPOKEN = "dispatch.spoken"


def node_of(item: ItemCase, released: Mapping[int, frozenset[str]] = MappingProxyType({})) -> Node:
    """An item as the rules see it. `released`: the refused ones each goes on without, by the key of its row."""
    waits = item.item_state is ItemState.WAITING
    return Node(
        id=item.pk,
        key=item.key,
        instance=item.instance,
        name=item.name,
        state=ItemState(item.state),
        outcome=Outcome(item.outcome) if item.outcome else None,
        after=tuple(item.after),
        after_acceptance=tuple(item.after_acceptance),
        if_refused=item_of_plan(item.case.plan, item.key).get("if_refused", {}) if waits else {},
        released=released.get(item.pk, frozenset()),
    )


@db.transaction_required
def follow_up(locked: LockedCase, ended: ItemCase, *, at: datetime) -> None:
    """Start what now can start, end what no longer can be done, then derive the bundle's state. The case is locked.

    `ended` is the item that moved: it ended, or it was accepted and others wait for no more than that.
    """
    for found in consequences(_nodes(locked), ended.pk):
        item = locked.by_id[found.id]
        if found.rule:
            _leave_to_applicant(locked, item, locked.by_id[found.cause], found.rule, at=at)
            continue
        item.moved_by = ended
        if found.starts:
            move_item(locked, item, ItemState.RECEIVED, by=SYSTEM, at=at, fields=["moved_by"])
            announce_start(item, at=at)
        else:
            payload = {"cause": ended.number, "cause_outcome": ended.outcome}
            terminate(locked, item, reason=found.reason, basis=not_there(item), at=at, payload=payload)
    if any(item.open_findings for item in locked.items):
        outbox.enqueue(
            TOPIC_SPOKEN,
            f"{ended.number}:{ended.state}@{at.isoformat()}",
            {"case": locked.case.number},
            at=at,
            home_division=ended.home_division,
        )
    settle_bundle(locked, at=at)


@db.transaction_required
def terminate(
    locked: LockedCase, item: ItemCase, *, reason: str, basis: str, at: datetime, payload: Mapping[str, object]
) -> None:
    """End an item that nobody decides on any more, and tell it in writing. What hangs on it is for `follow_up`."""
    item.opinion = {**item.opinion, "reason": reason}
    item.decision = {"basis": basis, "remedies": remedies_against(item), "reasoned": True}
    columns = ["moved_by", "opinion", "decision"]
    move_item(locked, item, ItemState.TERMINATED, by=SYSTEM, at=at, fields=columns, payload=payload)
    tell_termination(locked, item, by=SYSTEM, at=at)


def not_there(item: ItemCase) -> str:
    """Why an item ends whose predecessor brought nothing."""
    return f"按公布的办理顺序，“{item.name}”要用前一项的结果，前一项没有办成"


def _nodes(locked: LockedCase) -> list[Node]:
    """The items as nodes; one query more when an answer of the applicant may let one go on."""
    nodes = [node_of(item) for item in locked.items]
    asked = [node.id for node in nodes if node.if_refused]
    if not asked:
        return nodes
    released: dict[int, set[str]] = {}
    answered = RefusalChoice.objects.filter(item__in=asked, answer=RefusalChoice.Answer.GO_ON)
    for item, key in answered.values_list("item_id", "cause__key"):
        released.setdefault(item, set()).add(key)
    known = {item: frozenset(keys) for item, keys in released.items()}
    return [node_of(item, known) for item in locked.items]


def _leave_to_applicant(locked: LockedCase, item: ItemCase, refused: ItemCase, rule: str, *, at: datetime) -> None:
    """Ask once, with a last day: the city's choice where one is asked, the time for review where one waits for its outcome."""
    today = legal_date(at)
    until = (
        working_calendar().add_working_days(today, settings.ONETHING_CHOICE_DAYS)
        if rule == RefusalChoice.Rule.ASK
        else today + timedelta(days=RECONSIDERATION.within or 0)
    )
    _choice, is_new = RefusalChoice.objects.get_or_create(
        item=item,
        cause=refused,
        defaults={"home_division": item.home_division, "rule": rule, "asked_at": at, "until": until},
    )
    if is_new:
        payload = {"item": item.number, "cause": refused.number, "rule": rule, "until": until.isoformat()}
        record(locked.case, "item.refusal_left_to_applicant", by=SYSTEM, at=at, payload=payload)


def announce_start(item: ItemCase, *, at: datetime) -> None:
    """Tell the body's own system, if it has one, that its item has started or what it looks at has changed (I12)."""
    outbox.enqueue(
        TOPIC_ITEM,
        f"{item.number}@{at.isoformat()}",
        {"item": item.number, "organisation": item.organisation.key if item.organisation is not None else None},
        at=at,
        home_division=item.home_division,
    )
