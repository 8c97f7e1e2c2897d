"""Journeys in a real Chromium against a live server and a real database: what a person sees, taps and types.

    def test_something(visit):
        page = visit(360)                  # or visit(1366, script=False)
        page.goto("/things/newborn/")

`look(page)` checks what holds for every page; pictures go to var/screenshots when ONETHING_SCREENSHOTS is set.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from onething.catalogue.services import publish_folder
from onething.cli import demo

__all__ = ["CATALOGUE", "SWITCHES", "Visit", "keep_picture", "serious", "sides"]

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "catalogue"
SHOTS = ROOT / "var" / "screenshots"
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
HEIGHTS = {360: 800, 768: 1024, 1366: 768}
# Playwright's own event loop lives in this thread; the tests around it are synchronous all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys; Debian's own, nothing is downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("ONETHING_BROWSER") or shutil.which("chromium"), args=SWITCHES
        )
        yield browser
        browser.close()


@pytest.fixture
def town(transactional_db: None) -> None:
    """The shipped catalogue, published, and the demonstration's people. A live server's test empties the tables at its end."""
    now = timezone.now()
    publish_folder(CATALOGUE, effective_at=now, at=now)
    demo.cast(at=now, catalogue=CATALOGUE)


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer, town: None) -> Iterator[Visit]:
    """Open a browser of its own: a width, with or without script. Errors of the page's scripts fail the test."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(width: int = 1366, *, script: bool = True, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            java_script_enabled=script,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, troubles


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page, for people who look at it."""
    if os.environ.get("ONETHING_SCREENSHOTS"):
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Keep a picture under a name of one's own."""
    return keep_picture


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Callable[[Page], None]:
    """What is looked at on every page of a journey: nothing sticks out, axe finds nothing serious, a picture is kept."""
    journey, seen = request.node.name.removeprefix("test_"), 0

    def at(page: Page) -> None:
        nonlocal seen
        seen += 1
        assert sides(page) == 0, page.url
        assert serious(page) == [], page.url
        last = urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[-1]
        keep_picture(page, f"{journey}-{seen:02d}-{last or 'home'}")

    return at


@pytest.fixture
def glance(look: Callable[[Page], None]) -> Callable[[Page], None]:
    """The same for long ways: nothing sticks out of any page, but each kind of page is looked at closely only once."""
    known: set[str] = set()

    def at(page: Page) -> None:
        page.wait_for_load_state()
        assert sides(page) == 0, page.url
        kind = resolve(urlsplit(page.url).path).view_name
        if kind not in known:
            known.add(kind)
            look(page)

    return at


def sides(page: Page) -> int:
    """How far the page can be pushed sideways, in pixels (X1)."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def serious(page: Page) -> list[str]:
    """What axe finds serious or worse on the page."""
    # Only what is wrong: to list all that is right as well takes longer than to find it.
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
