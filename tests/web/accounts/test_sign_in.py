"""Signing in to a demonstration, out again, and not at all elsewhere."""

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from tests.cast import AT, Name
from tests.factories.parties import make_account, make_town
from tests.factories.plans import shipped_document
from tests.factories.town import settle

from onething.cli.demo import item_to_route
from onething.parties.demo import CITY, load_cast, load_staff
from onething.parties.models import Account, Division, Organisation, Routing
from onething.parties.routing import ItemToRoute
from onething.web.accounts import views

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/sign-in/"


class Buttons(HTMLParser):
    """The values of the buttons named `account`."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "button" and given.get("name") == "account":
            self.values.append(given.get("value") or "")


def buttons(content: bytes) -> list[str]:
    page = Buttons()
    page.feed(content.decode())
    return page.values


def signed_in(client: Client) -> Account | None:
    key = client.session.get("_auth_user_id")
    return Account.objects.get(pk=key) if key else None


def test_a_demonstration_lists_every_named_person_once(client: Client) -> None:
    make_town()
    cast = load_cast(at=AT)
    shown = buttons(client.get(SIGN_IN).content)
    assert sorted(shown) == sorted(one.username for one in cast)


def test_only_the_named_cast_is_listed_or_can_be_chosen(client: Client) -> None:
    hidden = make_account("真人")
    assert hidden.username not in client.get(SIGN_IN).content.decode()
    response = client.post(SIGN_IN, {"account": hidden.username})
    assert response.status_code == 422
    assert signed_in(client) is None


def test_the_list_costs_few_queries_whatever_its_length(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_town()
    load_cast(at=AT)
    with django_assert_num_queries(4):
        client.get(SIGN_IN)


def test_officers_of_other_places_are_on_the_page_of_their_place(client: Client) -> None:
    make_town()
    cast = {one.username for one in load_cast(at=AT)}
    there = []
    for code, name in (("321203000000", "高港区"), ("321283000000", "泰兴市")):
        Division.objects.create(code=code, name=name, level=Division.Level.COUNTY, parent_id=CITY)
        body = Organisation.objects.create(key=f"there-{code}", name=f"{name}卫生健康委员会", division_id=code)
        Routing.objects.create(function_id="health", division_id=code, organisation=body)
        load_staff(at=AT, places=[code], items=[ItemToRoute("x", "x", "health")])
        there.append(f"reviewer-{body.key}")
    whole = client.get(SIGN_IN, {"next": "/review/?page=2"})
    assert set(buttons(whole.content)) == cast
    (address,) = re.findall(r'href="([^"]*)">泰兴市</a>', whole.content.decode())
    page = client.get(html.unescape(address))
    assert buttons(page.content) == [there[1]]
    assert 'name="next" value="/review/?page=2"' in page.content.decode()
    assert client.post(html.unescape(address), {"account": there[1]}).status_code == 302
    assert (account := signed_in(client)) is not None
    assert account.username == there[1]


@pytest.mark.parametrize("place", ["321299000000", "'", "321202000000", "x" * 999])
def test_a_place_where_nobody_sits_shows_the_whole_list(client: Client, place: str) -> None:
    make_town()
    cast = load_cast(at=AT)
    assert len(buttons(client.get(SIGN_IN, {"place": place}).content)) == len(cast)


def test_the_page_stays_light_with_everybody_seated_in_all_districts(client: Client) -> None:
    settle(["newborn", "restaurant-start"])
    districts = list(Division.objects.inside(CITY).filter(level=Division.Level.COUNTY, is_administrative=True))
    items = [item_to_route(one) for key in ("newborn", "restaurant-start") for one in shipped_document(key)["items"]]
    load_staff(at=AT, places=[one.code for one in districts], items=items)
    whole = client.get(SIGN_IN)
    assert len(whole.content) < 60_000
    listed = buttons(whole.content)
    for address in re.findall(r'<a href="([^"]*place=[^"]*)"', whole.content.decode()):
        page = client.get(html.unescape(address))
        assert len(page.content) < 60_000
        listed += buttons(page.content)
    assert len(listed) == len(set(listed))
    assert set(listed) == set(Account.objects.demonstration().values_list("username", flat=True))


def test_pressing_a_name_signs_in_and_leads_to_ones_own_face(client: Client) -> None:
    make_town()
    load_cast(at=AT)
    response = client.post(SIGN_IN, {"account": "limei"})
    assert response.headers["Location"] == "/"
    assert (account := signed_in(client)) is not None
    assert account.display_name == Name.APPLICANT
    reviewer = client.post(SIGN_IN, {"account": "reviewer-hailing-health"})
    assert reviewer.headers["Location"] == "/review/"


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/things/newborn/?a=1", "/things/newborn/?a=1"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_never_leaves_the_site(client: Client, wanted: str, led: str) -> None:
    response = client.post(SIGN_IN, {"display_name": "新人", "kind": "resident", "next": wanted})
    assert response.headers["Location"] == led


def test_the_way_back_is_kept_through_the_page(client: Client) -> None:
    page = client.get(SIGN_IN, {"next": '/a/"><b>'}).content.decode()
    assert '<input type="hidden" name="next" value="/a/&#34;&gt;&lt;b&gt;">' in page


def test_a_new_enterprise_gets_an_account_that_acts_for_it(client: Client) -> None:
    new = {
        "display_name": "䶮㛃",
        "kind": "enterprise",
        "principal_name": "小馆",
        "principal_uscc": "91321202MA00D01A71",
    }
    assert client.post(SIGN_IN, new).status_code == 302
    assert (account := signed_in(client)) is not None
    assert (account.kind, account.principal) == (Account.Kind.ENTERPRISE, "91321202MA00D01A71")


def test_a_resident_who_typed_a_firm_before_choosing_stays_a_resident(client: Client) -> None:
    client.post(SIGN_IN, {"display_name": "新人", "kind": "resident", "principal_name": "小馆"})
    assert (account := signed_in(client)) is not None
    assert (account.kind, account.principal) == (Account.Kind.RESIDENT, "")


@pytest.mark.parametrize(
    ("new", "field", "told"),
    [
        ({"display_name": " "}, "f-display_name", "请填写姓名"),
        ({"display_name": "李", "kind": "enterprise"}, "f-principal_name", "请填写企业名称"),
        (
            {"display_name": "李", "kind": "enterprise", "principal_name": "小馆", "principal_uscc": "12"},
            "f-principal_uscc",
            "18 位",
        ),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_typed_is_lost(
    client: Client, new: dict[str, str], field: str, told: str
) -> None:
    response = client.post(SIGN_IN, new)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#{field}"' in page
    assert page.count(told) >= 2
    assert all(value in page for value in new.values())
    assert signed_in(client) is None


def test_the_session_key_changes_and_the_old_one_is_handed_over(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed: list[tuple[str, Any]] = []
    monkeypatch.setattr(views, "_claim", lambda key, account: claimed.append((key, account.display_name)))
    session = client.session
    session["begun"] = "newborn"
    session.save()
    old = session.session_key
    client.post(SIGN_IN, {"display_name": "新人", "kind": "resident"})
    assert claimed == [(old, "新人")]
    assert client.session.session_key != old
    assert client.session["begun"] == "newborn"


def test_a_second_person_on_the_same_browser_takes_over_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(SIGN_IN, {"display_name": "甲", "kind": "resident"})
    session = client.session
    session["begun"] = "newborn"
    session.save()
    claimed: list[str] = []
    monkeypatch.setattr(views, "_claim", lambda key, account: claimed.append(key))
    client.post(SIGN_IN, {"display_name": "乙", "kind": "resident"})
    assert claimed == []
    assert "begun" not in client.session
    assert (account := signed_in(client)) is not None
    assert account.display_name == "乙"


def test_signing_out_is_a_post_and_empties_the_session(client: Client) -> None:
    client.post(SIGN_IN, {"display_name": "甲", "kind": "resident"})
    assert client.get("/accounts/sign-out/").status_code == 405
    assert client.post("/accounts/sign-out/").headers["Location"] == "/"
    assert signed_in(client) is None


def test_a_form_of_another_site_signs_nobody_in() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(SIGN_IN, {"display_name": "甲", "kind": "resident"}).status_code == 403


def test_outside_a_demonstration_nobody_signs_in_here(client: Client, settings: Settings) -> None:
    make_town()
    load_cast(at=AT)
    settings.ONETHING_DEMO = False
    page = client.get(SIGN_IN)
    assert page.status_code == 200
    assert buttons(page.content) == []
    assert "统一身份认证" in page.content.decode()
    assert client.post(SIGN_IN, {"account": "limei"}).status_code == 403
    assert client.post(SIGN_IN, {"display_name": "甲", "kind": "resident"}).status_code == 403
    assert signed_in(client) is None
