"""The pages for people: links lead somewhere, drawings say what the code says, commands exist, no word from elsewhere."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from django.urls import resolve

from onething.cases.states import MOVES, BundleState, ItemState
from onething.parties.demo import RESIDENTS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for path in [
        *ROOT.glob("*.md"),
        *(p for top in ("docs", "policy", "catalogue", "src") for p in (ROOT / top).rglob("*.md")),
    ]
    if "__pycache__" not in path.parts
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
# What is no text for readers: code, and lines kept back in comments.
CODE = re.compile(r"```.*?```|`[^`\n]*`|<!--.*?-->", re.DOTALL)

# Registries, folders of a machine and tools of a workplace. Put together here, so that this file does not hold them.
FOREIGN = [
    "py" + "pi.org", "python" + "hosted", "npm" + "js", "proxy.go" + "lang", "crates" + ".io", "/wo" + "rk/", "sha" + "red/",
    "farm" + "-", ".libr" + "ary", "chat" + "gpt", "language " + "model",
]  # fmt: skip


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(path: Path) -> set[str]:
    """The anchors that headings get: small letters, words joined by hyphens, punctuation dropped."""
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^#{1,6} +(.+?) *$", text, flags=re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title) for title in titles]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in plain}


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    broken = []
    for target in LINK.findall(CODE.sub("", path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = unquote(target).partition("#")
        other = (path.parent / place).resolve() if place else path
        if not other.exists() or (anchor and other.suffix == ".md" and anchor not in anchors(other)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_no_word_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    assert [word for word in FOREIGN if word in text] == []


def test_every_page_of_the_manuals_can_be_found() -> None:
    """A page that no other page links to might as well not be there."""
    linked = {
        (path.parent / unquote(target).partition("#")[0]).resolve()
        for path in PAGES
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target)
    }
    assert [named(path) for path in PAGES if (ROOT / "docs") in path.parents and path not in linked] == []


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_commands_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    made = set(re.findall(r"(?:`|^|\$ )make ([a-z-]+)", text, flags=re.MULTILINE))
    assert made - targets() == set()


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_readme_names_two_commands_and_the_people(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    first = re.search(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    assert first is not None
    assert [line.partition("#")[0].strip() for line in first[1].splitlines()] == ["make run", "make test"]
    assert [one.name for one in RESIDENTS if one.name not in text or one.username not in text] == []


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_pages_the_readme_names_are_there(name: str) -> None:
    addresses = re.findall(r"`(/[\w/-]*)`", (ROOT / name).read_text(encoding="utf-8"))
    assert len(addresses) > 5
    for address in addresses:
        resolve(address)


def mermaid(kind: str) -> str:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found = re.search(rf"```mermaid\n{kind}(.*?)```", text, flags=re.DOTALL)
    assert found is not None
    return found[1]


def test_the_drawn_river_is_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one for one in contracts if one["id"] == "river")["layers"]
    drawn = mermaid("flowchart")
    assert re.findall(r'\["(.+?)"\]', drawn) == layers
    numbers = [int(number) for number in re.findall(r"L(\d+)\[", drawn)]
    assert re.findall(r"--> L(\d+)", drawn) == [str(number) for number in numbers[1:]]
    assert numbers == list(range(1, len(layers) + 1))


def drawn_moves() -> set[tuple[str, str]]:
    """The arrows of the life of a case; an arrow from a box of states starts from each of them."""
    drawing = mermaid("stateDiagram-v2")
    boxes: dict[str, set[str]] = {}
    arrows: set[tuple[str, str]] = set()
    box = ""
    for line in drawing.splitlines():
        if opened := re.match(r"\s*state (\w+) \{", line):
            box = opened[1]
            boxes[box] = set()
        elif line.strip() == "}":
            box = ""
        elif arrow := re.match(r"\s*(\w+) --> (\w+)", line):
            arrows.add((arrow[1], arrow[2]))
            if box:
                boxes[box] |= {arrow[1], arrow[2]}
    return {(inner, new) for old, new in arrows for inner in boxes.get(old, {old})}


def reachable_moves() -> Iterator[tuple[str, str]]:
    known, pending = {ItemState.DRAFT}, [ItemState.DRAFT]
    while pending:
        old = pending.pop()
        for move in MOVES:
            if move.old is old and move.built and not move.takes_back:
                yield move.old.value, move.new.value
                if move.new not in known:
                    known.add(move.new)
                    pending.append(move.new)


def test_the_drawn_life_is_the_table_of_moves() -> None:
    assert drawn_moves() == set(reachable_moves())
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [state.value for state in BundleState if f"`{state}`" not in text] == []


def test_decisions_are_numbered_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    overview = (folder / "README.md").read_text(encoding="utf-8")
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert f"]({path.name})" in overview, path.name
        assert {"## Context", "## Decision", "## Consequences", "## Rejected"} <= set(text.splitlines()), path.name


def test_publiccode_names_what_is_here() -> None:
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert told["softwareVersion"] == project["version"]
    assert told["legal"]["license"] == project["license"]
