"""Checks of one typed value by its element's type, with messages that say what to do (ux 3.8); no "invalid".

Values are kept as text, whole numbers as text too: JSON has no exact decimals, and canonical hashing refuses floats.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Protocol

from onething.kit.identity import (
    age_on,
    birth_date,
    check_bank_account,
    check_citizen_number,
    check_person_name,
    check_phone,
    check_uscc,
    sex,
)
from onething.kit.results import Checked

__all__ = ["DOCUMENT", "DOCUMENT_NUMBER", "Fault", "FieldLike", "check_value", "derive_value", "type_of_number"]

LONGEST: Final = {"text": 200, "address": 200, "long_text": 2000}
PERSON_NAMES: Final = frozenset({"person_name", "姓名"})
# Elements computed from a citizen number, by their key in the element dictionary.
BIRTH_DATE: Final = "birth_date"
BIRTH_DATETIME: Final = "birth_datetime"
SEX_KEYS: Final = frozenset({"sex", "gender"})
ACCOUNT_HOLDER: Final = "bank_account_holder"
# The number of a document is checked as that of the document it is; of others only signs and length are known.
DOCUMENT: Final = "id_document_type"
DOCUMENT_NUMBER: Final = "id_document_number"
NUMBER_OF: Final = {"居民身份证": "id_number", "统一社会信用代码": "uscc"}
AGE: Final = "age"
SEX_WORDS: Final = {"1": "男", "2": "女"}
MOST_DIGITS: Final = 18
MONTHS: Final = 12
MATCHED: Final = 500  # a pattern out of a file is never run over more characters than this
EARLIEST: Final = date(1850, 1, 1)
YES_NO: Final = {"yes": "yes", "no": "no", "是": "yes", "否": "no", "true": "yes", "false": "no", "on": "yes"}


class FieldLike(Protocol):
    """What the checks look at of a field."""

    @property
    def key(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def element(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def options(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def multiple(self) -> bool: ...
    @property
    def unit(self) -> str: ...
    @property
    def pattern(self) -> str: ...
    @property
    def max_length(self) -> int | None: ...
    @property
    def example(self) -> str: ...
    @property
    def minimum(self) -> int | None: ...
    @property
    def maximum(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right: the control, the words beside it, and a code for programs."""

    key: str
    subject: str
    element: str
    code: str
    message: str


def check_value(
    field: FieldLike, raw: str | Sequence[str], *, today: date, demonstration: bool
) -> tuple[Any, Fault | None]:
    """The value to keep and what is wrong with it. Empty is never wrong here."""
    if field.multiple:
        texts = [raw] if isinstance(raw, str) else list(raw)
        return _choices(field, [text for text in map(_line, texts) if text])
    text = raw if isinstance(raw, str) else (raw[0] if raw else "")
    text = _paragraphs(text) if field.type == "long_text" else _line(text)
    if not text:
        return None, None
    checked = _by_type(field, text, today, demonstration=demonstration)
    if checked.ok and not checked.code:
        checked = _by_pattern(field, checked)
    return checked.value, None if checked.ok else _fault(field, checked.code, checked.message)


def type_of_number(field: FieldLike, document: object) -> str:
    """The type by which a field is checked once it is known of which document it takes the number; else its own."""
    if field.element != DOCUMENT_NUMBER or not document:
        return field.type
    return NUMBER_OF.get(str(document), "text")


def derive_value(element: str, sources: Sequence[str], known: Mapping[str, Any], *, today: date) -> str | None:
    """What follows for an element from the data it is derived from; None when it cannot be computed yet."""
    for source in sources:
        number = str(known.get(source) or "")
        born = birth_date(number) or _day_of(number)
        if element in SEX_KEYS and (found := sex(number)) is not None:
            return SEX_WORDS[found.value]
        if born is not None and element == BIRTH_DATE:
            return born.isoformat()
        if born is not None and element == AGE:
            return str(age_on(born, today))
        if number and element == ACCOUNT_HOLDER:
            return number  # the account is in the name of whoever is paid
    return None


def _by_type(field: FieldLike, text: str, today: date, *, demonstration: bool) -> Checked:
    if field.options:
        return _choice(field, text)
    if field.element in PERSON_NAMES or (field.type == "text" and field.name == "姓名"):
        return check_person_name(text, label=field.label)
    if field.type == "id_number":
        return check_citizen_number(text, demo=demonstration, on=today, label=field.label)
    check = _SIMPLE.get(field.type)
    return check(field, text) if check is not None else _text(field, text)


def _choice(field: FieldLike, text: str) -> Checked:
    """One of the choices, by value or by the word shown."""
    for value, label in field.options:
        if text in {value, label}:
            return Checked(value)
    return Checked(text, "choice", f"从列出的选项里选择{field.label}")


def _choices(field: FieldLike, texts: list[str]) -> tuple[list[str], Fault | None]:
    if not field.options:
        return texts, None
    checked = [_choice(field, text) for text in texts]
    wrong = next((one for one in checked if not one.ok), None)
    return [one.value for one in checked], _fault(field, wrong.code, wrong.message) if wrong else None


def _text(field: FieldLike, text: str) -> Checked:
    longest = field.max_length or LONGEST.get(field.type, 200)
    if len(text) > longest:
        return Checked(text, "length", f"{field.label}最多{longest}个字，现在是{len(text)}个")
    if any(unicodedata.category(character) == "Co" for character in text):
        return Checked(
            text, "private_character", f"{field.label}里有一个自造字，别的电脑显示不出来，请换输入法重新输入"
        )
    return Checked(text)


def _number(field: FieldLike, text: str) -> Checked:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").removesuffix(field.unit or "\0")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        return Checked(text, "number", f"{field.label}只写数字{_example(field)}")
    if "e" in plain.lower() or len(plain) > MOST_DIGITS:
        return Checked(text, "number", f"{field.label}的数字太长，请检查")
    unit = field.unit
    if field.minimum is not None and number < field.minimum:
        return Checked(text, "minimum", f"{field.label}不能小于{field.minimum}{unit}，现在是{plain}{unit}")
    if field.maximum is not None and number > field.maximum:
        return Checked(text, "maximum", f"{field.label}不能大于{field.maximum}{unit}，现在是{plain}{unit}")
    return Checked(format(number, "f"))


def _date(field: FieldLike, text: str) -> Checked:
    day = _day_of(text)
    if day is None:
        return Checked(text, "date", f"{field.label}写年月日，例如 2026-03-05")
    if not EARLIEST <= day <= date(2199, 12, 31):
        return Checked(text, "date", f"{field.label}的年份不对，请检查")
    return Checked(day.isoformat())


def _datetime(field: FieldLike, text: str) -> Checked:
    plain = unicodedata.normalize("NFKC", text).strip().replace("/", "-").replace("T", " ")
    plain = re.sub(r"[年月]", "-", plain).replace("日", " ").replace("时", ":").replace("分", "")
    for shape in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
        try:
            moment = datetime.strptime(re.sub(r"\s+", " ", plain).strip(), shape)  # noqa: DTZ007  # civil time as typed
        except ValueError:
            continue
        return Checked(moment.strftime("%Y-%m-%d %H:%M"))
    return Checked(text, "datetime", f"{field.label}写到几点几分，例如 2026-03-05 14:30")


def _month(field: FieldLike, text: str) -> Checked:
    plain = unicodedata.normalize("NFKC", text)
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})月?", plain.strip())
    if found is None or not 1 <= int(found[2]) <= MONTHS:
        return Checked(text, "month", f"{field.label}写年和月，例如 2026-03")
    return Checked(f"{found[1]}-{int(found[2]):02d}")


def _boolean(field: FieldLike, text: str) -> Checked:
    value = YES_NO.get(text.lower())
    return Checked(text, "choice", f"选择{field.label}：是或否") if value is None else Checked(value)


def _phone(field: FieldLike, text: str) -> Checked:
    return check_phone(text, label=field.label)


def _uscc(field: FieldLike, text: str) -> Checked:
    return check_uscc(text, label=field.label)


def _bank_account(field: FieldLike, text: str) -> Checked:
    """A card for persons, an account of a firm otherwise; which of the two the bank's own system tells."""
    card = check_bank_account(text, card=True, label=field.label)
    return card if card.ok else check_bank_account(text, card=False, label=field.label)


_SIMPLE: Final[Mapping[str, Callable[[FieldLike, str], Checked]]] = {
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "month": _month,
    "boolean": _boolean,
    "phone": _phone,
    "uscc": _uscc,
    "bank_account": _bank_account,
}


def _by_pattern(field: FieldLike, checked: Checked) -> Checked:
    """The element's own pattern, for the types that have no check of their own."""
    if not field.pattern or field.type not in {"text", "number", "address", "month"} or field.options:
        return checked
    if field.element in PERSON_NAMES or len(checked.value) > MATCHED:
        return checked
    if re.search(field.pattern, checked.value) is None:
        return Checked(checked.value, "pattern", f"{field.label}和要求的写法不一样，请检查{_example(field)}")
    return checked


def _example(field: FieldLike) -> str:
    return f"，例如 {field.example}" if field.example else ""


def _fault(field: FieldLike, code: str, message: str) -> Fault:
    return Fault(field.key, field.subject, field.element, code, message)


def _line(text: str) -> str:
    """One line: composed characters, no control or zero-width characters, outer spaces gone."""
    composed = unicodedata.normalize("NFC", text)
    return re.sub(
        r"\s+", " ", "".join(c for c in composed if unicodedata.category(c) not in {"Cf", "Cc"} or c.isspace())
    ).strip()


def _paragraphs(text: str) -> str:
    return "\n".join(_line(line) for line in text.replace("\r\n", "\n").split("\n")).strip()


def _day_of(text: str) -> date | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", plain)
    if found is None or (plain.isdigit() and len(plain) != len("20260305")):
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
