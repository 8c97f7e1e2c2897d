"""What a check says: where, how bad, why, and what to do about it (R2.1.a, design decision 5)."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """`error` blocks publishing; `unverified` is a fact without a source: shown, and blocks only official publishing."""

    ERROR = "error"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, order=True)
class Finding:
    """One fault of an authored file. `at` is the path of keys inside the file, `line` counts from 1 (0: unknown)."""

    file: str
    line: int
    at: str
    code: str
    severity: Severity
    reason: str
    remedy: str

    def as_dict(self) -> dict[str, object]:
        """Return the shape that `catalogue check --json` prints."""
        return asdict(self)

    def sentence(self) -> str:
        """Return one readable line."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.at} [{self.code}] {self.reason} → {self.remedy}"


@dataclass
class Findings:
    """Collects findings of one file; everything that reads or checks a file writes into one of these."""

    file: str
    rows: list[Finding] = field(default_factory=list)

    def error(self, at: str, code: str, reason: str, remedy: str, *, line: int = 0) -> None:
        """Note a fault of structure."""
        self.rows.append(Finding(self.file, line, at, code, Severity.ERROR, reason, remedy))

    def unverified(self, at: str, code: str, reason: str, remedy: str, *, line: int = 0) -> None:
        """Note a fact that has no source, or a default that was taken because the file is silent."""
        self.rows.append(Finding(self.file, line, at, code, Severity.UNVERIFIED, reason, remedy))

    @property
    def has_errors(self) -> bool:
        """True when publishing is blocked."""
        return any(row.severity is Severity.ERROR for row in self.rows)
