"""Results: issued once, answered for by code, handed to the right people (R2.9, ux h1)."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.cast import AT
from tests.factories.cases import grant, item_of, make_case, make_world

from onething.cases.states import BundleState, ItemState
from onething.delivery.models import ResultDocument
from onething.delivery.services import (
    NotGranted,
    ResultGone,
    issue_result,
    open_result,
    revoke_result,
    verify,
)
from onething.delivery.tasks import issue_one
from onething.dispatch.services import undo_decision
from onething.documents.rules import MOST_SHOWN, Verdict, judge, shown_lines
from onething.files.services import read_stored
from onething.kit.documents import pdf_words
from onething.kit.errors import Refused

pytestmark = pytest.mark.django_db


def test_a_granted_item_has_its_document_once() -> None:
    world = make_world()
    case = make_case(world)
    licence = grant(world, item_of(case, "licence"))
    (document,) = issue_result(item_id=licence.pk, at=AT)
    assert issue_result(item_id=licence.pk, at=AT) == [document]
    assert item_of(case, "licence").state == ItemState.RESULT_READY
    assert document.number == f"{licence.number}-R1"
    words = pdf_words(read_stored(document.file))
    for told in ("营业执照", "李梅", document.code, "91321202MA00000007", world.town.bodies["market"].name, "演示文书"):
        assert told in words


def test_what_is_not_granted_has_none() -> None:
    world = make_world()
    case = make_case(world)
    with pytest.raises(NotGranted):
        issue_result(item_id=item_of(case, "licence").pk, at=AT)
    licence = grant(world, item_of(case, "licence"))
    undo_decision(item_id=licence.pk, officer=world.officers["market"], at=AT)
    with pytest.raises(NotGranted):
        issue_result(item_id=licence.pk, at=AT)


def test_the_grant_leaves_a_job_for_after_the_minute_and_a_stale_job_does_nothing() -> None:
    world = make_world()
    licence = grant(world, item_of(make_case(world), "licence"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = 'delivery.issue_one'")
        ((arguments, due),) = cursor.fetchall()
    assert due == AT + timedelta(seconds=60)
    issue_one(licence.pk, (AT - timedelta(seconds=5)).isoformat())
    assert not ResultDocument.objects.exists()
    issue_one(**json.loads(arguments))
    assert ResultDocument.objects.count() == 1


def test_the_applicant_and_the_issuing_body_open_it_and_nobody_else() -> None:
    world = make_world()
    case = make_case(world)
    (document,) = issue_result(item_id=grant(world, item_of(case, "licence")).pk, at=AT)
    open_result(document_id=document.pk, officer=world.officers["market"], at=AT)
    assert item_of(case, "licence").state == ItemState.RESULT_READY
    for who in ({"account": world.stranger}, {"officer": world.officers["health"]}, {}):
        with pytest.raises(ResultGone):
            open_result(document_id=document.pk, at=AT, **who)
    opened = open_result(document_id=document.pk, account=world.account, at=AT)
    assert opened.delivered_at == AT
    assert item_of(case, "licence").state == ItemState.DELIVERED
    case.refresh_from_db()
    assert case.state == BundleState.IN_PROGRESS


def test_verification_says_one_of_four_things_and_masks_the_holder() -> None:
    world = make_world()
    (document,) = issue_result(item_id=grant(world, item_of(make_case(world), "licence")).pk, at=AT)
    today = AT.date()
    found = verify(document.code.lower(), on=today)
    assert (found.verdict, found.words) == (Verdict.VALID, "有效")
    assert len(found.lines) <= MOST_SHOWN
    assert dict(found.lines)["持有人"] == "李*"
    assert verify("AAAA-AAAA-AAAA-AAAA", on=today).words == "查不到"
    assert verify("' or 1=1 --", on=today).verdict is Verdict.NOT_FOUND
    with pytest.raises(Refused):
        revoke_result(document_id=document.pk, officer=world.officers["market"], reason="", at=AT)
    with pytest.raises(ResultGone):
        revoke_result(document_id=document.pk, officer=world.officers["health"], reason="错了", at=AT)
    revoke_result(document_id=document.pk, officer=world.officers["market"], reason="发错了", at=AT)
    assert verify(document.code, on=today).words == "已撤销"
    assert judge(revoked=False, valid_until=today, today=today) is Verdict.VALID
    assert judge(revoked=False, valid_until=today - timedelta(days=1), today=today) is Verdict.EXPIRED
    shown = shown_lines(
        name="a", number="b", holder="王小兰", is_firm=False, issuer="c", issued_on=today, valid_until=today
    )
    assert len(shown) == MOST_SHOWN
    assert ["持有人", "王*兰"] in shown
    firm = shown_lines(
        name="a", number="b", holder="泰州示例餐饮店", is_firm=True, issuer="c", issued_on=today, valid_until=None
    )
    assert ["持有人", "泰州示例餐饮店"] in firm


def test_the_database_refuses_a_second_document_for_one_result() -> None:
    world = make_world()
    (document,) = issue_result(item_id=grant(world, item_of(make_case(world), "licence")).pk, at=AT)
    document.pk = None
    document.code, document.number = "3333-3333-3333-3333", "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save(force_insert=True)
