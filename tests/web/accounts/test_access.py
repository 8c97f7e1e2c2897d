"""Who may see a page: deny by default (design section 8)."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries
from tests.cast import Name
from tests.factories.parties import make_account, make_officer, make_town

from onething.parties.models import Account, Officer
from onething.web.accounts.access import AccountRequest, OfficerRequest, account_required, officer_required

pytestmark = pytest.mark.django_db
Role = Officer.Role


@account_required
def own_page(request: AccountRequest, number: int) -> HttpResponse:
    return HttpResponse(f"{request.user.display_name} {number}")


@officer_required(Role.LEAD, Role.REVIEWER)
def desk(request: OfficerRequest) -> HttpResponse:
    return HttpResponse(f"{request.officer.role} {request.officer.organisation.key} {len(request.offices)}")


@officer_required()
def hall(request: OfficerRequest) -> HttpResponse:
    return HttpResponse(request.officer.role)


def asked(user: Account | AnonymousUser, method: str = "GET", path: str = "/review/?page=2") -> HttpRequest:
    request = RequestFactory().generic(method, path)
    request.user = user
    return request


def test_nobody_is_sent_to_sign_in_and_comes_back() -> None:
    response = own_page(asked(AnonymousUser()), 3)
    assert response.headers["Location"] == "/accounts/sign-in/?next=%2Freview%2F%3Fpage%3D2"
    assert desk(asked(AnonymousUser())).status_code == 302
    assert own_page(asked(AnonymousUser(), "POST"), 3).headers["Location"].endswith("?next=%2F")


def test_who_is_signed_in_sees_the_page_and_no_cache_keeps_it() -> None:
    response = own_page(asked(make_account()), 3)
    assert response.content.decode() == f"{Name.APPLICANT} 3"
    assert "no-store" in response.headers["Cache-Control"]


def test_a_resident_is_told_how_to_get_access() -> None:
    response = desk(asked(make_account()))
    assert response.status_code == 403
    page = response.content.decode()
    assert "牵头部门联络员、审查人员" in page
    assert "管理员" in page


def test_an_officer_acts_in_the_first_office_the_page_names(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    town = make_town("health")
    body = town.bodies["health"]
    make_officer(body, role=Role.ISSUER)
    make_officer(body, role=Role.REVIEWER)
    account = make_officer(body, role=Role.LEAD).account
    with django_assert_num_queries(1):
        assert desk(asked(account)).content.decode() == "lead hailing-health 2"
    assert hall(asked(account)).content.decode() == "issuer"


@pytest.mark.parametrize("role", list(Role))
def test_every_role_against_the_page(role: Officer.Role) -> None:
    officer = make_officer(make_town("health").bodies["health"], role=role)
    expected = 200 if role in {Role.LEAD, Role.REVIEWER} else 403
    assert desk(asked(officer.account)).status_code == expected
    assert hall(asked(officer.account)).status_code == 200


def test_an_office_or_account_switched_off_opens_nothing() -> None:
    town = make_town("health", "market")
    left = make_officer(town.bodies["health"], is_active=False).account
    assert desk(asked(left)).status_code == 403
    gone = make_officer(town.bodies["market"]).account
    Account.objects.filter(pk=gone.pk).update(is_active=False)
    assert desk(asked(gone)).status_code == 403
