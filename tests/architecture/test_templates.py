"""Templates: each is used, none carries code of its own, and what they draw exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from jinja2 import meta, nodes

SOURCE = Path(__file__).resolve().parents[2] / "src" / "onething"
TEMPLATES = {
    str(path.relative_to(folder)): path
    for folder in sorted(SOURCE.rglob("jinja2"))
    for path in sorted(folder.rglob("*.html"))
}
ENGINE = engines["jinja2"]
assert isinstance(ENGINE, Jinja2)
ENVIRONMENT = ENGINE.env
# Django looks these up by name.
BY_CONVENTION = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
COMMENTS = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
INLINE = {
    "a script without src": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "markup past the escaping": re.compile(r"\|\s*safe\b|autoescape"),
}
# What every page has without a view giving it.
EVERYWHERE = {"request", "csrf_input", "face", "caller", *ENVIRONMENT.globals}


def text(path: Path) -> str:
    return COMMENTS.sub("", path.read_text(encoding="utf-8"))


def tree(name: str) -> nodes.Template:
    parsed: nodes.Template = ENVIRONMENT.parse(TEMPLATES[name].read_text(encoding="utf-8"))
    return parsed


def components_drawn(name: str) -> Iterator[tuple[str, nodes.Call]]:
    for call in tree(name).find_all(nodes.Call):
        drawn = call.node
        if isinstance(drawn, nodes.Getattr) and isinstance(drawn.node, nodes.Name) and drawn.node.name == "ui":
            yield drawn.attr, call


MACROS = {
    macro.name: {argument.name for argument in macro.args}
    for name in TEMPLATES
    if name.startswith("ui/components/")
    for macro in tree(name).find_all(nodes.Macro)
}


def test_no_template_is_left_over() -> None:
    told = "".join(text(path) for path in TEMPLATES.values())
    told += "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    # A name put together while running, such as f"ui/gallery_{face}.html", uses what its fixed parts fit.
    made = [
        re.compile(
            "".join(".*" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^{}]*\})", name))
        )
        for name in re.findall(r'f"([\w/]+/[^"{}]*\{[^"]+\}[^"]*\.html)"', told)
    ]
    drawn = {f"ui/components/{component}.html" for name in TEMPLATES for component, _call in components_drawn(name)}
    unused = [
        name
        for name in TEMPLATES
        if name not in BY_CONVENTION | drawn
        and not any(pattern.fullmatch(name) for pattern in made if pattern.pattern != r"ui/components/.*\.html")
        and not re.search(rf"""["']{re.escape(name)}["']""", told)
    ]
    assert unused == []


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_nothing_inline_that_the_policy_would_stop(name: str) -> None:
    found = [what for what, pattern in INLINE.items() if pattern.search(text(TEMPLATES[name]))]
    assert found == []


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_included_templates_exist(name: str) -> None:
    wanted = meta.find_referenced_templates(tree(name))
    assert [target for target in wanted if target not in TEMPLATES] == []


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_components_exist_and_have_the_options_they_are_given(name: str) -> None:
    helpers = set(dir(ENVIRONMENT.globals["ui"]))
    wrong = [
        f"line {call.lineno}: {component}({argument.key})"
        for component, call in components_drawn(name)
        if component not in helpers
        for argument in call.kwargs
        if argument.key not in MACROS[component]
    ]
    assert wrong == []


def test_every_name_comes_from_somewhere() -> None:
    """A name nobody gives is empty on the page, in silence; so each must be given by some view or template."""
    told = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    given = set(re.findall(r'"(\w+)"', told)) | set(re.findall(r"\b(\w+)=", told))
    given |= {
        one.name for name in TEMPLATES for one in tree(name).find_all(nodes.Name) if one.ctx in {"store", "param"}
    }
    given |= {one.name for name in TEMPLATES for one in tree(name).find_all(nodes.Macro)}
    unknown = {
        name: missing
        for name in TEMPLATES
        if (missing := meta.find_undeclared_variables(tree(name)) - EVERYWHERE - given)
    }
    assert unknown == {}
