"""What the bench measures with: the real verbs, the same rows, and copies that hold together."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.factories.cases import make_case, make_world
from tests.factories.plans import shipped_document

from onething.audit.models import Event
from onething.bench.crowd import CSRF, Crowd
from onething.bench.floor import make_floor
from onething.bench.situation import ITEMS, ONETHING, filled_draft
from onething.bench.towns import fill
from onething.bench.visitors import hand_in, visits_of_case, visits_of_draft
from onething.cases.models import ItemCase, OneThingCase
from onething.catalogue.services import publish
from onething.dispatch.models import Dispatch
from onething.kit.models import OutboxMessage
from onething.launcher.places import packaged_programs
from onething.parties.demo import RESIDENTS, load_cast
from onething.parties.models import Account
from onething.parties.routing import ItemToRoute
from onething.parties.services import load_places_and_bodies
from onething.submission.models import Draft


@pytest.fixture
def crowd(db: None) -> Crowd:
    """The town of a demonstration with the measured one-thing, and people with a filled draft."""
    now, document = timezone.now(), shipped_document(ONETHING)
    load_places_and_bodies(settings.CATALOGUE_DIR)
    items = [ItemToRoute(item["id"], item["id"], item["function"] or "") for item in document["items"]]
    load_cast(items=items, lead_functions=[document["lead"]["key"]], at=now)
    publish([document], effective_at=now, at=now)
    who = next(one.username for one in RESIDENTS if one.principal_name)
    return Crowd(filled_draft(Account.objects.get(username=who), at=now), at=now)


def test_copied_people_hand_in_the_six_items_over_the_real_page(crowd: Crowd) -> None:
    for person in crowd.next(2):
        client = Client(enforce_csrf_checks=True)
        client.cookies.load({"sessionid": person.session, "csrftoken": CSRF})
        answer = client.post(f"/drafts/{person.number}/check/", {"declared": "yes", "csrfmiddlewaretoken": CSRF})
        assert answer.status_code == 302
        assert "/receipt/" in answer.headers["Location"]
    assert [case.items.count() for case in OneThingCase.objects.all()] == [ITEMS, ITEMS]
    assert set(OneThingCase.objects.values_list("account_id", flat=True)) == set(
        Draft.objects.filter(case__isnull=False).values_list("account_id", flat=True)
    )


def test_every_page_to_be_measured_is_there_for_who_may_see_it(crowd: Crowd) -> None:
    now = timezone.now()
    case = hand_in(crowd, 1)[0]
    draft = Draft.objects.with_edition().get(pk=crowd.next(1)[0].number)
    visits = [*visits_of_case(case, at=now), *visits_of_draft(draft, at=now)]
    assert [one.name for one in visits if not one.path] == []
    for one in visits:
        client = Client()
        client.cookies.load({"sessionid": one.session})
        assert client.get(one.path).status_code == 200, one.name


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not (packaged_programs() / "bin" / "pgbench").exists(), reason="no pgbench in the package")
def test_the_floor_writes_the_very_rows_of_a_submission(tmp_path: Path) -> None:
    case = make_case(make_world())
    told = connection.settings_dict
    url = f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
    floor = make_floor(case, url=url, folder=tmp_path)
    assert floor.run(8) > 0
    copies = OneThingCase.objects.exclude(pk=case.pk)
    assert copies.count() == 8
    for copy in copies:
        assert (copy.plan, copy.form_values, copy.state) == (case.plan, case.form_values, case.state)
        names = list(case.items.in_order().values_list("key", "state", "promised_due"))
        assert list(copy.items.in_order().values_list("key", "state", "promised_due")) == names
        assert copy.materials.count() == case.materials.count()
        assert Dispatch.objects.filter(item__case=copy).count() == case.items.count()
        assert Event.objects.filter(case_number=copy.number).count() == 1 + case.items.count()
        topics = set(OutboxMessage.objects.filter(key=copy.number).values_list("topic", flat=True))
        assert (
            topics
            == set(OutboxMessage.objects.filter(key__startswith=case.number).values_list("topic", flat=True))
            != set()
        )


@pytest.mark.django_db(transaction=True)
def test_the_past_grows_and_the_open_work_stays() -> None:
    case = make_case(make_world())
    items = case.items.count()
    list(fill(case, items=items * 30, open_cases=5))
    copies = ItemCase.objects.exclude(case=case)
    assert copies.count() == items * 30
    assert copies.open().count() == items * 5
    assert OneThingCase.objects.filter(closed_at__isnull=False).count() == 25
