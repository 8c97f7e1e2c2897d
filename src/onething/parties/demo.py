"""The cast of a demonstration: named people at every desk that the shipped one-things need, in 海陵区 and its city (R5.14).

Nobody here exists. Identity numbers carry a wrong check character on purpose; the credit code's outer check character is
right, as forms demand it, but the organisation code inside it fails its own check, so that no register can have given it out.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from onething.kit import db
from onething.kit.errors import Refused
from onething.kit.identity import citizen_check_character
from onething.parties.models import Account, Officer, Organisation, Routing
from onething.parties.routing import ItemToRoute, division_chain, route_items

__all__ = [
    "CITY",
    "GIVEN_NAMES",
    "PLACE",
    "RESIDENTS",
    "SURNAMES",
    "CastMember",
    "DemoRefused",
    "Resident",
    "load_cast",
    "load_staff",
    "wrong_citizen_number",
]

PLACE = "321202000000"
CITY = "321200000000"
CHECK_CHARACTERS = "0123456789X"


def wrong_citizen_number(first_17: str) -> str:
    """17 digits with the check character after the right one."""
    right = CHECK_CHARACTERS.index(citizen_check_character(first_17))
    return first_17 + CHECK_CHARACTERS[(right + 1) % len(CHECK_CHARACTERS)]


class DemoRefused(Refused):
    """The cast cannot take its desks, because there are no bodies yet."""

    code = "demo_refused"


@dataclass(frozen=True, slots=True)
class Resident:
    """A resident, or a person acting for an enterprise."""

    username: str
    name: str
    first_17: str
    who: str
    principal_name: str = ""
    principal_uscc: str = ""

    @property
    def identity_number(self) -> str:
        """An identity number whose check character is wrong: the one after the right one."""
        return wrong_citizen_number(self.first_17)


@dataclass(frozen=True, slots=True)
class CastMember:
    """One line of the list of demo accounts: how to find it, who it is, what it can do."""

    username: str
    name: str
    who: str
    organisation: str = ""
    roles: tuple[str, ...] = ()
    identity_number: str = ""

    def __str__(self) -> str:
        """A line of the list that a start prints, with the invented identity number to fill forms with."""
        parts = (f"{self.username:<28}", self.name, self.who, self.organisation, self.identity_number)
        return "  ".join(part for part in parts if part)


RESIDENTS = (
    Resident("limei", "李梅", "32120219920315002", "居民，刚生了孩子"),
    Resident("zhangjianguo", "张建国", "32120219660708001", "居民，父亲刚去世"),
    Resident("zhouhang", "周航", "32120219850621003", "居民，看不到别人的办件"),
    Resident("ayiguli", "阿依古丽·买买提", "32120219900101004", "居民，姓名带间隔号"),
    Resident(
        "wangdayong", "王大勇", "32120219880912005", "要开餐饮店的店主",
        principal_name="泰州市海陵区大勇小馆（虚构）", principal_uscc="91321202MA00D01A71",
    ),
)  # fmt: skip

# Who reviews, by what the body is called. A body that fits none gets a name from the list below.
REVIEWERS = (
    ("卫生健康", "陈静"),
    ("公安", "赵磊"),
    ("医疗保障", "孙莉"),
    ("人力资源", "周敏"),
    ("税务", "吴涛"),
    ("疾病预防", "郑洁"),
    ("民政", "何芳"),
    ("市场监督", "马骏"),
    ("消防", "冯刚"),
    ("烟草", "蒋卫东"),
    ("城市管理", "沈岩"),
    ("住房和城乡建设", "韩冬"),
    ("生态环境", "杨帆"),
    ("公积金", "朱琳"),
    ("残疾人", "秦越"),
    ("司法", "许宁"),
    ("水", "吕清"),
    ("银行", "施敏"),
)
SURNAMES = "钱顾陆龚邵汤殷史侯邹石崔贺倪严牛温芦季俞"
GIVEN_NAMES = ("晓东", "文静", "志强", "丽华", "海燕", "国平", "雪梅", "建新", "春兰", "永康", "素芬", "立群")
LEADS = (("卫生健康", "刘芸"), ("民政", "董平"), ("市场监督", "潘越"))
# Heads of some bodies of the district, to try extensions and approvals: the first body that is called so.
HEADS = (("行政审批", "高远"), ("市场监督", "雷鸣"), ("卫生健康", "苏红"))
# The head of the city's government, who alone gives joint handling more time.
GOVERNMENT, MAYOR = "人民政府", "叶舟"
COORDINATOR = "徐明"
# Where what finds no target lands: the bureau that runs the service centre, whichever name it has in a place.
COORDINATING = ("数据局", "行政审批局", "政务服务")


@db.transaction
def load_cast(
    *, at: datetime, items: Collection[ItemToRoute] = (), lead_functions: Collection[str] = ()
) -> list[CastMember]:
    """Give the demonstration its people, or find them again. Names that were changed since stay changed.

    One reviewer for each body that one of the items reaches in the district or its city (without items: every body
    that anything is routed to), one contact of each body that leads, heads of some bodies and of the city's government, one
    coordinator. Raises DemoRefused without bodies.
    """
    on = timezone.localtime(at).date()
    bodies = _routed(items, on) if items else _all_routed(on)
    if not bodies:
        raise DemoRefused("还没有单位和职能对应关系，先载入 divisions.yaml 和 organisations.yaml", code="no_bodies")
    leading = _routed([ItemToRoute(key, "", key) for key in lead_functions], on)
    desks = _desks(bodies, leading)
    desks += _heads(bodies, on)
    desks.append(("coordinator", COORDINATOR, _office(on) or bodies[0], (Officer.Role.COORDINATOR,)))
    accounts = _seat(
        [_resident_account(one, at) for one in RESIDENTS]
        + [_staff_account(name, who, at) for name, who, _, _ in desks],
        desks,
        at=at,
    )
    return [_told_resident(one, accounts[one.username]) for one in RESIDENTS] + [
        _told_staff(accounts[username], body, roles) for username, _, body, roles in desks
    ]


@db.transaction
def load_staff(
    *, at: datetime, places: Sequence[str], items: Collection[ItemToRoute], lead_functions: Collection[str] = ()
) -> int:
    """Seat people in further places, at every body that one of the items reaches there; gives how many desks there are.

    They can be chosen to sign in like the cast, each place on a page of its own.
    """
    on = timezone.localtime(at).date()
    bodies = _routed(items, on, places)
    leading = _routed([ItemToRoute(key, "", key) for key in lead_functions], on, places)
    desks = _desks(bodies, leading, of_the_cast=False)
    _seat([_staff_account(name, who, at) for name, who, _, _ in desks], desks, at=at)
    return len(desks)


@db.transaction_required
def _seat(wanted: list[Account], desks: "list[Desk]", *, at: datetime) -> dict[str, Account]:
    """Make the accounts and offices that are not there yet; all of them, by user name."""
    Account.objects.bulk_create(wanted, ignore_conflicts=True)
    accounts = {one.username: one for one in Account.objects.filter(username__in=[one.username for one in wanted])}
    Officer.objects.bulk_create(
        [
            Officer(account=accounts[username], organisation=body, role=role, since=timezone.localtime(at).date())
            for username, _, body, roles in desks
            for role in roles
        ],
        ignore_conflicts=True,
    )
    return accounts


Desk = tuple[str, str, Organisation, tuple[Officer.Role, ...]]


def _routed(items: Collection[ItemToRoute], on: date, places: Sequence[str] = (PLACE, CITY)) -> list[Organisation]:
    """The bodies that the items reach from the district and from the city, each once, the district's first."""
    found: dict[int, Organisation] = {}
    for place in places:
        reached = [body for body in route_items(items, place, on).values() if body]
        found |= {body.pk: body for body in sorted(reached, key=lambda body: body.key) if body.pk not in found}
    return list(found.values())


def _all_routed(on: date) -> list[Organisation]:
    """Every body that anything is routed to at the district or around it."""
    routed = Routing.objects.at(division_chain(PLACE, on), on).values("organisation_id")
    return sorted(
        Organisation.objects.valid_on(on).filter(pk__in=routed), key=lambda body: (body.division_id != PLACE, body.key)
    )


def _office(on: date) -> Organisation | None:
    """The city's bureau that runs the service centre: from there the coordinator serves every district."""
    bodies = list(Organisation.objects.valid_on(on).filter(division_id=CITY).order_by("key"))
    return next((body for word in COORDINATING for body in bodies if word in body.name), None)


def _desks(bodies: list[Organisation], leading: list[Organisation], *, of_the_cast: bool = True) -> list[Desk]:
    """Who sits where: one reviewer in each body, who also issues its results; the leads. Only the cast has known names."""
    reviewers, leads = (REVIEWERS, LEADS) if of_the_cast else ((), ())
    taken: set[str] = {COORDINATOR}
    desks: list[Desk] = []
    for body in bodies:
        name = _name(body, reviewers, f"reviewer-{body.key}", taken)
        desks.append((f"reviewer-{body.key}", name, body, (Officer.Role.REVIEWER, Officer.Role.ISSUER)))
    for body in leading:
        name = _name(body, leads, f"lead-{body.key}", taken)
        desks.append((f"lead-{body.key}", name, body, (Officer.Role.LEAD,)))
    return desks


def _heads(bodies: list[Organisation], on: date) -> list[Desk]:
    """Who heads some of the bodies, and the city's government where there is one."""
    desks: list[Desk] = []
    for word, name in HEADS:
        if body := next((one for one in bodies if word in one.name), None):
            desks.append((f"head-{body.key}", name, body, (Officer.Role.HEAD,)))
    governments = Organisation.objects.valid_on(on).filter(division_id=CITY, name__endswith=GOVERNMENT)
    if government := governments.order_by("key").first():
        desks.append((f"head-{government.key}", MAYOR, government, (Officer.Role.GOVERNMENT,)))
    return desks


def _name(body: Organisation, known: Iterable[tuple[str, str]], key: str, taken: set[str]) -> str:
    fitting = next((name for word, name in known if word in body.name and name not in taken), None)
    name = fitting or _made_up_name(key, taken)
    taken.add(name)
    return name


def _made_up_name(key: str, taken: set[str]) -> str:
    """A name that follows from the desk's key, so that it stays the same when other bodies are added."""
    start = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4])
    names = [surname + given for surname in SURNAMES for given in GIVEN_NAMES]
    return next(
        (name for step in range(len(names)) if (name := names[(start + step) % len(names)]) not in taken), names[0]
    )


def _resident_account(one: Resident, at: datetime) -> Account:
    account = Account(
        username=one.username,
        display_name=one.name,
        kind=Account.Kind.ENTERPRISE if one.principal_name else Account.Kind.RESIDENT,
        principal_name=one.principal_name,
        principal_uscc=one.principal_uscc,
        is_demonstration=True,
        created_at=at,
    )
    account.set_unusable_password()
    return account


def _staff_account(username: str, name: str, at: datetime) -> Account:
    account = Account(
        username=username, display_name=name, kind=Account.Kind.STAFF, is_demonstration=True, created_at=at
    )
    account.set_unusable_password()
    return account


def _told_resident(one: Resident, account: Account) -> CastMember:
    who = f"{one.who}，{one.principal_name}" if one.principal_name else one.who
    return CastMember(account.username, account.display_name, who, identity_number=one.identity_number)


def _told_staff(account: Account, body: Organisation, roles: tuple[Officer.Role, ...]) -> CastMember:
    words = tuple(str(role.label) for role in roles)
    return CastMember(account.username, account.display_name, "、".join(words), body.name, tuple(roles))
