"""What a department's act says in writing: with the act, out after the minute, gone with an act that is taken back (R2.2.c/4)."""

from datetime import timedelta

import pytest
from tests.cast import AT
from tests.factories.cases import item_of, make_case, make_world, refuse
from tests.factories.parties import make_officer

from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.states import BundleState, ItemState
from onething.dispatch.services import (
    Forbidden,
    Incomplete,
    Stopping,
    TooLate,
    accept_item,
    decide_item,
    extend_clock,
    finish_check,
    not_accept_item,
    not_require_item,
    resume_clock,
    stop_clock,
    undo_decision,
    withdraw_items,
)
from onething.dispatch.services.decide import Decision
from onething.documents.kinds import DocumentKind
from onething.documents.models import OfficialDocument
from onething.documents.remedies import LAWSUIT, RECONSIDERATION, remedies_text
from onething.documents.services import send_out
from onething.kit.documents import blocks_to_text
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db
REMEDIES = remedies_text((RECONSIDERATION, LAWSUIT), "")
MINUTE = timedelta(seconds=60)
DAY = timedelta(days=1)


def told(item: ItemCase, kind: DocumentKind) -> str:
    """The words of the one standing document of a kind about an item."""
    return blocks_to_text(OfficialDocument.objects.standing().get(item=item, kind=kind).content["blocks"])


def standing(case: OneThingCase) -> list[tuple[str, str]]:
    """Which documents of a case stand, with the item each is about."""
    rows = OfficialDocument.objects.standing().filter(case=case).in_order()
    return [(one.kind, one.item.key) for one in rows.select_related("item") if one.item is not None]


def test_accepting_says_in_writing_since_when_until_when_and_what_was_handed_in() -> None:
    world = make_world()
    case = make_case(world)
    item = accept_item(item_id=item_of(case, "licence").pk, officer=world.officers["market"], at=AT)
    words = told(item, DocumentKind.ACCEPTANCE)
    day = f"{AT.year}年{AT.month}月{AT.day}日"
    assert f"受理日期：{day}" in words
    assert "样例场所证（电子件1份）" in words
    assert "健康证明" not in words
    assert item.promised_due is not None
    assert f"{item.promised_due.month}月{item.promised_due.day}日前" in words
    assert "12345" in words
    document = OfficialDocument.objects.get()
    assert document.goes_out_at == AT + MINUTE
    assert document.issued_by == world.officers["market"]
    assert verify_chain(case.number) == []


def test_nobody_is_told_of_the_acceptance_of_what_nobody_applied_for() -> None:
    world = make_world()
    case = make_case(world)
    finish_check(item_id=item_of(case, "sign-check").pk, officer=world.officers["market"], at=AT)
    assert not OfficialDocument.objects.exists()


def test_declining_names_the_right_body_and_the_remedies() -> None:
    world = make_world()
    case = make_case(world)
    item = item_of(case, "licence")
    not_accept_item(item_id=item.pk, officer=world.officers["market"], right_body="省局", reason="由省局登记", at=AT)
    words = told(item, DocumentKind.NOT_ACCEPTED)
    for part in ("应当找的单位：省局", "理由：由省局登记", REMEDIES, "第三十二条"):
        assert part in words
    ended = {(DocumentKind.TERMINATION.value, "food-permit"), (DocumentKind.NOT_ACCEPTED.value, "licence")}
    assert set(standing(case)) == ended


def test_what_needs_no_application_is_said_with_its_basis_and_what_waited_goes_on() -> None:
    world = make_world()
    case = make_case(world)
    item, officer = item_of(case, "licence"), world.officers["market"]
    with pytest.raises(Incomplete):
        not_require_item(item_id=item.pk, officer=officer, reason="不用登记", basis=" ", at=AT)
    not_require_item(item_id=item.pk, officer=officer, reason="不用登记", basis="条例第三条", at=AT)
    assert item_of(case, "licence").state == ItemState.NOT_REQUIRED
    assert item_of(case, "food-permit").state == ItemState.RECEIVED
    words = told(item, DocumentKind.NOT_REQUIRED)
    assert "依据：条例第三条" in words
    assert "不需要取得行政许可" in words
    undo_decision(item_id=item.pk, officer=officer, at=AT + MINUTE / 2)
    assert (item_of(case, "licence").state, item_of(case, "food-permit").state) == ("received", "waiting")
    assert standing(case) == []
    case.refresh_from_db()
    assert case.state == BundleState.DISPATCHED


def test_a_refusal_and_the_ends_it_brings_are_written_and_voided_together() -> None:
    world = make_world()
    case = make_case(world)
    item = refuse(world, item_of(case, "licence"))
    assert "救济途径：60日内可以申请行政复议。" in told(item, DocumentKind.REFUSAL)
    words = told(item_of(case, "food-permit"), DocumentKind.TERMINATION)
    assert "营业执照”没有同意" in words
    assert f"救济途径：{REMEDIES}" in words
    undo_decision(item_id=item.pk, officer=world.officers["market"], at=AT + MINUTE / 2)
    assert standing(case) == [("acceptance", "licence")]
    assert OfficialDocument.objects.filter(voided_at=AT + MINUTE / 2).count() == 2


def test_a_stop_is_told_in_writing_with_its_procedure_its_time_and_the_days_that_follow() -> None:
    """行政许可法 art. 45: the applicant is told in writing how long it takes."""
    world = make_world()
    case = make_case(world)
    item, officer = item_of(case, "licence"), world.officers["market"]
    accept_item(item_id=item.pk, officer=officer, at=AT)
    first = Stopping("expert_review", "食品安全法第三十五条", 5)
    paused = stop_clock(item_id=item.pk, officer=officer, stopping=first, at=AT + DAY)
    words = told(item, DocumentKind.SPECIAL_PROCEDURE)
    assert paused.promised_due is not None and paused.statutory_due is not None  # noqa: PT018  # one fact: both are counted
    for part in (
        "程序：专家评审", "所需时间：预计5个工作日", "开始日期：2026年11月26日", "依据：食品安全法第三十五条",
        f"承诺期限到2026年12月{paused.promised_due.day}日", f"法定期限到2026年12月{paused.statutory_due.day}日",
    ):  # fmt: skip
        assert part in words
    assert "说明" not in words
    document = OfficialDocument.objects.get(kind=DocumentKind.SPECIAL_PROCEDURE)
    assert (document.goes_out_at, document.issued_by, document.item) == (AT + DAY, officer, item)
    second = Stopping("testing", "食品安全法第八十七条", 2, "抽检两批")
    stop_clock(item_id=item.pk, officer=officer, stopping=second, at=AT + DAY * 2)
    notices = OfficialDocument.objects.filter(kind=DocumentKind.SPECIAL_PROCEDURE).in_order()
    assert "说明：抽检两批" in blocks_to_text(notices[1].content["blocks"])
    resume_clock(item_id=item.pk, officer=officer, number=1, at=AT + DAY * 5)
    assert notices.count() == 2
    assert verify_chain(case.number) == []


def test_an_extension_is_told_in_writing_with_its_approver_and_its_reason() -> None:
    """行政许可法 art. 42: the reason for the extension is told to the applicant."""
    world = make_world()
    case = make_case(world)
    item = item_of(case, "licence")
    accept_item(item_id=item.pk, officer=world.officers["market"], at=AT)
    head = make_officer(world.town.bodies["market"], name="沈建国", role=Officer.Role.HEAD)
    longer = extend_clock(item_id=item.pk, officer=head, reason="要核对外地档案", at=AT + DAY)
    words = told(item, DocumentKind.EXTENSION)
    assert longer.statutory_due is not None
    for part in (
        "延长的理由：要核对外地档案", "延长的时间：10个工作日", f"法定期限到2026年12月{longer.statutory_due.day}日",
        f"批准人：{world.town.bodies['market'].name}负责人沈建国", "依据：行政许可法第四十二条第一款",
    ):  # fmt: skip
        assert part in words
    assert OfficialDocument.objects.get(kind=DocumentKind.EXTENSION).issued_by == head


def test_an_acceptance_is_not_taken_back_under_an_extension_that_was_told() -> None:
    """The notice names days that rest on the acceptance, and it went out at once."""
    world = make_world()
    item = item_of(make_case(world), "licence")
    accept_item(item_id=item.pk, officer=world.officers["market"], at=AT)
    head = make_officer(world.town.bodies["market"], name="沈建国", role=Officer.Role.HEAD)
    extend_clock(item_id=item.pk, officer=head, reason="要核对外地档案", at=AT + MINUTE / 3)
    with pytest.raises(TooLate, match="已经延长"):
        undo_decision(item_id=item.pk, officer=world.officers["market"], at=AT + MINUTE / 2)
    assert item_of(item.case, "licence").state == ItemState.ACCEPTED


def test_a_refused_stop_or_extension_leaves_no_notice() -> None:
    world = make_world()
    item = item_of(make_case(world), "licence")
    accept_item(item_id=item.pk, officer=world.officers["market"], at=AT)
    with pytest.raises(Incomplete):
        stop_clock(item_id=item.pk, officer=world.officers["market"], stopping=Stopping("hearing", "", 5), at=AT)
    with pytest.raises(Forbidden):
        extend_clock(item_id=item.pk, officer=world.officers["market"], reason="不够", at=AT)
    assert set(OfficialDocument.objects.values_list("kind", flat=True)) == {DocumentKind.ACCEPTANCE.value}


def test_once_a_document_is_out_nothing_is_taken_back() -> None:
    world = make_world()
    case = make_case(world)
    item, officer = item_of(case, "licence"), world.officers["market"]
    accept_item(item_id=item.pk, officer=officer, at=AT)
    document = OfficialDocument.objects.get()
    assert send_out(document_id=document.pk, at=AT + MINUTE) is not None
    with pytest.raises(TooLate):
        undo_decision(item_id=item.pk, officer=officer, at=AT + MINUTE)  # the last moment of the minute
    assert item_of(case, "licence").state == ItemState.ACCEPTED
    decision = Decision(granted=False, basis="条例", reason="不符", remedies="复议")
    decide_item(item_id=item.pk, officer=officer, decision=decision, at=AT + MINUTE * 2)
    undo_decision(item_id=item.pk, officer=officer, at=AT + MINUTE * 2.5)  # the acceptance is out, the refusal is not
    assert standing(case) == [("acceptance", "licence")]


def test_what_ends_because_the_applicant_withdrew_is_told_too() -> None:
    world = make_world()
    case = make_case(world)
    withdraw_items(case_id=case.pk, account=world.account, item_ids=[item_of(case, "licence").pk], at=AT)
    assert standing(case) == [("termination", "food-permit")]
    assert "已撤回" in told(item_of(case, "food-permit"), DocumentKind.TERMINATION)
