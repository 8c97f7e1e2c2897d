"""Templates: each is used, none carries code of its own, and named partials exist."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "onething"
TEMPLATES = {
    str(path.relative_to(folder)): path
    for folder in sorted(SOURCE.rglob("templates"))
    for path in sorted(folder.rglob("*.html"))
}
# Django looks these up by name.
BY_CONVENTION = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
COMMENTS = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)
INLINE = {
    "a script without src": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
}


def text(path: Path) -> str:
    return COMMENTS.sub("", path.read_text(encoding="utf-8"))


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
    unused = [
        name
        for name in TEMPLATES
        if name not in BY_CONVENTION
        and not any(pattern.fullmatch(name) for pattern in made)
        and not re.search(rf"""["']{re.escape(name)}(?:#[\w-]+)?["']""", told)
    ]
    assert unused == []


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_nothing_inline_that_the_policy_would_stop(name: str) -> None:
    found = [what for what, pattern in INLINE.items() if pattern.search(text(TEMPLATES[name]))]
    assert found == []


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_included_templates_and_partials_exist(name: str) -> None:
    wanted = re.findall(r"""{%\s*(?:include|extends)\s+["']([^"'#]+)(?:#([\w-]+))?["']""", text(TEMPLATES[name]))
    missing = [
        f"{target}#{partial}" if partial else target
        for target, partial in wanted
        if target not in TEMPLATES
        or (partial and not re.search(rf"{{%\s*partialdef\s+{re.escape(partial)}\b", text(TEMPLATES[target])))
    ]
    assert missing == []
