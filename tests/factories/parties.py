"""A small town for tests: 海陵区 with a town inside, its city and province, and bodies for a few functions."""

from dataclasses import dataclass, field

from tests.cast import AT, PLACE, RESIDENT, Name

from onething.parties.demo import CITY
from onething.parties.models import Account, Division, FunctionSlot, Officer, Organisation, Routing

__all__ = ["CITY", "PROVINCE", "TOWN", "Town", "make_account", "make_officer", "make_town"]

PROVINCE, TOWN = "320000000000", "321202100000"

# function → name of its body in the district
FUNCTIONS = {
    "health": "海陵区卫生健康委员会",
    "public-security": "泰州市公安局海陵分局",
    "medical-insurance": "泰州市医疗保障局海陵分局",
    "market": "海陵区市场监督管理局",
}


@dataclass
class Town:
    """The rows of the small town by key, for tests to pick from."""

    bodies: dict[str, Organisation] = field(default_factory=dict)
    functions: dict[str, FunctionSlot] = field(default_factory=dict)


def make_town(*functions: str) -> Town:
    """Divisions, and one district body per function (all of FUNCTIONS unless some are named), routed at 海陵区."""
    Division.objects.bulk_create(
        [
            Division(code=PROVINCE, name="江苏省", level=Division.Level.PROVINCE),
            Division(code=CITY, name="泰州市", level=Division.Level.CITY, parent_id=PROVINCE),
            Division(code=PLACE, name="海陵区", level=Division.Level.COUNTY, parent_id=CITY),
            Division(code=TOWN, name="九龙镇", level=Division.Level.TOWN, parent_id=PLACE),
        ]
    )
    town = Town()
    for key in functions or FUNCTIONS:
        name = FUNCTIONS.get(key, f"海陵区{key}局")
        town.functions[key] = FunctionSlot.objects.create(key=key, name=key)
        town.bodies[key] = Organisation.objects.create(key=f"hailing-{key}", name=name, division_id=PLACE)
        Routing.objects.create(function_id=key, division_id=PLACE, organisation=town.bodies[key])
    return town


def make_account(name: str = Name.APPLICANT, kind: Account.Kind | None = None) -> Account:
    """An account of the cast, or of any other name; an enterprise of the cast brings its firm."""
    known = RESIDENT.get(name)
    firm, code = (known.principal_name, known.principal_uscc) if known else ("", "")
    account = Account(
        username=known.username if known else f"account-{name}",
        display_name=name,
        kind=kind or (Account.Kind.ENTERPRISE if firm else Account.Kind.RESIDENT),
        principal_name=firm,
        principal_uscc=code,
        created_at=AT,
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def make_officer(
    body: Organisation, *, name: str = Name.REVIEWER, role: Officer.Role = Officer.Role.REVIEWER, is_active: bool = True
) -> Officer:
    """A member of staff with one office in a body. The same name in another body is another account."""
    account, _ = Account.objects.get_or_create(
        username=f"{body.key}-{name}",
        defaults={"display_name": name, "kind": Account.Kind.STAFF, "created_at": AT},
    )
    return Officer.objects.create(account=account, organisation=body, role=role, is_active=is_active)
