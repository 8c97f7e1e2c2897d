"""The demands and what cites them: no unknown id anywhere, nothing called built without a test. `make policy` lists them."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "docs")
TEXT = {".py", ".md", ".html", ".css", ".js", ".typ", ".sql"}
STATUS = {"built", "later"}

CLAUSE = r"R[0-5](?:\.\d+)*(?:\.[a-z]\b)?(?:/\d+)?"
MEASURE = r"[a-m]\d{1,2}|3\.\d{1,2}"
ONE = rf"(?:{CLAUSE}|X\d+|I\d+|{MEASURE})"
# A letter with a number means many things: a citation begins with a clause that has a dot, with an invariant, with a rule of
# the pages, or with the word “ux”, and goes on with commas, “and”, “to” or a dash.
FIRST = rf"(?:ux {ONE}|R[0-5](?=\.\d|\.[a-z]\b)(?:\.\d+)*(?:\.[a-z]\b)?(?:/\d+)?|[XI]\d+)"
CITATION = re.compile(rf"(?<![\w#.{{/<-]){FIRST}\b(?:(?:, (?:ux )?| and | to |–)(?:{ONE}\b|(?<=–)[a-z]\b))*")
RANGE = re.compile(r"([A-Za-z0-9./]*?)(\d+|[a-z])(?: to |–)[A-Z]?(\d+|[a-z])\b")


@dataclass
class Entry:
    """One id of the policy."""

    name: str
    text: str
    since: str | None = None
    tests: list[str] = field(default_factory=list)
    note: str = ""


def entries() -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for path in sorted((ROOT / "policy").glob("*.yaml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")).values():
            for row in group:
                for key, entry in _rows(row):
                    assert key not in found, f"{key} stands twice"
                    found[key] = entry
    return found


def _rows(row: dict[str, Any]) -> Iterator[tuple[str, Entry]]:
    musts = row.pop("musts", [])
    key = row.pop("id")
    if musts:
        row["text"] = row.pop("clause")
    yield key, Entry(**row)
    for must in musts:
        yield f"{key}/{must.pop('n')}", Entry(**must)


def texts() -> Iterator[tuple[str, str]]:
    """What may cite: sources, tests and pages; no test data."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def cited(text: str) -> set[str]:
    """Every id a text cites; `I1 to I5`, `R2.3.a–c` and `X1–X16` name all between."""
    found: set[str] = set()
    for citation in CITATION.finditer(text):
        words = citation.group()
        for stem, low, high in RANGE.findall(words):
            between = range(int(low), int(high) + 1) if low.isdigit() else map(chr, range(ord(low), ord(high) + 1))
            found |= {f"{stem}{one}" for one in between}
        found |= set(re.findall(rf"{ONE}\b", words))
    return found


def citations() -> dict[str, set[str]]:
    return {name: ids for name, text in texts() if (ids := cited(text))}


def test_citations_are_read_as_written() -> None:
    assert cited("drawn from a plan (R2.4, I1, I2).") == {"R2.4", "I1", "I2"}
    assert cited("I1 to I5 over things (R2.3.a–c, ux b6); ux e2, e5; X1–X3") >= {"I3", "R2.3.b", "b6", "e2", "e5", "X2"}
    assert cited("<h1>, #I9, R2D2, item R5, page h2, PostgreSQL 15, e1") == set()


def test_every_entry_is_whole() -> None:
    bad = [
        key
        for key, entry in entries().items()
        if not entry.name
        or not entry.text
        or (entry.since or "later") not in STATUS
        or (entry.tests and entry.since != "built")
    ]
    assert bad == []


def test_every_cited_id_exists() -> None:
    known = entries()
    unknown = [f"{name}: {key}" for name, ids in citations().items() for key in sorted(ids) if key not in known]
    assert unknown == [], "enter it in policy/, or correct what cites it"


def test_named_tests_exist() -> None:
    gone = [f"{key}: {one}" for key, entry in entries().items() for one in entry.tests if not _exists(one)]
    assert gone == [], "the test moved or went: correct policy/, or say `later`"


def _exists(name: str) -> bool:
    path, _, function = name.partition("::")
    if not (ROOT / path).is_file():
        return False
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in ast.walk(tree))


def shown_by_tests() -> set[str]:
    this = str(Path(__file__).relative_to(ROOT))
    by_text = {key for name, ids in citations().items() if name.startswith("tests/") and name != this for key in ids}
    return by_text | {key for key, entry in entries().items() if entry.tests}


def test_what_is_called_built_has_a_test() -> None:
    shown = shown_by_tests()
    bare = [key for key, entry in entries().items() if entry.since == "built" and key not in shown]
    assert bare == [], "cite the id in a test or name the test in policy/, or say `later`"


def report() -> str:
    """What `make policy` prints: each demand with its status, then how many there are of each."""
    known, shown = entries(), shown_by_tests()
    lines = []
    for key, entry in known.items():
        if entry.since is None:
            continue
        test = "" if entry.since == "later" else ("test" if key in shown else "NO TEST")
        lines.append(f"{key:<9} {entry.since:<6} {test:<8} {entry.name}  {entry.note}".rstrip())
    counts = Counter(entry.since for entry in known.values() if entry.since)
    return "\n".join([*lines, "", ", ".join(f"{counts[status]} {status}" for status in sorted(counts))])


if __name__ == "__main__":
    print(report())  # noqa: T201  # the make target
