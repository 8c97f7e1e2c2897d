"""What anyone may learn from a verification code, and what a result says (R2.9, ux h1). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from onething.kit.identity import mask_name

__all__ = ["MOST_SHOWN", "Verdict", "Verification", "judge", "result_lines", "results_of", "shown_lines"]

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
    *, name: str, number: str, holder: str, issuer: str, issued_on: date, valid_until: date | None
) -> list[Line]:
    """What the verification page says: never more than six things, the holder masked."""
    lines = [
        ["文书", name],
        ["编号", number],
        ["持有人", mask_name(holder)],
        ["发出单位", issuer],
        ["发出日期", issued_on.isoformat()],
    ]
    if valid_until is not None:
        lines.append(["有效期到", valid_until.isoformat()])
    return lines[:MOST_SHOWN]


def results_of(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The documents an item ends in; an item that names none still ends in a written decision (行政许可法 art. 38)."""
    results = [result for result in item.get("results", ()) if result.get("name")]
    return results or [{"key": "decision", "name": f"{item['name']}办理结果"}]


def result_lines(
    *, case: Mapping[str, str], item: Mapping[str, Any], opinion: str, basis: str, produced: Sequence[Line]
) -> list[Line]:
    """The facts printed on a result, label and value, in their order."""
    lines = [
        ["申请人", case["applicant"]],
        ["申请编号", case["number"]],
        ["办理事项", str(item["name"])],
        ["办理结论", "同意"],
    ]
    if opinion:
        lines.append(["意见", opinion])
    if basis:
        lines.append(["依据", basis])
    return [*lines, *([label, value] for label, value in produced if value)]
