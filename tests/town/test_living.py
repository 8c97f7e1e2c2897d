"""A small town as CI builds it: every state somebody can meet, and nothing in it that the log does not say."""

import pytest
from tests.cast import AT
from tests.factories.town import fingerprint, settle, shipped_documents

from onething.audit.models import Event
from onething.cases.calendar import working_calendar
from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.states import MOVES, BundleState, ItemState
from onething.dispatch.rules import Light, traffic_light
from onething.kit.identity import check_citizen_number
from onething.kit.workdays import legal_date
from onething.parties.models import Account, Division
from onething.submission.models import Draft
from onething.town.build import PREFIX, build
from onething.town.plots import PLOTS

TODAY = legal_date(AT)
CASES = 20


def reachable() -> set[str]:
    known = {ItemState.DRAFT}
    while more := {move.new for move in MOVES if move.built and move.old in known} - known:
        known |= more
    return {state.value for state in known - {ItemState.DRAFT}}


def every_state_is_there() -> None:
    assert set(ItemCase.objects.values_list("state", flat=True)) == reachable()
    # Waiting for the applicant needs corrections, which nobody can ask yet; all ended because another ended is no end of a whole.
    never = {BundleState.WAITING_FOR_APPLICANT, BundleState.TERMINATED}
    assert set(OneThingCase.objects.values_list("state", flat=True)) == {one.value for one in set(BundleState) - never}
    at_hand = ItemCase.objects.at_hand()
    lights = {
        traffic_light(due=item.promised_due, started=item.started_on, today=TODAY, calendar=working_calendar())
        for item in at_hand
    }
    assert lights == set(Light) - {Light.PAUSED}
    assert ItemCase.objects.without_body().exists()
    assert Draft.objects.filter(case=None).count() == sum(plot.draft is not None for plot in PLOTS)


def it_lies_in_all_districts_and_on_worked_days() -> None:
    districts = Division.objects.filter(parent_id="321200000000", level=Division.Level.COUNTY)
    assert set(OneThingCase.objects.values_list("home_division", flat=True)) == {one.code for one in districts}
    begun = Draft.objects.values_list("onething", flat=True)  # a case keeps its draft's row
    assert len(set(begun)) == min(len(shipped_documents()), CASES)
    for event in Event.objects.exclude(kind__in=["item.granted", "item.received", "item.waiting"]):
        assert event.at <= AT
        assert working_calendar().is_working_day(legal_date(event.at)), event.kind


def what_is_stored_is_what_the_log_says() -> None:
    assert list(check_derived_states()) == []
    for number in OneThingCase.objects.values_list("number", flat=True):
        moments = list(Event.objects.filter(case_number=number).order_by("seq").values_list("at", flat=True))
        assert moments == sorted(moments), number


def nobody_is_real() -> None:
    numbers = [
        str(elements[row["element"]])
        for case in OneThingCase.objects.all()
        for row in case.plan["form"]
        if row["type"] == "id_number"
        for elements in case.form_values.get(row["party"], {}).values()
        if row["element"] in elements
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
    it_lies_in_all_districts_and_on_worked_days()
    what_is_stored_is_what_the_log_says()
    nobody_is_real()
    a_second_run_adds_nothing_and_a_larger_town_begins_with_the_same()
