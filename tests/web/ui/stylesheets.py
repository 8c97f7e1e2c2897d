"""Reading our own style sheets with tinycss2: rules, selectors, declarations, tokens of a theme, contrast."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import tinycss2

import onething.web
import onething.web.ui

CSS: Final = Path(onething.web.ui.__file__).parent / "static" / "ui" / "css"
PUBLIC: Final = ("tokens", "base", "layout", "components", "print")
ALL: Final = (*PUBLIC, "staff")
WEB: Final = Path(onething.web.__file__).parent
# A face may bring a sheet of its own; it keeps the same rules.
FACES: Final = tuple(
    sorted(str(path.relative_to(WEB)) for path in WEB.rglob("static/**/*.css") if CSS not in path.parents)
)
PAIR: Final = re.compile(r"pair: (?P<front>[a-z0-9-]+) on (?P<back>[a-z0-9-]+) >= (?P<least>[0-9.]+)")


@dataclass(frozen=True)
class Declaration:
    """One property of one rule, as text."""

    name: str
    value: str
    important: bool


@dataclass(frozen=True)
class Rule:
    """One style rule with the file and the media it stands in."""

    sheet: str
    media: str
    selectors: tuple[str, ...]
    declarations: tuple[Declaration, ...] = field(default=())

    @property
    def names(self) -> set[str]:
        return {one.name for one in self.declarations}


def source(sheet: str) -> str:
    path = WEB / sheet if sheet in FACES else CSS / f"{sheet}.css"
    return path.read_text("utf-8")


def _declarations(content: list[Any]) -> tuple[Declaration, ...]:
    found = []
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        assert node.type == "declaration", (
            f"{node.type} inside a rule: nesting and broken lines are dropped by old engines"
        )
        found.append(Declaration(node.lower_name, tinycss2.serialize(node.value).strip(), node.important))
    return tuple(found)


def at_rules(sheet: str) -> list[str]:
    nodes = tinycss2.parse_stylesheet(source(sheet), skip_comments=True, skip_whitespace=True)
    return [node.lower_at_keyword for node in nodes if node.type == "at-rule"]


def rules(sheet: str, *, text: str | None = None) -> Iterator[Rule]:
    """Every style rule of a file, those inside @media included."""
    nodes = tinycss2.parse_stylesheet(source(sheet) if text is None else text, skip_comments=True, skip_whitespace=True)
    yield from _rules(sheet, nodes, "")


def _rules(sheet: str, nodes: list[Any], media: str) -> Iterator[Rule]:
    for node in nodes:
        assert node.type != "error", f"{sheet}.css line {node.source_line}: {getattr(node, 'message', '')}"
        if node.type == "qualified-rule":
            selectors = tuple(part.strip() for part in tinycss2.serialize(node.prelude).split(","))
            yield Rule(sheet, media, selectors, _declarations(node.content))
        elif node.lower_at_keyword == "media":
            inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(sheet, inner, tinycss2.serialize(node.prelude).strip())
        elif node.lower_at_keyword == "page":
            yield Rule(sheet, "page", ("@page",), _declarations(node.content))


def specificity(selector: str) -> tuple[int, int, int]:
    """(ids, classes + attributes + pseudo-classes, elements + pseudo-elements)."""
    text = selector
    elements = len(re.findall(r"::[a-z-]+", text))
    text = re.sub(r"::[a-z-]+", "", text)
    attributes = len(re.findall(r"\[[^\]]*\]", text))
    text = re.sub(r"\[[^\]]*\]", "", text)
    text = text.replace(":not(", " ").replace(")", " ")
    ids = len(re.findall(r"#[\w-]+", text))
    classes = len(re.findall(r"\.[\w-]+", text)) + len(re.findall(r":[a-z-]+", text))
    names = re.sub(r"[.#:][\w-]+", " ", text)
    elements += len(re.findall(r"[a-z][a-z0-9]*", names))
    return ids, attributes + classes, elements


THEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "normal": (":root",),
    "staff": (":root", 'html[data-face="staff"]'),
    "elder": (":root", 'html[data-mode~="elder"]'),
    "contrast": (":root", 'html[data-mode~="contrast"]'),
}


def tokens(theme: str) -> dict[str, str]:
    """The tokens as they stand in one theme."""
    values: dict[str, str] = {}
    for wanted in THEMES[theme]:
        for rule in rules("tokens"):
            if wanted in rule.selectors and not rule.media:
                values |= {
                    one.name.removeprefix("--ys-"): one.value for one in rule.declarations if one.name[:2] == "--"
                }
    return values


def pairs() -> list[tuple[str, str, float]]:
    """The promises in tokens.css: this on that, at least so much."""
    return [(m["front"], m["back"], float(m["least"])) for m in PAIR.finditer(source("tokens"))]


def luminance(colour: str) -> float:
    """Relative luminance of #rgb or #rrggbb by WCAG 2.2."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(front: str, back: str) -> float:
    """Contrast ratio by WCAG 2.2."""
    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
