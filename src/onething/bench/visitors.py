"""Who looks at which page: officers, the lead and an applicant of one case, signed in, with the addresses to open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from onething.bench.crowd import Crowd, sign_in
from onething.cases.models import ItemCase, OneThingCase
from onething.oneform.rules import sections
from onething.parties.models import Account, Officer
from onething.submission.models import Draft
from onething.submission.services import Owner, plan_of_draft, submit, values_of

__all__ = ["Visit", "hand_in", "visits_of_case", "visits_of_draft"]


@dataclass(frozen=True)
class Visit:
    """One page and the session that may see it. `path` is empty when the product has no such address yet."""

    name: str
    what: str
    path: str
    session: str


def hand_in(crowd: Crowd, size: int) -> list[OneThingCase]:
    """Some submitted cases."""
    cases = []
    for person in crowd.next(size):
        owner = Owner(Account.objects.get(pk=person.number))
        done = submit(draft_id=person.number, owner=owner, idempotency_key="visit", declaration=True, at=timezone.now())
        cases.append(OneThingCase.objects.get(pk=done.case_id))
    return cases


def visits_of_case(case: OneThingCase, *, at: datetime) -> list[Visit]:
    """The worklist of the body that has the case's first item, that item's task, and the case as lead and applicant see it."""
    item = case.items.filter(state="received", organisation__isnull=False).order_by("ordinal").first()
    reviewer = _officer(item.organisation_id, Officer.Role.REVIEWER) if item is not None else None
    lead = _officer(case.lead_organisation_id, Officer.Role.LEAD)
    return [
        _visit("worklist", "the worklist of 50 tasks", lambda: f"{reverse('review:home')}?light=", reviewer, at),
        _visit("task", "a task with data and materials", lambda: _task(item), reviewer, at),
        _visit("case-lead", "a case as its lead sees it", lambda: reverse("review:case", args=[case.number]), lead, at),
        _visit(
            "case-applicant",
            "a case as its applicant sees it",
            lambda: reverse("public:case", args=[case.number]),
            case.account,
            at,
        ),
    ]


def visits_of_draft(draft: Draft, *, at: datetime) -> list[Visit]:
    """The longest step of the form."""
    plan = plan_of_draft(draft, on=timezone.localtime(at).date())
    longest = max(sections(plan, values_of(draft)), key=lambda one: len(one.fields))
    what = f"the longest step of the form, {len(longest.fields)} fields"
    return [
        _visit("form-step", what, lambda: reverse("public:section", args=[draft.pk, longest.key]), draft.account, at)
    ]


def _task(item: ItemCase | None) -> str:
    return reverse("review:task", args=[item.number]) if item is not None else ""


def _officer(organisation: int | None, role: Officer.Role) -> Account | None:
    if organisation is None:
        return None
    found = Officer.objects.serving().filter(organisation_id=organisation, role=role).select_related("account").first()
    return found.account if found is not None else None


def _visit(name: str, what: str, address: Callable[[], str], account: Account | None, at: datetime) -> Visit:
    try:
        path = address() if account is not None else ""
    except NoReverseMatch:
        path = ""
    return Visit(name, what, path, _session_of(account, at) if account is not None else "")


def _session_of(account: Account, at: datetime) -> str:
    key = f"visit{account.pk:027d}"
    if not Session.objects.filter(session_key=key).exists():
        sign_in([(key, account.pk)], account, at=at)
    return key
