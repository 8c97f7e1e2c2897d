"""`onething outbox`: messages to other systems that were given up or are still on their way; sending them again."""

import argparse

from onething.cli.django_setup import django_ready

__all__ = ["add_parser"]

MOST = 200


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the subcommand."""
    parser = subparsers.add_parser("outbox", help="messages to other systems")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list", help=f"what was given up, the oldest first (at most {MOST}); 1 when there is any"
    )
    listing.add_argument("--open", action="store_true", help="what is still being tried instead")
    listing.set_defaults(handler=_list)
    again = actions.add_parser("redrive", help="send again what was given up")
    again.add_argument("--topic", default="", help="only of this topic")
    again.add_argument("number", nargs="*", type=int, help="only these, by the numbers that list shows")
    again.set_defaults(handler=_redrive)


def _list(options: argparse.Namespace) -> int:
    with django_ready():
        from onething.kit.models import OutboxMessage

        rows = OutboxMessage.objects.open().filter(attempts__gt=0) if options.open else OutboxMessage.objects.dead()
        found = list(rows.order_by("pk")[:MOST])
        for one in found:
            print(f"{one.pk}\t{one.topic}\t{one.key}\tattempts {one.attempts}\t{one.last_error}")
        return 1 if found and not options.open else 0


def _redrive(options: argparse.Namespace) -> int:
    with django_ready():
        from django.utils import timezone

        from onething.kit import outbox

        count = outbox.redrive(at=timezone.now(), topic=options.topic, message_ids=options.number)
        print(f"{count} messages are on their way again.")
        return 0
