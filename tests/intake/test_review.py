"""One preliminary review of a whole case: who may, what is kept, what follows from it (R2.2.c)."""

import pytest
from django.db import IntegrityError, transaction
from tests.cast import AT, Name
from tests.factories.cases import CITIZEN_NUMBER, item_of, make_case, make_world, picture
from tests.factories.parties import make_officer

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.models import OneThingCase
from onething.cases.reading import items_of_case
from onething.cases.states import ItemState
from onething.dispatch.access import Forbidden
from onething.dispatch.services import Declined, Incomplete, accept_item, claim_task, mark_checks
from onething.documents.models import OfficialDocument
from onething.feedback.models import Finding
from onething.feedback.rules import Target, TargetKind
from onething.intake.models import PreliminaryReview, ReviewVerdict
from onething.intake.reading import alarms_for, last_review, reason_counts, verdicts_of
from onething.intake.rules import AlarmKind
from onething.intake.services import (
    Judgement,
    NotPutRight,
    NotReviewed,
    SpotAnswer,
    correct_on_the_spot,
    end_items,
    finish_review,
    judge_parts,
    may_end,
    parts_of,
    start_review,
)
from onething.intake.states import Outcome, Verdict
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db
PLACE_PROOF = Target(TargetKind.MATERIAL, "样例场所证")
HEALTH_PROOF = Target(TargetKind.MATERIAL, "健康证明", "staff-1")
OWNER = Target(TargetKind.SECTION, "owner")


def led_case() -> tuple[OneThingCase, Officer, Officer]:
    """A case the market bureau leads, its lead, and a lead of another body."""
    world = make_world()
    case = make_case(world)
    bodies = world.town.bodies
    OneThingCase.objects.filter(pk=case.pk).update(lead_organisation=bodies["market"])
    lead = make_officer(bodies["market"], name=Name.LEAD, role=Officer.Role.LEAD)
    other = make_officer(bodies["health"], name="周敏", role=Officer.Role.LEAD)
    return OneThingCase.objects.get(pk=case.pk), lead, other


def judge_all(case: OneThingCase, lead: Officer, *wrong: Judgement) -> None:
    rest = [
        Judgement(part, Verdict.OK)
        for part in parts_of(case, items_of_case(case))
        if part not in {one.target for one in wrong}
    ]
    judge_parts(case_id=case.pk, officer=lead, judgements=[*rest, *wrong], at=AT)


def test_the_whole_case_is_judged_once_at_one_end() -> None:
    case, lead, _other = led_case()
    review = start_review(case_id=case.pk, officer=lead, at=AT)
    assert start_review(case_id=case.pk, officer=lead, at=AT) == review
    parts = parts_of(case, items_of_case(case))
    assert {PLACE_PROOF, HEALTH_PROOF, OWNER} <= set(parts)
    with pytest.raises(NotReviewed) as early:
        finish_review(case_id=case.pk, officer=lead, outcome=Outcome.COMPLETE, at=AT)
    assert early.value.facts["gaps"] == (f"还有{len(parts)}项没有核对",)
    judge_all(case, lead)
    done = finish_review(case_id=case.pk, officer=lead, outcome=Outcome.COMPLETE, at=AT)
    assert (done.outcome, done.finished_at) == ("complete", AT)
    assert not Finding.objects.exists()
    assert item_of(case, "licence").state == ItemState.RECEIVED
    with pytest.raises(NotReviewed):
        judge_all(case, lead)
    assert verify_chain(case.number) == []


def test_what_is_to_be_corrected_becomes_a_finding_of_every_item_that_asks_it() -> None:
    case, lead, _other = led_case()
    start_review(case_id=case.pk, officer=lead, at=AT)
    judge_all(case, lead, Judgement(PLACE_PROOF, Verdict.TO_CORRECT, "illegible", "第二页拍糊了"))
    with pytest.raises(NotReviewed):
        finish_review(case_id=case.pk, officer=lead, outcome=Outcome.COMPLETE, at=AT)
    finish_review(case_id=case.pk, officer=lead, outcome=Outcome.CORRECTION, at=AT)
    (found,) = Finding.objects.select_related("item")
    assert (found.item.key, found.reason, found.words) == ("licence", "illegible", "第二页拍糊了")
    assert found.target == PLACE_PROOF
    assert reason_counts(lead) == [("illegible", 1)]
    events = Event.objects.filter(kind="case.review_finished")
    assert [one.payload["outcome"] for one in events] == ["correction"]
    assert "拍糊" not in str([one.payload for one in Event.objects.all()])


def test_what_no_open_item_asks_any_more_cannot_be_sent_back_and_nothing_is_kept() -> None:
    case, lead, _other = led_case()
    start_review(case_id=case.pk, officer=lead, at=AT)
    reviewer = reviewer_of(lead)
    accept_item(item_id=item_of(case, "licence").pk, officer=reviewer, at=AT)
    judge_all(case, lead, Judgement(PLACE_PROOF, Verdict.TO_CORRECT, "illegible"))
    with pytest.raises(NotReviewed):
        finish_review(case_id=case.pk, officer=lead, outcome=Outcome.CORRECTION, at=AT)
    assert not Finding.objects.exists()
    assert PreliminaryReview.objects.get().outcome == ""


def test_what_is_put_right_on_the_spot_goes_into_the_case_and_is_told_to_whoever_asks_it() -> None:
    case, lead, _other = led_case()
    start_review(case_id=case.pk, officer=lead, at=AT)
    wrong = (
        Judgement(PLACE_PROOF, Verdict.TO_CORRECT, "not_signed"),
        Judgement(OWNER, Verdict.TO_CORRECT, "unclear"),
    )
    judge_all(case, lead, *wrong)
    reviewer = reviewer_of(lead)
    checks = {"material:样例场所证": "not_ok", "condition:1": "ok"}
    mark_checks(item_id=item_of(case, "licence").pk, officer=reviewer, checks=checks, at=AT)
    old = case.materials.get(key="样例场所证", file__isnull=False)
    signed = SpotAnswer(files=[(picture(7), "补签.jpg")])
    named = SpotAnswer(typed={"owner.trade_name": "新䶮记", "owner.citizen_id_number": ""})
    answers = {PLACE_PROOF: signed, OWNER: named}
    with pytest.raises(NotReviewed):
        correct_on_the_spot(case_id=case.pk, officer=lead, answers=answers, confirmed_by=" ", at=AT)
    with pytest.raises(NotReviewed):
        finish_review(case_id=case.pk, officer=lead, outcome=Outcome.ON_THE_SPOT, at=AT)
    with pytest.raises(NotPutRight) as left:
        correct_on_the_spot(case_id=case.pk, officer=lead, answers={OWNER: named}, confirmed_by="李梅", at=AT)
    assert list(left.value.unchanged) == [PLACE_PROOF]
    assert OneThingCase.objects.get(pk=case.pk).form_values["owner"]["owner"]["trade_name"] == "䶮记"

    review = correct_on_the_spot(case_id=case.pk, officer=lead, answers=answers, confirmed_by="李梅", at=AT)
    assert (review.outcome, review.confirmed_by, review.finished_at) == ("on_the_spot", "李梅", AT)
    known = OneThingCase.objects.get(pk=case.pk)
    assert known.form_values["owner"]["owner"]["trade_name"] == "新䶮记"
    assert known.form_values["owner"]["owner"]["citizen_id_number"] == CITIZEN_NUMBER
    (new,) = known.materials.filter(key="样例场所证", file__isnull=False).current()
    old.refresh_from_db()
    assert (new.file_name, old.superseded_at) == ("补签.jpg", AT)
    rows = {row.target: row for row in review.changes.all()}
    assert rows[OWNER].before["values"] == {"owner.trade_name": "䶮记"}
    assert rows[OWNER].after["values"] == {"owner.trade_name": "新䶮记"}
    assert (rows[PLACE_PROOF].before["files"], rows[PLACE_PROOF].after["files"]) == ([old.pk], [new.pk])
    # The bodies that ask what changed look again, those that do not are left alone; no clock and no window moves.
    licence = item_of(case, "licence")
    assert licence.checks == {"condition:1": "ok"}
    assert (licence.state, licence.window_from) == (ItemState.RECEIVED, None)
    told = Event.objects.filter(kind="item.input_changed")
    assert {one.payload["item"] for one in told} == {licence.number, item_of(case, "sign-check").number}
    assert "䶮记" not in str([one.payload for one in Event.objects.all()])
    assert not Finding.objects.exists()
    # A missing signature is corrected on the spot and accepted the same minute (R2.2.c).
    accept_item(item_id=licence.pk, officer=reviewer, at=AT)
    assert reason_counts(lead) == [("not_signed", 1), ("unclear", 1)]
    assert verify_chain(case.number) == []


def test_a_value_that_does_not_fit_is_not_put_right() -> None:
    case, lead, _other = led_case()
    start_review(case_id=case.pk, officer=lead, at=AT)
    judge_all(case, lead, Judgement(OWNER, Verdict.TO_CORRECT, "unclear"))
    wrong = {"owner.person_name": "", "owner.citizen_id_number": "12345", "owner.trade_name": "新记"}
    with pytest.raises(NotPutRight) as told:
        correct_on_the_spot(
            case_id=case.pk, officer=lead, answers={OWNER: SpotAnswer(typed=wrong)}, confirmed_by="李梅", at=AT
        )
    assert set(told.value.faults) == {"owner.person_name", "owner.citizen_id_number"}
    assert PreliminaryReview.objects.get().outcome == ""
    same = {OWNER: SpotAnswer(typed={"owner.trade_name": "䶮记"})}
    with pytest.raises(NotPutRight) as unchanged:
        correct_on_the_spot(case_id=case.pk, officer=lead, answers=same, confirmed_by="李梅", at=AT)
    assert list(unchanged.value.unchanged) == [OWNER]


def reviewer_of(lead: Officer) -> Officer:
    return Officer.objects.get(
        organisation=lead.organisation, role=Officer.Role.REVIEWER, account__display_name=Name.REVIEWER
    )


def test_what_is_not_ours_ends_with_its_bodys_document_and_the_review_goes_on_with_the_rest() -> None:
    case, lead, _other = led_case()
    start_review(case_id=case.pk, officer=lead, at=AT)
    licence = item_of(case, "licence")
    assert {one.key for one in may_end(items_of_case(case))} == {"licence", "sign-check"}
    silent = Declined(ItemState.NOT_ACCEPTED, "经营场所在邻市")
    with pytest.raises(Incomplete):
        end_items(case_id=case.pk, officer=lead, item_ids=[licence.pk], declined=silent, at=AT)
    told = Declined(ItemState.NOT_ACCEPTED, "经营场所在邻市", right_body="邻市市场监管局")
    with pytest.raises(NotReviewed):
        end_items(case_id=case.pk, officer=lead, item_ids=[], declined=told, at=AT)
    review = end_items(case_id=case.pk, officer=lead, item_ids=[licence.pk], declined=told, at=AT)
    assert review.outcome == ""
    ended = item_of(case, "licence")
    assert (ended.state, ended.decision["right_body"]) == (ItemState.NOT_ACCEPTED, "邻市市场监管局")
    assert item_of(case, "food-permit").state == ItemState.TERMINATED
    (paper,) = OfficialDocument.objects.filter(item=ended)
    assert (paper.kind, paper.organisation_id) == ("not_accepted", ended.organisation_id)
    assert "邻市市场监管局" in str(paper.content)
    # Only the check of the sign is left: what the licence and the permit asked is judged no more.
    assert PLACE_PROOF not in parts_of(case, items_of_case(case))
    judge_all(case, lead)
    assert finish_review(case_id=case.pk, officer=lead, outcome=Outcome.COMPLETE, at=AT).outcome == "complete"
    assert verify_chain(case.number) == []


def test_nothing_left_ends_the_review_with_that_outcome() -> None:
    case, lead, _other = led_case()
    start_review(case_id=case.pk, officer=lead, at=AT)
    able = [one.pk for one in may_end(items_of_case(case))]
    told = Declined(ItemState.NOT_ACCEPTED, "经营场所在邻市", right_body="邻市市场监管局")
    review = end_items(case_id=case.pk, officer=lead, item_ids=able, declined=told, at=AT)
    assert (review.outcome, review.right_body, review.finished_at) == ("not_competent", "邻市市场监管局", AT)
    assert OneThingCase.objects.get(pk=case.pk).closed_at == AT


def test_what_needs_no_application_ends_and_what_waited_for_it_begins() -> None:
    case, lead, _other = led_case()
    start_review(case_id=case.pk, officer=lead, at=AT)
    licence = item_of(case, "licence")
    told = Declined(ItemState.NOT_REQUIRED, "已经有执照", basis="市场主体登记管理条例第十九条")
    end_items(case_id=case.pk, officer=lead, item_ids=[licence.pk], declined=told, at=AT)
    assert item_of(case, "licence").state == ItemState.NOT_REQUIRED
    assert item_of(case, "food-permit").state == ItemState.RECEIVED
    assert OfficialDocument.objects.get(item=licence).kind == "not_required"


def test_what_somebody_at_its_body_has_begun_is_that_bodys_to_end() -> None:
    case, lead, other = led_case()
    start_review(case_id=case.pk, officer=lead, at=AT)
    licence, check = item_of(case, "licence"), item_of(case, "sign-check")
    reviewer = reviewer_of(lead)
    claim_task(item_id=licence.pk, officer=reviewer, at=AT)
    told = Declined(ItemState.NOT_ACCEPTED, "经营场所在邻市", right_body="邻市市场监管局")
    with pytest.raises(NotReviewed):
        end_items(case_id=case.pk, officer=lead, item_ids=[check.pk, licence.pk], declined=told, at=AT)
    with pytest.raises(Forbidden):
        end_items(case_id=case.pk, officer=other, item_ids=[check.pk], declined=told, at=AT)
    assert item_of(case, "sign-check").state == ItemState.RECEIVED
    with pytest.raises(NotReviewed):
        finish_review(case_id=case.pk, officer=lead, outcome=Outcome.NOT_COMPETENT, at=AT)


def test_only_the_lead_reviews_and_reasons_come_from_the_list() -> None:
    case, lead, other = led_case()
    reviewer = Officer.objects.filter(organisation=lead.organisation, role=Officer.Role.REVIEWER)[0]
    for who in (other, reviewer):
        with pytest.raises(Forbidden):
            start_review(case_id=case.pk, officer=who, at=AT)
    start_review(case_id=case.pk, officer=lead, at=AT)
    bad = [
        Judgement(PLACE_PROOF, Verdict.TO_CORRECT, "no_such_reason"),
        Judgement(PLACE_PROOF, Verdict.TO_CORRECT, "incomplete"),  # a reason of sections
        Judgement(PLACE_PROOF, Verdict.TO_CORRECT, "other"),
        Judgement(PLACE_PROOF, Verdict.TO_CORRECT, "illegible", "字" * 1001),
        Judgement(Target(TargetKind.MATERIAL, "没有的材料"), Verdict.OK),
        Judgement(Target(TargetKind.FIELD, "person_name", "owner"), Verdict.OK),
    ]
    for one in bad:
        with pytest.raises(NotReviewed):
            judge_parts(case_id=case.pk, officer=lead, judgements=[Judgement(OWNER, Verdict.OK), one], at=AT)
    assert not ReviewVerdict.objects.exists()


def test_a_part_judged_again_has_the_new_verdict() -> None:
    case, lead, _other = led_case()
    review = start_review(case_id=case.pk, officer=lead, at=AT)
    for judgement in (Judgement(OWNER, Verdict.TO_CORRECT, "incomplete", "缺住址"), Judgement(OWNER, Verdict.OK)):
        judge_parts(case_id=case.pk, officer=lead, judgements=[judgement], at=AT)
    (row,) = verdicts_of(review)
    assert (row.target, row.verdict, row.reason, row.words) == (OWNER, "ok", "", "")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewVerdict.objects.filter(pk=row.pk).update(verdict="to_correct")


def test_the_machine_looks_first_and_sees_another_open_case_of_the_same() -> None:
    world = make_world()
    case = make_case(world)
    assert [one.kind for one in alarms_for(case, today=AT.date())] == []
    second = make_case(world)
    (alarm,) = alarms_for(OneThingCase.objects.get(pk=second.pk), today=AT.date())
    assert alarm.kind is AlarmKind.SAME_CASE
    assert case.number in alarm.text
    paper = second.materials.filter(file__isnull=False).order_by("pk")[0]
    second.materials.filter(file__isnull=False).exclude(pk=paper.pk).update(file=paper.file)
    assert AlarmKind.SAME_FILE in [one.kind for one in alarms_for(second, today=AT.date())]


def test_a_case_has_one_open_review_and_the_last_is_shown() -> None:
    case, lead, _other = led_case()
    assert last_review(case) is None
    review = start_review(case_id=case.pk, officer=lead, at=AT)
    assert last_review(case) == review
    with pytest.raises(IntegrityError), transaction.atomic():
        PreliminaryReview.objects.create(case=case, officer=lead, started_at=AT, home_division="321202000000")
