"""What a result says (R2.9). Pure; what anyone may learn from its code is said by `documents.rules`."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["result_key", "result_lines", "results_of"]

Line = list[str]


def results_of(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The documents an item ends in; an item that names none still ends in a written decision (行政许可法 art. 38)."""
    results = [result for result in item.get("results", ()) if result.get("name")]
    return results or [{"key": "decision", "name": f"{item['name']}办理结果"}]


def result_key(result: Mapping[str, Any], place: int) -> str:
    """The key of one of `results_of`, counted from 1."""
    return str(result.get("key") or f"result-{place}")


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
