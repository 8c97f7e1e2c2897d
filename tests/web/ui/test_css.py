"""The style sheets stay readable for old engines, within the tokens and within the budget (ux 3.12)."""

import gzip
import re

import pytest
import tinycss2
from tests.web.ui.stylesheets import (
    ALL,
    CSS,
    FACES,
    PUBLIC,
    THEMES,
    WEB,
    at_rules,
    contrast,
    pairs,
    rules,
    source,
    specificity,
    tokens,
)

COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\(", re.IGNORECASE)
COLOUR_NAMES = {"white", "black", "red", "blue", "green", "grey", "gray", "yellow", "orange", "silver", "navy"}
LENGTH = re.compile(r"(?<![\w.-])(\d*\.?\d+)(px|rem|pt)\b")
OLD_ENGINES_DROP = re.compile(
    r":has\(|:is\(|:where\(|color-mix\(|\bclamp\(|\b(?:min|max)\(|\d(?:dvh|svh|lvh|cqw|cqi)\b|\blayer\(|light-dark\("
)
FORBIDDEN_PROPERTIES = {
    "inset", "aspect-ratio", "letter-spacing", "container", "container-type", "container-name", "text-transform",
    "margin-inline", "margin-block", "padding-inline", "padding-block", "text-wrap", "translate", "rotate", "scale",
    "word-spacing", "font-variant",
}  # fmt: skip
EVERY = (*ALL, *FACES)
FOR_PAGES = ("ys-print-only", "ys-screen-only", "ys-plain", "ys-number")  # offered to pages, see docs/develop/pages.md
ALLOWED_AT_RULES = {"media", "page"}


def test_the_files_are_the_agreed_ones() -> None:
    assert sorted(path.stem for path in CSS.glob("*.css")) == sorted(ALL)


@pytest.mark.parametrize("sheet", EVERY)
def test_no_rule_an_old_engine_would_drop(sheet: str) -> None:
    assert set(at_rules(sheet)) <= ALLOWED_AT_RULES
    for rule in rules(sheet):
        where = f"{sheet}.css {', '.join(rule.selectors)}"
        assert not rule.names & FORBIDDEN_PROPERTIES, where
        for selector in rule.selectors:
            assert not OLD_ENGINES_DROP.search(selector), where
            assert "&" not in selector, where
        for one in rule.declarations:
            assert not OLD_ENGINES_DROP.search(one.value), f"{where}: {one.name}"
            assert not one.important, f"{where}: !important"
            assert "italic" not in one.value, where


@pytest.mark.parametrize("sheet", EVERY)
def test_gaps_only_in_grids(sheet: str) -> None:
    """Flex boxes know no gap below Chromium 84; margins do the work there."""
    grids = {
        selector.split()[-1]
        for one in EVERY
        for rule in rules(one)
        if any(declaration.value == "grid" for declaration in rule.declarations)
        for selector in rule.selectors
    }
    for rule in rules(sheet):
        if rule.names & {"gap", "row-gap", "column-gap"}:
            assert {selector.split()[-1] for selector in rule.selectors} <= grids, f"{sheet} {rule.selectors}"


@pytest.mark.parametrize("sheet", EVERY)
def test_an_unknown_selector_never_takes_a_known_one_with_it(sheet: str) -> None:
    """A list with one selector the engine does not know is dropped whole, so such selectors stand alone."""
    for rule in rules(sheet):
        new = [s for s in rule.selectors if ":focus-visible" in s or "::file-selector" in s or "::-webkit" in s]
        assert not new or len(new) == len(rule.selectors), rule.selectors


@pytest.mark.parametrize("sheet", [name for name in EVERY if name != "tokens"])
def test_colours_and_sizes_stand_in_the_tokens(sheet: str) -> None:
    for rule in rules(sheet):
        if rule.media == "page":
            continue
        for one in rule.declarations:
            where = f"{sheet}.css {', '.join(rule.selectors)}: {one.name}: {one.value}"
            assert not COLOUR.search(one.value), where
            words = set(re.findall(r"(?<![-\w])[a-z]+(?![-\w(])", one.value))
            assert not words & COLOUR_NAMES, where
            for number, unit in LENGTH.findall(one.value):
                assert unit == "px", where
                assert float(number) <= 4, where
                assert not one.name.startswith("font"), where


@pytest.mark.parametrize("sheet", EVERY)
def test_text_grows_with_the_reader(sheet: str) -> None:
    """No text size in px: neither in a property nor in a token that feeds one."""
    text_tokens = {"--ys-text", "--ys-small", "--ys-h1", "--ys-h2", "--ys-h3", "--ys-figure"}
    for rule in rules(sheet):
        for one in rule.declarations:
            if one.name in text_tokens | {"font-size", "font", "line-height"}:
                assert "px" not in one.value, f"{sheet}.css {rule.selectors}: {one.name}"
            if one.name == "line-height":
                assert one.value.startswith("var("), rule.selectors


@pytest.mark.parametrize("sheet", EVERY)
def test_no_selector_outweighs_two_classes(sheet: str) -> None:
    for rule in rules(sheet):
        for selector in rule.selectors:
            ids, classes, _ = specificity(selector)
            assert ids == 0, selector
            assert classes <= 2, selector


@pytest.mark.parametrize("sheet", EVERY)
def test_every_used_token_exists_and_every_token_is_used(sheet: str) -> None:
    known = set(tokens("normal"))
    used = set(re.findall(r"var\(--ys-([a-z0-9-]+)\)", source(sheet)))
    assert used <= known
    everywhere = {name for one in EVERY for name in re.findall(r"var\(--ys-([a-z0-9-]+)\)", source(one))}
    assert known - everywhere <= {"board", "on-board", "on-board-call", "print-red", "8"}  # the queue board comes later


@pytest.mark.parametrize("theme", THEMES)
def test_declared_pairs_keep_their_contrast(theme: str) -> None:
    values = tokens(theme)
    declared = pairs()
    assert len(declared) > 30
    for front, back, least in declared:
        ratio = contrast(values[front], values[back])
        assert ratio >= least, f"{theme}: {front} on {back} is {ratio:.2f}"


def test_high_contrast_is_high() -> None:
    values = tokens("contrast")
    for name in ("ink", "ink-2", "primary", "error", "warning", "success"):
        assert contrast(values[name], values["surface"]) >= 7


@pytest.mark.parametrize(
    ("front", "back", "ratio"), [("#000", "#fff", 21.0), ("#1a4e95", "#ffffff", 8.2), ("#5C6672", "#f4f6f9", 5.4)]
)
def test_the_contrast_formula(front: str, back: str, ratio: float) -> None:
    assert contrast(front, back) == pytest.approx(ratio, abs=0.05)


@pytest.mark.parametrize(
    ("selector", "weight"),
    [
        (".ys-a", (0, 1, 0)),
        ("a.ys-a .ys-b", (0, 2, 1)),
        ('html[data-mode~="elder"]', (0, 1, 1)),
        (".ys-a > li + li::before", (0, 1, 3)),
        ("#x .ys-a:focus:not(.b)", (1, 3, 0)),
    ],
)
def test_the_weight_of_selectors(selector: str, weight: tuple[int, int, int]) -> None:
    assert specificity(selector) == weight


@pytest.mark.parametrize("theme", ["normal", "elder"])
def test_text_is_never_smaller_than_agreed(theme: str) -> None:
    least = {"normal": 17, "elder": 22}[theme]
    target = {"normal": 44, "elder": 60}[theme]
    values = tokens(theme)
    assert float(values["text"].removesuffix("rem")) * 16 >= least
    assert float(values["target"].removesuffix("rem")) * 16 >= target
    assert float(tokens("staff")["text"].removesuffix("rem")) * 16 >= 15
    assert float(tokens("staff")["small"].removesuffix("rem")) * 16 >= 13


def test_public_pages_stay_within_the_budget() -> None:
    raw = "".join(source(sheet) for sheet in PUBLIC).encode()
    packed = sum(len(gzip.compress(source(sheet).encode(), 9)) for sheet in PUBLIC)
    assert len(raw) <= 40_000
    assert packed <= 10_000


def test_every_class_belongs_to_the_family_and_is_used() -> None:
    """Prefix ys-; and no class that no template, script or view uses: dead rules cost every reader."""
    texts = [path.read_text("utf-8") for kind in ("*.html", "*.js", "*.py") for path in WEB.rglob(kind)]
    everything = "\n".join(texts)
    everything += " ".join(FOR_PAGES)
    # A class built from a variable, such as ys-tag--{{ tone }}, is used in all its variants.
    built = set(re.findall(r"(ys-[a-z_-]+--)\{\{", everything))
    built |= set(re.findall(r"(ys-[a-z_-]+--)\{%", everything))
    built |= set(re.findall(r'" ?(ys-[a-z_-]+-)"', everything))
    for sheet in EVERY:
        for rule in rules(sheet):
            for selector in rule.selectors:
                for name in re.findall(r"\.([\w-]+)", selector):
                    assert name.startswith("ys-"), selector
                    known = re.search(rf"(?<![\w-]){name}(?![\w-])", everything)
                    assert known or any(name.startswith(stem) for stem in built), (
                        f"{sheet}.css: .{name} is used nowhere"
                    )


def test_every_class_in_a_template_exists() -> None:
    """A class without a rule is a slip of the pen, or a component that is no longer there."""
    known = {
        name
        for sheet in EVERY
        for rule in rules(sheet)
        for one in rule.selectors
        for name in re.findall(r"\.([\w-]+)", one)
    }
    structure = {
        "ys-checklist",
        "ys-opinion",
        "ys-pairs",
        "ys-columns__main",
    }  # names of parts that need no rule of their own
    for path in WEB.rglob("*.html"):
        text = re.sub(r"\{%.*?%\}", " ", re.sub(r"[\w-]*\{\{.*?\}\}", " ", path.read_text("utf-8")))
        for value in re.findall(r'class="([^"]*)"', text):
            unknown = {name for name in value.split() if name not in known | structure and not name.endswith("--")}
            assert not unknown, f"{path.relative_to(WEB)}: {unknown}"


def test_broken_css_is_found() -> None:
    """The guard itself: nesting and unclosed blocks are seen, not skipped."""
    with pytest.raises(AssertionError):
        list(rules("x", text=".ys-a { .ys-b { color: var(--ys-ink); } }"))
    assert tinycss2.__version__
