"""Numbers that people read out, type in and find on paper.

A case number is division (6 digits), legal date (8), a running number and a check character (ISO 7064 mod 37,36),
which notices every single wrong character and nearly every swap of neighbours, so that a mistyped number is told
apart from an unknown one. The running number comes from a PostgreSQL sequence: no row that everybody waits for, and
gaps mean nothing. Item numbers are the case's number and the item's place in the case.
"""

import datetime as dt
import re
import secrets
import unicodedata
from dataclasses import dataclass

__all__ = [
    "CASE_SEQUENCE",
    "CaseNumber",
    "case_number",
    "check_character",
    "has_right_check",
    "is_verification_code",
    "item_number",
    "parse_case_number",
    "short_hash",
    "tidy_number",
    "verification_code",
]

CASE_SEQUENCE = "kit_case_number"
"""The PostgreSQL sequence behind case numbers (made in kit's first migration)."""

ALPHABET_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Read aloud and typed from paper: without 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 16
SEQUENCE_DIGITS = 6
MAX_ITEMS = 99
_CASE = re.compile(r"([0-9]{6})([0-9]{8})([0-9]{6,12})([0-9A-Z])(?:-([0-9]{2}))?")


@dataclass(frozen=True)
class CaseNumber:
    """What a case number says. `item` is the item's place, or None for the whole case."""

    division: str
    on: dt.date
    sequence: int
    item: int | None = None


def case_number(division: str, on: dt.date, sequence: int) -> str:
    """The public number of a case: `division` gives its first six digits, `sequence` at least six."""
    if not re.match("[0-9]{6}", division):
        msg = f"a case number needs a division of six or more digits, not {division!r}"
        raise ValueError(msg)
    if sequence < 1:
        msg = f"a running number starts at 1, not {sequence}"
        raise ValueError(msg)
    body = f"{division[:6]}{on:%Y%m%d}{sequence:0{SEQUENCE_DIGITS}d}"
    return body + check_character(body)


def item_number(case: str, ordinal: int) -> str:
    """The number of the item at place `ordinal` (from 1) of a case."""
    if not 1 <= ordinal <= MAX_ITEMS:
        msg = f"a case holds items 1 to {MAX_ITEMS}, not {ordinal}"
        raise ValueError(msg)
    return f"{case}-{ordinal:02d}"


def parse_case_number(text: str) -> CaseNumber | None:
    """Read a case or item number as typed. None when it cannot be one: wrong shape, no such day, wrong check."""
    found = _CASE.fullmatch(tidy_number(text))
    if found is None:
        return None
    division, day, sequence, check, item = found.groups()
    if check_character(division + day + sequence) != check:
        return None
    try:
        on = dt.date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return None
    return CaseNumber(division, on, int(sequence), int(item) if item else None)


def tidy_number(text: str) -> str:
    """Upper case, half width, without the spaces people put in to count digits."""
    half = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s", "", half).replace("—", "-").replace("–", "-").upper()


def check_character(body: str) -> str:
    """The ISO 7064 mod 37,36 character of a string of digits and capital letters."""
    rest = 36
    for character in body:
        rest = (rest + ALPHABET_36.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return ALPHABET_36[(37 - rest) % 36]


def has_right_check(number: str) -> bool:
    """Whether the last character of `number` is its check character."""
    return len(number) > 1 and check_character(number[:-1]) == number[-1]


def verification_code() -> str:
    """A random code for checking a document: 72 bits, in groups of four, no characters that look alike."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def is_verification_code(text: str) -> bool:
    """Whether `text`, tidied, has the shape of a verification code."""
    return re.fullmatch(f"[{CODE_ALPHABET}]{{4}}(-[{CODE_ALPHABET}]{{4}}){{3}}", tidy_number(text)) is not None


def short_hash(digest: str) -> str:
    """The first eight digits of a hash, as shown on pages and paper beside a version."""
    return digest.lower()[:8]
