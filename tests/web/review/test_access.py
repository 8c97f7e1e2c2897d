"""Every address of the departments against everybody: who sees it, who is told how to get access, for whom it is not there (I10)."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone
from tests.cast import Name
from tests.factories.cases import grant, item_of, make_case
from tests.factories.parties import make_account, make_officer
from tests.factories.visits import ITEMS, wanted_of
from tests.web.review.desk import Desk, lead_case, make_desk, signed_in

from onething.activities.services import arrange_activity
from onething.activities.states import Kind
from onething.audit.models import ReadLog
from onething.cases.models import ItemCase, MaterialInstance
from onething.delivery.services import issue_result
from onething.documents.models import OfficialDocument
from onething.documents.services import send_out
from onething.parties.models import Officer
from onething.web.review import urls

pytestmark = pytest.mark.django_db

WHO = ("anonymous", "resident", "enterprise", "other", "reviewer", "lead", "coordinator", "issuer", "left", "head")
# What a GET gives each of them, in this order. 302 is the way to sign in, or to the own page; 405 an address that only takes posts.
PAGES: dict[str, tuple[int, ...]] = {
    "home": (302, 403, 403, 200, 200, 302, 302, 302, 403, 302),
    "claim": (405,) * 10,
    "next": (405,) * 10,
    "done": (302, 403, 403, 200, 200, 403, 403, 403, 403, 403),
    "task": (302, 403, 403, 404, 200, 403, 403, 403, 403, 403),
    "accept": (302, 403, 403, 404, 302, 403, 403, 403, 403, 403),
    "grant": (302, 403, 403, 404, 302, 403, 403, 403, 403, 403),
    "finish": (302, 403, 403, 404, 302, 403, 403, 403, 403, 403),
    "refuse": (302, 403, 403, 404, 302, 403, 403, 403, 403, 403),
    "not-accept": (302, 403, 403, 404, 200, 403, 403, 403, 403, 403),
    "return": (302, 403, 403, 404, 200, 403, 403, 403, 403, 403),
    "claim-one": (405,) * 10,
    "release-one": (405,) * 10,
    "save": (405,) * 10,
    "undo": (405,) * 10,
    "show": (405,) * 10,
    "confirm": (405,) * 10,
    "send_back": (405,) * 10,
    "take_back": (405,) * 10,
    "remind": (405,) * 10,
    "escalate": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "material": (302, 403, 403, 404, 200, 403, 403, 403, 403, 403),
    "produced": (302, 403, 403, 200, 404, 403, 403, 403, 403, 403),
    "punctuality": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "lead": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    # The coordinator sees the case as soon as something of it is theirs to send.
    "case": (302, 403, 403, 403, 403, 200, 200, 403, 403, 403),
    "unrouted": (302, 403, 403, 403, 403, 403, 200, 403, 403, 403),
    "send": (302, 403, 403, 403, 403, 403, 200, 403, 403, 403),
    "results": (302, 403, 403, 200, 200, 403, 403, 200, 403, 403),
    "result_file": (302, 403, 403, 404, 200, 403, 403, 200, 403, 403),
    "handed_over": (405,) * 10,
    "not-required": (302, 403, 403, 404, 200, 403, 403, 403, 403, 403),
    "clock": (302, 403, 403, 404, 200, 403, 403, 403, 403, 200),
    "clocks": (302, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    # Nothing travels here: the page says so.
    "originals": (302, 403, 403, 404, 200, 200, 403, 403, 403, 403),
    "finding": (405,) * 10,
    "finding_back": (405,) * 10,
    "findings_done": (405,) * 10,
    "approvals": (302, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    "preliminary": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    # No part is judged yet: back to the review.
    "duplicates": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "preliminary_spot": (302, 403, 403, 403, 403, 302, 403, 403, 403, 403),
    "preliminary_material": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "rounds": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "handovers": (302, 403, 403, 403, 403, 200, 200, 403, 403, 403),
    # Each opens the documents of the own body, which is the lead's here too.
    "document": (302, 403, 403, 404, 200, 200, 403, 200, 403, 403),
    "visit_new": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "visits": (302, 403, 403, 200, 200, 200, 403, 403, 403, 403),
    # A script with nothing of anybody in it.
    "visit_worker": (200,) * 10,
    "visit": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    # No sheet yet.
    "visit_sheet": (302, 403, 403, 404, 404, 404, 403, 403, 403, 403),
    "visit_act": (405,) * 10,
    "site": (302, 403, 403, 404, 200, 403, 403, 403, 403, 403),
    "site_send": (405,) * 10,
    "site_late": (405,) * 10,
    "site_checklist": (302, 403, 403, 404, 200, 403, 403, 403, 403, 403),
    "site_photo": (302, 403, 403, 404, 404, 403, 403, 403, 403, 403),
}
# What a POST without anything in it gives: nobody but the right body comes further than the door.
POSTS: dict[str, tuple[int, ...]] = {
    "claim": (302, 403, 403, 302, 302, 403, 403, 403, 403, 403),
    "next": (302, 403, 403, 302, 302, 403, 403, 403, 403, 403),
    **{
        name: (302, 403, 403, 404, passed, 403, 403, 403, 403, 403)
        for name, passed in {
            "accept": 302, "grant": 422, "finish": 422, "refuse": 422, "not-accept": 422, "return": 422, "claim-one": 302,
            "release-one": 302, "save": 302, "undo": 302, "show": 404,
            "confirm": 302, "send_back": 302, "take_back": 302, "not-required": 422, "finding": 422, "finding_back": 404,
            "findings_done": 302, "site": 302, "site_send": 422, "site_late": 422,
        }.items()
    },
    "remind": (302, 403, 403, 403, 403, 302, 403, 403, 403, 403),
    "escalate": (302, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "clock": (302, 403, 403, 404, 422, 403, 403, 403, 403, 422),
    "approvals": (302, 403, 403, 403, 403, 403, 403, 403, 403, 404),
    "preliminary": (302, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "rounds": (302, 403, 403, 403, 403, 404, 403, 403, 403, 403),
    "visit_new": (302, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "visit_act": (302, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "visits": (302, 403, 403, 422, 422, 200, 403, 403, 403, 403),
    "send": (302, 403, 403, 403, 403, 403, 422, 403, 403, 403),
    "handed_over": (302, 403, 403, 404, 302, 403, 403, 302, 403, 403),
}  # fmt: skip


@dataclass
class Scene:
    """A case under way and the address of everything in it."""

    paths: dict[str, str]
    clients: dict[str, Client]
    desk: Desk


@pytest.fixture
def scene() -> Scene:
    desk = make_desk()
    now = timezone.now()
    before = now - timedelta(minutes=5)  # long enough for a document to have gone out
    ended, case = make_case(desk.world, at=before), make_case(desk.world, at=now)
    lead_case(desk, case)
    lead_case(desk, ended)
    grant(desk.world, item_of(ended, "licence"), at=before)
    letter = OfficialDocument.objects.filter(item__case=ended).order_by("pk")[0]
    send_out(document_id=letter.pk, at=now)
    result = issue_result(item_id=item_of(ended, "licence").pk, at=now)[0]
    task, food = item_of(case, "licence"), item_of(ended, "food-permit")
    lost = item_of(case, "sign-check")
    ItemCase.objects.filter(pk=lost.pk).update(organisation=None, coordinator=desk.world.coordinator)
    paper = MaterialInstance.objects.filter(case=case, file__isnull=False).asked_by("licence").first()
    assert paper is not None
    visit = arrange_activity(
        case_id=ended.pk,
        officer=desk.lead,
        kind=Kind.SURVEY,
        wanted=wanted_of(ended, *ITEMS),
        place="示例路1号",
        at=now,
    )
    part = visit.participations.get(item__key="sign-check")
    body = desk.world.town.bodies["market"]
    clients = {
        "anonymous": Client(),
        "resident": signed_in(desk.world.account),
        "enterprise": signed_in(make_account(Name.OWNER)),
        "other": desk.reviewer("health"),
        "reviewer": desk.reviewer(),
        "lead": desk.of(desk.lead),
        "coordinator": desk.of(desk.world.coordinator),
        "issuer": desk.of(make_officer(body, name=Name.CLERK, role=Officer.Role.ISSUER)),
        "left": desk.of(make_officer(body, name="离职", is_active=False)),
        "head": desk.of(make_officer(body, name="负责人", role=Officer.Role.HEAD)),
    }
    paths = {}
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern)
        numbers = {"send": lost.number, "produced": food.number}
        of_case = route.startswith("cases/")
        number = case.number if of_case else numbers.get(str(pattern.name), task.number)
        known = {
            "<str:number>": number,
            "<int:material_id>": str(paper.pk),
            "<int:document_id>": str(letter.pk if pattern.name == "document" else result.pk),
            "<int:activity_id>": str(visit.pk),
            "<int:participation_id>": str(part.pk),
            "<slug:what>": "cancel",
        }
        for place, value in known.items():
            route = route.replace(place, value)
        # What has no example here (a finding, a photo) is asked for by a number that nothing has.
        paths[str(pattern.name)] = "/review/" + re.sub(r"<int:\w+>", "999999999", route)
    return Scene(paths, clients, desk)


def status(answer: Any) -> int:  # the test client's answers have no common type
    """The status, with a file read to its end so that it is closed."""
    if answer.streaming:
        b"".join(answer)
    return int(answer.status_code)


def test_the_table_names_every_address(scene: Scene) -> None:
    assert set(PAGES) == set(scene.paths)


@pytest.mark.parametrize("name", PAGES)
def test_who_may_look(scene: Scene, name: str) -> None:
    assert tuple(status(scene.clients[who].get(scene.paths[name])) for who in WHO) == PAGES[name]


@pytest.mark.parametrize("name", POSTS)
def test_who_may_act(scene: Scene, name: str) -> None:
    assert tuple(status(scene.clients[who].post(scene.paths[name])) for who in WHO) == POSTS[name]


def test_who_must_sign_in_comes_back_to_the_same_list(scene: Scene) -> None:
    answer = scene.clients["anonymous"].get("/review/?light=overdue&holder=mine")
    assert answer["Location"] == "/accounts/sign-in/?next=%2Freview%2F%3Flight%3Doverdue%26holder%3Dmine"


def test_another_bodys_task_is_not_there_and_the_try_is_written_down(scene: Scene) -> None:
    for name in ("task", "material", "refuse"):
        scene.clients["other"].get(scene.paths[name])
    whats = [what.split()[:2] for what in ReadLog.objects.order_by("pk").values_list("what", flat=True)]
    assert whats == [["denied", "task"]] * 3
    assert scene.clients["other"].get("/review/tasks/32120220261125999999X-01/").status_code == 404
    assert ReadLog.objects.count() == 3, "what does not exist is nothing to log"


@pytest.mark.parametrize("role", [Officer.Role.LEAD, Officer.Role.COORDINATOR])
def test_a_lead_or_coordinator_of_elsewhere_sees_no_case(scene: Scene, role: Officer.Role) -> None:
    other = make_officer(scene.desk.world.town.bodies["health"], name="外人", role=role)
    assert scene.desk.of(other).get(scene.paths["case"]).status_code == 404


def test_posts_need_the_token(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.desk.world.officers["market"].account)
    assert client.post(scene.paths["accept"]).status_code == 403


def test_the_head_of_a_government_opens_the_clocks_of_what_is_handled_jointly_and_nothing_else(scene: Scene) -> None:
    """Seated at the very body of the items: its role, not its seat, says what it sees. Nothing here is handled jointly."""
    body = scene.desk.world.town.bodies["market"]
    client = scene.desk.of(make_officer(body, name="区长", role=Officer.Role.GOVERNMENT))
    opened = {"home": 302, "clocks": 200, "clock": 404, "visit_worker": 200}
    for name, path in scene.paths.items():
        only_posts = PAGES[name][0] == 405
        assert status(client.get(path)) == opened.get(name, 405 if only_posts else 403), name
