"""Where else than in the product somebody wants to be told: an address counts when a code that came to it was typed in (R5.7/1).

Codes are rationed for each account and for each address, guesses for each code. Nothing but the code goes to an address before that.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.db.models import F
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from onething.kit import db, outbox
from onething.kit.errors import Refused
from onething.kit.hashing import keyed_digest
from onething.kit.identity import check_phone
from onething.messages.adapters import Text, adapter_of, offered
from onething.messages.digests import digest_of
from onething.messages.models import Address, AddressCode
from onething.messages.rules import CODE_ATTEMPTS, CODE_LASTS, CODE_REMEMBERED, Channel, next_code_at
from onething.messages.words import code_words
from onething.parties.models import Account

__all__ = [
    "TOPIC_CODE",
    "AddressRefused",
    "Answer",
    "TooManyCodes",
    "ask_code",
    "choose_channels",
    "confirm_address",
    "forget_address",
    "forget_codes",
    "send_code",
]

TOPIC_CODE: Final = "messages.code"
ADDRESS_LENGTH: Final = 200
CODE_DIGITS: Final = 6
TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class AddressRefused(Refused):
    """This is no address of the channel, or the installation does not send by it."""

    code = "address_refused"


class TooManyCodes(Refused):
    """No further code for this account or address before a moment."""

    code = "too_many_codes"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of typing a code: the address it confirmed, or how many guesses are left of this code."""

    confirmed: Address | None
    left: int = 0


@db.transaction
def ask_code(*, account: Account, channel: Channel, address: str, language: str, at: datetime) -> AddressCode:
    """Have a code sent to an address; the one before it ends. Raises AddressRefused, TooManyCodes."""
    value = _checked(channel, address)
    digest = digest_of(channel, value)
    # The account first, then the address: two requests at once count one another.
    Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account.pk)
    with connection.cursor() as cursor:
        cursor.execute(TURN, [digest])
    own = AddressCode.objects.visible_to(account)
    for earlier in (own, AddressCode.objects.filter(digest=digest)):
        asked = earlier.asked_since(at - CODE_REMEMBERED).values_list("asked_at", flat=True)
        free = next_code_at(asked, at=at)
        if free > at:
            raise TooManyCodes(
                _("验证码要得太多了，请在%(time)s以后再要") % {"time": timezone.localtime(free).strftime("%H:%M")},
                free_at=free,
            )
    own.open().filter(channel=channel.value).update(ended_at=at)
    made = AddressCode.objects.create(
        account=account, channel=channel.value, address=value, digest=digest, language=language, asked_at=at
    )
    outbox.enqueue(TOPIC_CODE, str(made.pk), {"code": made.pk}, at=at)
    return made


def send_code(*, code_id: int, at: datetime) -> None:
    """Send a code to its address, unless it has ended or run out meanwhile. Raises Unavailable."""
    row = AddressCode.objects.open().filter(pk=code_id, asked_at__gt=at - CODE_LASTS).first()
    if row is None:
        return
    channel = Channel(row.channel)
    with translation.override(row.language):
        subject, body = code_words(channel, _code_of(row))
    adapter_of(channel).send(Text(channel, row.address, subject, body, f"code-{row.pk}", at))


@db.transaction
def confirm_address(*, account: Account, channel: Channel, code: str, at: datetime) -> Answer:
    """Take the typed code: the address counts from now on, in place of an earlier one.

    A wrong one is counted, so this refuses nothing by an error, which would undo the counting. At most CODE_ATTEMPTS guesses.
    """
    waiting = AddressCode.objects.visible_to(account).open().filter(channel=channel.value)
    # Counted before it is compared, by one statement that also locks the row: guesses made at once are guesses one by one.
    counted = waiting.filter(attempts__lt=CODE_ATTEMPTS, asked_at__gt=at - CODE_LASTS).update(
        attempts=F("attempts") + 1
    )
    if not counted:
        return Answer(None)
    row = waiting.get()
    if not constant_time_compare("".join(code.split()), _code_of(row)):
        return Answer(None, CODE_ATTEMPTS - row.attempts)
    AddressCode.objects.filter(pk=row.pk).update(ended_at=at)
    address, _made = Address.objects.update_or_create(
        account=account,
        channel=channel.value,
        defaults={"address": row.address, "language": row.language, "is_on": True, "confirmed_at": at},
    )
    return Answer(address)


@db.transaction
def choose_channels(*, account: Account, on: Collection[Channel]) -> None:
    """From now on tell this person also by these of the confirmed addresses, and by no other."""
    own = Address.objects.visible_to(account)
    wanted = [one.value for one in on]
    own.filter(channel__in=wanted).update(is_on=True)
    own.exclude(channel__in=wanted).update(is_on=False)


@db.transaction
def forget_address(*, account: Account, channel: Channel, at: datetime) -> None:
    """Remove the address of a channel, and end a code that is on its way there."""
    Address.objects.visible_to(account).filter(channel=channel.value).delete()
    AddressCode.objects.visible_to(account).open().filter(channel=channel.value).update(ended_at=at)


@db.transaction
def forget_codes(*, at: datetime) -> int:
    """Remove codes that no limit counts any more, with the addresses in them. Gives how many."""
    removed, _by_table = AddressCode.objects.filter(asked_at__lt=at - CODE_REMEMBERED - timedelta(hours=1)).delete()
    return removed


def _checked(channel: Channel, address: str) -> str:
    if channel not in offered():
        raise AddressRefused(_("这里还不能用这种方式告诉您"), code="not_offered")
    if channel is Channel.SMS:
        checked = check_phone(address, landline=False)
        if checked.message:
            raise AddressRefused(checked.message)
        return checked.value
    value = address.strip()
    if not value:
        raise AddressRefused(_("填写邮箱"))
    try:
        validate_email(value)
    except ValidationError:
        raise AddressRefused(_("邮箱的写法不对，例如 name@example.com")) from None
    if len(value) > ADDRESS_LENGTH:
        raise AddressRefused(_("邮箱太长，请换一个"))
    return value


def _code_of(row: AddressCode) -> str:
    """Six digits that nobody can work out who does not hold the installation's key."""
    secret = keyed_digest(f"address code {row.pk} {row.digest}".encode(), key=settings.ONETHING_CONTENT_KEY.encode())
    return f"{int(secret, 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
