"""The verbs of places, bodies and people: the only writer of this app's tables."""

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from onething.kit import db
from onething.kit.errors import Refused
from onething.parties.models import Account, Division, FunctionSlot, Officer, Organisation, Routing
from onething.parties.places import PlacesRead, PlacesRefused, read_places

__all__ = [
    "AccountRefused",
    "PlacesLoaded",
    "PlacesRefused",
    "SuccessionRefused",
    "create_demonstration_account",
    "follow_officers",
    "give_system_office",
    "heirs_on",
    "load_places_and_bodies",
    "succeed_body",
    "succession_bar",
]

# Long enough for the longest names in the register and for the interpunct (ux X13).
NAME_LENGTH = 60
FIRM_LENGTH = 200
# Only the shape: a demonstration takes invented codes, whose check character is wrong on purpose (R5.14).
USCC = re.compile(r"[0-9A-Z]{18}")


class AccountRefused(Refused):
    """A name or enterprise that no account can be made of."""

    code = "account_refused"


class SuccessionRefused(Refused):
    """The work of this body cannot go to that one. The message says what holds now."""

    code = "succession"


@dataclass(frozen=True, slots=True)
class PlacesLoaded:
    """How many rows the files describe; loading twice gives the same numbers and the same rows."""

    divisions: int
    organisations: int
    functions: int
    routings: int


@db.transaction
def load_places_and_bodies(folder: Path) -> PlacesLoaded:
    """Bring divisions, bodies, functions and routing to what the catalogue files say (R5.2, design decision 6).

    Rows the files no longer name stay: cases refer to them, and a place or body ends by its `valid_to`, not by vanishing.
    A handful of statements, whatever the size. Raises PlacesRefused.
    """
    read = read_places(folder)
    _write_divisions(read)
    bodies = _write_organisations(read)
    FunctionSlot.objects.bulk_create(
        read.functions.values(), update_conflicts=True, unique_fields=["key"], update_fields=["name"]
    )
    for body_key, row in read.routings.values():
        row.organisation_id = bodies[body_key]
    Routing.objects.bulk_create(
        [row for _, row in read.routings.values()],
        update_conflicts=True,
        unique_fields=["function", "item", "division", "valid_from"],
        update_fields=["organisation", "valid_to"],
    )
    return PlacesLoaded(len(read.divisions), len(read.organisations), len(read.functions), len(read.routings))


@db.transaction
def create_demonstration_account(
    *, display_name: str, at: datetime, principal_name: str = "", principal_uscc: str = ""
) -> Account:
    """A new resident, or a person acting for an enterprise when one is named. Raises AccountRefused.

    Only a demonstration installation calls this: the name is what the visitor typed, nothing about it is proven.
    """
    name, firm, code = display_name.strip(), principal_name.strip(), principal_uscc.strip().upper()
    if not name:
        raise AccountRefused(_("请填写姓名"), code="name_missing")
    if len(name) > NAME_LENGTH:
        raise AccountRefused(_("姓名最多 %d 个字") % NAME_LENGTH, code="name_long")
    if code and not firm:
        raise AccountRefused(_("请填写企业名称"), code="enterprise_missing")
    if len(firm) > FIRM_LENGTH:
        raise AccountRefused(_("企业名称最多 %d 个字") % FIRM_LENGTH, code="enterprise_long")
    if code and not USCC.fullmatch(code):
        raise AccountRefused(_("统一社会信用代码是 18 位数字和字母，请核对后再填"), code="uscc_shape")
    account = Account(
        username=f"visitor-{secrets.token_hex(8)}",
        display_name=name,
        kind=Account.Kind.ENTERPRISE if firm else Account.Kind.RESIDENT,
        principal_name=firm,
        principal_uscc=code,
        created_at=at,
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def heirs_on(on: date) -> dict[int, int]:
    """Every body that is gone by a day and has a successor, with the one that holds in the end. One query.

    A successor that is gone itself hands on to its own; a ring, or an end without a successor, leads nowhere and is left out.
    """
    gone = dict(Organisation.objects.filter(valid_to__lt=on, successor__isnull=False).values_list("pk", "successor_id"))
    found: dict[int, int] = {}
    for old, first in gone.items():
        heir, seen = first, {old}
        while heir in gone and heir not in seen:
            seen.add(heir)
            heir = gone[heir]
        if heir not in seen:
            found[old] = heir
    return found


def succession_bar(old: Organisation, new: Organisation, *, on: date) -> str:
    """Why the work of one body cannot go to another from a day on; empty when it can. At most one query."""
    day, taken = on.isoformat(), old.successor if old.successor_id not in {None, new.pk} else None
    begins, ends = old.valid_from or date.min, new.valid_to or date.max
    bars = (
        (old.pk == new.pk, f"“{old.name}”不能由自己承接"),
        (taken is not None, f"“{old.name}”已经由别的单位承接：{taken.name if taken else ''}"),
        (new.successor_id == old.pk, f"“{new.name}”的承接单位就是“{old.name}”，不能互相承接"),
        (on <= begins, f"“{old.name}”{begins.isoformat()}才成立，{day}还不能由别的单位承接"),
        ((new.valid_from or date.min) > on, f"承接单位“{new.name}”{new.valid_from}才成立，晚于{day}"),
        (ends < on, f"承接单位“{new.name}”{ends.isoformat()}就没有了，{day}已经不在"),
    )
    return next((words for holds, words in bars if holds), "")


@db.transaction
def succeed_body(*, old: str, new: str, on: date, basis: str) -> None:
    """From a day on another body does the work of this one, by a decision that is named (R2.8.a). Safe to repeat.

    Only says so: whoever works on open items follows with `dispatch.services.hand_over_open_work`, as the worker does when
    the day has come. Raises SuccessionRefused.
    """
    if not basis.strip():
        raise SuccessionRefused("写明依据：是哪一份文件定的")
    rows = Organisation.objects.select_for_update(of=("self",), no_key=True).filter(key__in=[old, new]).order_by("pk")
    bodies = {row.key: row for row in rows}
    if unknown := [key for key in (old, new) if key not in bodies]:
        raise SuccessionRefused("没有这个单位：" + "、".join(unknown))
    gone, heir = bodies[old], bodies[new]
    if bar := succession_bar(gone, heir, on=on):
        raise SuccessionRefused(bar)
    gone.successor, gone.valid_to, gone.succession_basis = heir, on - timedelta(days=1), basis.strip()
    gone.save(update_fields=["successor", "valid_to", "succession_basis"])


@db.transaction
def follow_officers(*, old: int, new: int, on: date) -> int:
    """Give the serving officers of a body that is gone the same offices in its successor; gives how many moved.

    The old office is switched off and keeps its row: decisions go on naming it. Safe to repeat.
    """
    officers = list(Officer.objects.select_for_update(of=("self",)).filter(organisation_id=old, is_active=True))
    Officer.objects.bulk_create(
        [Officer(account_id=one.account_id, organisation_id=new, role=one.role, since=on) for one in officers],
        ignore_conflicts=True,
    )
    Officer.objects.filter(pk__in=[one.pk for one in officers]).update(is_active=False, until=on)
    return len(officers)


@db.transaction_required
def give_system_office(organisation: Organisation, *, active: bool, at: datetime) -> Officer:
    """The office in which a body's own system acts as its reviewer; made once, switched off rather than removed.

    Its account has no password and no sign-in: what it does comes in by signed requests (R2.8.c/2).
    """
    account, _made = Account.objects.get_or_create(
        username=f"system-{organisation.pk}",
        defaults={
            "display_name": f"{organisation.short_name}系统",
            "kind": Account.Kind.SYSTEM,
            "assurance": Account.Assurance.SIGNED,
            "password": "!",  # what Django stores for no usable password
            "created_at": at,
        },
    )
    office, _made = Officer.objects.get_or_create(
        account=account, organisation=organisation, role=Officer.Role.REVIEWER, defaults={"is_active": active}
    )
    if office.is_active != active:
        office.is_active = active
        office.save(update_fields=["is_active"])
    Organisation.objects.filter(pk=organisation.pk).update(has_own_system=active)
    return office


def _write_divisions(read: PlacesRead) -> None:
    Division.objects.bulk_create(
        read.divisions.values(),
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "name",
            "level",
            "parent",
            "successor",
            "valid_from",
            "valid_to",
            "aliases",
            "is_administrative",
        ],
    )


def _write_organisations(read: PlacesRead) -> dict[str, int]:
    """Write the bodies; returns their ids by key. What a command said of a body's end holds until the file says it itself."""
    ended = dict(Organisation.objects.exclude(succession_basis="").values_list("key", "valid_to"))
    for key in ended.keys() & read.organisations.keys():
        row = read.organisations[key]
        row.valid_to = row.valid_to or ended[key]
    Organisation.objects.bulk_create(
        read.organisations.values(),
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name", "short", "division", "kind", "provenance", "valid_from", "valid_to"],
    )
    keys = list(read.organisations)
    found = dict(Organisation.objects.filter(key__in=keys).values_list("key", "pk"))
    # Successors when every body has its row: one may stand behind the other in the file.
    for key, successor in read.successors.items():
        Organisation.objects.filter(key=key).update(successor_id=found[successor])
    return found
