"""A visit from arranging to the re-check, on the database (R2.8.d, ux f2–f4)."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import AT
from tests.factories.cases import item_of, picture
from tests.factories.parties import make_officer
from tests.factories.visits import (
    ITEMS,
    Visit,
    answer,
    answer_all,
    book,
    entry,
    held,
    make_visit,
    offer,
    sign,
    wanted_of,
)

from onething.activities.drawings import keep_versions, versions_for
from onething.activities.models import ChecklistPoint, Defect, JointActivity, Participation, SitePhoto
from onething.activities.rules import DRAWING, Look, Opinion
from onething.activities.services import (
    ActivityChanged,
    AlreadySeen,
    Incomplete,
    SlotTaken,
    Wanted,
    add_applicant_photo,
    add_late_finding,
    arrange_activity,
    block_time,
    cancel_activity,
    close_activity,
    confirm_sheet,
    decline_slots,
    mark_absent,
    offer_slots,
    pick_slot,
    sign_opinion,
    start_recheck,
    take_entry,
    unblock_time,
)
from onething.activities.services.site import EntryKind
from onething.activities.sheet import hash_of_sheet, sheet_blocks
from onething.activities.states import Kind
from onething.activities.times import earliest, proposals_for
from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.dispatch.access import Forbidden
from onething.kit import db
from onething.kit.documents import blocks_to_text
from onething.kit.errors import Refused
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def kinds(visit: Visit) -> list[str]:
    events = Event.objects.filter(case_number=visit.case.number, kind__startswith="activity.")
    return list(events.order_by("seq").values_list("kind", flat=True))


def clocks(visit: Visit) -> list[tuple[object, ...]]:
    rows = ItemCase.objects.filter(case=visit.case).order_by("pk")
    return list(rows.values_list("state", "started_on", "promised_due", "statutory_due", "near_from"))


def test_one_visit_of_three_bodies_from_arranging_to_one_sheet() -> None:
    """R2.8.d/1, R2.8.d/2: kind, items, bodies, place, one appointment; three opinions, one sheet; the clocks never stop."""
    visit = make_visit()
    before = clocks(visit)
    slots = offer(visit)
    assert len(slots) == 3
    pick_slot(activity_id=visit.activity.pk, account=visit.world.account, slot_id=slots[1].pk, at=AT)
    assert visit.begins == slots[1].start
    for key in ITEMS:
        answer_all(visit, key)
        sign(visit, key)
    done = confirm_sheet(
        activity_id=visit.activity.pk, account=visit.world.account, words="没有意见", at=visit.begins + HOUR
    )
    assert (done.state, done.is_valid, done.opinion) == ("closed", True, "pass")
    text = blocks_to_text(sheet_blocks(done))
    for key in ITEMS:
        assert visit.part(key).organisation.name in text
    assert "没有意见" in text
    assert clocks(visit) == before
    assert kinds(visit)[:3] == ["activity.proposed", "activity.offered", "activity.booked"]
    assert kinds(visit)[-1] == "activity.closed"
    assert verify_chain(visit.case.number) == []


def test_events_hold_nothing_that_was_found() -> None:
    visit = make_visit()
    book(visit)
    answer(visit, "seal", 1, "not_ok", at=visit.begins, text="印章材质不对")
    sign(visit, "seal", Opinion.DEFECTS, words="请换")
    told = str(list(Event.objects.filter(case_number=visit.case.number).values_list("payload", flat=True)))
    assert "印章" not in told
    assert "示例路" not in told


def test_only_the_leading_body_arranges_and_only_open_items_of_two_bodies() -> None:
    visit = make_visit()
    other = visit.world.town.bodies["health"]
    stranger = make_officer(other, name="周航", role=Officer.Role.LEAD)
    wanted = wanted_of(visit.case, "seal", "sign-check")

    def arrange(officer: Officer, which: list[Wanted]) -> None:
        arrange_activity(case_id=visit.case.pk, officer=officer, kind=Kind.ASSESSMENT, wanted=which, at=AT)

    with pytest.raises(Forbidden):
        arrange(stranger, wanted)
    with pytest.raises(Incomplete, match="至少选两个单位"):
        arrange(visit.lead, wanted[:1])
    with pytest.raises(Incomplete, match="只能选正在办的事项"):
        arrange(visit.lead, [*wanted, Wanted(item_of(visit.case, "licence").pk, [Look("看", "")])])
    with pytest.raises(Incomplete, match="至少选一个要看的要点"):
        arrange(visit.lead, [wanted[0], Wanted(wanted[1].item_id, [])])


def test_one_visit_of_a_kind_and_nothing_is_seen_twice() -> None:
    """Exactly one visit (ux f)."""
    visit = held()
    wanted = wanted_of(visit.case, "seal", "sign-check")
    with pytest.raises(AlreadySeen, match="已经有一次联合勘验"):
        arrange_activity(case_id=visit.case.pk, officer=visit.lead, kind=Kind.SURVEY, wanted=wanted, at=AT)
    confirm_sheet(activity_id=visit.activity.pk, account=visit.world.account, words="", at=visit.begins + HOUR)
    with pytest.raises(AlreadySeen, match="只能复查"):
        arrange_activity(case_id=visit.case.pk, officer=visit.lead, kind=Kind.SURVEY, wanted=wanted, at=AT)


def test_times_leave_out_visits_and_blocked_times_of_a_body_with_nobody_left() -> None:
    visit = make_visit()
    health = Officer.objects.filter(organisation=visit.world.town.bodies["health"], role=Officer.Role.REVIEWER)
    first = proposals_for(visit.activity, after=earliest(AT))[0]
    blocked = [block_time(officer=one, start=first.start, end=first.end, at=AT) for one in health]
    assert first.start not in [one.start for one in proposals_for(visit.activity, after=earliest(AT))]
    unblock_time(blocked_id=blocked[0].pk, officer=health[0])
    assert first.start in [one.start for one in proposals_for(visit.activity, after=earliest(AT))]


def test_a_blocked_time_has_an_end_and_lies_ahead() -> None:
    visit = make_visit()
    officer = visit.inspector("seal")
    for start, end in ((AT, AT), (AT - 2 * HOUR, AT - HOUR), (AT, AT + timedelta(days=400))):
        with pytest.raises(Refused):
            block_time(officer=officer, start=start, end=end, at=AT)


def test_three_times_are_offered_and_no_other_ones() -> None:
    visit = make_visit()
    starts = [one.start for one in proposals_for(visit.activity, after=earliest(AT))]
    for wrong, error in ((starts[:2], Refused), ([*starts[:2], starts[0] + timedelta(minutes=7)], ActivityChanged)):
        with pytest.raises(error):
            offer_slots(activity_id=visit.activity.pk, officer=visit.lead, starts=wrong, after=AT, at=AT)
    assert visit.fresh().state == "proposed"


def test_picking_is_for_the_applicant_and_one_of_the_last_three() -> None:
    visit = make_visit()
    old = offer(visit)
    with pytest.raises(Forbidden):
        pick_slot(activity_id=visit.activity.pk, account=visit.world.stranger, slot_id=old[0].pk, at=AT)
    with pytest.raises(Incomplete):
        decline_slots(activity_id=visit.activity.pk, account=visit.world.account, reason=" ", at=AT)
    decline_slots(activity_id=visit.activity.pk, account=visit.world.account, reason="这几天在外地", at=AT)
    assert (visit.fresh().state, visit.fresh().declined_reason) == ("proposed", "这几天在外地")
    new = offer(visit, at=AT + timedelta(days=5))
    with pytest.raises(ActivityChanged):
        pick_slot(activity_id=visit.activity.pk, account=visit.world.account, slot_id=old[0].pk, at=AT)
    for _ in range(2):  # a second press of the same one is no fault
        pick_slot(activity_id=visit.activity.pk, account=visit.world.account, slot_id=new[0].pk, at=AT)
    with pytest.raises(ActivityChanged, match="时间已定"):
        pick_slot(activity_id=visit.activity.pk, account=visit.world.account, slot_id=new[1].pk, at=AT)


def test_a_time_that_another_visit_took_meanwhile_cannot_be_picked() -> None:
    visit = make_visit()
    slots = offer(visit)
    for one in Officer.objects.filter(organisation=visit.world.town.bodies["health"], role=Officer.Role.REVIEWER):
        block_time(officer=one, start=slots[0].start, end=slots[0].end, at=AT)
    with pytest.raises(SlotTaken):
        pick_slot(activity_id=visit.activity.pk, account=visit.world.account, slot_id=slots[0].pk, at=AT)
    with pytest.raises(SlotTaken, match="已经过去"):
        pick_slot(activity_id=visit.activity.pk, account=visit.world.account, slot_id=slots[1].pk, at=slots[1].end)


def test_a_time_offered_with_a_body_missing_can_be_picked_all_the_same() -> None:
    visit = make_visit()
    away = (AT, AT + timedelta(days=59))
    for one in Officer.objects.filter(organisation=visit.world.town.bodies["health"], role=Officer.Role.REVIEWER):
        block_time(officer=one, start=away[0], end=away[1], at=AT)
    slot = book(visit)
    assert slot.missing == [visit.world.town.bodies["health"].key]


def test_calling_off_needs_a_reason_and_ends_it() -> None:
    visit = make_visit()
    slots = offer(visit)
    with pytest.raises(Incomplete):
        cancel_activity(activity_id=visit.activity.pk, officer=visit.lead, reason="", at=AT)
    cancel_activity(activity_id=visit.activity.pk, officer=visit.lead, reason="场地还没有装修好", at=AT)
    with pytest.raises(ActivityChanged, match="已取消"):
        pick_slot(activity_id=visit.activity.pk, account=visit.world.account, slot_id=slots[0].pk, at=AT)


def test_an_entry_is_taken_once_and_the_later_answer_wins_whatever_comes_first() -> None:
    """Back online everything is sent, once and with the time it was taken (ux f3)."""
    visit = make_visit()
    book(visit)
    part, officer, begins = visit.part("seal"), visit.inspector("seal"), visit.begins

    def send(client_id: str, value: str, minute: int) -> bool:
        one = entry(client_id, taken_at=begins + timedelta(minutes=minute), point=1, answer=value)
        return take_entry(participation_id=part.pk, officer=officer, entry=one, at=begins + HOUR)

    assert send("second", "not_ok", 20)
    assert send("first", "ok", 10)
    assert not send("second", "ok", 30)
    point = ChecklistPoint.objects.get(participation=part, ordinal=1)
    assert (point.answer, point.answered_at) == ("not_ok", begins + timedelta(minutes=20))
    assert visit.fresh().state == "held"
    assert visit.part("seal").present_at == begins + timedelta(minutes=20)


def test_photographs_and_open_points_keep_their_point_and_time() -> None:
    visit = make_visit()
    book(visit)
    part, taken = visit.part("seal"), visit.begins + timedelta(minutes=3)
    for number in range(2):  # sent twice
        one = entry("d-1", EntryKind.DEFECT, taken_at=taken, point=1, text="没有登记簿", file=picture(40 + number))
        take_entry(participation_id=part.pk, officer=visit.inspector("seal"), entry=one, at=taken + HOUR)
    defect = Defect.objects.get(participation=part)
    photo = SitePhoto.objects.get(participation=part)
    assert (defect.found_at, photo.taken_at, photo.defect_id) == (taken, taken, defect.pk)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (EntryKind.ANSWER, {"point": 99, "answer": "ok"}),
        (EntryKind.ANSWER, {"point": 1, "answer": "maybe"}),
        (EntryKind.DEFECT, {"text": " "}),
        (EntryKind.PHOTO, {}),
        (EntryKind.SIGN, {"answer": "wonderful"}),
    ],
)
def test_rubbish_from_a_device_is_refused_and_leaves_nothing(kind: EntryKind, more: dict[str, object]) -> None:
    visit = make_visit()
    book(visit)
    part = visit.part("seal")
    one = entry("x", kind, taken_at=AT, **more)
    with pytest.raises(Refused):
        take_entry(participation_id=part.pk, officer=visit.inspector("seal"), entry=one, at=AT)
    assert visit.fresh().state == "booked"
    assert not Defect.objects.exists()


def test_a_body_writes_only_its_own_part() -> None:
    visit = make_visit()
    book(visit)
    with pytest.raises(Forbidden):
        take_entry(
            participation_id=visit.part("seal").pk,
            officer=visit.inspector("food-permit"),
            entry=entry("x", taken_at=AT, point=1, answer="ok"),
            at=AT,
        )


def test_an_opinion_that_contradicts_the_points_is_not_signed() -> None:
    visit = make_visit()
    book(visit)
    with pytest.raises(Incomplete, match="要点还没有选"):
        sign(visit, "seal")
    answer_all(visit, "seal", "not_ok")
    with pytest.raises(Incomplete, match="不能选“通过”"):
        sign(visit, "seal", Opinion.PASS)
    with pytest.raises(Incomplete, match="为什么不通过"):
        sign(visit, "seal", Opinion.FAIL)
    with pytest.raises(Incomplete, match="选一个意见"):
        sign(visit, "seal", None)
    sign(visit, "seal", Opinion.FAIL, words="没有场所")
    with pytest.raises(ActivityChanged, match="已经签过字"):
        answer(visit, "seal", 1, "ok", at=visit.begins + HOUR)


def test_dissent_is_kept_and_the_whole_is_the_strictest() -> None:
    """R2.8.d/2."""
    visit = make_visit()
    book(visit)
    answer_all(visit, "food-permit")
    sign(visit, "food-permit", Opinion.PASS)
    answer_all(visit, "seal", "not_ok")
    sign(visit, "seal", Opinion.DEFECTS, words="要补登记簿")
    answer_all(visit, "sign-check")
    sign(visit, "sign-check", Opinion.PASS)
    done = confirm_sheet(
        activity_id=visit.activity.pk, account=visit.world.account, words="下周补上", at=visit.begins + HOUR
    )
    text = blocks_to_text(sheet_blocks(done))
    assert done.opinion == "defects"
    for words in ("有2种意见", "要补登记簿", "下周补上", "通过"):
        assert words in text


@pytest.mark.parametrize(("came", "counts"), [(("seal", "food-permit"), True), (("seal",), False)])
def test_a_body_that_does_not_come_is_absent_and_the_rule_says_whether_the_visit_counts(
    came: tuple[str, ...], counts: bool
) -> None:
    """R2.8.d/4: the small shop's survey counts with two bodies, so two signatures are enough and one is not."""
    visit = make_visit()
    book(visit)
    for key in came:
        answer_all(visit, key)
        sign(visit, key)
    account, after = visit.world.account, visit.begins + HOUR
    with pytest.raises(Incomplete, match="还没有签字"):
        confirm_sheet(activity_id=visit.activity.pk, account=account, words="", at=after)
    with pytest.raises(Refused, match="还没有到"):
        mark_absent(participation_id=visit.part("sign-check").pk, officer=visit.lead, at=AT)
    mark_absent(participation_id=visit.part("sign-check").pk, officer=visit.lead, at=after)
    done = close_activity(activity_id=visit.activity.pk, officer=visit.lead, reason="申请人有事先走", at=after)
    assert done.is_valid is counts
    assert "没有到场" in blocks_to_text(sheet_blocks(done))
    assert visit.part("sign-check").state == Participation.State.ABSENT


def test_a_visit_that_did_not_count_is_arranged_again() -> None:
    visit = make_visit()
    book(visit)
    answer_all(visit, "seal")
    sign(visit, "seal")
    close_activity(activity_id=visit.activity.pk, officer=visit.lead, reason="只到了一家", at=visit.begins + HOUR)
    activity = arrange_activity(
        case_id=visit.case.pk, officer=visit.lead, kind=Kind.SURVEY, wanted=wanted_of(visit.case, *ITEMS), at=AT
    )
    assert activity.ordinal == 2


def test_who_came_signs_before_the_lead_ends_it() -> None:
    visit = make_visit()
    book(visit)
    answer_all(visit, "seal")
    sign(visit, "seal")
    answer_all(visit, "food-permit")
    with pytest.raises(Incomplete, match="卫生健康委员会还没有签字"):
        close_activity(activity_id=visit.activity.pk, officer=visit.lead, reason="急", at=visit.begins + HOUR)


def test_what_comes_after_the_sheet_needs_a_reason_and_leaves_the_sheet_as_it_was() -> None:
    """ux f4: nothing appears later from the same visit without a stated reason."""
    visit = held()
    done = confirm_sheet(activity_id=visit.activity.pk, account=visit.world.account, words="", at=visit.begins + HOUR)
    part, officer = visit.part("seal"), visit.inspector("seal")
    with pytest.raises(ActivityChanged, match="写明原因"):
        take_entry(
            participation_id=part.pk,
            officer=officer,
            entry=entry("late", EntryKind.DEFECT, taken_at=visit.begins, text="还有一处"),
            at=visit.begins + 2 * HOUR,
        )
    with pytest.raises(Incomplete):
        add_late_finding(participation_id=part.pk, officer=officer, text="还有一处", reason="", at=visit.begins + HOUR)
    add_late_finding(
        participation_id=part.pk, officer=officer, text="还有一处", reason="现场没有网", at=visit.begins + 2 * HOUR
    )
    assert hash_of_sheet(visit.fresh()) == done.sheet_hash
    assert Defect.objects.filter(participation=part, closed_in__isnull=True).count() == 1


def with_defects() -> Visit:
    visit = make_visit()
    book(visit)
    answer_all(visit, "food-permit")
    sign(visit, "food-permit", Opinion.PASS)
    answer_all(visit, "seal", "not_ok")
    sign(visit, "seal", Opinion.DEFECTS, words="要补登记簿")
    answer_all(visit, "sign-check", "not_ok")
    sign(visit, "sign-check", Opinion.DEFECTS)
    confirm_sheet(activity_id=visit.activity.pk, account=visit.world.account, words="", at=visit.begins + HOUR)
    return visit


def test_the_recheck_holds_just_the_open_points() -> None:
    visit = with_defects()
    after = visit.begins + 2 * HOUR
    again = start_recheck(activity_id=visit.activity.pk, officer=visit.lead, by_photo=False, at=after)
    parts = again.participations.order_by("pk")
    assert [row.item.key for row in parts] == ["seal", "sign-check"]
    assert [row.points.count() for row in parts] == [1, 1]
    with pytest.raises(AlreadySeen):
        start_recheck(activity_id=visit.activity.pk, officer=visit.lead, by_photo=False, at=after)
    slot = book(visit, at=after, activity=again)
    visit.activity = again
    for key, value, opinion in (("seal", "ok", Opinion.PASS), ("sign-check", "not_ok", Opinion.DEFECTS)):
        answer_all(visit, key, value, at=slot.start)
        sign(visit, key, opinion, at=slot.start)
    confirm_sheet(activity_id=again.pk, account=visit.world.account, words="", at=slot.end)
    left = Defect.objects.filter(closed_in__isnull=True)
    assert [one.participation.item.key for one in left] == ["sign-check"]
    third = start_recheck(activity_id=again.pk, officer=visit.lead, by_photo=True, at=slot.end)
    assert [row.item.key for row in third.participations.all()] == ["sign-check"]


def test_by_photo_nobody_comes_and_the_last_signature_ends_it() -> None:
    visit = with_defects()
    after = visit.begins + 2 * HOUR
    again = start_recheck(activity_id=visit.activity.pk, officer=visit.lead, by_photo=True, at=after)
    assert (again.state, again.slot) == ("booked", None)
    points = list(ChecklistPoint.objects.filter(participation__activity=again).order_by("pk"))
    for point in points:
        for _ in range(2):  # the same picture twice is one
            add_applicant_photo(
                activity_id=again.pk,
                account=visit.world.account,
                point_id=point.pk,
                file=picture(point.pk % 200),
                at=after,
            )
    assert SitePhoto.objects.filter(by_applicant=True).count() == len(points) == 2
    with pytest.raises(Forbidden):
        add_applicant_photo(
            activity_id=again.pk, account=visit.world.stranger, point_id=points[0].pk, file=picture(3), at=after
        )
    visit.activity = again
    for key in ("seal", "sign-check"):
        answer_all(visit, key, at=after)
        sign(visit, key, at=after)
    assert (visit.fresh().state, visit.fresh().is_valid) == ("closed", True)
    assert not Defect.objects.filter(closed_in__isnull=True).exists()
    with pytest.raises(Refused, match="没有要复查的"):
        start_recheck(activity_id=again.pk, officer=visit.lead, by_photo=False, at=after)


def test_photos_are_not_enough_where_the_rule_says_so() -> None:
    visit = with_defects()
    JointActivity.objects.update(photo_recheck=False)
    with pytest.raises(Refused, match="不允许用照片复查"):
        start_recheck(activity_id=visit.activity.pk, officer=visit.lead, by_photo=True, at=visit.begins + 2 * HOUR)


def test_the_moment_of_a_device_with_a_wrong_clock_is_kept_within_what_can_be() -> None:
    visit = make_visit()
    book(visit)
    answer(visit, "seal", 1, "ok", at=visit.begins)
    one = entry("future", taken_at=datetime(2199, 1, 1, tzinfo=UTC), point=1, answer="not_ok")
    arrived = visit.begins + HOUR
    take_entry(participation_id=visit.part("seal").pk, officer=visit.inspector("seal"), entry=one, at=arrived)
    point = ChecklistPoint.objects.get(participation=visit.part("seal"), ordinal=1)
    assert point.answered_at == arrived


def drawing_of(visit: Visit) -> MaterialInstance:
    """The one paper that the food permit asks as a file, as if the catalogue called it a drawing."""
    row = MaterialInstance.objects.get(case=visit.case, key="健康证明")
    case = OneThingCase.objects.get(pk=visit.case.pk)
    papers = [{**one, "kind": DRAWING} if one["key"] == row.key else one for one in case.plan["materials"]]
    case.plan = {**case.plan, "materials": papers}
    case.save(update_fields=["plan"])
    return row


def test_drawings_are_versioned_and_an_opinion_names_the_version_it_judged() -> None:
    """R2.8.d/5."""
    visit = make_visit()
    row = drawing_of(visit)
    book(visit)
    answer_all(visit, "food-permit")  # coming counts what was handed in by now
    first = versions_for(visit.part("food-permit").item)
    assert [one.ordinal for one in first] == [1]
    with pytest.raises(Incomplete, match="哪一版图纸"):
        sign(visit, "food-permit")
    signed = sign_opinion(
        participation_id=visit.part("food-permit").pk,
        officer=visit.inspector("food-permit"),
        opinion=Opinion.PASS,
        words="",
        drawings=[first[0].pk],
        at=visit.begins + HOUR,
    )
    MaterialInstance.objects.filter(pk=row.pk).update(file=picture(77))
    keep_now(visit)
    assert [one.ordinal for one in versions_for(signed.item)] == [2, 1]
    assert [one.ordinal for one in signed.drawings.all()] == [1]
    assert "健康证明第1版" in blocks_to_text(sheet_blocks(visit.fresh()))


@db.transaction
def keep_now(visit: Visit) -> None:
    keep_versions(OneThingCase.objects.get(pk=visit.case.pk), [item_of(visit.case, "food-permit")], at=AT)
    keep_versions(OneThingCase.objects.get(pk=visit.case.pk), [item_of(visit.case, "food-permit")], at=AT)
