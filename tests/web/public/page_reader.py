"""Reads a page as a browser without script would: its title, headings, links, and forms with what they would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

__all__ = ["Form", "Page", "read"]

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Node:
    """One element."""

    tag: str
    attrs: dict[str, str]
    parent: "Node | None" = None
    children: list["Node | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, tag: str = "", **attrs: str) -> list["Node"]:
        found = []
        for child in self.children:
            if isinstance(child, Node):
                wanted = (not tag or child.tag == tag) and all(
                    child.attrs.get(name.rstrip("_").replace("_", "-")) == value for name, value in attrs.items()
                )
                found += ([child] if wanted else []) + child.all(tag, **attrs)
        return found


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


@dataclass
class Form:
    """One form: where it goes and what it holds."""

    action: str
    method: str
    data: dict[str, Any]
    options: dict[str, list[str]]
    buttons: list[dict[str, str]]
    numeric: set[str] = field(default_factory=set)


class Page:
    """A page, read."""

    def __init__(self, response: HttpResponse, path: str) -> None:
        self.response, self.path = response, path
        tree = _Tree()
        tree.feed(response.content.decode())
        assert tree.here is tree.root, f"<{tree.here.tag}> is not closed"
        self.root = tree.root

    @property
    def title(self) -> str:
        return self.root.all("title")[0].text

    @property
    def heading(self) -> str:
        return " ".join(self.root.all("h1")[0].text.split())

    @property
    def text(self) -> str:
        return " ".join(self.main.text.split())

    @property
    def main(self) -> Node:
        return self.root.all("main")[0]

    @property
    def links(self) -> dict[str, str]:
        """The links of the main part by their words."""
        return {" ".join(one.text.split()): one.attrs.get("href", "") for one in self.main.all("a")}

    @property
    def errors(self) -> list[str]:
        return [one.text for node in self.main.all(class_="ys-summary__list") for one in node.all("li")]

    @property
    def forms(self) -> list[Form]:
        return [_form(node, self.path) for node in self.main.all("form")]

    def form(self, holding: str = "") -> Form:
        """The first form, or the first one with a control of this name."""
        return next(one for one in self.forms if not holding or holding in one.data or holding in one.options)

    def check_frame(self, language: str = "zh-CN") -> None:
        """What holds for every page (ux X4, X5): one h1, a title, labels tied, ids unique."""
        assert len(self.root.all("h1")) == 1
        assert self.title.strip()
        assert self.root.all("html")[0].attrs["lang"] == language
        ids = [node.attrs["id"] for node in self.root.all() if "id" in node.attrs]
        assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})
        labelled = {node.attrs.get("for") for node in self.root.all("label")}
        for tag in ("input", "select", "textarea"):
            for node in self.root.all(tag):
                if node.attrs.get("type") not in {"hidden", "submit"}:
                    assert node.attrs.get("id") in labelled or "aria-label" in node.attrs, node.attrs
        for node in self.root.all():
            for name in ("aria-describedby", "aria-labelledby"):
                for tied in node.attrs.get(name, "").split():
                    assert tied in ids, (name, tied)
        for node in self.main.all(class_="ys-summary__link"):
            target = node.attrs.get("href", "")
            if target.startswith("#"):
                assert target[1:] in ids, target


def _form(node: Node, path: str) -> Form:
    data: dict[str, Any] = {}
    options: dict[str, list[str]] = {}
    for one in node.all("input"):
        name, kind = one.attrs.get("name", ""), one.attrs.get("type", "text")
        if not name or kind in {"submit", "file", "button"}:
            if kind == "file":
                options.setdefault(name, [])
            continue
        value = one.attrs.get("value", "")
        if kind in {"radio", "checkbox"}:
            options.setdefault(name, []).append(value)
            if "checked" in one.attrs:
                if kind == "checkbox":
                    data.setdefault(name, []).append(value)
                else:
                    data[name] = value
        elif name in data and kind == "hidden":
            data[name] = [*(data[name] if isinstance(data[name], list) else [data[name]]), value]
        else:
            data[name] = value
    for one in node.all("textarea"):
        data[one.attrs["name"]] = one.text.removeprefix("\n")
    for one in node.all("select"):
        choices = one.all("option")
        options[one.attrs["name"]] = [choice.attrs.get("value", "") for choice in choices]
        data[one.attrs["name"]] = next(
            (choice.attrs.get("value", "") for choice in choices if "selected" in choice.attrs), ""
        )
    action = node.attrs.get("action") or path
    if action.startswith("#"):
        action = path
    numeric = {one.attrs["name"] for one in node.all("input", inputmode="decimal")}
    return Form(
        action, node.attrs.get("method", "get"), data, options, [one.attrs for one in node.all("button")], numeric
    )


def read(response: HttpResponse, path: str) -> Page:
    """Read a response."""
    return Page(response, path)
