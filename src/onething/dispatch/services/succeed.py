"""Succession of bodies: from the day after its last, the open work of a body that is gone lies with its successor (R2.8.a).

The body's end and its successor are data (`organisations.yaml`: `valid_to`, `successor`, or `onething bodies succeed`); the worker
carries it out, case by case, each in one transaction. Nothing is lost and nothing is done twice; what had ended keeps the name of the body that ended it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.services import SYSTEM, LockedCase, lock_case, record
from onething.dispatch.models import Dispatch
from onething.dispatch.services.flow import announce_start
from onething.kit import db
from onething.kit.workdays import legal_date
from onething.parties.models import Officer, Organisation
from onething.parties.services import follow_officers, heirs_on

__all__ = ["OpenWork", "hand_over_open_work", "open_work_of"]

PORTION: Final = 200
REASON: Final = "机构变动，由承接单位接着办"


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What a successor would take over from a body today."""

    items: int
    claimed: int
    led_cases: int
    officers: int


def open_work_of(body: Organisation) -> OpenWork:
    """Count it. Three queries; changes nothing."""
    items = ItemCase.objects.of_body(body.pk).open().aggregate(all=Count("pk"), claimed=Count("claimed_by"))
    led = OneThingCase.objects.led_by_body(body.pk).filter(closed_at__isnull=True).count()
    officers = Officer.objects.filter(organisation=body, is_active=True).count()
    return OpenWork(items["all"], items["claimed"], led, officers)


def hand_over_open_work(*, at: datetime) -> int:
    """Hand the open items and led cases of every body that is gone to its successor; gives how many cases changed.

    Safe to repeat, to run twice at once and to kill: each case is one transaction that looks again under its lock.
    """
    day, changed = legal_date(at), 0
    for old, heir in heirs_on(day).items():
        follow_officers(old=old, new=heir, on=day)
        while numbers := _touched(old):
            changed += sum(_hand_over(case_id, old, heir, at=at) for case_id in numbers)
    return changed


def _touched(old: int) -> list[int]:
    """Cases with open work of a body, in portions. Two queries, each by its own index: joined with "or" they would read all cases."""
    items = ItemCase.objects.of_body(old).open().order_by("list_due", "pk").values_list("case_id", flat=True)
    led = OneThingCase.objects.led_by_body(old).filter(closed_at__isnull=True).newest_first()
    return sorted({*items[:PORTION], *led.values_list("pk", flat=True)[:PORTION]})


@db.transaction
def _hand_over(case_id: int, old: int, heir: int, *, at: datetime) -> bool:
    locked = lock_case(case_id)
    bodies = Organisation.objects.in_bulk([old, heir])
    changed = False
    if locked.case.lead_organisation_id == old and locked.case.closed_at is None:
        locked.case.lead_organisation = bodies[heir]
        locked.case.save(update_fields=["lead_organisation"])
        payload = {"from": bodies[old].key, "organisation": bodies[heir].key}
        record(locked.case, "case.lead_handed_over", by=SYSTEM, at=at, payload=payload)
        changed = True
    for item in locked.items:
        if item.organisation_id == old and item.is_open:
            _hand_over_item(locked, item, bodies[old], bodies[heir], at=at)
            changed = True
    return changed


def _hand_over_item(locked: LockedCase, item: ItemCase, old: Organisation, heir: Organisation, *, at: datetime) -> None:
    """The item with its clocks, marks and texts; who had taken it keeps it, in the office it holds in the new body."""
    item.organisation = heir
    if item.claimed_by_id is not None:
        account = Officer.objects.values_list("account_id", flat=True).get(pk=item.claimed_by_id)
        item.claimed_by = Officer.objects.serving().filter(
            account_id=account, organisation=heir, role=Officer.Role.REVIEWER
        ).first()  # fmt: skip
        item.claimed_at = item.claimed_at if item.claimed_by is not None else None
    item.save(update_fields=["organisation", "claimed_by", "claimed_at"])
    rounds = Dispatch.objects.filter(item=item).order_by("-round").values_list("round", flat=True)
    Dispatch.objects.create(
        item=item, home_division=item.home_division, organisation=heir, round=(rounds.first() or 0) + 1, sent_at=at,
        sent_reason=f"{REASON}（{old.succession_basis}）" if old.succession_basis else REASON,
    )  # fmt: skip
    payload = {"item": item.number, "from": old.key, "organisation": heir.key}
    record(locked.case, "item.handed_over", by=SYSTEM, at=at, payload=payload)
    if item.started_at is not None:
        announce_start(item, at=at)
