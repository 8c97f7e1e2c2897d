"""The one submission: what it writes, that it may be repeated, and that everything missing is named at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import AT, PLACE
from tests.factories.cases import (
    STAFF_VALUES,
    begin_draft,
    fill_draft,
    item_of,
    make_case,
    make_world,
    submit_draft,
)
from tests.factories.plans import SMALL_SHOP

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.cases.states import BundleState
from onething.dispatch.models import Dispatch
from onething.kit.models import OutboxMessage
from onething.submission.models import Draft, DraftMaterial, DraftSection
from onething.submission.services import DraftGone, Incomplete, Owner, submit

pytestmark = pytest.mark.django_db


def test_one_case_with_items_materials_events_and_message() -> None:
    world = make_world()
    case = make_case(world)
    assert case.state == BundleState.DISPATCHED
    assert case.number.startswith("32120220261125")
    states = dict(ItemCase.objects.filter(case=case).values_list("key", "state"))
    assert states == {"licence": "received", "sign-check": "received", "food-permit": "waiting", "seal": "waiting"}
    assert item_of(case, "food-permit").organisation == world.town.bodies["health"]
    assert Dispatch.objects.filter(item__case=case).count() == 4
    kinds = list(Event.objects.filter(case_number=case.number).order_by("seq").values_list("kind", flat=True))
    assert kinds == ["case.submitted", "item.received", "item.received", "item.waiting", "item.waiting"]
    assert verify_chain(case.number) == []
    assert OutboxMessage.objects.filter(topic="dispatch.item", key=case.number).count() == 1


def test_rare_characters_and_interpunct_survive() -> None:
    case = make_case(make_world())
    assert case.form_values["owner"]["owner"]["person_name"] == "阿依古丽·买买提"
    assert case.form_values["staff"]["staff-1"]["person_name"] == "𬀩㛃"
    assert case.form_values["owner"]["owner"]["trade_name"] == "䶮记"


def test_no_personal_data_in_the_event_log() -> None:
    case = make_case(make_world())
    text = str(list(Event.objects.filter(case_number=case.number).values_list("payload", flat=True)))
    for secret in ("阿依古丽", "321202199103050025", "13800001234"):
        assert secret not in text


def test_materials_are_kept_once_with_the_items_that_may_open_them() -> None:
    case = make_case(make_world())
    rows = {row.key: row for row in MaterialInstance.objects.filter(case=case)}
    assert rows["样例场所证"].file is not None
    assert rows["样例场所证"].items == ["licence"]
    assert rows["健康证明"].subject == "staff-1"
    assert rows["不侵权承诺"].obtained == "commitment"
    assert rows["business-licence"].obtained == "produced"
    assert rows["食品安全制度"].file is None  # deferred: to be brought later
    assert "租房合同" not in rows  # one of two was enough


def test_the_draft_keeps_nothing_but_the_pointer() -> None:
    world = make_world()
    draft = fill_draft(world)
    case = submit_draft(world, draft)
    draft = Draft.objects.get(pk=draft.pk)
    assert (draft.case_id, draft.answers, draft.commitments) == (case.pk, {}, [])
    assert not DraftSection.objects.filter(draft=draft).exists()
    assert not DraftMaterial.objects.filter(draft=draft).exists()


def test_repeating_gives_the_same_case() -> None:
    world = make_world()
    draft = fill_draft(world)
    first = submit(draft_id=draft.pk, owner=world.owner, idempotency_key="k", declaration=True, at=AT)
    second = submit(draft_id=draft.pk, owner=world.owner, idempotency_key="k", declaration=True, at=AT)
    other_key = submit(draft_id=draft.pk, owner=world.owner, idempotency_key="other", declaration=True, at=AT)
    assert not first.repeated
    assert second.repeated
    assert other_key.repeated
    assert {first.number, second.number, other_key.number} == {first.number}
    assert OneThingCase.objects.count() == 1


def test_one_key_makes_one_case_even_for_a_second_draft() -> None:
    world = make_world()
    first = submit_draft(world, fill_draft(world), key="same")
    again = submit_draft(world, fill_draft(world), key="same")
    assert again == first
    assert OneThingCase.objects.count() == 1
    assert Draft.objects.filter(case__isnull=True).count() == 1


def test_everything_missing_is_named_at_once_and_where() -> None:
    world = make_world()
    draft = begin_draft(world)
    with pytest.raises(Incomplete) as refused:
        submit(draft_id=draft.pk, owner=world.owner, idempotency_key="k", declaration=False, at=AT)
    gaps = refused.value.facts["gaps"]
    assert isinstance(gaps, tuple)
    told = {(gap.where, gap.key): gap.message for gap in gaps}
    assert told[("form", "owner.person_name")] == "填写店主姓名"
    assert told[("form", "staff-1.mobile_number")] == "填写店员1的店员手机号码"
    assert told[("materials", "样例场所证")] == "下面的材料交一种就行：样例场所证、租房合同"
    assert told[("materials", "不侵权承诺")] == "勾选承诺：不侵权承诺"
    assert ("declaration", "") in told
    assert not OneThingCase.objects.exists()


def test_an_open_question_and_a_faulty_field_keep_it_back() -> None:
    world = make_world()
    draft = fill_draft(world, changed={"staff-1.mobile_number": "138"})
    with pytest.raises(Incomplete) as refused:
        submit(draft_id=draft.pk, owner=world.owner, idempotency_key="k", declaration=True, at=AT)
    gaps = refused.value.facts["gaps"]
    assert isinstance(gaps, tuple)
    assert [gap.key for gap in gaps] == ["staff-1.mobile_number"]


def test_what_a_left_out_item_asked_is_not_handed_in() -> None:
    world = make_world()
    draft = fill_draft(world)
    draft.chosen = ["licence", "sign-check"]
    draft.save(update_fields=["chosen"])
    case = submit_draft(world, draft)
    assert sorted(ItemCase.objects.filter(case=case).values_list("key", flat=True)) == ["licence", "sign-check"]
    assert "staff" not in case.form_values
    assert not MaterialInstance.objects.filter(case=case, key="健康证明").exists()


def test_after_hours_counts_from_the_next_working_day() -> None:
    evening = AT.replace(hour=12)  # 20:00 in China
    world = make_world()
    case = make_case(world, at=evening)
    assert case.submitted_at == evening
    assert case.received_on.isoformat() == "2026-11-26"
    assert case.promised_on is not None
    assert case.promised_on.isoformat() == "2026-12-02"
    assert item_of(case, "licence").started_on == case.received_on


def test_nobody_hands_in_another_persons_draft() -> None:
    world = make_world()
    draft = fill_draft(world)
    with pytest.raises(DraftGone):
        submit(draft_id=draft.pk, owner=Owner(world.stranger), idempotency_key="k", declaration=True, at=AT)


def test_an_item_nobody_is_known_for_lands_with_a_named_person() -> None:
    world = make_world("market", "public-security")
    case = make_case(world)
    item = item_of(case, "food-permit")
    assert item.organisation is None
    assert item.coordinator == world.coordinator
    assert OutboxMessage.objects.filter(topic="dispatch.coordinator", key=item.number).count() == 1
    assert list(ItemCase.objects.without_body()) == [item]


def test_the_number_of_queries_does_not_grow_with_the_items() -> None:
    world = make_world()
    small = fill_draft(world, food="no")
    with CaptureQueriesContext(
        connection,
    ) as few:
        submit_draft(world, small)
    large = fill_draft(world)
    with CaptureQueriesContext(connection) as many:
        submit_draft(world, large)
    assert len(many) <= len(few)
    assert len(many) <= 16


def test_the_cast_lives_where_the_case_is_handled() -> None:
    case = make_case(make_world())
    assert (case.onething, case.home_division, case.accepting_division) == (SMALL_SHOP, PLACE, PLACE)
    assert STAFF_VALUES
