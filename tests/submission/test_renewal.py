"""A new edition while drafts and cases run: cases stay as they were handed in, drafts ask and lose nothing that was typed."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from tests.cast import AT, PLACE
from tests.factories.cases import World, begin_draft, fill_draft, grant, item_of, make_case, make_world, submit_draft
from tests.factories.editions import thing_document
from tests.factories.plans import SMALL_SHOP, changed_small_document, shipped_document, small_document
from tests.factories.town import OPENED, settle

from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.catalogue.published import current_edition
from onething.catalogue.services import publish
from onething.kit.workdays import LEGAL_ZONE, legal_date
from onething.parties.models import Account
from onething.submission.models import Draft
from onething.submission.services import (
    NotOffered,
    Owner,
    SectionConflict,
    adopt_current_edition,
    answer_question,
    choose_items,
    find_draft,
    gaps_of,
    newer_edition,
    offer_now,
    plan_of_draft,
    renewal_of,
    save_section,
    start_or_get_draft,
)
from onething.town.filler import Filler, draw_answers
from onething.town.papers import sheets
from onething.town.values import Writer
from onething.web.public.renewal import renewal_lines

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 30, tzinfo=LEGAL_ZONE)
SECOND = timedelta(seconds=1)
ANSWER_GONE = ("- {value: 'yes', label: 卖}", "- {value: hot, label: 卖热的}")
FOOD = ("when: {food: 'yes'}", "when: {food: hot}")
CHOICE = (
    "{key: sign_text, label: 店招文字, type: text,",
    "{key: sign_text, label: 店招底色, type: choice, options: [红, 蓝],",
)
PAPER = (
    "      - {name: 租房合同,",
    (
        "      - {name: 消防说明, kind: 其他, form: 复印件, copies: 1, required: 必要, obtainable_by: 提交, legal_basis: [消防法第十五条]}\n"
        "      - {name: 租房合同,"
    ),
)
LONGER = ("promised_working_days: 1\n    fields:\n      - {key: owner_name, label: 店主姓名", "promised_working_days: 9\n    fields:\n      - {key: owner_name, label: 店主姓名")  # fmt: skip
CONDITION = ("conditions: [有经营场所]", "conditions: [有经营场所, 店招不侵犯他人权利]")
RENAMED = ("name: 开小店一件事", "name: 开小店一件事（新）")


def publish_second(*changes: tuple[str, str], at: datetime = MONDAY) -> None:
    publish([changed_small_document(*changes)], effective_at=at, at=AT)


def everything_of(case: OneThingCase) -> list[Any]:
    case.refresh_from_db()
    items = case.items.in_order().values_list(
        "key", "state", "planned_due", "promised_due", "statutory_due", "near_from"
    )
    papers = case.materials.order_by("pk").values_list("key", "subject")
    texts = (case.edition_id, case.plan, case.answers, case.form_values, case.state, case.received_on)
    return [texts, list(items), list(papers)]


def test_a_release_for_next_monday_takes_effect_then_and_not_a_second_earlier() -> None:
    world = make_world()
    publish_second(RENAMED)
    draft = begin_draft(world)
    before, then = current_edition(SMALL_SHOP, at=MONDAY - SECOND), current_edition(SMALL_SHOP, at=MONDAY)
    assert before is not None
    assert then is not None
    assert (before.edition.name, then.edition.name) == ("开小店一件事", "开小店一件事（新）")
    assert newer_edition(draft, at=MONDAY - SECOND) is None
    assert adopt_current_edition(draft_id=draft.pk, owner=world.owner, at=MONDAY - SECOND).edition == before.edition
    assert newer_edition(draft, at=MONDAY) == then.edition
    other = Owner(world.stranger)
    for at, edition in ((MONDAY - SECOND, before.edition), (MONDAY, then.edition)):
        begun = start_or_get_draft(onething=SMALL_SHOP, owner=other, at=at, place=PLACE)
        assert begun.edition == edition
        begun.delete()


def test_a_running_case_keeps_plan_demands_dates_and_texts() -> None:
    world = make_world()
    case = make_case(world)
    licence = item_of(case, "licence")
    as_before = everything_of(case)
    publish_second(ANSWER_GONE, FOOD, CHOICE, PAPER, LONGER, RENAMED)
    later = MONDAY + timedelta(hours=10)
    assert everything_of(case) == as_before
    grant(world, licence, at=later)  # the seal, which waited for it, starts now, under the edition of then
    case.refresh_from_db()
    seal = item_of(case, "seal")
    assert (seal.started_on, seal.promised_due) == (later.date(), later.date() + timedelta(days=1))
    assert [case.plan, case.edition_id] == [as_before[0][1], as_before[0][0]]
    assert set(ItemCase.objects.filter(case=case).values_list("planned_due", flat=True)) == {
        row[2] for row in as_before[1]
    }
    assert list(check_derived_states()) == []


def test_a_draft_may_be_handed_in_by_the_edition_it_was_begun_with() -> None:
    world = make_world()
    draft = fill_draft(world)
    first = draft.edition_id
    publish_second(PAPER, RENAMED)
    case = submit_draft(world, draft, at=MONDAY + timedelta(hours=10))
    assert case.edition_id == first
    assert "消防说明" not in {one["name"] for one in case.plan["materials"]}


def test_a_promise_is_ticked_anew_when_its_words_are_others() -> None:
    """What was promised is the paper and the conditions beside it; another edition's words nobody has read yet."""
    world = make_world()
    draft = fill_draft(world)
    assert draft.commitments == ["不侵权承诺"]
    publish_second(RENAMED)
    at = MONDAY + timedelta(hours=9)
    edition = newer_edition(draft, at=at)
    assert edition is not None
    assert renewal_of(draft, edition, at=at).unticked == ()
    publish([changed_small_document(RENAMED, CONDITION)], effective_at=at, at=MONDAY)
    edition = newer_edition(draft, at=at)
    assert edition is not None
    renewal = renewal_of(draft, edition, at=at)
    assert renewal.unticked == ("不侵权承诺",)
    lines = renewal_lines(plan_of_draft(draft, on=at.date()), renewal.planned.plan, renewal)
    assert "要重新看过再承诺：不侵权承诺" in lines
    assert adopt_current_edition(draft_id=draft.pk, owner=world.owner, at=at).commitments == []


def test_a_draft_of_what_nobody_offers_any_more_stays_a_draft() -> None:
    world = make_world()
    draft = fill_draft(world)
    publish([thing_document("newborn")], effective_at=MONDAY, at=AT, complete=True)
    assert not offer_now(draft, at=MONDAY - SECOND).is_retired
    assert offer_now(draft, at=MONDAY).is_retired
    with pytest.raises(NotOffered, match="停办"):
        submit_draft(world, draft, at=MONDAY)
    kept = find_draft(draft.pk, world.owner, at=MONDAY)
    assert (kept.case_id, kept.answers) == (None, {"food": "yes"})
    assert not OneThingCase.objects.exists()
    assert submit_draft(world, draft, at=MONDAY - SECOND).onething == SMALL_SHOP


def test_what_fits_stays_and_what_does_not_is_named_and_asked_again() -> None:
    world = make_world()
    draft = fill_draft(world)
    publish_second(ANSWER_GONE, FOOD, CHOICE, PAPER)
    edition = newer_edition(draft, at=MONDAY)
    assert edition is not None
    renewal = renewal_of(draft, edition, at=MONDAY)
    assert renewal.dropped == ("food",)
    assert [(one.title, one.label) for one in renewal.unfit] == [("店主", "店招底色")]
    untouched = find_draft(draft.pk, world.owner, at=MONDAY)
    assert (untouched.answers, untouched.edition_id) == ({"food": "yes"}, draft.edition_id)
    assert untouched.sections.get(key="owner").data == draft.sections.get(key="owner").data

    adopted = adopt_current_edition(draft_id=draft.pk, owner=world.owner, at=MONDAY)
    assert (adopted.answers, adopted.edition) == ({}, edition)
    owner = adopted.sections.get(key="owner")
    assert owner.data["owner"]["person_name"] == "阿依古丽·买买提"
    assert "trade_name" not in owner.data["owner"]
    assert owner.faulty["owner.trade_name"]["text"] == "䶮记"
    assert adopted.materials.filter(key=draft.materials.order_by("pk")[0].key).exists()
    answer_question(draft_id=draft.pk, owner=world.owner, question="food", answer="hot", at=MONDAY)
    adopted.refresh_from_db()
    assert adopted.sections.get(key="staff").data["staff-1"]["person_name"] == "𬀩㛃", "asked again, found again"
    lacking = {(gap.where, gap.key) for gap in gaps_of(adopted, at=MONDAY)}
    assert {where for where, _ in lacking} == {"form", "materials"}
    assert ("form", "owner.trade_name") in lacking


def test_a_tab_from_before_does_not_bring_the_old_value_back() -> None:
    world = make_world()
    draft = fill_draft(world)
    shown = draft.sections.get(key="owner").revision
    publish_second(CHOICE)
    adopt_current_edition(draft_id=draft.pk, owner=world.owner, at=MONDAY)
    with pytest.raises(SectionConflict):
        save_section(
            draft_id=draft.pk, owner=world.owner, section="owner", typed={}, expected_revision=shown, at=MONDAY
        )


def test_a_text_that_was_refused_and_fits_now_is_taken() -> None:
    world = make_world()
    publish([changed_small_document(CHOICE)], effective_at=AT, at=AT)
    draft = fill_draft(world)
    assert "owner.trade_name" in draft.sections.get(key="owner").faulty
    publish([small_document()], effective_at=MONDAY, at=AT)
    adopted = adopt_current_edition(draft_id=draft.pk, owner=world.owner, at=MONDAY)
    owner = adopted.sections.get(key="owner")
    assert (owner.faulty, owner.data["owner"]["trade_name"]) == ({}, "䶮记")
    assert gaps_of(adopted, at=MONDAY) == []


def test_of_the_chosen_items_those_that_are_left_stay_chosen() -> None:
    world = make_world()
    draft = begin_draft(world)
    chosen = choose_items(draft_id=draft.pk, owner=world.owner, chosen=["licence", "sign-check"], at=AT)
    document = small_document()
    left = [item for item in document["items"] if item["key"] != "sign-check"]
    publish([{**document, "items": left}], effective_at=MONDAY, at=AT)
    adopted = adopt_current_edition(draft_id=chosen.pk, owner=world.owner, at=MONDAY)
    assert adopted.chosen == ["licence"]


@pytest.mark.parametrize("key", ["newborn", "restaurant-start", "death"])
def test_an_edition_that_changes_nothing_for_a_draft_changes_nothing_in_it(key: str) -> None:
    settle([key])
    account = Account.objects.get(username="zhouhang")
    owner, chance = Owner(account), Random(key)
    filler = Filler(owner, Writer(chance, PLACE, "海陵区", legal_date(AT)), sheets())
    draft = start_or_get_draft(onething=key, owner=owner, at=AT, place=PLACE)
    answers = draw_answers(draft.edition, place=PLACE, on=legal_date(AT), chance=chance)
    draft = filler.answer(draft, answers, at=AT)
    filler.fill(draft, at=AT)
    publish([{**shipped_document(key), "summary": "改了一句简介"}], effective_at=MONDAY, at=OPENED)
    edition = newer_edition(draft, at=MONDAY)
    assert edition is not None
    renewal = renewal_of(draft, edition, at=MONDAY)
    assert (renewal.sections, renewal.dropped, renewal.unfit) == ((), (), ())
    assert renewal.answers == draft.answers


def withdrawn(world: World, document: dict[str, Any], key: str) -> dict[str, Any]:
    """The document in which the norm that an item rests on is withdrawn when Monday begins."""
    items = [
        {**item, "basis": [{**one, "valid_to": MONDAY.date().isoformat()} for one in item["basis"]]}
        if item["key"] == key
        else item
        for item in document["items"]
    ]
    return {**document, "items": items}


def test_a_norm_withdrawn_at_midnight_takes_its_item_out_of_an_open_draft_and_leaves_running_cases() -> None:
    world = make_world()
    publish([withdrawn(world, small_document(), "food-permit")], effective_at=AT, at=AT)
    case = make_case(world)
    draft = fill_draft(world)
    as_before = everything_of(case)
    before = plan_of_draft(draft, on=(MONDAY - SECOND).date())
    after = plan_of_draft(draft, on=MONDAY.date())
    assert {item["key"] for item in before["items"]} - {item["key"] for item in after["items"]} == {"food-permit"}
    assert (before["withdrawn"], [row["name"] for row in after["withdrawn"]]) == ([], ["食品经营许可"])
    assert "健康证明" not in {paper["name"] for paper in after["materials"]}
    assert gaps_of(draft, at=MONDAY) == []

    second = submit_draft(world, draft, key="after", at=MONDAY + timedelta(hours=10))
    assert {item.key for item in second.items.all()} == {"licence", "sign-check", "seal"}
    assert [row["since"] for row in second.plan["withdrawn"]] == ["2026-11-30"]
    assert second.materials.filter(key="健康证明").count() == 0

    assert everything_of(case) == as_before
    grant(world, item_of(case, "licence"), at=MONDAY + timedelta(hours=10))
    assert item_of(case, "food-permit").state == "received", "what was handed in before is decided by its body"


def test_an_item_chosen_before_its_norm_was_withdrawn_is_told_as_not_applicable() -> None:
    world = make_world()
    publish([withdrawn(world, small_document(), "food-permit")], effective_at=AT, at=AT)
    draft = begin_draft(world)
    draft = choose_items(draft_id=draft.pk, owner=world.owner, chosen=["licence", "food-permit"], at=AT)
    plan = plan_of_draft(draft, on=MONDAY.date())
    assert [item["key"] for item in plan["items"]] == ["licence"]
    assert [one["key"] for one in plan["not_applicable"]] == ["food-permit"]
    assert Draft.objects.get(pk=draft.pk).chosen == ["food-permit", "licence"]
