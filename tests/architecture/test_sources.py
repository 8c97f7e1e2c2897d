"""Rules of the house that neither ruff nor import-linter can say."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "onething"
LEFT_OUT = {".git", ".venv", "var", "build", "dist", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
TEXT = {".py", ".md", ".toml", ".txt", ".in", ".html", ".css", ".js", ".yaml", ".yml", ".json", ".sh", ".typ", ""}

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
# The half of the catalogue that stores; everything else there is pure.
CATALOGUE_TABLES = {"apps", "models", "querysets", "services", "published", "tasks", "migrations"}
# Tables whose rows belong to somebody: a face reaches them only through who is asking.
SOMEBODYS = [
    "Dispatch",
    "Draft",
    "DraftMaterial",
    "DraftSection",
    "Event",
    "ItemCase",
    "JointActivity",
    "MaterialInstance",
    "NoticeIssued",
    "OneThingCase",
    "Participation",
    "ReadLog",
    "ResultDocument",
    "StoredFile",
]
# Addresses of package registries and folders of one machine. Written so that this file does not match itself.
STRAY = {
    "a package index": re.compile(r"-{2}(extra-)?index-url\s*=?\s*http|files\.[a-z]+hosted|registry\.npm"),
    "somebody's folder": re.compile(r"(?<![\w.])/(?:home|Users)/[a-z]\w*/|(?<![\w./])/root/\w"),
}


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def shipped_texts() -> Iterator[Path]:
    for top in sorted(ROOT.iterdir()):
        if top.name in LEFT_OUT or top.suffix == ".egg-info":
            continue
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts:
                yield path


def test_modules_and_functions_stay_readable() -> None:
    long_modules = [
        f"{named(path)}: {lines} lines"
        for path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    ]
    long_functions = [
        f"{named(path)}: {node.name} has {(node.end_lineno or 0) - node.lineno + 1} lines"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long_modules + long_functions == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        named(path)
        for path in modules()
        if path.name not in {"apps.py", "__init__.py", "urls.py"} and ast.get_docstring(tree(path)) is None
    ]
    assert silent == []


def imported(path: Path) -> set[str]:
    """Names of everything a module imports, but not what it imports only for its types."""
    nodes = list(ast.walk(tree(path)))
    skipped = {
        id(inner)
        for node in nodes
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    names: set[str] = set()
    for node in nodes:
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module}
    return names


def pure_modules() -> list[Path]:
    catalogue = [path for path in (SOURCE / "catalogue").glob("*.py") if path.stem not in CATALOGUE_TABLES]
    rules = [path for path in modules() if path.stem in {"rules", "states"}]
    kit = [SOURCE / "kit" / f"{name}.py" for name in ("workdays", "identity", "errors", "hashing")]
    return sorted({*catalogue, *rules, *kit})


@pytest.mark.parametrize("path", pure_modules(), ids=named)
def test_pure_modules_know_no_framework_and_no_table(path: Path) -> None:
    tables = tuple(f"onething.catalogue.{name}" for name in CATALOGUE_TABLES)
    forbidden = [
        name
        for name in imported(path)
        if name.split(".")[0] in {"django", "psycopg", "procrastinate"}
        or name.startswith(tables)
        or name.endswith((".models", ".services"))
    ]
    assert forbidden == []


def test_views_ask_for_rows_through_who_is_asking() -> None:
    """A query in a face that does not begin with who is asking (`visible_to` and its like) can show somebody else's case."""
    allowed = re.compile(r"\.objects\s*\.(?:visible_to|led_by|issued_by|before)\b")
    found = [
        f"{named(path)}:{text.count(chr(10), 0, match.start()) + 1}"
        for path in sorted((SOURCE / "web").rglob("*.py"))
        for text in [path.read_text(encoding="utf-8")]
        for match in re.finditer(rf"\b(?:{'|'.join(SOMEBODYS)})\.objects\b", text)
        if not allowed.match(text, match.end() - len(".objects"))
    ]
    assert found == []


def test_nothing_shipped_names_a_machine_or_a_registry() -> None:
    found = [
        f"{named(path)}: {what}: {match.group()}"
        for path in shipped_texts()
        for text in [path.read_text(encoding="utf-8", errors="replace")]
        for what, pattern in STRAY.items()
        for match in pattern.finditer(text)
    ]
    assert found == []
    folder = [
        named(path) for path in shipped_texts() if f"{ROOT}/" in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert folder == []
