"""The correction round on real cases: one notice, one answer, back to exactly whose input changed (R2.7.a, I8)."""

from datetime import date, timedelta

import pytest
from tests.cast import AT, Name
from tests.factories.cases import World, grant, item_of, make_case, picture
from tests.factories.feedback import (
    day,
    field,
    find,
    finish,
    head_of,
    lead_of,
    paper,
    round_of,
    section,
    side_by_side,
)
from tests.factories.parties import make_officer

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.cases.services import FindingsOpen
from onething.cases.states import BundleState
from onething.dispatch.services import (
    TOPIC_SPOKEN,
    Forbidden,
    accept_item,
    mark_checks,
    not_accept_item,
    return_misrouted,
    withdraw_items,
)
from onething.documents.models import OfficialDocument
from onething.feedback.errors import BeyondNotice, NeedsApproval, NotNow, OpenPoints, UnknownReason
from onething.feedback.models import CorrectionPoint, CorrectionRound, Finding
from onething.feedback.services import (
    NewFinding,
    PointAnswer,
    approve_finding,
    ask_more_time,
    attach_file,
    cases_to_tend,
    decline_finding,
    enter_finding,
    grant_more_time,
    hand_in_answers,
    keep_answers,
    send_both,
    set_aside_finding,
    tend_case,
    withdraw_finding,
)
from onething.kit.documents import blocks_to_text
from onething.kit.errors import Refused
from onething.kit.models import OutboxMessage

pytestmark = pytest.mark.django_db
NAME, PLACE_PAPER, HEALTH = field("person_name"), paper("样例场所证"), paper("健康证明", "staff-1")


def states(case: OneThingCase) -> dict[str, str]:
    return dict(ItemCase.objects.filter(case=case).values_list("key", "state"))


def events(case: OneThingCase, kind: str) -> list[Event]:
    return list(Event.objects.filter(case_number=case.number, kind=kind).order_by("seq"))


def five_findings(world: World, case: OneThingCase) -> None:
    """Three departments, five things wrong: two of them the same fault of the same datum, seen by two."""
    find(world, case, "licence", NAME, "wrong", required="与身份证一致")
    find(world, case, "licence", PLACE_PAPER, "illegible")
    find(world, case, "seal", NAME, "wrong")
    find(world, case, "food-permit", HEALTH, "out_of_date")
    find(world, case, "food-permit", field("mobile_number", "staff-1"), "unclear")


def answer(world: World, of: CorrectionRound, changes: dict[str, str], *, explained: bool = True) -> None:
    """Type into every point what is meant for it, explain the others, and choose a new file for papers."""
    given = {}
    for point in of.points.all():
        own = {key: text for key, text in changes.items() if key == f"{point.subject}.{point.key}"}
        given[point.pk] = PointAnswer(own, "" if own or not explained else "没有填错，见说明")
    assert keep_answers(round_id=of.pk, account=world.account, answers=given, at=day(2)) == {}


def test_five_findings_of_three_departments_are_one_notice_and_go_back_only_to_whom_they_concern() -> None:
    """R2.7.a, check; g1; I8."""
    world = side_by_side()
    case = make_case(world)
    five_findings(world, case)
    assert states(case)["licence"] == "received"
    finish(world, case, "licence", "seal")
    assert round_of(case).state == "collecting"
    finish(world, case, "food-permit", at=day(1))
    assert round_of(case).state == "collecting"  # the sign check has not said anything yet
    accepted = item_of(case, "sign-check")
    accept_item(item_id=accepted.pk, officer=world.reviewer(accepted), at=day(1))
    assert OutboxMessage.objects.filter(topic=TOPIC_SPOKEN).count() == 1
    tend_case(case_id=case.pk, at=day(1))
    of = round_of(case)
    assert (of.state, of.answer_by) == ("noticed", date(2026, 12, 17))
    assert [one.kind for one in events(case, "case.correction_noticed")] == ["case.correction_noticed"]
    assert [(p.key, p.findings.count()) for p in of.points.order_by("ordinal")] == [
        ("person_name", 2),
        ("样例场所证", 1),
        ("健康证明", 1),
        ("mobile_number", 1),
    ]
    assert states(case) == {
        "licence": "in_correction",
        "seal": "in_correction",
        "food-permit": "in_correction",
        "sign-check": "accepted",
    }
    case.refresh_from_db()
    assert case.state == BundleState.WAITING_FOR_APPLICANT
    letter = OfficialDocument.objects.get(case=case, kind="correction")
    assert "店主姓名：填错了，应当是与身份证一致（海陵区市场监督管理局、泰州市公安局海陵分局提出" in str(letter.content)
    assert "2026年12月17日" in str(letter.content)
    answer(world, of, {"owner.person_name": "李莓", "staff-1.mobile_number": "13800009999"})
    hand_in_answers(round_id=of.pk, account=world.account, at=day(2))
    assert states(case) == {
        "licence": "received",
        "seal": "received",
        "food-permit": "received",
        "sign-check": "accepted",
    }
    case.refresh_from_db()
    assert case.form_values["owner"]["owner"]["person_name"] == "李莓"
    back = item_of(case, "licence")
    assert (back.window_from, back.open_findings) == (date(2026, 11, 27), 0)
    grant(world, back, at=day(5))
    assert item_of(case, "licence").accepted_on == date(2026, 11, 27)  # the day on which everything was in
    assert verify_chain(case.number) == []
    assert list(check_derived_states(numbers=[case.number])) == []


def test_who_asks_nothing_of_what_changed_is_not_touched_and_who_does_keeps_its_clock() -> None:
    """I8: the accepted item that asks the datum is told, its marks go, its state and days stay."""
    world = side_by_side()
    case = make_case(world)
    for key in ("seal", "sign-check"):
        item = item_of(case, key)
        accept_item(item_id=item.pk, officer=world.reviewer(item), at=AT)
    seal = item_of(case, "seal")
    mark_checks(item_id=seal.pk, officer=world.reviewer(seal), checks={"condition:1": "ok"}, at=AT)
    before = {key: item_of(case, key) for key in ("seal", "sign-check", "food-permit")}
    find(world, case, "licence", NAME, "wrong")
    finish(world, case, "licence", "food-permit", at=day(1))
    of = round_of(case)
    answer(world, of, {"owner.person_name": "李莓"})
    hand_in_answers(round_id=of.pk, account=world.account, at=day(2))
    after = {key: item_of(case, key) for key in before}
    for key in ("seal", "sign-check"):
        for column in ("state", "accepted_at", "statutory_due", "promised_due", "started_on", "window_from"):
            assert getattr(after[key], column) == getattr(before[key], column), (key, column)
    assert after["seal"].checks == {}
    assert [one.payload["item"] for one in events(case, "item.input_changed")] == [seal.number]
    assert after["food-permit"].window_from is None


def test_nothing_but_the_named_points_can_be_changed() -> None:
    """I8, ux g2: on the server too."""
    world = side_by_side()
    case = make_case(world)
    before = case.form_values
    find(world, case, "licence", NAME, "wrong")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    of = round_of(case)
    (point,) = of.points.all()
    typed = {"owner.person_name": "李莓", "owner.citizen_id_number": "321202199103050017", "owner.trade_name": "别家"}
    keep_answers(round_id=of.pk, account=world.account, answers={point.pk: PointAnswer(typed)}, at=AT)
    point.refresh_from_db()
    assert point.answer["values"] == {"owner.person_name": "李莓"}
    with pytest.raises(NotNow):
        attach_file(point_id=point.pk, account=world.account, file=picture(9), file_name="a.jpg", at=AT)
    with pytest.raises(Refused, match="这不是您的申请"):
        keep_answers(round_id=of.pk, account=world.stranger, answers={}, at=AT)
    with pytest.raises(Refused, match="这不是您的申请"):
        hand_in_answers(round_id=of.pk, account=world.stranger, at=AT)
    hand_in_answers(round_id=of.pk, account=world.account, at=AT)
    case.refresh_from_db()
    assert case.form_values == {**before, "owner": {"owner": {**before["owner"]["owner"], "person_name": "李莓"}}}


def test_a_new_file_takes_the_place_of_the_old_one_which_stays_to_be_seen() -> None:
    world = side_by_side()
    case = make_case(world)
    old = MaterialInstance.objects.get(case=case, key="样例场所证")
    find(world, case, "licence", PLACE_PAPER, "illegible")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    of = round_of(case)
    (point,) = of.points.all()
    for seed in (7, 8, 7):
        attach_file(point_id=point.pk, account=world.account, file=picture(seed), file_name="新.jpg", at=AT)
    assert point.files.count() == 2
    hand_in_answers(round_id=of.pk, account=world.account, at=day(1))
    old.refresh_from_db()
    assert old.superseded_at == day(1)
    rows = MaterialInstance.objects.filter(case=case, key="样例场所证").current()
    assert [(row.page, row.items) for row in rows.order_by("page")] == [(2, old.items), (3, old.items)]
    point.refresh_from_db()
    assert point.before["files"] == [old.pk]
    assert item_of(case, "licence").state == "received"


def test_open_points_are_named_and_answers_are_kept() -> None:
    """Ux g5."""
    world = side_by_side()
    case = make_case(world)
    five_findings(world, case)
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    of = round_of(case)
    points = {one.key: one for one in of.points.all()}
    faults = keep_answers(
        round_id=of.pk,
        account=world.account,
        answers={
            points["person_name"].pk: PointAnswer({"owner.person_name": "李莓"}),
            points["mobile_number"].pk: PointAnswer({"staff-1.mobile_number": "123"}),
            points["样例场所证"].pk: PointAnswer({}, "已经很清楚了"),
        },
        at=AT,
    )
    assert list(faults) == ["staff-1.mobile_number"]
    with pytest.raises(OpenPoints) as told:
        hand_in_answers(round_id=of.pk, account=world.account, at=AT)
    assert set(told.value.facts["points"]) == {points["mobile_number"].pk, points["健康证明"].pk}  # type: ignore[call-overload]
    kept = CorrectionPoint.objects.get(pk=points["person_name"].pk)
    assert kept.answer["values"] == {"owner.person_name": "李莓"}
    assert states(case)["licence"] == "in_correction"


def test_handing_in_twice_is_once() -> None:
    world = side_by_side()
    case = make_case(world)
    find(world, case, "licence", NAME, "wrong")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    of = round_of(case)
    answer(world, of, {"owner.person_name": "李莓"})
    for _ in range(2):
        hand_in_answers(round_id=of.pk, account=world.account, at=day(1))
    assert len(events(case, "case.correction_answered")) == 1
    with pytest.raises(NotNow, match="已经提交过"):
        keep_answers(round_id=of.pk, account=world.account, answers={}, at=day(1))


def test_what_the_notice_did_not_ask_is_refused_with_the_way_to_change_the_catalogue() -> None:
    """R2.3.c, check."""
    world = side_by_side()
    case = make_case(world)
    for target in (field("trade_name"), HEALTH, paper("无此材料"), section("staff")):
        with pytest.raises(BeyondNotice, match="修改目录"):
            find(world, case, "licence", target, "other", words="要")
    with pytest.raises(UnknownReason):
        find(world, case, "licence", NAME, "illegible")
    with pytest.raises(UnknownReason):
        find(world, case, "licence", NAME, "other")
    assert not CorrectionRound.objects.exists()


def test_accepting_or_returning_with_open_findings_is_refused_and_withdrawing_them_opens_the_way() -> None:
    world = side_by_side()
    case = make_case(world)
    row = find(world, case, "licence", NAME, "wrong")
    assert find(world, case, "licence", NAME, "wrong") == row
    item = item_of(case, "licence")
    officer = world.reviewer(item)
    with pytest.raises(FindingsOpen):
        accept_item(item_id=item.pk, officer=officer, at=AT)
    with pytest.raises(FindingsOpen):
        return_misrouted(item_id=item.pk, officer=officer, right_body="别的局", reason="派错了", at=AT)
    other = item_of(case, "seal")
    with pytest.raises(Forbidden):
        withdraw_finding(finding_id=row.pk, officer=world.reviewer(other), at=AT)
    withdraw_finding(finding_id=row.pk, officer=officer, at=AT)
    assert round_of(case).state == "closed"
    assert accept_item(item_id=item.pk, officer=officer, at=AT).state == "accepted"
    with pytest.raises(NotNow):
        find(world, case, "licence", NAME, "wrong")


def test_at_the_cut_off_the_notice_goes_out_with_what_there_is() -> None:
    """R2.7.a/2: three working days after receipt by the city's choice."""
    world = side_by_side()
    case = make_case(world)
    find(world, case, "licence", NAME, "wrong")
    tend_case(case_id=case.pk, at=day(5, hour=13))  # Monday, 23:00 in China
    assert round_of(case).state == "collecting"
    assert cases_to_tend(at=day(5, hour=13), most=10) == []
    assert cases_to_tend(at=day(5, hour=15), most=10) == [case.pk]
    tend_case(case_id=case.pk, at=day(5, hour=15))
    assert round_of(case).state == "noticed"
    assert states(case)["seal"] == "received"
    with pytest.raises(NeedsApproval):
        find(world, case, "seal", NAME, "wrong", at=day(5, hour=15))


def test_silence_is_acceptance_from_the_day_of_receipt() -> None:
    """行政许可法 art. 32(4); R2.7.a/2. Only of applications, and not of an item that waits for the applicant."""
    world = side_by_side()
    case = make_case(world)
    find(world, case, "licence", NAME, "wrong")
    tend_case(case_id=case.pk, at=day(6))
    tend_case(case_id=case.pk, at=day(7, hour=13))  # Wednesday, the fifth working day
    assert states(case)["seal"] == "received"
    assert cases_to_tend(at=day(8), most=10) == [case.pk]
    tend_case(case_id=case.pk, at=day(8))
    assert cases_to_tend(at=day(8), most=10) == []
    assert states(case) == {
        "licence": "in_correction",
        "seal": "accepted",
        "food-permit": "accepted",
        "sign-check": "received",
    }
    food = item_of(case, "food-permit")
    assert food.accepted_on == AT.date()
    assert food.statutory_due == date(2026, 12, 23)
    (told,) = [one for one in events(case, "item.accepted") if one.payload["item"] == food.number]
    assert told.payload["deemed"] is True
    tend_case(case_id=case.pk, at=day(9))
    assert len(events(case, "item.accepted")) == 2
    assert list(check_derived_states(numbers=[case.number])) == []


def test_what_was_not_told_within_five_days_is_told_no_more() -> None:
    """The worker slept: the item counts as accepted, nobody may ask for a correction any more."""
    world = side_by_side()
    case = make_case(world)
    row = find(world, case, "licence", NAME, "wrong")
    tend_case(case_id=case.pk, at=day(8))
    row.refresh_from_db()
    assert (row.state, states(case)["licence"], round_of(case).state) == ("lapsed", "accepted", "closed")


def test_contradictions_wait_for_the_lead_and_go_out_with_both_names_at_the_limit() -> None:
    """Ux g1: exactly two ways to contradict; the lead sets one aside, or sends both with words."""
    world = side_by_side()
    case = make_case(world)
    first = find(world, case, "licence", NAME, "wrong", required="李 莓")
    same = find(world, case, "seal", NAME, "wrong", required="李莓")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    assert round_of(case).state == "noticed"  # spaces are no contradiction
    assert {first.item_id, same.item_id} == set(
        Finding.objects.filter(round=round_of(case)).values_list("item_id", flat=True)
    )


def contradiction(world: World, case: OneThingCase) -> tuple[Finding, Finding]:
    one = find(world, case, "licence", NAME, "wrong", required="李莓")
    other = find(world, case, "seal", NAME, "differs", required="李梅梅")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    of = round_of(case)
    assert (of.state, of.held_at) == ("collecting", AT)
    assert len(events(case, "case.correction_held")) == 1
    return one, other


def test_the_lead_sets_one_of_two_aside() -> None:
    world = side_by_side()
    case = make_case(world)
    one, other = contradiction(world, case)
    lead = lead_of(world, case)
    with pytest.raises(Refused):
        set_aside_finding(finding_id=one.pk, officer=lead, reason=" ", at=AT)
    with pytest.raises(Forbidden):
        set_aside_finding(finding_id=one.pk, officer=world.officers["market"], reason="以身份证为准", at=AT)
    set_aside_finding(finding_id=one.pk, officer=lead, reason="以身份证为准", at=AT)
    assert round_of(case).state == "noticed"
    assert states(case)["licence"] == "received"
    assert list(Finding.objects.filter(state="noticed").values_list("pk", flat=True)) == [other.pk]
    item = item_of(case, "licence")
    assert accept_item(item_id=item.pk, officer=world.reviewer(item), at=AT).state == "accepted"


def test_the_lead_sends_both_with_words() -> None:
    world = side_by_side()
    case = make_case(world)
    contradiction(world, case)
    lead = lead_of(world, case)
    send_both(round_id=round_of(case).pk, officer=lead, target=NAME, words="按身份证填，章按店名刻", at=AT)
    of = round_of(case)
    assert of.state == "noticed"
    assert {one.lead_words for one in of.findings.all()} == {"按身份证填，章按店名刻"}


def test_an_unsettled_contradiction_goes_out_as_it_is_before_the_law_runs_out() -> None:
    world = side_by_side()
    case = make_case(world)
    contradiction(world, case)
    tend_case(case_id=case.pk, at=day(7))
    assert round_of(case).state == "collecting"
    tend_case(case_id=case.pk, at=day(7, hour=8))  # 18:00 in China on the fifth working day
    of = round_of(case)
    assert (of.state, of.points.count(), of.findings.filter(state="noticed").count()) == ("noticed", 1, 2)


def answered(world: World, case: OneThingCase) -> None:
    find(world, case, "licence", NAME, "wrong")
    find(world, case, "licence", PLACE_PAPER, "illegible")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    answer(world, round_of(case), {"owner.person_name": "李莓"})
    hand_in_answers(round_id=round_of(case).pk, account=world.account, at=day(2))


def test_after_correction_no_new_finding_on_unchanged_content_without_a_superior() -> None:
    """R2.7.a/3 and check: free on what changed; else approved by a head who did not find it, told, and counted."""
    world = side_by_side()
    case = make_case(world)
    answered(world, case)
    with pytest.raises(NeedsApproval) as told:
        find(world, case, "licence", PLACE_PAPER, "illegible", at=day(2))
    assert told.value.facts["why"] == "unchanged"
    row = find(world, case, "licence", PLACE_PAPER, "illegible", exception="上次漏看了第二页", at=day(2))
    assert (row.state, row.round_id, item_of(case, "licence").open_findings) == ("proposed", None, 0)
    with pytest.raises(Forbidden):
        approve_finding(finding_id=row.pk, head=head_of(world, "health"), at=day(2))
    with pytest.raises(Forbidden):
        approve_finding(finding_id=row.pk, head=world.officers["market"], at=day(2))
    approve_finding(finding_id=row.pk, head=head_of(world, "market"), at=day(2))
    finish(world, case, "licence", at=day(2))
    second = round_of(case, 2)
    assert second.state == "collecting"  # the others may still have something
    tend_case(case_id=case.pk, at=day(8))
    assert round_of(case, 2).state == "noticed"
    assert list(Finding.objects.approved_exceptions()) == [row]


def test_on_changed_content_a_finding_is_free() -> None:
    world = side_by_side()
    case = make_case(world)
    answered(world, case)
    row = find(world, case, "licence", NAME, "unclear", at=day(2))
    assert (row.state, row.exception) == ("entered", "")


def test_a_head_may_decline_and_then_nobody_is_told() -> None:
    world = side_by_side()
    case = make_case(world)
    answered(world, case)
    row = find(world, case, "licence", PLACE_PAPER, "illegible", exception="漏看", at=day(2))
    head = head_of(world, "market")
    decline_finding(finding_id=row.pk, head=head, at=day(2))
    with pytest.raises(NotNow):
        approve_finding(finding_id=row.pk, head=head, at=day(2))
    assert not Finding.objects.approved_exceptions().exists()


def test_who_found_it_does_not_approve_it() -> None:
    world = side_by_side()
    case = make_case(world)
    answered(world, case)
    row = find(world, case, "licence", PLACE_PAPER, "illegible", exception="漏看", at=day(2))
    own = make_officer(world.town.bodies["market"], name=Name.REVIEWER, role=type(row.officer).Role.HEAD)
    assert own.account_id == row.officer.account_id
    with pytest.raises(Forbidden):
        approve_finding(finding_id=row.pk, head=own, at=day(2))


def test_no_answer_in_time_ends_what_was_to_be_corrected_and_nothing_else() -> None:
    """R2.7.a/4: the reminder comes before; dependants follow by the existing rules."""
    world = side_by_side()
    case = make_case(world)
    find(world, case, "licence", NAME, "wrong")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    of = round_of(case)
    assert of.answer_by == date(2026, 12, 16)
    tend_case(case_id=case.pk, at=AT + timedelta(days=21))  # 2026-12-16, the last day
    assert states(case)["licence"] == "in_correction"
    tend_case(case_id=case.pk, at=AT + timedelta(days=21))
    assert len(events(case, "case.correction_reminded")) == 1
    tend_case(case_id=case.pk, at=AT + timedelta(days=22))
    licence = item_of(case, "licence")
    assert (licence.state, licence.outcome) == ("terminated", "terminated")
    assert "没有补正" in licence.opinion["reason"]
    notice = OfficialDocument.objects.get(item=licence, kind="termination")
    words = blocks_to_text(notice.content["blocks"])
    for part in ("到期没有补正", "补正告知书写明：2026年12月16日前没有补正的", "申请行政复议"):
        assert part in words
    assert [one["within"] for one in notice.content["remedies"]] == [60, 6]
    assert round_of(case).state == "lapsed"
    assert states(case)["food-permit"] == "accepted"
    with pytest.raises(NotNow, match="时间已经过了"):
        hand_in_answers(round_id=of.pk, account=world.account, at=AT + timedelta(days=22))
    assert list(check_derived_states(numbers=[case.number])) == []


def test_more_time_once_by_a_click_and_then_by_the_lead() -> None:
    world = side_by_side()
    case = make_case(world)
    find(world, case, "licence", NAME, "wrong")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    of, lead = round_of(case), lead_of(world, case)
    for _ in range(2):
        ask_more_time(round_id=of.pk, account=world.account, at=day(1))
    assert round_of(case).answer_by == date(2027, 1, 6)
    with pytest.raises(Forbidden):
        grant_more_time(round_id=of.pk, officer=world.officers["market"], reason="住院", at=day(1))
    grant_more_time(round_id=of.pk, officer=lead, reason="住院", at=day(1))
    assert (round_of(case).extended_times, round_of(case).answer_by) == (2, date(2027, 1, 27))
    tend_case(case_id=case.pk, at=AT + timedelta(days=30))
    assert states(case)["licence"] == "in_correction"


def test_withdrawn_in_part_the_rest_is_asked_and_in_whole_nothing_is() -> None:
    world = side_by_side()
    case = make_case(world)
    five_findings(world, case)
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    of, food = round_of(case), item_of(case, "food-permit")
    withdraw_items(case_id=case.pk, account=world.account, item_ids=[food.pk], at=day(1))
    answer(world, of, {"owner.person_name": "李莓"})
    hand_in_answers(round_id=of.pk, account=world.account, at=day(1))
    assert states(case)["food-permit"] == "withdrawn"
    assert states(case)["licence"] == "received"


def test_a_round_of_which_everything_is_withdrawn_closes() -> None:
    world = side_by_side()
    case = make_case(world)
    five_findings(world, case)
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    withdraw_items(case_id=case.pk, account=world.account, at=day(1))
    tend_case(case_id=case.pk, at=day(1))
    assert round_of(case).state == "closed"
    case.refresh_from_db()
    assert case.state == BundleState.WITHDRAWN


def test_an_item_that_is_not_accepted_takes_its_findings_along() -> None:
    world = side_by_side()
    case = make_case(world)
    five_findings(world, case)
    food = item_of(case, "food-permit")
    not_accept_item(item_id=food.pk, officer=world.reviewer(food), right_body="市场监管局", reason="不归本单位", at=AT)
    finish(world, case, "licence", "seal", "sign-check")
    of = round_of(case)
    assert (of.state, of.points.count()) == ("noticed", 2)


def test_the_log_holds_no_word_of_what_was_found_or_answered() -> None:
    """I11."""
    world = side_by_side()
    case = make_case(world)
    find(world, case, "licence", NAME, "other", words="姓名像是绰号", required="李莓")
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    answer(world, round_of(case), {"owner.person_name": "李莓"})
    hand_in_answers(round_id=round_of(case).pk, account=world.account, at=day(1))
    whole = str([one.payload for one in Event.objects.filter(case_number=case.number)])
    assert "李莓" not in whole
    assert "绰号" not in whole


def test_only_the_body_of_the_item_finds() -> None:
    world = side_by_side()
    case = make_case(world)
    item = item_of(case, "licence")
    for officer in (world.officers["health"], lead_of(world, case)):
        with pytest.raises(Forbidden):
            enter_finding(item_id=item.pk, officer=officer, finding=NewFinding(NAME, "wrong"), at=AT)
