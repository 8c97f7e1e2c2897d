"""What a public page sends over the line: the first view, and the next one with what the browser has kept."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

from django.urls import NoReverseMatch, reverse

from onething.bench.client import Answer, Connection
from onething.bench.report import Bound, Figure
from onething.bench.run import Run
from onething.bench.server import web_server

__all__ = ["Linked", "linked_from", "measure"]

FIRST_VIEW, NEXT_VIEW = 100, 30
KILOBYTE = 1000
KEPT_SECONDS = 24 * 3600
FINE = 200
PAGES: Final[tuple[tuple[str, str, list[str]], ...]] = (
    ("home", "public:home", []),
    ("search", "public:search", []),
    ("guide", "public:guide", ["newborn"]),
    ("guide-largest", "public:guide", ["death"]),
    ("single-item", "public:single_item", ["newborn", "birth-certificate"]),
    ("verify", "public:verify", []),
    ("sign-in", "accounts:sign_in", []),
    ("accessibility", "ui:accessibility", []),
)  # fmt: skip
IN_STYLE = re.compile(r"""(?:@import\s+|url\()\s*["']?([^"')\s;]+)""")


@dataclass
class Linked(HTMLParser):
    """Addresses a browser fetches by itself to show a page."""

    addresses: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Style sheets, scripts, pictures, icons."""
        told = dict(attrs)
        wanted = ""
        if tag == "link" and (told.get("rel") or "") in {"stylesheet", "icon", "manifest", "preload", "shortcut icon"}:
            wanted = told.get("href") or ""
        elif tag in {"script", "img", "source"}:
            wanted = told.get("src") or ""
        if wanted and not wanted.startswith("data:"):
            self.addresses.append(wanted)


def linked_from(html: str) -> list[str]:
    """Each address once, in order."""
    parser = Linked()
    parser.feed(html)
    return list(dict.fromkeys(parser.addresses))


def measure(run: Run) -> list[Figure]:
    """The heaviest of the public pages, for the first view and for the next."""
    first, later, absent = {}, {}, []
    with web_server(run.scratch) as port:
        for name, route, arguments in PAGES:
            try:
                path = reverse(route, args=arguments)
            except NoReverseMatch:
                absent.append(name)
                continue
            first[name], later[name] = _weigh(port, path)
            run.say(f"{name}: {first[name]:.1f} kB, then {later[name]:.1f} kB")
    note = f"not there yet: {', '.join(absent)}" if absent else ""
    return [
        Figure(
            "first-view", "the heaviest public page, head and body of everything it links", "", max(first.values()),
            FIRST_VIEW, Bound.AT_MOST, "kB", raw=first, note=note, failed=bool(absent),
        ),
        Figure(
            "next-view", "the same page once the browser has kept what it may", "", max(later.values()),
            NEXT_VIEW, Bound.AT_MOST, "kB", raw=later,
        ),
    ]  # fmt: skip


def _weigh(port: int, path: str) -> tuple[float, float]:
    """Kilobytes of the first and of the next view."""
    with Connection(port, accept="gzip, br") as packed, Connection(port) as plain:
        page = _fetched(packed, path)
        total, again = page.size, page.size
        waiting = linked_from(plain.get(path).body.decode())
        seen = set()
        while waiting:
            address = urljoin(path, waiting.pop())
            if address in seen:
                continue
            seen.add(address)
            answer = _fetched(packed, address)
            total += answer.size
            again += 0 if _is_kept(answer) else answer.size
            if "css" in answer.header("Content-Type"):
                style = plain.get(address).body.decode()
                waiting += [
                    urljoin(address, one) for one in IN_STYLE.findall(style) if not one.startswith(("data:", "#"))
                ]
    return total / KILOBYTE, again / KILOBYTE


def _fetched(connection: Connection, path: str) -> Answer:
    answer = connection.get(path)
    if answer.status != FINE:
        msg = f"{path} answered {answer.status}"
        raise LookupError(msg)
    return answer


def _is_kept(answer: Answer) -> bool:
    """Whether a browser shows it again without asking."""
    told = answer.header("Cache-Control")
    found = re.search(r"max-age=(\d+)", told)
    return found is not None and int(found.group(1)) >= KEPT_SECONDS and "no-cache" not in told
