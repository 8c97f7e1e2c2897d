"""Reading a page the way a browser would: tags, text, forms; with the standard library's parser."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

VOID: Final = {"input", "br", "hr", "img", "link", "meta", "option", "source", "wbr"}


@dataclass
class Tag:
    """One element: its attributes, its own text and that of everything inside it, and where it stands."""

    name: str
    attributes: dict[str, str]
    parents: tuple[str, ...]
    text: str = ""
    inside: list["Tag"] = field(default_factory=list)


class Page(HTMLParser):
    """A parsed page or a piece of one. Unclosed or wrongly nested elements fail."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Tag] = []
        self._open: list[Tag] = []
        self.text = ""
        self.source = source
        self.feed(source)
        self.close()
        assert not self._open, f"not closed: {[tag.name for tag in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>: {names}"
        made = Tag(tag, {name: value or "" for name, value in attrs}, tuple(one.name for one in self._open))
        self.tags.append(made)
        for one in self._open:
            one.inside.append(made)
        if tag not in VOID or (tag == "option"):
            self._open.append(made)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].name == tag, f"</{tag}> closes <{self._open[-1].name}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for tag in self._open:
            tag.text += data

    def all(self, name: str) -> list[dict[str, str]]:
        """The attributes of every element of this name."""
        return [tag.attributes for tag in self.tags if tag.name == name]

    def tags_of(self, *names: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name in names]

    def ids(self) -> list[str]:
        return [tag.attributes["id"] for tag in self.tags if "id" in tag.attributes]

    def controls(self) -> list[dict[str, str]]:
        """What a person fills in; hidden inputs and buttons are no controls."""
        found = [tag.attributes for tag in self.tags_of("input", "select", "textarea")]
        return [one for one in found if one.get("type") not in {"hidden", "submit"}]

    def form_values(self) -> list[tuple[str, str]]:
        """The pairs a browser would send, in order."""
        pairs = []
        for tag in self.tags:
            given = tag.attributes
            if tag.name == "input" and given.get("type") not in {"file", "submit"}:
                if given.get("type") not in {"radio", "checkbox"} or "checked" in given:
                    pairs.append((given["name"], given.get("value", "")))
            elif tag.name == "textarea":
                pairs.append((given["name"], tag.text.removeprefix("\n")))
            elif tag.name == "select":
                chosen = [one for one in tag.inside if "selected" in one.attributes] or tag.inside[:1]
                pairs.extend((given["name"], one.attributes["value"]) for one in chosen)
        return pairs
