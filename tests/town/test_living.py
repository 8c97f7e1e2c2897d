"""A small town as CI builds it: every state somebody can meet, and nothing in it that the log does not say."""

from itertools import combinations

import pytest
from tests.cast import AT
from tests.factories.town import fingerprint, settle, shipped_documents

from onething.activities.models import JointActivity
from onething.activities.states import ActivityState
from onething.audit.models import Event
from onething.cases.calendar import working_calendar
from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.states import ENDED, MOVES, BundleState, ItemState, Outcome, derive_bundle_state
from onething.catalogue.published import current_entry
from onething.dispatch.reading import PAUSED
from onething.dispatch.rules import Light, traffic_light
from onething.kit.identity import check_citizen_number
from onething.kit.workdays import legal_date
from onething.oneform.rules import sections
from onething.parties.models import Account, Division, Officer
from onething.submission.models import Draft
from onething.town.build import PREFIX, build
from onething.town.plots import PLOTS

TODAY = legal_date(AT)
CASES = 24
WITH_RESULT = {ItemState.RESULT_READY, ItemState.DELIVERED}


# Which states no town can have, and why. Whatever else the table of moves leads to must be there.
NOT_BUILT = "its move is listed, and nothing performs it yet"
NO_ITEM: dict[ItemState, str] = {
    ItemState.DRAFT: "an item is made by handing in; what is begun is a draft, and drafts are counted by themselves",
    ItemState.SUBMITTED: NOT_BUILT,
    ItemState.NOT_REQUIRED: "the plan leaves out what is not required; that a body finds it out later is too rare for a demonstration",
    ItemState.ARCHIVED: NOT_BUILT,
}
NO_CASE: dict[BundleState, str] = {
    BundleState.TERMINATED: "an item is ended only by another one that came to no good, and the whole is named after that one",
}


# Which states of a joint visit no town has.
NO_VISIT: dict[ActivityState, str] = {
    ActivityState.PROPOSED: "the lead offers times as soon as it is arranged; what waits without an offer is minutes old",
    ActivityState.CANCELLED: "nobody calls a visit off in a demonstration, and nothing follows from it",
}


def reachable() -> set[ItemState]:
    known = {ItemState.DRAFT}
    while more := {move.new for move in MOVES if move.built and move.old in known} - known:
        known |= more
    return known


def outcomes(state: ItemState) -> set[Outcome | None]:
    """How an item in this state can have ended; None while it is open."""
    if state not in ENDED:
        return {None}
    return {Outcome.GRANTED, Outcome.DONE} if state in WITH_RESULT else {Outcome(state.value)}


def bundles(states: set[ItemState]) -> set[BundleState]:
    """All states a whole can have whose items are in these states, from every pair of state and outcome."""
    rows = [(state, outcome) for state in states - {ItemState.DRAFT} for outcome in outcomes(state)]
    return {derive_bundle_state(some) for size in (1, 2, 3) for some in combinations(rows, size)}


def every_state_is_there() -> None:
    assert set(ItemCase.objects.values_list("state", flat=True)) == reachable() - NO_ITEM.keys()
    assert (
        set(OneThingCase.objects.values_list("state", flat=True))
        == bundles(reachable() - NO_ITEM.keys()) - NO_CASE.keys()
    )
    at_hand = ItemCase.objects.at_hand()
    lights = {
        traffic_light(
            due=item.promised_due,
            started=item.started_on,
            today=TODAY,
            calendar=working_calendar(),
            paused=item.state in PAUSED,
        )
        for item in at_hand
    }
    assert lights == set(Light)
    assert ItemCase.objects.without_body().exists()
    assert Draft.objects.filter(case=None).count() == sum(plot.draft is not None for plot in PLOTS)


def test_what_the_town_cannot_show_is_named_and_nothing_else() -> None:
    assert set(ItemState) - reachable() == {state for state, why in NO_ITEM.items() if why == NOT_BUILT}
    assert set(BundleState) - bundles(reachable() - NO_ITEM.keys()) == NO_CASE.keys() - {BundleState.TERMINATED}


def every_state_of_a_visit_is_there() -> None:
    """R2.8.d: offered, fixed, noted, signed with something left open, and looked at again."""
    first = JointActivity.objects.filter(recheck_of=None)
    assert set(first.values_list("state", flat=True)) == set(ActivityState) - NO_VISIT.keys()
    booked = first.get(state=ActivityState.BOOKED)
    assert booked.slot is not None
    assert booked.slot.start > AT
    signed = first.get(state=ActivityState.CLOSED)
    assert (signed.opinion, signed.is_valid) == ("defects", True)
    assert signed.applicant_signed_at is not None
    again = JointActivity.objects.get(recheck_of=signed)
    assert [point.title for part in again.participations.all() for point in part.points.all()]
    assert again.is_running


def it_lies_in_all_districts_and_on_worked_days() -> None:
    districts = Division.objects.filter(parent_id="321200000000", level=Division.Level.COUNTY)
    assert set(OneThingCase.objects.values_list("home_division", flat=True)) == {one.code for one in districts}
    begun = Draft.objects.values_list("onething", flat=True)  # a case keeps its draft's row
    assert len(set(begun)) == min(len(shipped_documents()), CASES)
    months = {(one.year, one.month) for one in OneThingCase.objects.values_list("received_on", flat=True)}
    assert len(months) > 3
    for event in Event.objects.exclude(kind__in=["item.granted", "item.received", "item.waiting"]):
        assert event.at <= AT
        assert working_calendar().is_working_day(legal_date(event.at)), event.kind


def no_case_is_older_than_its_edition() -> None:
    for draft in Draft.objects.select_related("edition", "case"):  # a case keeps its draft's row
        entry = current_entry(draft.onething, at=draft.created_at)
        assert entry is not None
        assert entry.edition == draft.edition
        assert entry.release.effective_at <= draft.created_at
        assert draft.edition.published_at <= draft.created_at
        assert draft.case is None or draft.case.edition_id == draft.edition_id
    first = OneThingCase.objects.order_by("received_on")[0].received_on
    assert not Officer.objects.filter(since__gt=first).exists()


def every_last_day_is_a_worked_one() -> None:
    calendar = working_calendar()
    lasts = [
        day
        for row in ItemCase.objects.values_list("planned_due", "promised_due", "statutory_due")
        for day in row
        if day is not None
    ]
    assert len(lasts) > 20
    assert [day for day in lasts if not calendar.is_working_day(day)] == []


def what_is_stored_is_what_the_log_says() -> None:
    assert list(check_derived_states()) == []
    for number in OneThingCase.objects.values_list("number", flat=True):
        moments = list(Event.objects.filter(case_number=number).order_by("seq").values_list("at", flat=True))
        assert moments == sorted(moments), number


def nobody_is_real() -> None:
    numbers = [
        str(value)
        for case in OneThingCase.objects.all()
        for section in sections(case.plan, case.form_values)
        for field in section.fields
        if field.type == "id_number"
        and (value := case.form_values.get(section.key, {}).get(field.subject, {}).get(field.element))
    ]
    assert len(numbers) > 5
    for number in numbers:
        assert check_citizen_number(number, demo=False, on=TODAY).code == "check_digit"
    assert not Account.objects.filter(username__startswith=PREFIX, is_demonstration=True).exists()


def a_second_run_adds_nothing_and_a_larger_town_begins_with_the_same() -> None:
    before = fingerprint(PREFIX), Event.objects.count(), Draft.objects.count()
    again = build(cases=CASES, at=AT)
    assert (again.cases, again.drafts, again.known) == (0, 0, CASES)
    assert (fingerprint(PREFIX), Event.objects.count(), Draft.objects.count()) == before
    larger = build(cases=CASES + 1, at=AT)
    assert larger.cases + larger.drafts == 1


@pytest.mark.django_db
def test_a_small_town_shows_everything_and_nothing_its_log_does_not_say() -> None:
    """One test, because the town is built once."""
    settle()
    build(cases=CASES, at=AT)
    every_state_is_there()
    every_state_of_a_visit_is_there()
    it_lies_in_all_districts_and_on_worked_days()
    no_case_is_older_than_its_edition()
    every_last_day_is_a_worked_one()
    what_is_stored_is_what_the_log_says()
    nobody_is_real()
    a_second_run_adds_nothing_and_a_larger_town_begins_with_the_same()
