"""The verbs of the exchange: systems and their keys, requests that come in, reports, and telling systems of changes."""

from onething.exchange.services.credentials import NewKey, NoSuchKey, add_client, authenticate, end_client, move_system
from onething.exchange.services.inbox import Reservation, Reserved, answered, one_at_a_time, reserve, start_again
from onething.exchange.services.reports import Reported, report_status, settle_parked

__all__ = [
    "NewKey",
    "NoSuchKey",
    "Reported",
    "Reservation",
    "Reserved",
    "add_client",
    "answered",
    "authenticate",
    "end_client",
    "move_system",
    "one_at_a_time",
    "report_status",
    "reserve",
    "settle_parked",
    "start_again",
]
