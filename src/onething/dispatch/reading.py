"""What departments, leads and coordinators look at. Reads only; each function says how many queries it makes.

The order of a worklist is (promised day, key), so a page goes on behind the last row of the one before (keyset, never OFFSET);
the lights are comparisons of stored days, so that counting them needs no calendar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from psycopg.types.json import Jsonb

from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.cases.querysets import OPEN_STATES, ItemCaseQuerySet, OneThingCaseQuerySet
from onething.cases.states import ItemState
from onething.dispatch.models import Dispatch, Proposal, RefusalChoice, ReturnRequest
from onething.dispatch.rules import ItemSlice, Light, slice_of_item
from onething.dispatch.supervision import LATEST_REMINDER, WORST_CARD
from onething.kit.statements import Parameter, Statement
from onething.oneform.rules import known_values, party_subjects
from onething.parties.models import Officer, Organisation

__all__ = [
    "Lane",
    "Task",
    "WorklistFilter",
    "WorklistPage",
    "case_followed_by",
    "item_for",
    "items_of_cases",
    "known_of_case",
    "lanes_of",
    "last_proposal",
    "led_item",
    "light_of",
    "materials_of_item",
    "open_choices",
    "overview",
    "slice_for",
    "unroutable",
    "whose_is",
    "worklist",
]

PAUSED = [ItemState.SUSPENDED.value, ItemState.IN_CORRECTION.value]
PAGE_SIZE = 50
PROPOSED = Exists(Proposal.objects.filter(item=OuterRef("pk"), answer=""))
# In the order of the fields of Task.
TASK_COLUMNS = (
    "pk",
    "number",
    "key",
    "name",
    "state",
    "promised_due",
    "near_from",
    "list_due",
    "claimed_by_id",
    Coalesce("claimed_by__account__display_name", Value("")),
    "case__onething_name",
    "case__principal",
    "case__principal_name",
    WORST_CARD,
    LATEST_REMINDER,
    PROPOSED,
    Coalesce("window_from", "started_on"),
    "trigger",
)


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """What an officer narrows the list to. Empty means everything open and at hand."""

    light: Light | None = None
    holder: str = ""  # "mine", "free", or ""
    onething: str = ""
    number: str = ""
    waiting: bool = False
    proposed: bool = False  # a colleague's decision that waits to be confirmed


@dataclass(frozen=True, slots=True)
class Task:
    """One row of a worklist: what the list shows and no more, because fifty whole items cost more than the page."""

    pk: int
    number: str
    key: str
    name: str
    state: str
    promised_due: date | None
    near_from: date | None
    list_due: date
    claimed_by_id: int | None
    holder: str
    onething_name: str
    principal: str
    principal_name: str
    card: str | None
    reminded_at: datetime | None
    proposed: bool
    received_on: date | None
    trigger: str


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """Some rows, and from where the next page goes on (None: this was the last)."""

    tasks: tuple[Task, ...]
    after: tuple[date, int] | None


class Timed(Protocol):
    """What a light is read from: an item, or its row in a worklist."""

    @property
    def state(self) -> str: ...
    @property
    def promised_due(self) -> date | None: ...
    @property
    def near_from(self) -> date | None: ...


def light_of(item: Timed, *, today: date) -> Light:
    """The light of one item, from its stored days; agrees with `rules.traffic_light`."""
    if item.state in PAUSED:
        return Light.PAUSED
    if item.promised_due is None:
        return Light.NORMAL
    if today >= item.promised_due:
        return Light.TODAY if today == item.promised_due else Light.OVERDUE
    return Light.NEAR if item.near_from is not None and today >= item.near_from else Light.NORMAL


def _light(light: Light, today: date) -> Q:
    running = ~Q(state__in=PAUSED)
    near = Q(promised_due__gt=today, near_from__lte=today)
    match light:
        case Light.PAUSED:
            return Q(state__in=PAUSED)
        case Light.OVERDUE:
            return running & Q(promised_due__lt=today)
        case Light.TODAY:
            return running & Q(promised_due=today)
        case Light.NEAR:
            return running & near
        case Light.NORMAL:
            far = Q(promised_due__isnull=True) | Q(promised_due__gt=today) & (
                Q(near_from__isnull=True) | Q(near_from__gt=today)
            )
            return running & far


# Said as `_light` says it, in one plain statement: built anew by Django for every page it costs more than its rows.
OVERVIEW = """
    SELECT bundle.onething, min(bundle.onething_name),
        count(*) FILTER (WHERE paused) AS paused,
        count(*) FILTER (WHERE running AND promised_due < %(today)s) AS overdue,
        count(*) FILTER (WHERE running AND promised_due = %(today)s) AS today,
        count(*) FILTER (WHERE running AND promised_due > %(today)s AND near_from <= %(today)s) AS near,
        count(*) FILTER (WHERE running AND (promised_due IS NULL OR promised_due > %(today)s)
            AND (promised_due IS NULL OR near_from IS NULL OR near_from > %(today)s)) AS normal
    FROM cases_itemcase item
    JOIN cases_onethingcase bundle ON bundle.id = item.case_id
    CROSS JOIN LATERAL (SELECT item.state = ANY(%(paused)s), item.state <> ALL(%(idle)s)) AS how (paused, running)
    WHERE item.organisation_id = %(organisation)s AND item.state = ANY(%(open)s)
    GROUP BY bundle.onething ORDER BY bundle.onething
"""


def overview(officer: Officer, *, today: date) -> tuple[dict[Light, int], dict[str, str]]:
    """How many tasks of the officer's body stand at each light, and of which one-things it has open ones. One query."""
    values: dict[str, Any] = {"today": today, "organisation": officer.organisation_id, "open": OPEN_STATES}
    values |= {"paused": PAUSED, "idle": [*PAUSED, ItemState.WAITING.value]}
    with connection.cursor() as cursor:
        cursor.execute(OVERVIEW, values)
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    counts = {light: sum(row[light.value] for row in found) for light in Light}
    return counts, {row["onething"]: row["min"] for row in found}


def worklist(
    officer: Officer,
    *,
    today: date,
    narrowed: WorklistFilter = WorklistFilter(),  # frozen
    after: tuple[date, int] | None = None,
    size: int = PAGE_SIZE,
) -> WorklistPage:
    """The open tasks of the officer's body, most urgent first. One query."""
    if narrowed == WorklistFilter() and after is None and size == PAGE_SIZE:
        found = [Task(*row) for row in WORKLIST(organisation=officer.organisation_id)]
    else:
        rows = _narrowed(ItemCase.objects.visible_to(officer), officer, narrowed, today)
        found = [Task(*row) for row in _page_of(rows if after is None else rows.after_key(*after), size)]
    last = found[size - 1] if len(found) > size else None
    return WorklistPage(tuple(found[:size]), None if last is None else (last.list_due, last.pk))


def _page_of(rows: ItemCaseQuerySet, size: int) -> "QuerySet[ItemCase, tuple[Any, ...]]":
    """One row more than a page has says that there is another page."""
    return rows.by_deadline().values_list(*TASK_COLUMNS)[: size + 1]


# What every officer opens all day: the list as nobody narrowed it.
WORKLIST = Statement(lambda: _page_of(ItemCase.objects.of_body(Parameter("organisation")).at_hand(), PAGE_SIZE))


def _narrowed(rows: ItemCaseQuerySet, officer: Officer, narrowed: WorklistFilter, today: date) -> ItemCaseQuerySet:
    rows = rows.filter(state=ItemState.WAITING) if narrowed.waiting else rows.at_hand()
    if narrowed.light is not None:
        rows = rows.filter(_light(narrowed.light, today))
    if narrowed.holder == "mine":
        rows = rows.filter(claimed_by=officer)
    elif narrowed.holder == "free":
        rows = rows.filter(claimed_by__isnull=True)
    if narrowed.proposed:
        open_ones = Proposal.objects.filter(item=OuterRef("pk"), answer="")
        rows = rows.filter(Exists(open_ones.exclude(proposed_by__account_id=officer.account_id)))
    if narrowed.onething:
        rows = rows.filter(case__onething=narrowed.onething)
    if narrowed.number:
        rows = rows.filter(number__startswith=narrowed.number)
    return rows


def _holder(item: ItemCase) -> str:
    return item.claimed_by.account.display_name if item.claimed_by is not None else ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One department in one case, as the lead and the applicant see it: how it stands, not what is in it (f1)."""

    organisation: Organisation | None
    items: tuple[ItemCase, ...]
    holders: Mapping[int, str]
    waits_for: Mapping[int, tuple[str, ...]]
    since: Mapping[int, datetime]


ITEM_OF_BODY = Statement(
    lambda: (
        ItemCase.objects.of_body(Parameter("organisation"))
        .filter(number=Parameter("number"))
        .select_related("case", "organisation", "claimed_by__account", "decided_by__account")
    )
)
MATERIALS_OF_ITEM = Statement(
    lambda: (
        MaterialInstance.objects.filter(case_id=Parameter("case"))
        .asked_by_all(Parameter("items"))
        .current()
        .select_related("file")
        .in_order()
    )
)


def item_for(officer: Officer, number: str) -> ItemCase | None:
    """The item of a number, with its case, if the officer's body has it (I10). One query."""
    return next(iter(ITEM_OF_BODY(organisation=officer.organisation_id, number=number)), None)


def lanes_of(items: Sequence[ItemCase]) -> list[Lane]:
    """One lane per body, in the order its first item stands in the case (`items_of_case`)."""
    unfinished = {item.key: item.name for item in items if not item.outcome}
    grouped: dict[int | None, list[ItemCase]] = {}
    for item in items:
        grouped.setdefault(item.organisation_id, []).append(item)
    return [
        Lane(
            organisation=rows[0].organisation,
            items=tuple(rows),
            holders={row.pk: _holder(row) for row in rows},
            waits_for={
                row.pk: tuple(unfinished[key] for key in row.after if key in unfinished)
                for row in rows
                if row.item_state is ItemState.WAITING
            },
            since={row.pk: row.decided_at or row.accepted_at or row.started_at or row.submitted_at for row in rows},
        )
        for rows in grouped.values()
    ]


def unroutable(officer: Officer) -> ItemCaseQuerySet:
    """What this coordinator, or nobody at all, is named for, oldest first: open items without a body, and those whose body asks
    to send them back.
    """
    named = Q(coordinator__account_id=officer.account_id) | Q(coordinator__isnull=True)
    asked = Exists(ReturnRequest.objects.filter(item=OuterRef("pk"), settled_at__isnull=True))
    open_ones = ItemCase.objects.open().filter(Q(organisation__isnull=True) | Q(state=ItemState.RECEIVED) & asked)
    rows: ItemCaseQuerySet = open_ones.filter(named)
    sendings = Dispatch.objects.select_related("organisation").order_by("-round")
    requests = ReturnRequest.objects.filter(settled_at__isnull=True)
    known = rows.select_related("case", "organisation").prefetch_related(
        Prefetch("dispatches", sendings), Prefetch("return_requests", requests)
    )
    return known.order_by("submitted_at", "pk")


def _followed(cases: OneThingCaseQuerySet) -> OneThingCaseQuerySet:
    return cases.filter(number=Parameter("number")).without_content().select_related("lead_organisation")


LED = Statement(lambda: _followed(OneThingCase.objects.led_by_body(Parameter("organisation"))))
COORDINATED = Statement(lambda: _followed(OneThingCase.objects.coordinated_by(Parameter("account"))))


def case_followed_by(offices: Sequence[Officer], number: str) -> OneThingCase | None:
    """The case of a number, if a lead's body leads it or a coordinator has or had something of it to send: how it stands, not
    what is in it. One query per office until it is found."""
    for office in offices:
        asked = LED if office.role == Officer.Role.LEAD else COORDINATED
        if found := asked(number=number, organisation=office.organisation_id, account=office.account_id):
            return found[0]
    return None


def items_of_cases(cases: Sequence[OneThingCase]) -> dict[int, list[ItemCase]]:
    """The items of some cases by case, without their words. One query; the caller has asked for the cases it may see."""
    found: dict[int, list[ItemCase]] = {case.pk: [] for case in cases}
    rows = ItemCase.objects.filter(case__in=list(found)).select_related("organisation").defer("opinion")
    for item in rows.order_by("case_id", "ordinal"):
        found[item.case_id].append(item)
    return found


def whose_is(number: str) -> ItemCase | None:
    """The item of a number, whoever has it: to write down that somebody tried to see it, never to show it. One query."""
    return ItemCase.objects.filter(number=number).select_related("case").defer("opinion").first()


def led_item(officer: Officer, number: str) -> ItemCase | None:
    """An item of a case that the officer's body leads, with case and body. One query."""
    led = ItemCase.objects.filter(number=number, case__lead_organisation_id=officer.organisation_id)
    return led.select_related("case", "organisation").defer("opinion").first()


def known_of_case(case: OneThingCase, items: Sequence[ItemCase], *, today: date) -> dict[str, dict[str, Any]]:
    """Every datum of a case by subject and element, with what decided items brought forth."""
    known = known_values(case.plan, case.form_values, today=today)
    for item in items:
        for subject, elements in item.opinion.get("produced", {}).items():
            known.setdefault(subject, {}).update(elements)
    return known


def slice_for(item: ItemCase, siblings: Sequence[ItemCase], *, today: date) -> ItemSlice:
    """What the body of one item may see (I10): its own fields and materials, cut on the server.

    The caller has checked that the officer's body has the item and writes the read down (`audit.log_read`).
    """
    case = item.case
    known = known_of_case(case, siblings, today=today)
    return slice_of_item(
        case.plan, known, item.key, party_subjects(case.plan, case.form_values), instance=item.instance
    )


def open_choices(items: Sequence[int]) -> list[RefusalChoice]:
    """What applicants are asked about some items, by their keys; the caller has asked whose case it is. One query."""
    return list(RefusalChoice.objects.filter(item__in=items, answer="").order_by("item_id", "pk"))


def last_proposal(item: ItemCase) -> Proposal | None:
    """The last decision proposed on an item, open or answered, with both people. One query."""
    people = "proposed_by__account", "answered_by__account"
    return Proposal.objects.filter(item=item).select_related(*people).order_by("-pk").first()


def materials_of_item(item: ItemCase) -> list[MaterialInstance]:
    """The materials one item needs, with their files; a department opens no others. One query."""
    return MATERIALS_OF_ITEM(case=item.case_id, items=Jsonb([item.key]))
