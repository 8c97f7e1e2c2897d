"""What the lead, the bodies and the applicant look at. Reads only; each function says how many queries it makes."""

from collections.abc import Iterable, Sequence

from onething.activities.models import JointActivity, Participation, SitePhoto
from onething.activities.states import ActivityState
from onething.cases.models import OneThingCase
from onething.kit.statements import Parameter, Statement
from onething.parties.models import Account, Officer, Organisation

__all__ = [
    "activities_of_case", "agenda_of", "body_names", "led_activity", "own_activity", "own_photo", "part_for", "photo_for", "running_led_by",
    "sheet_for",
]  # fmt: skip

MOST_ROWS = 100
OF_CASE = Statement(lambda: JointActivity.objects.filter(case_id=Parameter("case")).select_related("slot").in_order())


def activities_of_case(case: OneThingCase) -> list[JointActivity]:
    """Every activity of a case, in order. The caller has asked who may see the case. One query."""
    return OF_CASE(case=case.pk)


def led_activity(officer: Officer, activity_id: int) -> JointActivity | None:
    """One activity of a case the officer's body leads. One query."""
    rows = JointActivity.objects.led_by(officer).select_related("case", "slot", "recheck_of")
    return rows.defer("case__plan", "case__answers", "case__form_values").filter(pk=activity_id).first()


def running_led_by(officer: Officer) -> list[JointActivity]:
    """The activities under way in cases the officer's body leads, those to be arranged first. One query."""
    rows = JointActivity.objects.led_by(officer).running().select_related("case", "slot")
    return list(
        rows.defer("case__plan", "case__answers", "case__form_values").order_by("slot__start", "pk")[:MOST_ROWS]
    )


def own_activity(account: Account, number: str, ordinal: int) -> JointActivity | None:
    """One activity of a case the account handed in. One query."""
    rows = JointActivity.objects.visible_to(account).select_related("case", "slot", "recheck_of")
    rows = rows.defer("case__plan", "case__answers", "case__form_values")
    return rows.filter(case__number=number, ordinal=ordinal).first()


def part_for(officer: Officer, participation_id: int) -> Participation | None:
    """What the officer's body does in one activity. One query."""
    rows = Participation.objects.visible_to(officer).select_related(
        "activity__slot", "activity__case", "item", "organisation", "inspector__account"
    )
    rows = rows.defer("activity__case__plan", "activity__case__answers", "activity__case__form_values")
    return rows.filter(pk=participation_id).first()


def agenda_of(officer: Officer) -> list[Participation]:
    """What the officer's body still has to do on the spot, the next one on top. One query."""
    rows = (
        Participation.objects.visible_to(officer).running().select_related("activity__slot", "activity__case", "item")
    )
    rows = rows.defer("activity__case__plan", "activity__case__answers", "activity__case__form_values")
    return list(rows.by_time()[:MOST_ROWS])


def sheet_for(offices: Sequence[Officer], activity_id: int) -> JointActivity | None:
    """A closed activity, for its lead and for every body that was asked to come. Two queries per office at most."""
    for office in offices:
        is_lead = office.role == Officer.Role.LEAD
        mine = JointActivity.objects.led_by(office) if is_lead else JointActivity.objects.joined_by(office)
        rows = mine.filter(pk=activity_id, state=ActivityState.CLOSED).select_related("case", "slot")
        if (found := rows.first()) is not None:
            return found
    return None


def photo_for(officer: Officer, photo_id: int) -> SitePhoto | None:
    """A photograph of an activity the officer's body takes part in: all of them stood before the same thing. One query."""
    rows = SitePhoto.objects.filter(participation__activity__in=JointActivity.objects.joined_by(officer))
    return (
        rows.select_related("file", "participation__activity__case", "participation__item").filter(pk=photo_id).first()
    )


def own_photo(activity: JointActivity, photo_id: int) -> SitePhoto | None:
    """A photograph the applicant took for an activity. The caller has asked whose activity it is. One query."""
    rows = SitePhoto.objects.filter(participation__activity=activity, by_applicant=True)
    return rows.select_related("file").filter(pk=photo_id).first()


def body_names(keys: Iterable[str]) -> dict[str, str]:
    """Names of bodies by key. One query, none for none."""
    wanted = set(keys)
    return dict(Organisation.objects.filter(key__in=wanted).values_list("key", "name")) if wanted else {}
