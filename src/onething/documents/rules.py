"""What anyone may learn from a verification code, of a result or an official document (R2.9, ux h1). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from onething.kit.identity import mask_name

__all__ = ["MOST_SHOWN", "Verdict", "Verification", "judge", "shown_lines"]

MOST_SHOWN: Final = 6
Line = list[str]


class Verdict(StrEnum):
    """The four answers, told apart by word and shape."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_FOUND = "not_found"


VERDICT_WORDS: Final[Mapping[Verdict, str]] = {
    Verdict.VALID: "有效",
    Verdict.EXPIRED: "已失效",
    Verdict.REVOKED: "已撤销",
    Verdict.NOT_FOUND: "查不到",
}


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer to a code: the verdict, and at most six masked things about the document."""

    verdict: Verdict
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """The verdict as people read it."""
        return VERDICT_WORDS[self.verdict]


def judge(*, revoked: bool, valid_until: date | None, today: date) -> Verdict:
    """Revocation first; the last day of validity still belongs to it."""
    if revoked:
        return Verdict.REVOKED
    return Verdict.EXPIRED if valid_until is not None and valid_until < today else Verdict.VALID


def shown_lines(
    *, name: str, number: str, holder: str, is_firm: bool, issuer: str, issued_on: date, valid_until: date | None
) -> list[Line]:
    """What the verification page says: never more than six things; a person's name is masked, a firm's is public."""
    lines = [
        ["文书", name],
        ["编号", number],
        ["持有人", holder if is_firm else mask_name(holder)],
        ["发出单位", issuer],
        ["发出日期", issued_on.isoformat()],
    ]
    if valid_until is not None:
        lines.append(["有效期到", valid_until.isoformat()])
    return lines[:MOST_SHOWN]
