"""Identity numbers, credit codes, phones, bank cards and names: read them in, say what to do when they are wrong.

Every check takes what a person typed, undoes what keyboards and phones do to it (full-width digits, spaces, small x)
and returns a `Checked`: the value to keep and, if something is wrong, a message that says what to do. A right check
digit proves a careful typist, not a person; whether the person exists is asked of the registry.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from onething.kit.names import check_person_name, mask_name
from onething.kit.results import Checked

__all__ = [
    "Checked",
    "Sex",
    "age_on",
    "birth_date",
    "check_bank_account",
    "check_citizen_number",
    "check_person_name",
    "check_phone",
    "check_uscc",
    "citizen_check_character",
    "mask_bank_account",
    "mask_citizen_number",
    "mask_name",
    "mask_phone",
    "sex",
    "uscc_check_character",
]

CITIZEN_LENGTH = 18
OLD_CITIZEN_LENGTH = 15
CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_CHECKS = "10X98765432"
# 11-65 provinces; 71, 81, 82, 83 Taiwan, Hong Kong and Macao residents; 9x permanent residents from abroad.
# Only the first two digits: the rest may name a county that was abolished long ago.
CITIZEN_PROVINCES = frozenset(range(11, 66)) | {71, 81, 82, 83} | frozenset(range(90, 100))

USCC_LENGTH = 18
USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
USCC_LOOKALIKES = {"I": "数字1", "O": "数字0", "S": "数字5", "Z": "数字2", "V": "字母U或Y"}

MOBILE_LENGTH = 11
CARD_LENGTHS = range(13, 20)
ACCOUNT_LENGTHS = range(6, 33)
_TWO_DIGITS = 9


class Sex(StrEnum):
    """Sex by the codes of GB/T 2261.1."""

    MALE = "1"
    FEMALE = "2"


@dataclass(frozen=True)
class _Parts:
    born: dt.date | None
    serial: int


def check_citizen_number(text: str, *, demo: bool, on: dt.date | None = None, label: str = "身份证号") -> Checked:
    """A citizen number (GB 11643): length, characters, region, birth date, check digit.

    `demo`: a demonstration takes only numbers whose check digit is wrong, so that no real person's number gets in;
    a real installation takes only right ones (design decision 20). With `on`, a birth after that day is refused.
    """
    value = _tidy(text).upper()
    if problem := _citizen_shape(value, label):
        return Checked(value, *problem)
    born = _citizen_parts(value).born
    if born is None:
        return Checked(value, "birth_date", f"{label}第7到14位是出生日期，没有{value[6:14]}这一天，请对照证件检查")
    if on is not None and born > on:
        return Checked(value, "birth_date", f"{label}里的出生日期在今天之后，请对照证件检查第7到14位")
    right = value[-1] == citizen_check_character(value[:-1])
    if demo and right:
        return Checked(value, "real_number", f"这里是演示，请不要填真实的{label}，改用演示号码")
    if not demo and not right:
        return Checked(value, "check_digit", f"{label}有一位可能抄错了，请对照证件逐位检查")
    return Checked(value)


def citizen_check_character(first_17: str) -> str:
    """The 18th character that belongs to 17 digits."""
    return CITIZEN_CHECKS[sum(int(d) * w for d, w in zip(first_17, CITIZEN_WEIGHTS, strict=True)) % 11]


def birth_date(number: str) -> dt.date | None:
    """The birth date in a citizen number, or None if `number` holds none."""
    value = _tidy(number).upper()
    return None if _citizen_shape(value, "") else _citizen_parts(value).born


def sex(number: str) -> Sex | None:
    """The sex in a citizen number: odd serial male, even female. None if `number` is none."""
    value = _tidy(number).upper()
    if _citizen_shape(value, ""):
        return None
    return Sex.MALE if _citizen_parts(value).serial % 2 else Sex.FEMALE


def age_on(born: dt.date, on: dt.date) -> int:
    """Full years of age. Who was born on 29 February is a year older on 1 March of a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def check_uscc(text: str, *, label: str = "统一社会信用代码") -> Checked:
    """A unified social credit code (GB 32100).

    A wrong check character only warns (`blocks` is false): some early codes really have one, and only the registry
    can tell. The rule for demonstrations applies to citizen numbers alone: firms are public, not persons.
    """
    value = _tidy(text).upper()
    if problem := _uscc_shape(value, label):
        return Checked(value, *problem)
    if value[-1] != uscc_check_character(value[:-1]):
        message = f"{label}有一位可能抄错了，请对照营业执照检查；没有抄错就继续"
        return Checked(value, "check_character", message, blocks=False)
    return Checked(value)


def uscc_check_character(first_17: str) -> str:
    """The 18th character that belongs to the first 17 of a credit code."""
    total = sum(USCC_CHARACTERS.index(c) * w for c, w in zip(first_17, USCC_WEIGHTS, strict=True))
    return USCC_CHARACTERS[-total % 31]


def check_phone(text: str, *, landline: bool = True, label: str = "手机号码") -> Checked:
    """A mobile number of the mainland, or with `landline` also 0 + area code + number. +86 and dashes are dropped."""
    value = re.sub(r"[\s()-]", "", _tidy(text))
    value = re.sub(r"^(\+|00)86", "", value)
    if not value:
        return Checked("", "required", f"填写{label}")
    if not (value.isascii() and value.isdigit()):
        return Checked(value, "characters", f"{label}只写数字，请检查")
    if landline and value.startswith("0"):
        right = re.fullmatch("0(10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}", value)
        return Checked(value) if right else Checked(value, "landline", "固定电话要带区号，例如 0523 加7或8位号码")
    if len(value) != MOBILE_LENGTH:
        return Checked(value, "length", f"{label}要11位，现在是{len(value)}位")
    if not re.match("1[3-9]", value):
        return Checked(value, "prefix", f"{label}要以13到19开头，请检查前两位")
    return Checked(value)


def check_bank_account(text: str, *, card: bool = True, label: str = "") -> Checked:
    """A bank card number (13 to 19 digits with the Luhn check), or with `card=False` an account of a firm.

    Accounts of firms follow each bank's own numbering, so only their length and digits are looked at.
    """
    label = label or ("银行卡号" if card else "银行账号")
    value = re.sub(r"[\s-]", "", _tidy(text))
    if not value:
        return Checked("", "required", f"填写{label}")
    if not (value.isascii() and value.isdigit()):
        return Checked(value, "characters", f"{label}只写数字，请检查")
    lengths = CARD_LENGTHS if card else ACCOUNT_LENGTHS
    if len(value) not in lengths:
        message = f"{label}要{lengths[0]}到{lengths[-1]}位，现在是{len(value)}位"
        return Checked(value, "length", message)
    if card and not _luhn(value):
        return Checked(value, "check_digit", f"{label}有一位可能抄错了，请对照银行卡检查")
    return Checked(value)


def mask_citizen_number(number: str, *, own: bool = False) -> str:
    """For others the first and the last character; for the owner six and four, enough to recognise it."""
    head, tail = (6, 4) if own else (1, 1)
    return _masked(number, head, tail)


def mask_phone(number: str) -> str:
    """First three and last four digits."""
    return _masked(number, 3, 4)


def mask_bank_account(number: str) -> str:
    """Last four digits."""
    return _masked(number, 0, 4)


def _masked(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    if hidden <= 0:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]


def _tidy(text: str) -> str:
    """Full-width to half-width, no spaces, nothing invisible."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"})


def _citizen_shape(value: str, label: str) -> tuple[str, str] | None:
    """Code and message of what is wrong with length, characters or region, or None."""
    if not value:
        return "required", f"填写{label}"
    if len(value) == OLD_CITIZEN_LENGTH and value.isascii() and value.isdigit():
        return "old_number", f"15位的旧{label}已经停用，请填18位的"
    if len(value) != CITIZEN_LENGTH:
        return "length", f"{label}要18位，现在是{len(value)}位"
    for position, character in enumerate(value, 1):
        if not (character in "0123456789" or (character == "X" and position == CITIZEN_LENGTH)):
            return "characters", f"{label}前17位是数字，最后一位是数字或X，请改第{position}位"
    if int(value[:2]) not in CITIZEN_PROVINCES:
        return "region", f"{label}的前两位不对，请对照证件检查"
    return None


def _citizen_parts(value: str) -> _Parts:
    try:
        born: dt.date | None = dt.date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        born = None
    if born is not None and not dt.date(1800, 1, 1) <= born <= dt.date(2099, 12, 31):
        born = None
    return _Parts(born, int(value[14:17]))


def _uscc_shape(value: str, label: str) -> tuple[str, str] | None:
    """Code and message of what is wrong with length, characters or structure, or None."""
    if not value:
        return "required", f"填写{label}"
    if len(value) != USCC_LENGTH:
        return "length", f"{label}要18位，现在是{len(value)}位"
    for position, character in enumerate(value, 1):
        if character in USCC_CHARACTERS:
            continue
        other = USCC_LOOKALIKES.get(character)
        hint = f"里没有字母{character}，看看是不是{other}" if other else f"只有数字和大写字母，请改第{position}位"
        return "characters", f"{label}{hint}"
    if not re.fullmatch("[1-9ANY][1-9][0-9]{6}.{10}", value):
        return "structure", f"{label}的前8位不对，请对照营业执照检查"
    return None


def _luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > _TWO_DIGITS else value
    return total % 10 == 0
