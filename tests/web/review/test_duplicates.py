"""查重复: the lead sees at once what was handed in twice, and only of open cases of its own (R2.2.c/2)."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.cast import Name
from tests.factories.cases import make_case
from tests.factories.parties import make_officer
from tests.web.review.desk import Desk, lead_case, make_desk, signed_in, text_of

from onething.cases.models import OneThingCase
from onething.cases.states import BundleState
from onething.intake.reading import duplicates_of
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def led(desk: Desk) -> OneThingCase:
    case = make_case(desk.world, at=timezone.now())
    lead_case(desk, case)
    return OneThingCase.objects.get(pk=case.pk)


def test_cases_and_files_that_are_there_twice_lead_on_to_their_cases(
    desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = led(desk)
    assert duplicates_of(desk.lead) == ([], [])
    second = led(desk)
    paper = second.materials.filter(file__isnull=False).order_by("pk")[0]
    second.materials.filter(file__isnull=False).exclude(pk=paper.pk).update(file=paper.file)
    client = desk.of(desk.lead)
    assert 'href="/review/duplicates/"' in client.get("/review/lead/").content.decode()
    with django_assert_max_num_queries(7):
        page = client.get("/review/duplicates/").content.decode()
    words = text_of(page)
    assert words.index(first.number) < words.index(second.number)
    assert f'href="/review/cases/{second.number}/preliminary/"' in page
    assert "健康证明、样例场所证" in words
    assert desk.world.account.display_name not in words


def test_two_pages_of_one_paper_ended_cases_and_other_leads_are_left_out(desk: Desk) -> None:
    first, second = led(desk), led(desk)
    page = second.materials.filter(file__isnull=False).order_by("pk")[0]
    page.pk, page.page = None, 9
    page.save(force_insert=True)
    assert duplicates_of(desk.lead)[1] == []
    stranger = make_officer(desk.world.town.bodies["health"], name=Name.STRANGER, role=Officer.Role.LEAD)
    assert duplicates_of(stranger) == ([], [])
    assert first.number not in signed_in(stranger.account).get("/review/duplicates/").content.decode()
    OneThingCase.objects.filter(pk=first.pk).update(state=BundleState.WITHDRAWN, closed_at=timezone.now())
    assert duplicates_of(desk.lead)[0] == []
