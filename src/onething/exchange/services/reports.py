"""What a system reports of its own work: listed states are told on, anything else is parked (R2.8.c/2)."""

from dataclasses import dataclass
from datetime import datetime

from onething.cases.models import ItemCase
from onething.cases.services import Acting, lock_case, record
from onething.exchange.models import ApiClient, CaseExchange, ParkedReport
from onething.exchange.rules import known_status
from onething.kit import db
from onething.kit.errors import Refused

__all__ = ["Reported", "report_status", "settle_parked"]

LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Reported:
    """Whether a report was understood; `parked` is the number under which it waits for a person otherwise."""

    applied: bool
    parked: int | None = None


@db.transaction
def report_status(*, client: ApiClient, item_id: int, status: str, at: datetime) -> Reported:
    """Write down how far a body's own system has come with an item. Moves nothing. Raises Refused for an item that has ended."""
    system = client.system
    locked = lock_case(ItemCase.objects.values_list("case_id", flat=True).get(pk=item_id))
    item = locked.by_id[item_id]
    if item.organisation_id != system.organisation_id or not item.is_open:
        raise Refused(
            f"“{item.name}”现在是“{item.get_state_display()}”，不用再报进度", code="illegal_move", item=item.number
        )
    known = known_status(status)
    by = Acting.of_officer(system.officer)
    if known is None:
        parked = ParkedReport.objects.create(
            organisation_id=system.organisation_id, item=item, words=status[:LONGEST_WORDS], at=at
        )
        record(locked.case, "item.report_parked", by=by, at=at, payload={"item": item.number, "parked": parked.pk})
        return Reported(applied=False, parked=parked.pk)
    place = CaseExchange.objects.select_for_update(no_key=True).get(
        organisation_id=system.organisation_id, case_id=item.case_id
    )
    place.statuses = {**place.statuses, item.number: [known.value, at.isoformat()]}
    place.save(update_fields=["statuses"])
    record(locked.case, "item.reported", by=by, at=at, payload={"item": item.number, "status": known.value})
    return Reported(applied=True)


@db.transaction
def settle_parked(*, parked_id: int, at: datetime) -> ParkedReport:
    """Somebody has looked at a parked report and done what was to be done. Raises Refused."""
    report = ParkedReport.objects.select_for_update(no_key=True).filter(pk=parked_id).first()
    if report is None:
        raise Refused(f"没有这条搁置的报告：{parked_id}", code="no_report")
    if report.settled_at is None:
        report.settled_at = at
        report.save(update_fields=["settled_at"])
    return report
