"""`onething api`: keys of departments' systems, what was parked, the description of the interface."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime

from onething.cli.django_setup import django_ready

__all__ = ["add_parser"]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser("api", help="keys of departments' systems, parked reports, the description")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    client = actions.add_parser("client", help="keys of departments' systems").add_subparsers(
        title="actions", metavar="ACTION", required=True
    )
    add = client.add_parser("add", help="a new key for a body's system; its secret is shown this once")
    add.add_argument("organisation", help="the body's key in organisations.yaml")
    add.add_argument(
        "--scope", action="append", metavar="SCOPE", help="tasks.read, tasks.act, tasks.report; all if none"
    )
    add.add_argument("--push-url", help="where the system is told of changes; '' switches that off")
    add.add_argument("--valid-to", type=_moment, metavar="MOMENT", help="until when, e.g. 2027-11-25T00:00+08:00")
    add.set_defaults(handler=_with_tables(_add))
    end = client.add_parser("end", help="switch a key off; the last one ends the system's office")
    end.add_argument("key_id")
    end.set_defaults(handler=_with_tables(_end))
    client.add_parser("list", help="all keys, without secrets").set_defaults(handler=_with_tables(_list))
    parked = actions.add_parser("parked", help="reports whose state is not on the list")
    parked.add_argument("--settle", type=int, metavar="NUMBER", help="this one was looked at and dealt with")
    parked.set_defaults(handler=_with_tables(_parked))
    actions.add_parser("openapi", help="print the description (OpenAPI)").set_defaults(handler=_with_tables(_openapi))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        msg = f"{text!r} is no moment; write e.g. 2027-11-25T00:00+08:00"
        raise argparse.ArgumentTypeError(msg)
    return moment


def _with_tables(action: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    """Run an action with tables within reach; a refusal is told and gives 1."""

    def handle(options: argparse.Namespace) -> int:
        with django_ready():
            from onething.kit.errors import Refused

            try:
                action(options)
            except Refused as refused:
                print(refused.message, file=sys.stderr)
                return 1
            return 0

    return handle


def _add(options: argparse.Namespace) -> None:
    from django.utils import timezone

    from onething.exchange.rules import SCOPES
    from onething.exchange.services import add_client

    made = add_client(
        organisation=options.organisation,
        scopes=options.scope or SCOPES,
        push_url=options.push_url,
        valid_to=options.valid_to,
        at=timezone.now(),
    )
    print(f"key id  {made.key_id}\nsecret  {made.secret}\nThe secret is not shown again.")


def _end(options: argparse.Namespace) -> None:
    from django.utils import timezone

    from onething.exchange.services import end_client

    print(f"{end_client(key_id=options.key_id, at=timezone.now())} is off.")


def _list(options: argparse.Namespace) -> None:
    from onething.exchange.models import ApiClient

    del options
    for one in ApiClient.objects.select_related("system__organisation").order_by("system__organisation__key", "pk"):
        heard = one.system.heard_at.isoformat(timespec="seconds") if one.system.heard_at else "never"
        state = "on" if one.is_active and one.system.is_active else "off"
        until = one.valid_to.isoformat() if one.valid_to else "-"
        print(
            f"{one.key_id}\t{one.system.organisation.key}\t{state}\t{','.join(one.scopes)}\tuntil {until}\theard {heard}"
        )


def _parked(options: argparse.Namespace) -> None:
    from django.utils import timezone

    from onething.exchange.models import ParkedReport
    from onething.exchange.services import settle_parked

    if options.settle is not None:
        print(f"{settle_parked(parked_id=options.settle, at=timezone.now()).pk} is settled.")
        return
    for one in ParkedReport.objects.open().select_related("item", "organisation"):
        print(
            f"{one.pk}\t{one.at.isoformat(timespec='seconds')}\t{one.organisation.key}\t{one.item.number}\t{one.words!r}"
        )


def _openapi(options: argparse.Namespace) -> None:
    from onething.api.interface import api

    del options
    print(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), ensure_ascii=False, indent=1))
