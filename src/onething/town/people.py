"""People and firms that do not exist: wrong check digits, credit codes that fail inside, numbers nobody was given."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from onething.kit.identity import uscc_check_character
from onething.parties.demo import GIVEN_NAMES, SURNAMES, wrong_citizen_number

__all__ = ["FIRST_DIGITS", "Firm", "Person", "invent_firm", "invent_person"]

# No operator has numbers that begin with 160; seven digits in a row that nobody dials.
FIRST_DIGITS = "1600000"
TRADES = ("小馆", "茶社", "面馆", "商贸有限公司", "机电有限公司", "建筑工程有限公司", "食品有限公司", "科技有限公司")
WORDS = ("晨光", "和顺", "春来", "长河", "稻香", "青禾", "云帆", "知味", "广厦", "润泽")
STREETS = ("示例路", "样例街", "演示巷", "虚构大道")
CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
MODULUS = 11
# Names that forms, papers and lists must bear: a point inside, two signs before it, signs few fonts have.
UNUSUAL = ("古丽娜尔·艾山", "阿卜杜拉·买买提江", "欧阳海燕", "上官文静", "王䶮", "钱㛃", "陆𬀩")
ONE_IN = 12
GROWN_UP = (20, 60)
YEAR = 365


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person."""

    name: str
    identity_number: str
    born: date
    sex: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Firm:
    """One invented firm, its name saying so."""

    name: str
    uscc: str
    address: str


def invent_person(
    chance: Random, *, division: str, place: str, on: date, ages: tuple[int, int] = GROWN_UP, name: str = ""
) -> Person:
    """Somebody registered in a division, so old on a day. `place` is the division's name, for the address."""
    oldest = max(ages[1] * YEAR, 60)
    born = on - timedelta(days=chance.randint(min(ages[0] * YEAR + 1, oldest), oldest))
    serial = chance.randint(1, 998)
    first_17 = f"{division[:6]}{born:%Y%m%d}{serial:03d}"
    return Person(
        name=name or _name(chance),
        identity_number=wrong_citizen_number(first_17),
        born=born,
        sex="男" if serial % 2 else "女",
        phone=f"{FIRST_DIGITS}{chance.randint(0, 9999):04d}",
        address=_address(chance, place),
    )


def invent_firm(chance: Random, *, division: str, place: str) -> Firm:
    """A firm of a division. The credit code's outer check character is right, as forms demand it."""
    body = f"MA{chance.randint(0, 999999):06d}"
    first_17 = f"91{division[:6]}{body}{_wrong_digit(body)}"
    name = f"泰州市{place}{chance.choice(WORDS)}{chance.choice(TRADES)}（虚构）"
    return Firm(name, first_17 + uscc_check_character(first_17), _address(chance, place))


def _name(chance: Random) -> str:
    usual = chance.choice(SURNAMES) + chance.choice(GIVEN_NAMES)
    return usual if chance.randrange(ONE_IN) else chance.choice(UNUSUAL)


def _wrong_digit(body: str) -> str:
    """A check digit that does not belong to an organisation code (GB 11714), so that no register can have given it out."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, CODE_WEIGHTS, strict=True))
    right = MODULUS - total % MODULUS
    return str((right + 1) % 10) if right < 10 else "1"  # noqa: PLR2004  # 10 is written X, 11 is written 0


def _address(chance: Random, place: str) -> str:
    return f"泰州市{place}{chance.choice(STREETS)}{chance.randint(1, 299)}号"
