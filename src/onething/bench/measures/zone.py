"""Public pages that find and tell, as one client sees them: with what is shipped, and with a city's ten thousand items."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from typing import Any, Final
from urllib.parse import quote

from django.urls import reverse, reverse_lazy
from django.utils import timezone

from onething.bench.client import Connection
from onething.bench.measures.pages import EMPTY, milliseconds
from onething.bench.report import Figure, ratio_of_rounds, spread
from onething.bench.run import Run, interleaved
from onething.bench.server import web_server
from onething.catalogue.services import current_entries, edition_document, publish

__all__ = ["city", "measure"]

THINGS, ITEMS = 200, 50
AGAINST = "an empty signed-in page"
# A word as it stands, initials, a slip that has to be compared nearly, a synonym, a word that is nearly everywhere, nothing.
SEARCHES: Final = {
    "word": "上户口", "initials": "csyjs", "slip": "xinshengre", "synonym": "娃娃医保", "common": "登记", "nothing": "量子力学",
}  # fmt: skip
PAGES: Final = {
    "zone": ("the zone", reverse_lazy("public:home")),
    "guide": ("the guide of the newborn", reverse_lazy("public:guide", args=["newborn"])),
    "single-item": ("a single item", reverse_lazy("public:single_item", args=["newborn", "birth-certificate"])),
}


def measure(run: Run) -> list[Figure]:
    """All pages as shipped, then again after a city's catalogue was published beside it; for information."""
    session = run.crowd.next(1)[0].session
    figures = _round(run, session, "", "")
    publish(city(), effective_at=(now := timezone.now()), at=now)
    return figures + _round(run, session, "-10000", f" among {THINGS} one-things with {THINGS * ITEMS:,} items more")


def _pages() -> dict[str, tuple[str, str]]:
    """What is looked at and its address, by name."""
    search = reverse("public:search")
    told = {name: (what, str(path)) for name, (what, path) in PAGES.items()}
    return told | {
        f"search-{name}": (f"search for {text}", f"{search}?q={quote(text)}") for name, text in SEARCHES.items()
    }


def _round(run: Run, session: str, suffix: str, among: str) -> list[Figure]:
    with ExitStack() as stack:
        port = stack.enter_context(web_server(run.scratch))

        def side(path: str, cookies: dict[str, str]) -> Callable[[], float]:
            return partial(milliseconds, stack.enter_context(Connection(port, cookies)), path)

        sides = {"empty": side(EMPTY, {"sessionid": session})}
        sides |= {name: side(path, {}) for name, (_what, path) in _pages().items()}
        times = interleaved(run, "milliseconds", sides)
    return [
        Figure(
            f"{name}{suffix}",
            f"{what}{among}",
            AGAINST,
            ratio_of_rounds(times[name], times["empty"]),
            raw={"ms": times[name], "empty ms": times["empty"]},
            note=f"single rounds {spread(times[name], times['empty'])}",
        )
        for name, (what, _path) in _pages().items()
    ]


def city() -> Iterator[dict[str, Any]]:
    """The documents of a large city: copies of the smallest one-thing in force, with names made of the words of all."""
    shipped = [edition_document(entry.edition.edition_hash) for entry in current_entries(at=timezone.now())]
    pattern = min(shipped, key=lambda document: len(str(document)))
    words = [word for document in shipped for word in document["keywords"]]
    named = cycle([item["name"] for document in shipped for item in document["items"]])
    for number in range(THINGS):
        mine = [words[(7 * number + step) % len(words)] for step in range(ITEMS)]
        items = [
            {
                **pattern["items"][0],
                "key": f"item-{step}",
                "id": f"city-{number}/item-{step}",
                "name": word + next(named),
            }
            for step, word in enumerate(mine)
        ]
        yield {
            **pattern,
            "key": f"city-{number}",
            "name": f"{mine[0]}{mine[1]}一件事",
            "keywords": mine[:20],
            "items": items,
        }
