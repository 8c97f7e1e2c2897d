"""The notice: everything told once, and the PDF says what the page says, word for word (ux b6)."""

from dataclasses import replace

import pytest
from django.test import override_settings
from tests.cast import AT, PLACE
from tests.factories.cases import begin_draft, make_world
from tests.factories.plans import ON, small_plan

from onething.files.services import read_stored
from onething.kit.documents import pdf_words, squeeze
from onething.notice.models import NoticeIssued
from onething.notice.paper import site
from onething.notice.rules import build_content, fee_words, limit_words, plan_hash, text_lines
from onething.submission.services import Owner, choose_items, claim_anonymous, issue_draft_notice


def content(**changed: object) -> dict[str, object]:
    return build_content(
        {**small_plan(), **changed}, number="G1", place_name="海陵区", bodies={}, short_hash="abcd1234", issued_on=ON
    )


def test_every_item_tells_basis_conditions_materials_limit_fee_result_and_body() -> None:
    lines = text_lines(content())
    for item in ("1. 营业执照", "2. 店招核对", "3. 食品经营许可", "4. 刻章备案"):
        start = lines.index(item)
        told = [line.partition("：")[0] for line in lines[start + 1 : start + 11]]
        for label in ("谁来办", "依据", "条件", "材料", "时间", "费用", "办好后得到"):
            assert label in told, (item, label)


def test_what_need_not_be_brought_and_why() -> None:
    text = "\n".join(text_lines(content()))
    assert "不用交的材料" in text
    assert "营业执照：“营业执照”办好后就有，不用您交" in text


def test_a_material_without_basis_says_so() -> None:
    plan = small_plan()
    bare = [{**plan["materials"][0], "asked_by": [{"item": "licence", "basis": ""}]}]
    assert "依据：依据待补" in "\n".join(text_lines(content(materials=bare)))


def test_what_is_lost_by_leaving_an_item_out() -> None:
    plan = small_plan(chosen=["licence"])
    told = build_content(plan, number="G1", place_name="", bodies={}, short_hash="a", issued_on=ON)
    assert any("食品经营许可：这次不办，就没有：食品经营许可证" in line for line in text_lines(told))


def test_limits_and_fees_in_words() -> None:
    assert limit_words({"value": 0, "unit": "instant"}) == "当场办好"
    assert limit_words({"value": 60, "unit": "natural_day"}) == "60天（包括节假日）"
    assert limit_words({"value": None}) == "没有公布办理时间"
    assert fee_words([{"amount_fen": 8050, "unit": "元", "basis": "标准"}]) == "80.50元（标准）"
    assert fee_words([{"amount_fen": 0, "basis": "不收费"}]) == "不收费"


def test_the_hash_of_what_is_demanded_does_not_change_with_the_day() -> None:
    assert plan_hash(small_plan()) == plan_hash(small_plan(on=ON.replace(day=26)))
    assert plan_hash(small_plan()) != plan_hash(small_plan(food="no"))


@pytest.mark.django_db
def test_page_and_pdf_have_the_same_words() -> None:
    world = make_world()
    notice = issue_draft_notice(draft_id=begin_draft(world).pk, owner=world.owner, at=AT)
    assert notice.pdf is not None
    page = squeeze("".join(text_lines(notice.content)))
    assert pdf_words(read_stored(notice.pdf)) == page
    assert world.town.bodies["health"].name in page


@pytest.mark.django_db
def test_the_same_situation_on_the_same_day_has_one_notice() -> None:
    world = make_world()
    draft = begin_draft(world)
    first = issue_draft_notice(draft_id=draft.pk, owner=world.owner, at=AT)
    assert issue_draft_notice(draft_id=draft.pk, owner=world.owner, at=AT) == first
    choose_items(draft_id=draft.pk, owner=world.owner, chosen=["licence"], at=AT)
    assert issue_draft_notice(draft_id=draft.pk, owner=world.owner, at=AT) != first
    assert first.plan_hash == plan_hash(first.plan)
    assert first.place == PLACE


@pytest.mark.django_db
def test_a_notice_given_before_signing_in_is_claimed_with_the_draft() -> None:
    world = make_world()
    visitor = Owner(session_key="session-1")
    notice = issue_draft_notice(draft_id=begin_draft(world, owner=visitor).pk, owner=visitor, at=AT)
    assert list(NoticeIssued.objects.visible_to(None, session_key="session-1")) == [notice]
    claim_anonymous(session_key="session-1", account=world.account, at=AT)
    assert list(NoticeIssued.objects.visible_to(world.account)) == [notice]
    assert not NoticeIssued.objects.visible_to(world.stranger, session_key="session-1").exists()
    assert replace(visitor).account is None


@pytest.mark.django_db
@override_settings(ONETHING_SITE="https://example.test/")
def test_the_code_on_the_paper_leads_back_to_the_page() -> None:
    assert site() == "https://example.test"
