"""From the list to the result and on to the next task, as one reviewer presses it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories.cases import item_of, make_case
from tests.web.review.desk import make_desk, marks

from onething.audit.models import ReadLog
from onething.cases.states import ItemState
from onething.delivery.services import issue_result

pytestmark = pytest.mark.django_db


def test_list_claim_accept_grant_result_next() -> None:
    desk = make_desk()
    now = timezone.now()
    case = make_case(desk.world, at=now)
    licence = item_of(case, "licence")
    client = desk.reviewer()

    listed = client.get("/review/").content.decode()
    assert licence.number in listed
    opened = client.post("/review/next/")
    assert opened["Location"] == f"/review/tasks/{licence.number}/"
    page = client.get(opened["Location"]).content.decode()
    assert "受理（开始计时）" in page

    accepted = client.post(f"/review/tasks/{licence.number}/accept/", marks(page))
    assert accepted.status_code == 302
    assert item_of(case, "licence").state == ItemState.IN_REVIEW or item_of(case, "licence").state == ItemState.ACCEPTED
    page = client.get(accepted["Location"]).content.decode()
    assert "同意（准予）" in page
    assert "经审查，申请材料齐全" in page

    typed = marks(page) | {"opinion": "同意。", "basis": "条例第十九条", "produced.owner.uscc": "91321202MA00000007"}
    decided = client.post(f"/review/tasks/{licence.number}/grant/", typed)
    assert decided.status_code == 302, decided.content.decode()
    check = item_of(case, "sign-check")
    assert decided["Location"] == f"/review/tasks/{check.number}/?done={licence.number}"
    after = client.get(decided["Location"]).content.decode()
    assert "data-ys-focus" in after
    assert "撤回这个决定" in after
    assert item_of(case, "licence").opinion["produced"] == {"owner": {"uscc": "91321202MA00000007"}}

    issue_result(item_id=licence.pk, at=now + timedelta(seconds=61))
    results = client.get("/review/results/").content.decode()
    assert "营业执照（PDF）" in results
    file = client.get(re.search(r'href="(/review/results/\d+/file/)"', results)[1])  # type: ignore[index]
    assert file["Content-Type"] == "application/pdf"
    assert b"".join(file).startswith(b"%PDF")
    assert ReadLog.objects.filter(case_number=case.number, what=f"task {licence.number}").exists()


def test_the_result_reaches_the_next_department_as_a_paper() -> None:
    desk = make_desk()
    now = timezone.now()
    case = make_case(desk.world, at=now)
    client = desk.reviewer()
    licence = item_of(case, "licence")
    for act, extra in (("accept", {}), ("grant", {"produced.owner.uscc": "91321202MA00000007", "opinion": "同意"})):
        page = client.get(f"/review/tasks/{licence.number}/").content.decode()
        client.post(f"/review/tasks/{licence.number}/{act}/", marks(page) | extra)
    assert item_of(case, "food-permit").state == ItemState.RECEIVED
    issue_result(item_id=licence.pk, at=now)
    food = item_of(case, "food-permit")
    page = desk.reviewer("health").get(reverse("review:task", args=[food.number])).content.decode()
    src = re.search(r'src="(/review/tasks/[^"]+/produced/\d+/)"', page)
    assert src is not None
    answer = desk.reviewer("health").get(src[1])
    assert b"".join(answer).startswith(b"%PDF")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
