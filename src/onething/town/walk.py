"""The life of one case after it was handed in: what its bodies and its applicant do, in the order of time, by the verbs of pages."""

import heapq
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from onething.audit.models import Event
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.rules import item_of_plan
from onething.cases.states import ItemState, Trigger
from onething.delivery.models import ResultDocument
from onething.delivery.services import issue_result, open_result
from onething.dispatch.clock_rules import procedures_of
from onething.dispatch.rules import ProducedField
from onething.dispatch.services import (
    Decision,
    Stopping,
    accept_item,
    claim_task,
    decide_item,
    finish_check,
    mark_checks,
    not_accept_item,
    produced_of,
    reroute_item,
    return_misrouted,
    settle_return,
    stop_clock,
    undo_decision,
    withdraw_items,
)
from onething.dispatch.services.letters import remedies_against
from onething.feedback.areas import Box
from onething.feedback.board import demands_for, window_for
from onething.feedback.rules import Target, TargetKind
from onething.feedback.services import Mark, NewFinding, enter_finding, tend_case
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.oneform.rules import Field
from onething.parties.models import Account, Officer
from onething.parties.routing import find_coordinator
from onething.town.moments import DAY_MINUTES, Moments
from onething.town.plots import SCRIPTS, Fate, Plot
from onething.town.values import Writer

__all__ = ["Walk", "reviewers"]

WHOLE: Final = "whole"
SHORTEST, LONGEST = 15, DAY_MINUTES * 2 // 3
# Acts that come at once after the one before, in seconds.
AT_ONCE: Final = {"undo": 25, "issue": 75}
DECIDING: Final = frozenset({"grant", "grant_now", "finish"})
BASIS: Final = "《中华人民共和国行政许可法》第三十八条"
OPINIONS: Final = ("材料齐全，符合条件，同意。", "经核对，符合规定，同意。", "信息一致，同意办理。")
REASONS: Final = ("提交的材料和登记信息不一致。", "场地条件不符合要求。", "不符合规定的条件。")
DIFFERS: Final = "differs"
SEEN_AT: Final = Box(0.15, 0.1, 0.7, 0.12)
STOPPED_DAYS: Final = 10
RIGHT_BODY: Final = "申请人户籍所在地的对应单位"


def reviewers() -> dict[int, Officer]:
    """One reviewer of each body, by the body's key."""
    serving = Officer.objects.serving().in_role(Officer.Role.REVIEWER)
    rows = serving.select_related("organisation", "account").order_by("-pk")
    return {officer.organisation_id: officer for officer in rows}


@dataclass
class Walk:
    """One case on its way. Nothing happens after `now`: what would come later is left as it is."""

    case: OneThingCase
    account: Account
    plot: Plot
    held: Collection[str]
    writer: Writer
    moments: Moments
    officers: Mapping[int, Officer]
    now: datetime
    _queue: list[tuple[datetime, int, str]] = field(default_factory=list)
    _further: list[Callable[[datetime], object]] = field(default_factory=list)
    _left: dict[int, list[str]] = field(default_factory=dict)
    _was: dict[int, int] = field(default_factory=dict)

    @property
    def chance(self) -> Random:
        """The one source of chance of a case."""
        return self.writer.chance

    def also(self, moment: datetime, act: Callable[[datetime], object]) -> None:
        """Something that happens to the case as a whole at some moment."""
        if moment <= self.now:
            heapq.heappush(self._queue, (moment, -len(self._further), WHOLE))
            self._further.append(act)

    def officer_of(self, body: int) -> Officer | None:
        """The reviewer of a body, if somebody sits there."""
        return self.officers.get(body)

    def go(self) -> None:
        """Live the case until its plot ends or now is reached."""
        self._begin(self.case.submitted_at)
        while self._queue:
            moment, item_id, act = heapq.heappop(self._queue)
            try:
                self._live(moment, item_id, act)
            except Refused:
                # Beside a running installation its worker may be faster (silence that became acceptance, an answer that never came):
                # then this item goes on by itself. Anything else that is refused is a fault of the plot.
                if not self._was_overtaken(moment):
                    raise
                self._left[item_id] = []

    def _live(self, moment: datetime, item_id: int, act: str) -> None:
        if act == WHOLE:
            self._further[-item_id](moment)
            return
        item = ItemCase.objects.select_related("organisation").get(pk=item_id)
        item.case = self.case
        if not self._may(item, act):
            return
        self._do(act, item, moment)
        self._next(item_id, moment)
        self._begin(moment)

    def _was_overtaken(self, moment: datetime) -> bool:
        """Whether somebody who lives now has acted on this case: what the town does itself is in the order of time."""
        return Event.objects.filter(case_number=self.case.number, at__gt=moment).exists()

    def _begin(self, moment: datetime) -> None:
        """Items that are with their bodies now get a fate."""
        rows = ItemCase.objects.filter(case=self.case, state=ItemState.RECEIVED).exclude(pk__in=list(self._left))
        for item in rows.order_by("ordinal"):
            first = item.key in self.held
            fate = self.chance.choice(self.plot.held if first else self.plot.rest)
            self._left[item.pk] = list(_script(fate, item))
            self._next(item.pk, moment)

    def _next(self, item_id: int, moment: datetime) -> None:
        if not self._left[item_id]:
            return
        act = self._left[item_id].pop(0)
        if act == "grant_now":
            then = max(moment, self.now - timedelta(seconds=self.chance.randint(5, 50)))
        elif act == "tend":
            then = self._after_the_cut_off(item_id)
        elif act in AT_ONCE:
            then = moment + timedelta(seconds=AT_ONCE[act])
        else:
            then = self.moments.after(moment, self.chance, shortest=SHORTEST, longest=LONGEST)
        if act in DECIDING:
            then = self._not_before_the_wait(item_id, then)
        if then <= self.now:
            heapq.heappush(self._queue, (then, item_id, act))

    def _after_the_cut_off(self, item_id: int) -> datetime:
        """When the time for findings is over and the one notice goes out, whoever has not spoken."""
        window = window_for(ItemCase.objects.get(pk=item_id))
        day = window.cut_off_on if window is not None else legal_date(self.now)
        return self.moments.on(self.moments.calendar.next_working_day(day + timedelta(days=1)), self.chance)

    def _not_before_the_wait(self, item_id: int, then: datetime) -> datetime:
        """What the law keeps open for others is decided when their time is over (公示期): in office hours of a day after it."""
        wait = ItemCase.objects.values_list("waits_until", flat=True).get(pk=item_id)
        if wait is None or legal_date(then) > wait:
            return then
        return self.moments.on(self.moments.calendar.next_working_day(wait + timedelta(days=1)), self.chance)

    def _may(self, item: ItemCase, act: str) -> bool:
        """Whether the item is still there to be acted on: another one's end may have ended it, or nobody sits at the body."""
        if act in {"issue", "open", "undo", "tend"}:
            return True
        if act == "reroute":
            return item.organisation_id is None and item.is_open
        return item.is_open and item.organisation_id in self.officers

    def _do(self, act: str, item: ItemCase, at: datetime) -> None:
        hands: Mapping[str, Callable[[ItemCase, datetime], object]] = {
            "claim": lambda item, at: claim_task(item_id=item.pk, officer=self._officer(item), at=at),
            "accept": lambda item, at: accept_item(item_id=item.pk, officer=self._officer(item), at=at),
            "check": self._check,
            "finish": lambda item, at: finish_check(
                item_id=item.pk, officer=self._officer(item), at=at, note="已办妥。"
            ),
            "grant": self._grant,
            "grant_now": self._grant,
            "undo": self._undo,
            "issue": lambda item, at: issue_result(item_id=item.pk, at=at),
            "open": self._open,
            "refuse": self._refuse,
            "not_accept": self._not_accept,
            "return": self._return,
            "find": self._find,
            "tend": lambda _item, at: tend_case(case_id=self.case.pk, at=at),
            "stop": self._stop,
            "reroute": self._reroute,
            "withdraw": lambda item, at: withdraw_items(
                case_id=self.case.pk, account=self.account, item_ids=[item.pk], at=at
            ),
        }
        hands[act](item, at)

    def _officer(self, item: ItemCase) -> Officer:
        return self.officers[item.organisation_id or 0]

    def _check(self, item: ItemCase, at: datetime) -> None:
        """Every point of the checklist is in order; they are marked under the names the task's page gives them."""
        conditions = self._planned(item).get("conditions") or ()
        papers = self.case.materials.asked_by(item.key).in_order().values_list("key", "subject")
        points = [f"condition:{place}" for place, _ in enumerate(conditions, start=1)]
        points += [f"material:{key}:{subject}" if subject else f"material:{key}" for key, subject in papers]
        mark_checks(
            item_id=item.pk, officer=self._officer(item), checks=dict.fromkeys(points or ["condition:1"], "ok"), at=at
        )

    def _undo(self, item: ItemCase, at: datetime) -> None:
        """What the decision had started waits again, and will have another fate."""
        undo_decision(item_id=item.pk, officer=self._officer(item), at=at)
        waiting = set(ItemCase.objects.filter(case=self.case, state=ItemState.WAITING).values_list("pk", flat=True))
        self._left = {pk: acts for pk, acts in self._left.items() if pk not in waiting}
        self._queue = [entry for entry in self._queue if entry[1] not in waiting]
        heapq.heapify(self._queue)

    def _grant(self, item: ItemCase, at: datetime) -> None:
        produced: dict[str, dict[str, str]] = {}
        for one in produced_of(item):
            produced.setdefault(one.subject, {})[one.element] = self._produced(one)
        decision = Decision(
            granted=True, opinion=self.chance.choice(OPINIONS), basis=self._basis(item), produced=produced
        )
        decide_item(item_id=item.pk, officer=self._officer(item), decision=decision, at=at)

    def _produced(self, one: ProducedField) -> str:
        """What a grant brings forth, as the later item's form would take it."""
        row: Mapping[str, Any] = next(
            (row for row in self.case.plan["supplied"] if row["element"] == one.element), {"label": one.label}
        )
        asked = Field(
            one.subject,
            one.element,
            str(row.get("element_name") or one.label),
            one.label,
            one.type,
            one.required,
            pattern=str(row.get("pattern") or ""),
            max_length=row.get("max_length"),
            example=str(row.get("example") or ""),
            minimum=row.get("min"),
            maximum=row.get("max"),
        )
        typed = self.writer.typed(asked)
        return typed if isinstance(typed, str) else "、".join(typed)

    def _refuse(self, item: ItemCase, at: datetime) -> None:
        reason = self.chance.choice(REASONS)
        decision = Decision(granted=False, basis=self._basis(item), reason=reason, remedies=remedies_against(item))
        decide_item(item_id=item.pk, officer=self._officer(item), decision=decision, at=at)

    def _not_accept(self, item: ItemCase, at: datetime) -> None:
        not_accept_item(
            item_id=item.pk, officer=self._officer(item), right_body=RIGHT_BODY, reason="不属于本单位职责。", at=at
        )

    def _find(self, item: ItemCase, at: datetime) -> None:
        """One thing the body wants put right, of what the item asks."""
        target = self.chance.choice(sorted(demands_for(item).targets))
        finding = NewFinding(target, DIFFERS, mark=self._mark(target))
        enter_finding(item_id=item.pk, officer=self._officer(item), finding=finding, at=at)

    def _mark(self, target: Target) -> Mark | None:
        """A place on the first page of the paper, where it is about one that was handed in."""
        rows = self.case.materials.filter(key=target.key, subject=target.subject, file__isnull=False)
        first = rows.current().order_by("page").first() if target.kind is TargetKind.MATERIAL else None
        return Mark(first.pk, SEEN_AT) if first is not None else None

    def _stop(self, item: ItemCase, at: datetime) -> None:
        """The first procedure that may stop this clock: what the item's own law names, else one of the eight."""
        procedure = procedures_of(self._planned(item))[0]
        stopping = Stopping(procedure.key, procedure.basis, procedure.days or STOPPED_DAYS)
        stop_clock(item_id=item.pk, officer=self._officer(item), stopping=stopping, at=at)

    def _return(self, item: ItemCase, at: datetime) -> None:
        self._was[item.pk] = item.organisation_id or 0
        return_misrouted(
            item_id=item.pk, officer=self._officer(item), right_body=RIGHT_BODY, reason="不属于本单位职责。", at=at
        )

    def _reroute(self, item: ItemCase, at: datetime) -> None:
        coordinator = find_coordinator(item.home_division, at.date())
        if coordinator is None:
            return
        body = self.officers[self._was[item.pk]].organisation
        verb = reroute_item if item.organisation_id is None else settle_return
        verb(
            item_id=item.pk,
            coordinator=coordinator,
            organisation=body.key,
            at=at,
            reason="核对职责后，仍由原单位办理。",
        )

    def _open(self, item: ItemCase, at: datetime) -> None:
        for document in ResultDocument.objects.filter(item=item).order_by("pk"):
            open_result(document_id=document.pk, account=self.account, at=at)

    def _basis(self, item: ItemCase) -> str:
        return next((str(one["cited"]) for one in self._planned(item)["basis"]), BASIS)

    def _planned(self, item: ItemCase) -> Mapping[str, Any]:
        return item_of_plan(self.case.plan, item.key)


def _script(fate: Fate, item: ItemCase) -> Sequence[str]:
    """The acts towards a fate. A mere check is claimed and done; it can be sent back or declined like any other."""
    acts = SCRIPTS[fate]
    if item.trigger != Trigger.CHECK:
        return acts
    if fate in {Fate.ACCEPTED, Fate.IN_REVIEW, Fate.IN_CORRECTION, Fate.SUSPENDED}:
        return SCRIPTS[Fate.CLAIMED]
    if fate is Fate.REFUSED:
        return SCRIPTS[Fate.NOT_ACCEPTED]
    if "accept" not in acts:
        return acts
    return (*acts[: acts.index("accept")], "finish")
