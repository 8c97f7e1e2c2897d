"""Read a folder or a file of catalogue YAML: dictionaries first, then every one-thing, compiled.

A file is known by its top-level keys: `key` and `name` make a one-thing; `elements`, `document_types`, `code_lists`,
`norms`, `stages`, `functions`, `organisations`, `routing`, `divisions` and `synonyms` are dictionaries, `years` is the
calendar.
Whatever else lies in the folder is named as skipped, unless it seems to be a dictionary with its key misspelt.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from onething.catalogue.author import clean
from onething.catalogue.dictionaries import SECTIONS, Dictionaries
from onething.catalogue.edition import Compiled, compile_thing
from onething.catalogue.findings import Finding, Findings
from onething.catalogue.yaml_reader import Unreadable, line_of, read_file

PLACES = {"divisions", "organisations", "routing"}
SYNONYMS = "synonyms"
CALENDAR = "years"
KNOWN = SECTIONS.keys() | PLACES | {CALENDAR, SYNONYMS}
NEAR = 0.8  # how like a known key another one must be to pass for a misspelling of it
MAX_FILES = 5_000
MOST_ENTRIES = 300  # of items, questions, options, materials or fields in one list
SHIPPED = Path(__file__).resolve().parents[3] / "catalogue"


@dataclass
class Reference:
    """One file of dictionaries, bodies, places or holidays as it was cleaned.

    `nodes` is the same before cleaning, with its lines. A `context` file serves a single file that is checked; what is
    wrong in it is not told.
    """

    file: str
    root: dict[str, Any]
    nodes: dict[str, Any]
    context: bool


@dataclass
class Catalogue:
    """What a folder says: dictionaries, compiled one-things by key, and the findings so far."""

    dictionaries: Dictionaries = field(default_factory=Dictionaries)
    references: list[Reference] = field(default_factory=list)
    things: dict[str, Compiled] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def synonyms(self) -> list[list[str]]:
        """Groups of words that mean the same to people, in an order that does not depend on how they were written."""
        entries = [entry for one in self.references for entry in one.root.get(SYNONYMS, [])]
        return sorted(sorted(set(entry["words"])) for entry in entries)


def load(
    path: Path,
    *,
    words: Path | None = None,
    only: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Catalogue:
    """Load a file or folder.

    `words` names the folder whose dictionaries serve a single file; `only` compiles just the one-thing with this key.
    """
    catalogue = Catalogue()
    texts: list[tuple[str, Any]] = []
    for file, name in _files(path, catalogue):
        _read(file, name, catalogue, texts)
    if words is not None and path.is_file():
        other = Catalogue()
        extra: list[tuple[str, Any]] = []
        for file, name in _files(words, other):
            if not file.samefile(path):  # else each of its own entries would be there twice
                _read(file, name, other, extra)
        _dictionaries(extra, other, context=True)
        catalogue.dictionaries, catalogue.references = other.dictionaries, other.references
    _dictionaries(texts, catalogue)
    for name, root in texts:
        if "key" in root and "name" in root:
            if only is not None and root["key"] != only:
                continue
            progress(name)
            _thing(name, root, catalogue)
        elif not KNOWN & root.keys():
            _stranger(name, root, catalogue)
    return catalogue


def _stranger(name: str, root: Any, catalogue: Catalogue) -> None:
    """Tell a one-thing or a dictionary whose naming key is missing or misspelt from a file of something else."""
    findings = Findings(name)
    if "items" in root or "scenarios" in root:
        findings.error("文件", "missing-key", "一件事缺少 key 或 name", "在文件开头补上 key 和 name")
    for key in root:
        for near in get_close_matches(key, KNOWN, n=1, cutoff=NEAR):
            reason = f"不认识的键“{key}”"
            findings.error(key, "unknown-key", reason, f"是不是“{near}”？改正或删掉", line=line_of(root, key))
    catalogue.findings += findings.rows
    if not findings.rows:
        catalogue.skipped.append(name)


def words_for(file: Path) -> Path | None:
    """Return the catalogue folder around a file: the nearest one above it that holds `elements.yaml`, if any."""
    for folder in file.resolve().parents[:4]:
        if (folder / "elements.yaml").is_file():
            return folder
    return None


def authored_files(path: Path) -> Iterator[Path]:
    """Yield the files of a folder that a catalogue is read from, in no particular order."""
    return (file for file in path.rglob("*") if file.suffix in (".yaml", ".yml") and file.is_file())


def _files(path: Path, catalogue: Catalogue) -> Iterator[tuple[Path, str]]:
    if path.is_file():
        yield path, path.name
        return
    found = list(islice(authored_files(path), MAX_FILES + 1))
    if len(found) > MAX_FILES:  # a catalogue read in part would be published in part, so none of it is read
        findings = Findings(path.name)
        findings.error("文件", "too-many", f"目录里的文件超过 {MAX_FILES:,} 个，一个也没有看", "拆成几个目录，分别检查")
        catalogue.findings += findings.rows
        return
    for file in sorted(found):
        yield file, file.relative_to(path).as_posix()


def _read(file: Path, name: str, catalogue: Catalogue, texts: list[tuple[str, Any]]) -> None:
    findings = Findings(name)
    try:
        root = read_file(file)
    except Unreadable as fault:
        findings.error("文件", fault.code, fault.reason, fault.remedy, line=fault.line)
    except OSError as fault:
        findings.error("文件", "unreadable", f"文件打不开：{fault.strerror}", "检查文件和权限")
    else:
        if isinstance(root, dict):
            texts.append((name, root))
        else:
            findings.error("文件", "wrong-kind", "文件开头不是键和值", "一件事的文件以 key、name 开头")
    catalogue.findings += findings.rows


def _dictionaries(texts: list[tuple[str, Any]], catalogue: Catalogue, *, context: bool = False) -> None:
    for name, root in texts:
        if "key" in root or not KNOWN & root.keys():
            continue
        findings = Findings(name)
        cleaned = clean(root, "CALENDAR" if CALENDAR in root else "DICTIONARY", "", findings)
        if cleaned is not None:
            catalogue.references.append(Reference(name, cleaned, root, context))
        for section in SECTIONS:
            if section in root:
                catalogue.dictionaries.read(section, root[section], findings)
        catalogue.findings += findings.rows


def _fits(thing: dict[str, Any], findings: Findings) -> bool:
    """Refuse a one-thing larger than anybody could be led through, before time is spent on it."""
    lists = {"items": thing.get("items", []), "scenarios": thing.get("scenarios", [])}
    lists |= {f"scenarios.{q['key']}.options": q.get("options", []) for q in lists["scenarios"]}
    lists |= {f"choose_one.{n}": c["items"] for n, c in enumerate(thing.get("choose_one", []))}
    for item in thing.get("items", [])[:MOST_ENTRIES]:
        lists |= {
            f"items.{item['key']}.{kind}": item.get(kind, []) for kind in ("materials", "fields", "after", "routes")
        }
    large = {at: len(entries) for at, entries in lists.items() if len(entries) > MOST_ENTRIES}
    for at, number in large.items():
        findings.error(at, "too-many", f"列了 {number:,} 个，上限是 {MOST_ENTRIES}", "拆成几件事，或合并")
    return not large


def _thing(name: str, root: Any, catalogue: Catalogue) -> None:
    findings = Findings(name)
    thing = clean(root, "THING", "", findings)
    if thing is not None and _fits(thing, findings):
        if thing["key"] in catalogue.things:
            other = catalogue.files[thing["key"]]
            findings.error("key", "double-key", f"“{thing['key']}”已经在 {other} 里", "每件事用自己的 key")
        else:
            catalogue.things[thing["key"]] = compile_thing(thing, catalogue.dictionaries, findings)
            catalogue.files[thing["key"]] = name
    catalogue.findings += findings.rows
