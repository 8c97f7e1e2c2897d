"""What went to the wrong body: sent back once by itself, then only by the coordinator's decision (R2.8.b/3).

The applicant's clock runs on all the while: the mistake is the platform's.
"""

from datetime import datetime

from django.conf import settings

from onething.cases.calendar import working_calendar
from onething.cases.models import ItemCase
from onething.cases.services import Acting, FindingsOpen, LockedCase, lock_case, record, settle_bundle
from onething.cases.states import ItemState
from onething.dispatch.access import Forbidden, hold, may_coordinate
from onething.dispatch.models import Dispatch, ReturnRequest
from onething.dispatch.services.flow import announce_start
from onething.dispatch.services.route import TOPIC_COORDINATOR, NoBody
from onething.kit import db, outbox
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.parties.models import Officer, Organisation
from onething.parties.routing import find_coordinator

__all__ = ["may_return_alone", "reroute_item", "return_misrouted", "settle_return"]


@db.transaction
def return_misrouted(*, item_id: int, officer: Officer, right_body: str, reason: str, at: datetime) -> ItemCase:
    """Send back what is not this body's, naming the right one; the coordinator gets it, the applicant's clock runs on.

    Once, and within `ONETHING_RETURN_DAYS` working days: after that, or when the item came back before, the item stays and
    the coordinator is asked (`ReturnRequest`). Raises Refused without a reason or right body, or when the coordinator has
    decided already (`return_settled`) or is being asked (`return_asked`), FindingsOpen, Forbidden, TaskTaken, IllegalMove.
    """
    if not reason.strip() or not right_body.strip():
        raise Refused("退回要写明理由和应该办理的单位", code="incomplete")
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = hold(locked, item_id, officer, at=at)
    if item.item_state is not ItemState.RECEIVED:
        raise Refused(f"“{item.name}”{item.get_state_display()}，不能再退回", code="illegal_move", item=item.number)
    if item.open_findings:
        raise FindingsOpen(f"“{item.name}”有您单位提的问题，先撤回再退回", item=item.number, count=item.open_findings)
    if not may_return_alone(item, at=at):
        return _ask(locked, item, officer, right_body=right_body.strip(), reason=reason.strip(), at=at)
    _take_away(item, returned_by=officer, reason=reason.strip(), right_body=right_body.strip(), at=at)
    item.coordinator = find_coordinator(item.home_division, legal_date(at))
    item.save(update_fields=["organisation", "claimed_by", "claimed_at", "coordinator", "opinion", "checks"])
    record(
        locked.case, "item.returned", by=Acting.of_officer(officer), at=at,
        payload={"item": item.number, "from": officer.organisation.key, "right_body": right_body.strip()},
    )  # fmt: skip
    _tell_coordinator(item, at=at)
    return item


def may_return_alone(item: ItemCase, *, at: datetime) -> bool:
    """Whether its body may still send the item back without asking: never sent back before, and within the time. One query."""
    sendings = list(Dispatch.objects.filter(item=item).order_by("round"))
    if any(one.returned_at is not None for one in sendings) or not sendings:
        return False
    # What waited for another item reached the body when it started.
    reached = max(sendings[-1].sent_at, item.started_at or sendings[-1].sent_at)
    last = working_calendar().add_working_days(legal_date(reached), settings.ONETHING_RETURN_DAYS)
    return legal_date(at) <= last


@db.transaction_required
def _ask(
    locked: LockedCase, item: ItemCase, officer: Officer, *, right_body: str, reason: str, at: datetime
) -> ItemCase:
    known = ReturnRequest.objects.filter(item=item)
    if known.filter(settled_at__isnull=True).exists():
        raise Refused(f"“{item.name}”已经请协调员定，等他答复", code="return_asked", item=item.number)
    if known.filter(organisation=item.organisation, kept=True).exists():
        raise Refused(f"“{item.name}”协调员已经定了由本单位办", code="return_settled", item=item.number)
    ReturnRequest.objects.create(
        item=item, home_division=item.home_division, organisation=officer.organisation, asked_by=officer, asked_at=at,
        reason=reason, right_body=right_body,
    )  # fmt: skip
    item.coordinator = find_coordinator(item.home_division, legal_date(at))
    item.save(update_fields=["coordinator"])
    record(
        locked.case, "item.return_asked", by=Acting.of_officer(officer), at=at,
        payload={"item": item.number, "from": officer.organisation.key, "right_body": right_body},
    )  # fmt: skip
    _tell_coordinator(item, at=at)
    return item


@db.transaction
def settle_return(*, item_id: int, coordinator: Officer, organisation: str, at: datetime, reason: str = "") -> ItemCase:
    """The coordinator decides what a body asked: the item stays where it is (its own key), or goes to another body.

    Raises Forbidden, NoBody, Refused (`not_asked`: nothing is asked, or the body has begun after all).
    """
    body = _body(coordinator, organisation, at)
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = locked.by_id[item_id]
    request = ReturnRequest.objects.select_related("asked_by").filter(item=item, settled_at__isnull=True).first()
    if request is None or item.item_state is not ItemState.RECEIVED or item.organisation is None:
        raise Refused(f"“{item.name}”没有要定的退回：{item.get_state_display()}", code="not_asked", item=item.number)
    by = Acting.of_officer(coordinator)
    request.settled_by, request.settled_at, request.kept = coordinator, at, body.pk == item.organisation_id
    request.save(update_fields=["settled_by", "settled_at", "kept"])
    if request.kept:
        item.coordinator = None
        item.save(update_fields=["coordinator"])
        payload = {"item": item.number, "organisation": body.key}
        record(locked.case, "item.return_declined", by=by, at=at, payload=payload)
        return item
    payload = {"item": item.number, "from": item.organisation.key, "right_body": request.right_body}
    _take_away(item, returned_by=request.asked_by, reason=request.reason, right_body=request.right_body, at=at)
    record(locked.case, "item.returned", by=by, at=at, payload=payload)
    return _send(locked, item, body, coordinator, reason=reason, at=at)


@db.transaction
def reroute_item(*, item_id: int, coordinator: Officer, organisation: str, at: datetime, reason: str = "") -> ItemCase:
    """The coordinator sends an item without a body to one, by the body's key. Raises Forbidden, NoBody, Refused.

    `reason` stays with the sending, not in the event: it is free text.
    """
    body = _body(coordinator, organisation, at)
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = locked.by_id[item_id]
    if item.organisation_id is not None or not item.is_open:
        raise Refused(f"“{item.name}”已经有单位在办，不用改派", code="has_body", item=item.number)
    return _send(locked, item, body, coordinator, reason=reason, at=at)


def _body(coordinator: Officer, organisation: str, at: datetime) -> Organisation:
    if not may_coordinate(coordinator):
        raise Forbidden("只有协调员可以改派")
    body = Organisation.objects.valid_on(legal_date(at)).filter(key=organisation).first()
    if body is None:
        raise NoBody("没有这个单位，请从列表里选", organisation=organisation)
    return body


def _take_away(item: ItemCase, *, returned_by: Officer, reason: str, right_body: str, at: datetime) -> None:
    """Close the sending and empty what the body had begun: it is nothing for the next one. The caller saves the item."""
    Dispatch.objects.filter(item=item, returned_at__isnull=True).update(
        returned_at=at, returned_by=returned_by, return_reason=reason, right_body=right_body
    )
    item.organisation, item.claimed_by, item.claimed_at = None, None, None
    item.opinion, item.checks = {}, {}


@db.transaction_required
def _send(
    locked: LockedCase, item: ItemCase, body: Organisation, coordinator: Officer, *, reason: str, at: datetime
) -> ItemCase:
    item.organisation, item.coordinator = body, None
    if not item.responsible_division:  # the place that was named lies outside: it is decided where the coordinator says
        item.responsible_division = body.division_id
        accepted = locked.case.accepting_division
        item.handed_over_from = accepted if accepted != body.division_id else ""
    changed = ["organisation", "coordinator", "responsible_division", "handed_over_from"]
    item.save(update_fields=[*changed, "claimed_by", "claimed_at", "opinion", "checks"])
    last = Dispatch.objects.filter(item=item).order_by("-round").first()
    if last is not None and last.organisation_id is None and last.returned_at is None:
        last.organisation, last.sent_at, last.sent_by, last.sent_reason = body, at, coordinator, reason.strip()
        last.save(update_fields=["organisation", "sent_at", "sent_by", "sent_reason"])
    else:
        Dispatch.objects.create(
            item=item, home_division=item.home_division, organisation=body, round=(last.round if last else 0) + 1,
            sent_at=at, sent_by=coordinator, sent_reason=reason.strip(),
        )  # fmt: skip
    record(
        locked.case, "item.dispatched", by=Acting.of_officer(coordinator), at=at,
        payload={"item": item.number, "organisation": body.key},
    )  # fmt: skip
    if item.item_state is not ItemState.WAITING:
        announce_start(item, at=at)
    settle_bundle(locked, at=at)
    return item


def _tell_coordinator(item: ItemCase, *, at: datetime) -> None:
    outbox.enqueue(
        TOPIC_COORDINATOR,
        f"{item.number}@{at.isoformat()}",
        {"item": item.number},
        at=at,
        home_division=item.home_division,
    )
