"""Writing acts down: who acted, for whom, how sure we are of it, by which channel, from where (design decision 15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from onething.audit.services import NewEvent, append_events
from onething.cases.models import OneThingCase
from onething.kit import db, outbox
from onething.parties.models import Account, Officer

__all__ = ["BY_INTERFACE", "SYSTEM", "TOPIC_EVENT", "Acting", "announce", "announcement", "event_of", "record"]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who performs a verb. Everything of it goes into the event; none of it is personal data."""

    account: int | None
    acting_for: str = ""
    assurance: str = ""
    channel: str = "web"
    accepting_division: str = ""

    @classmethod
    def of_account(cls, account: Account, *, channel: str = "web", accepting_division: str = "") -> "Acting":
        """An applicant, for itself or for whom it acts."""
        return cls(account.pk, account.principal, account.assurance, channel, accepting_division)

    @classmethod
    def of_officer(cls, officer: Officer, *, channel: str = "") -> "Acting":
        """An officer, for the body it serves. Reads the officer's account and organisation.

        Without a channel: what a body's own system does came in through the interface, what a person does through a page.
        """
        body, account = officer.organisation, officer.account
        way = channel or (BY_INTERFACE if account.kind == Account.Kind.SYSTEM else "web")
        return cls(officer.account_id, body.key, account.assurance, way, body.division_id)


SYSTEM = Acting(None, channel="system")
BY_INTERFACE = "api"

TOPIC_EVENT = "cases.event"
_announced: dict[str, timedelta] = {}


ACTING_FOR_LENGTH = 64


def event_of(
    case: OneThingCase, kind: str, *, by: Acting, at: datetime, payload: Mapping[str, object] | None = None
) -> NewEvent:
    """One event of a case, not yet written."""
    return NewEvent(
        case_number=case.number,
        kind=kind,
        at=at,
        actor=by.account,
        acting_for=by.acting_for[:ACTING_FOR_LENGTH],
        assurance=by.assurance,
        channel=by.channel,
        accepting_division=by.accepting_division or case.accepting_division,
        home_division=case.home_division,
        payload=dict(payload or {}),
    )


@db.transaction_required
def record(
    case: OneThingCase, kind: str, *, by: Acting, at: datetime, payload: Mapping[str, object] | None = None
) -> None:
    """Append one event to a case. `payload` holds ids, keys, dates and hashes, never personal data (I11)."""
    row = append_events([event_of(case, kind, by=by, at=at, payload=payload)])[0]
    if kind in _announced:
        outbox.enqueue_many([announcement(case, row.seq)], at=at, not_before=at + _announced[kind])


def announce(kinds: Mapping[str, timedelta]) -> None:
    """From now on put events of these kinds into the outbox, to be delivered so long after they happened (I12).

    Called once, while Django starts, by the app that handles `TOPIC_EVENT`: the kernel does not know who wants to hear what.
    """
    _announced.update(kinds)


def announcement(case: OneThingCase, seq: int) -> outbox.Message:
    """What goes into the outbox for one event: where it stands in the log, nothing else."""
    return outbox.Message(TOPIC_EVENT, f"{case.number}:{seq}", {"case": case.number, "seq": seq}, case.home_division)
