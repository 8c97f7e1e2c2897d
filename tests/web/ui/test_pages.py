"""The frame, the gallery, the mode switch and the pages shown when something went wrong."""

import itertools
import re
from http.cookies import Morsel
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from tests.web.ui.pages import Page

import onething.web.ui
from onething.kit.errors import Refused
from onething.web.ui import views
from onething.web.ui.face import MODE_COOKIE

TEMPLATES = Path(onething.web.ui.__file__).parent / "jinja2"
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "ui" / "components").glob("*.html"))
OWN_PAGES = ("/ui/components/", "/ui/components/?face=staff", "/ui/identify/", "/ui/help/", "/ui/accessibility/")


@pytest.fixture
def visitor() -> Client:
    return Client()


def page_at(client: Client, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200
    return Page(response.content.decode())


def check_frame(page: Page) -> None:
    """X4, X2, X8: what every page keeps."""
    assert page.all("html")[0]["lang"] == "zh-CN"
    assert len(page.all("h1")) == 1
    assert len(page.all("title")) == 1
    assert page.all("main")[0]["id"] == "main"
    links = page.tags_of("a")
    assert links[0].attributes["href"] == "#main", "the skip link comes first"
    assert [tag for tag in page.tags if tag.attributes.get("aria-live") == "polite"]
    assert "ys-help" in page.source
    assert len(page.ids()) == len(set(page.ids())), "an id twice"


def check_security(page: Page) -> None:
    """The content security policy forbids all of these."""
    for tag in page.tags:
        assert not any(name.startswith("on") or name == "style" for name in tag.attributes), tag
        if tag.name == "script":
            assert tag.attributes["src"].startswith("/static/")
            assert "defer" in tag.attributes
        assert tag.name != "style"
        for name in ("src", "href", "action"):
            value = tag.attributes.get(name, "")
            assert not value.startswith(("http:", "https:", "//", "javascript:")), tag


@pytest.mark.parametrize("address", OWN_PAGES)
def test_own_pages_keep_the_frame(visitor: Client, address: str) -> None:
    page = page_at(visitor, address)
    check_frame(page)
    check_security(page)


def test_titles_differ(visitor: Client) -> None:
    titles = [page_at(visitor, address).tags_of("title")[0].text for address in OWN_PAGES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("address", OWN_PAGES)
def test_headings_leave_no_level_out(visitor: Client, address: str) -> None:
    levels = [int(tag.name[1]) for tag in page_at(visitor, address).tags_of("h1", "h2", "h3", "h4")]
    after_title = levels[levels.index(1) :]
    for before, after in itertools.pairwise(after_title):
        assert after <= before + 1, levels


@pytest.mark.parametrize("address", OWN_PAGES[:2])
def test_labels_and_descriptions_are_tied(visitor: Client, address: str) -> None:
    page = page_at(visitor, address)
    labels = {one.get("for") for one in page.all("label")}
    for control in page.controls():
        assert control.get("id") in labels or "aria-label" in control, control
    ids = set(page.ids())
    for tag in page.tags:
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(tag.attributes.get(name, "").split()) <= ids, tag
        if tag.name == "label":
            assert tag.attributes.get("for") in ids, tag
    for link in page.all("a"):
        if link.get("href", "").startswith("#f-"):
            assert link["href"][1:] in ids, "the error summary leads nowhere"
    assert not any("placeholder" in one for one in page.controls())


def test_every_component_is_in_the_gallery() -> None:
    shown: set[str] = set()
    queue = [
        "ui/gallery_public.html",
        "ui/gallery_staff.html",
        "ui/gallery_review.html",
        "ui/base.html",
        "ui/public.html",
        "ui/staff.html",
    ]
    while queue:
        text = (TEMPLATES / queue.pop()).read_text("utf-8")
        drawn = set(re.findall(r"\bui\.(\w+)\(", text)) | set(re.findall(r"ui/components/(\w+)\.html", text))
        if "ui.field(" in text:
            drawn.add("fields")
        new = (drawn & set(COMPONENTS)) - shown
        shown |= new
        queue += [f"ui/components/{name}.html" for name in new]
    assert set(COMPONENTS) - shown == set()


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_says_its_options(name: str) -> None:
    text = (TEMPLATES / "ui" / "components" / f"{name}.html").read_text("utf-8")
    assert text.startswith("{# ")
    head = text.split("{%", 1)[0]
    assert "Options:" in head, name


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_chinese_outside_translation(path: Path) -> None:
    """Words of components go through gettext; the gallery's invented data need not."""
    if path.name.startswith("gallery"):
        return
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"))
    text = re.sub(r"\{% trans\b.*?endtrans %\}", "", text, flags=re.DOTALL)
    text = re.sub(r"_\((\"[^\"]*\"|'[^']*')\)", "", text)
    assert not re.findall(r"[\u4e00-\u9fff]{2,}", text)


def cookie_of(client: Client) -> Morsel[str] | None:
    return client.cookies.get(MODE_COOKIE)


def test_modes_are_switched_on_the_same_address(visitor: Client) -> None:
    answer = visitor.get("/ui/mode/", {"mode": "elder", "on": "1", "next": "/ui/help/?a=1"})
    assert answer.status_code == 302
    assert answer["Location"] == "/ui/help/?a=1"
    assert page_at(visitor, "/ui/help/").all("html")[0]["data-mode"] == "elder"
    visitor.post("/ui/mode/", {"mode": "contrast", "on": "1", "next": "/"})
    page = page_at(visitor, "/ui/help/?x=1")
    assert page.all("html")[0]["data-mode"] == "elder contrast"
    switch = next(tag for tag in page.tags_of("a") if "mode=elder" in tag.attributes["href"])
    assert switch.text == "退出长辈版"
    answer = visitor.get(switch.attributes["href"])
    assert answer["Location"] == "/ui/help/?x=1"
    assert page_at(visitor, "/ui/help/").all("html")[0]["data-mode"] == "contrast"
    visitor.get("/ui/mode/", {"mode": "contrast", "on": "0"})
    assert "data-mode" not in page_at(visitor, "/ui/help/").all("html")[0]


@pytest.mark.parametrize(
    "away", ["https://example.org/", "//example.org", "javascript:alert(1)", "http:///example.org", "\\\\example.org"]
)
def test_the_switch_never_leads_to_another_site(visitor: Client, away: str) -> None:
    assert visitor.get("/ui/mode/", {"mode": "elder", "on": "1", "next": away})["Location"] == "/"


def test_an_unknown_mode_is_not_kept(visitor: Client) -> None:
    assert visitor.get("/ui/mode/", {"mode": "dark", "on": "1"}).status_code == 404
    visitor.cookies[MODE_COOKIE] = '"><script>'
    assert "data-mode" not in page_at(visitor, "/ui/help/").all("html")[0]


def test_the_language_is_chosen_on_the_same_address(visitor: Client) -> None:
    """English is for residents who read no Chinese; the way back is named in Chinese."""
    page = page_at(visitor, "/ui/help/?a=1")
    assert page.all("html")[0]["lang"] == "zh-CN"
    switch = next(tag for tag in page.tags_of("a") if tag.text == "English")
    answer = visitor.get(switch.attributes["href"])
    assert answer["Location"] == "/ui/help/?a=1"
    english = page_at(visitor, "/ui/help/?a=1")
    assert english.all("html")[0]["lang"] == "en"
    back = next(tag for tag in english.tags_of("a") if tag.text == "中文")
    visitor.get(back.attributes["href"])
    assert page_at(visitor, "/ui/help/").all("html")[0]["lang"] == "zh-CN"


def test_a_browser_in_another_language_still_gets_the_binding_words(visitor: Client) -> None:
    answer = visitor.get("/ui/help/", headers={"accept-language": "en-GB,en;q=0.9"})
    assert 'lang="zh-CN"' in answer.content.decode()
    visitor.cookies["ys_language"] = "xx"
    assert 'lang="zh-CN"' in visitor.get("/ui/help/").content.decode()
    assert visitor.get("/ui/language/", {"language": "xx"}).status_code == 404


def test_staff_pages_offer_no_other_language(visitor: Client) -> None:
    assert "English" not in visitor.get("/ui/components/?face=staff").content.decode()


def test_the_demonstration_says_so_on_every_page(visitor: Client) -> None:
    assert "演示系统" in page_at(visitor, "/ui/help/").text
    with override_settings(ONETHING_DEMO=False):
        assert "演示系统" not in page_at(visitor, "/ui/help/").text


def test_a_page_with_errors_says_so_in_its_title() -> None:
    page = Page(render_to_string("ui/public.html", {"errors": [{"id": "f-x", "text": "填写姓名"}]}))
    assert page.tags_of("title")[0].text.startswith("错误：")


def asked() -> HttpRequest:
    return RequestFactory().get("/somewhere/")


@pytest.mark.parametrize(
    ("view", "more", "status"),
    [
        (views.bad_request, (ValueError("x"),), 400),
        (views.permission_denied, (PermissionDenied(),), 403),
        (views.csrf_failure, ("no cookie",), 403),
        (views.not_found, (Exception(),), 404),
        (views.server_error, (), 500),
    ],
)
def test_error_pages_help(view: Any, more: tuple[Any, ...], status: int) -> None:
    """X14: what happened to the data, what to do now, the hotline; a short code where the log has one too."""
    answer = view(asked(), *more)
    page = Page(answer.content.decode())
    assert answer.status_code == status
    check_frame(page)
    check_security(page)
    assert "12345" in page.text
    assert "都在" in page.text or "没有变化" in page.text
    for word in ("系统异常", "抱歉", "非法", "Traceback", "操作失败"):
        assert word not in page.text
    if status in {400, 500} or view is views.csrf_failure:
        assert re.search(r"报编号\s*[0-9A-F]{4}", page.text)


def test_the_reason_of_a_refusal_is_shown_and_inner_words_are_not() -> None:
    told = views.permission_denied(asked(), Refused("这件申请由市公安局在办，您可以在“进度”里看")).content.decode()
    assert "由市公安局在办" in told
    hidden = views.permission_denied(asked(), PermissionDenied("row 17 of table drafts")).content.decode()
    assert "row 17" not in hidden


def test_pages_render_without_a_request() -> None:
    """Django's own fallback renders 500.html with an empty context."""
    page = Page(render_to_string("500.html"))
    check_frame(page)


@pytest.mark.django_db
def test_staying_prolongs_the_session(visitor: Client) -> None:
    assert visitor.post("/ui/stay/", headers={"accept": "application/json"}).json() == {"stayed": True}
    assert visitor.get("/ui/stay/").status_code == 405
    assert visitor.post("/ui/stay/", headers={"referer": "https://example.org/"})["Location"] == "/"
