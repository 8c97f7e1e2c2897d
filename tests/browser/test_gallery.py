"""The components in a real browser: every width and mode, axe, and what page.js adds.

Pages are handed to the browser by Django's test client through request interception, so nothing listens on a port and
nothing leaves the machine.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import Client, RequestFactory
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

pytestmark = pytest.mark.browser

SITE = "http://127.0.0.1:9"
FACES = ("/ui/components/", "/ui/components/?face=staff")
MODES = ("", "elder", "contrast", "elder+contrast")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

# The right edge of everything that sticks out, boxes that scroll by themselves left aside.
STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll('body *')].filter(e => !e.closest('.ys-scroll') && !e.closest('.ys-skip')
    && e.getBoundingClientRect().width > 1 && e.getBoundingClientRect().right > width + 1);
  return [document.documentElement.scrollWidth - width, wide.slice(0, 5).map(e => e.outerHTML.slice(0, 120))];
}"""

# Links inside sentences and cells are exempt (WCAG 2.5.8); what stands alone is not.
TOO_SMALL = """(least) => [...document.querySelectorAll(
    'button, select, textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), .ys-choice__label, '
    + '.ys-check__option, .ys-task[href], .ys-bar__link, .ys-strip__link, .ys-header__name, .ys-back, .ys-crumbs__link, '
    + '.ys-help__link, .ys-footer__link, .ys-account__link, .ys-tabs__link, .ys-nav__link, .ys-pages__link, a.ys-button')]
  .map(e => [e.getBoundingClientRect(), e]).filter(([box]) => box.width > 0 && (box.height < least - 0.5))
  .map(([box, e]) => Math.round(box.height) + ' ' + e.outerHTML.slice(0, 100))"""


class Site:
    """Answers the browser's requests: pages from the test client, static files from the finders, the rest from `extra`."""

    def __init__(self) -> None:
        self.extra: dict[str, Callable[[Route], None]] = {}
        self.posted: list[dict[str, list[str]]] = []

    def answer(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.path in self.extra:
            self.extra[address.path](route)
        elif address.path.startswith("/static/"):
            found = finders.find(address.path.removeprefix("/static/"))
            assert isinstance(found, str), address.path
            kind = TYPES["." + found.rsplit(".", 1)[-1]]
            route.fulfill(path=found, content_type=f"{kind}; charset=utf-8")
        else:
            client = Client()
            given = route.request.header_value("cookie") or ""
            response: Any = client.get(f"{address.path}?{address.query}", headers={"cookie": given})
            route.fulfill(status=response.status_code, headers=dict(response.items()), body=response.content)

    def page_of(self, source: str) -> None:
        """Serve a small page made of components at /page/."""
        text = (
            "{% extends 'ui/public.html' %}{% block title %}x{% endblock %}{% block main %}" + source + "{% endblock %}"
        )
        html = engines["jinja2"].from_string(text).render(request=RequestFactory().get("/page/"))
        policy = str(Client().get("/ui/help/").headers["Content-Security-Policy"])
        self.extra["/page/"] = lambda route: self._page(route, html, policy)

    def _page(self, route: Route, html: str, policy: str) -> None:
        if route.request.method == "POST":
            self.keep(route)
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})

    def keep(self, route: Route) -> None:
        body = route.request.post_data or ""
        if "form-data" in (route.request.header_value("content-type") or ""):
            pairs = re.findall(r'name="([^"]+)"\r\n\r\n(.*?)\r\n', body, re.DOTALL)
            self.posted.append({name: [value] for name, value in pairs})
        else:
            self.posted.append(parse_qs(body, keep_blank_values=True))


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def opened(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Open an address in a window of its own; anything the console complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "409 (Conflict)" not in text:  # an answer some tests give on purpose
            complaints.append(text)

    def open_page(address: str, *, width: int = 360, mode: str = "", script: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 768}, java_script_enabled=script, locale="zh-CN"
        )
        contexts.append(context)
        if mode:
            context.add_cookies([{"name": "ys_mode", "value": mode, "url": SITE}])
        context.route("**/*", site.answer)
        page = context.new_page()
        page.on("console", lambda message: hear(message.type, message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(SITE + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("address", FACES)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", [320, 768, 1366])
def test_nothing_sticks_out_and_targets_are_large_enough(opened: Any, address: str, mode: str, width: int) -> None:
    page = opened(address, width=width, mode=mode)
    assert page.evaluate(STICKS_OUT) == [0, []]
    assert page.evaluate(TOO_SMALL, 60 if "elder" in mode else 44) == []


@pytest.mark.parametrize("address", FACES)
@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing(opened: Any, address: str, mode: str) -> None:
    page = opened(address, width=1366, mode=mode)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"]][:4]) for one in found] == []


def test_a_page_without_script_shows_everything(opened: Any) -> None:
    page = opened(FACES[0], script=False)
    page.get_by_text("为什么问").click()
    assert page.get_by_text("决定去哪个派出所办").is_visible()


@pytest.mark.parametrize("address", FACES)
def test_the_focus_is_always_visible(opened: Any, address: str) -> None:
    """X3: tab through the whole page; each stop has an outline and is not covered by a bar."""
    page = opened(address, width=1366)
    seen = 0
    for _ in range(150):
        page.keyboard.press("Tab")
        state = page.evaluate("""() => { const e = document.activeElement; if (!e || e === document.body) return null;
          const box = e.getBoundingClientRect(); const style = getComputedStyle(e);
          const top = document.elementFromPoint(Math.min(box.left + 5, innerWidth - 1), Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1));
          return [style.outlineStyle !== 'none', !top || e.contains(top) || top.contains(e), e.outerHTML.slice(0, 90)]; }""")
        if state is None:
            break
        seen += 1
        assert state[0], f"no outline: {state[2]}"
        assert state[1], f"covered: {state[2]}"
    assert seen > 20


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(opened: Any, site: Site) -> None:
    site.page_of(
        "<h1>x</h1><div class='ys-summary' role='alert' tabindex='-1' data-ys-focus><a href='#f-name'>填写姓名</a></div>"
        "<label for='f-name'>姓名</label><input id='f-name' name='name'>"
    )
    page = opened("/page/")
    assert page.evaluate("document.activeElement.className") == "ys-summary"
    page.get_by_role("link", name="填写姓名").click()
    page.keyboard.type("王")
    assert page.input_value("#f-name") == "王"


FORM = """<h1>x</h1><form method="post" action="/page/" novalidate{more}>
  <input type="hidden" name="revision" value="4"><label for="f-a">甲</label><input id="f-a" name="a"><label for="f-b">乙</label>
  <input id="f-b" name="b">{{{{ ui.saved_line() }}}}
  <button class="ys-button" type="submit" name="act" value="go" data-sending="正在提交…">提交申请</button></form>"""


def test_a_field_is_saved_after_leaving_it(opened: Any, site: Site) -> None:
    """X6: within five seconds, with the words 「已保存」, and the next save carries the new revision."""

    def save(route: Route) -> None:
        site.keep(route)
        route.fulfill(
            status=200, content_type="application/json", body=json.dumps({"saved_at": "14:32", "revision": 5})
        )

    site.extra["/save/"] = save
    site.page_of(FORM.format(more=' data-autosave="/save/"'))
    page = opened("/page/")
    page.fill("#f-a", "䶮㛃𬀩")
    page.press("#f-a", "Tab")
    page.get_by_text("已保存 14:32").wait_for(timeout=5000)
    assert site.posted == [{"revision": ["4"], "a": ["䶮㛃𬀩"], "b": [""]}]
    assert page.input_value("[name=revision]") == "5"


def test_a_conflict_is_said_and_nothing_is_lost(opened: Any, site: Site) -> None:
    words = "这一页在别处改过，先看看改了什么"
    site.extra["/save/"] = lambda route: route.fulfill(
        status=409, content_type="application/json", body=json.dumps({"message": words})
    )
    site.page_of(FORM.format(more=' data-autosave="/save/"'))
    page = opened("/page/")
    page.fill("#f-a", "1")
    page.press("#f-a", "Tab")
    page.get_by_text(words).wait_for(timeout=5000)
    assert page.input_value("#f-a") == "1"


def test_two_presses_are_one_submission_and_the_button_says_so(opened: Any, site: Site) -> None:
    """A double tap sends once; after a second the button says 「正在提交…」; name and value of the button go along."""

    def never_ready(route: Route) -> None:
        site.keep(route)
        route.fulfill(status=204)  # the browser stays on the page, as it does while a server thinks

    site.extra["/slow/"] = never_ready
    site.page_of(FORM.format(more="").replace('action="/page/"', 'action="/slow/"'))
    page = opened("/page/")
    page.evaluate("() => { const b = document.querySelector('button[name=act]'); b.click(); b.click(); }")
    page.get_by_text("正在提交…").wait_for(timeout=3000)
    page.evaluate("() => document.querySelector('button[name=act]').click()")
    page.wait_for_timeout(200)
    assert [one["act"] for one in site.posted] == [["go"]]


def test_none_of_them_unticks_the_others(opened: Any) -> None:
    page = opened(FACES[0])
    page.check("#f-dishes-1")
    page.check("#f-dishes-4")
    assert [page.is_checked(f"#f-dishes-{n}") for n in (1, 2, 3, 4)] == [False, False, False, True]
    page.check("#f-dishes-2")
    assert not page.is_checked("#f-dishes-4")


def test_a_swap_moves_focus_and_tells_the_result(opened: Any, site: Site) -> None:
    """X16: focus on the new heading, words in the one live region, busy while loading."""
    site.extra["/part/"] = lambda route: route.fulfill(
        content_type="text/html; charset=utf-8", body='<h2 id="new">结果</h2><p data-ys-announce>找到12条</p>'
    )
    site.page_of('<h1>x</h1><button class="ys-button" hx-get="/part/" hx-target="#box">查</button><div id="box"></div>')
    page = opened("/page/")
    page.get_by_role("button", name="查").click()
    expect(page.locator("#ys-live")).to_have_text("找到12条")
    assert page.evaluate("document.activeElement.id") == "new"
    assert page.get_attribute("#box", "aria-busy") is None


def test_a_warning_before_the_session_ends(opened: Any, site: Site) -> None:
    site.extra["/ui/stay/"] = lambda route: route.fulfill(content_type="application/json", body='{"stayed": true}')
    site.page_of(
        '<h1>x</h1>{% with session_ends_in=301 %}{% include "ui/components/session_warning.html" %}{% endwith %}'
    )
    page = opened("/page/")
    box = page.locator("[data-ys-session]")
    assert not box.is_visible()
    box.wait_for(state="visible", timeout=4000)
    page.get_by_role("button", name="继续使用").click()
    box.wait_for(state="hidden", timeout=4000)


def test_print_shows_content_and_no_controls(opened: Any) -> None:
    page = opened(FACES[0], width=1366)
    page.emulate_media(media="print")
    assert not page.locator(".ys-bar, .ys-search, .ys-crumbs").first.is_visible()
    assert page.get_by_role("heading", name="组件一览").is_visible()
    assert len(page.pdf(format="A4")) > 10_000
